using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations.Transfers;

/// <summary>
/// What a push does about erased objects: it sends none, and writes the tombstones of those that it leaves out before the pins that name
/// them. So whoever reads a pin finds each object, or why it is not there.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="remote">Where it pushes to.</param>
internal sealed class PushErased(Repo repo, IRemote remote)
{
    private IReadOnlySet<Oid> _listed = new HashSet<Oid>();
    private RemoteTombstones _there = new(remote, repo.Store.Erased);

    /// <summary>Gets the objects with a tombstone, there or here.</summary>
    public IReadOnlySet<Oid> All { get; private set; } = new HashSet<Oid>();

    /// <summary>Lists them; under the lease, like all that a push relies on.</summary>
    public async Task ListAsync(CancellationToken cancel)
    {
        _there = _there.Anew();
        _listed = await _there.ListAsync(cancel);
        All = (HashSet<Oid>)[.. _listed, .. repo.Store.Erased.ListAll()];
    }

    /// <summary>A pack that is here and has erased bytes does not go as it is: what else is wanted of it is copied out.</summary>
    public void HoldBackPacks(LocalFaults faults)
    {
        foreach (PackTable table in All.Count == 0 ? [] : repo.Store.OpenTables())
        {
            using (table)
            {
                _ = All.Any(o => table.TryFind(o, out _)) && faults.Packs.Add(table.Pack.Id);
            }
        }
    }

    /// <summary>Gives a line for each object that is left out.</summary>
    public async Task<IReadOnlyList<string>> DescribeAsync(IReadOnlyDictionary<Oid, string> named, CancellationToken cancel)
    {
        IReadOnlyDictionary<Oid, Tombstone> why = named.Count == 0
            ? new Dictionary<Oid, Tombstone>() : await _there.FindAsync(named.Keys, cancel);
        return [.. named.Select(n => $"{n.Key}: {why.GetValueOrDefault(n.Key)?.Sentence ?? "it was erased"}: named by {n.Value}")];
    }

    /// <summary>Writes the tombstones that are not there.</summary>
    public async Task SendAsync(IEnumerable<Oid> oids, CancellationToken cancel)
    {
        Tombstone[] lacking = [.. oids.Where(o => !_listed.Contains(o)).Select(repo.Store.Erased.Find).OfType<Tombstone>()];
        await RemoteTombstones.SendAsync(remote, lacking, cancel);
    }
}
