using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations.Transfers;

/// <summary>The tombstones that a mirror copies: what was erased on one remote is erased on its copy too.</summary>
internal sealed class MirrorTombstones(Repo repo, IRemote from, IRemote to)
{
    private readonly RemoteTombstones _there = new(from, repo.Store.Erased);
    private Oid[] _lacking = [];

    /// <summary>Lists what was erased on either of them.</summary>
    public async Task<IReadOnlySet<Oid>> ListAsync(CancellationToken cancel)
    {
        IReadOnlySet<Oid> source = await _there.ListAsync(cancel);
        IReadOnlySet<Oid> target = await new RemoteTombstones(to, repo.Store.Erased).ListAsync(cancel);
        _lacking = [.. source.Where(o => !target.Contains(o)).Order()];
        return (HashSet<Oid>)[.. source, .. target];
    }

    /// <summary>Sends those that the other remote lacks; before its index and its pins.</summary>
    public async Task SendAsync(CancellationToken cancel) =>
        await RemoteTombstones.SendAsync(to, [.. (await _there.FindAsync(_lacking, cancel)).Values], cancel);
}
