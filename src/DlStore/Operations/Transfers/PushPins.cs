using DlStore.Git;
using DlStore.Remotes;
using DlStore.Remotes.Leases;

namespace DlStore.Operations.Transfers;

/// <summary>The pins of one repository on a remote: finds, lists and writes them.</summary>
/// <param name="remote">Where.</param>
/// <param name="cache">Told what pins name.</param>
/// <param name="repoId">The repository's id.</param>
/// <param name="clock">The clock.</param>
internal sealed class PushPins(IRemote remote, RemoteCache cache, string repoId, TimeProvider clock)
{
    /// <summary>Gets commits whose pin is there and is no valid pin: it says nothing, and is replaced.</summary>
    public HashSet<CommitId> Damaged { get; } = [];

    /// <summary>Reads one pin.</summary>
    /// <returns>The commit; null if it has no pin or a damaged one.</returns>
    public async Task<CommitId?> FindAsync(CommitId commit, CancellationToken cancel)
    {
        string name = RemoteLayout.Pin(repoId, commit.Hex);
        byte[]? bytes = await remote.ReadAsync(name, Pin.LengthMax, cancel);
        if (bytes is null)
        {
            return null;
        }

        try
        {
            cache.NotePin(commit.Hex, Pin.Parse(bytes, name), clock.GetUtcNow());
            return commit;
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
        {
            // A damaged pin says nothing: the commit is pushed like a new one, and the pin replaced.
            Damaged.Add(commit);
            return null;
        }
    }

    /// <summary>Lists the commits that have a pin.</summary>
    public async Task<HashSet<CommitId>> ListAsync(CancellationToken cancel)
    {
        HashSet<CommitId> pins = [];
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, RemoteLayout.Pins(repoId), RemoteListing.PinsMax, cancel))
        {
            if (CommitId.TryParse(Path.GetFileName(file.Name), out CommitId commit) && !Damaged.Contains(commit))
            {
                pins.Add(commit);
            }
        }

        return pins;
    }

    /// <summary>Tells whether a pin that was read from here before, or written, is still there: its length is asked for, no more.</summary>
    /// <param name="commit">Its commit.</param>
    /// <param name="lines">What the commit's pointers name; null if one of them cannot be read.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<bool> IsKnownAsync(CommitId commit, Func<IReadOnlyList<PinLine>?> lines, CancellationToken cancel) =>
        cache.ReadPinned().Values.Any(e => e.Commit == commit.Hex) && lines() is { } named
        && await remote.FindSizeAsync(RemoteLayout.Pin(repoId, commit.Hex), cancel) == Pin.ToBytes(named).Length;

    /// <summary>Writes pins where nobody reads them yet, beside whatever else is sent.</summary>
    public Task PrepareAsync(IReadOnlyList<CommitPointers> commits, PushLease lease, CancellationToken cancel) =>
        lease.PrepareAsync(repoId, Bytes(commits), cancel);

    /// <summary>Pins commits: all that they name is there and durable. The lease ends with it.</summary>
    /// <returns>The commits, in the same order.</returns>
    public async Task<IReadOnlyList<string>> WriteAsync(
        IReadOnlyList<CommitPointers> commits, PushSender sender, CancellationToken cancel)
    {
        if (commits.Count > 0)
        {
            await sender.Lease!.PinAsync(repoId, Bytes(commits), cancel);
        }

        await Task.WhenAll(sender.FlushAsync(cancel), sender.Lease!.ReleaseAsync());
        foreach (CommitPointers commit in commits)
        {
            cache.NotePin(commit.Commit.Hex, commit.Lines, clock.GetUtcNow());
        }

        return [.. commits.Select(static c => c.Commit.Hex)];
    }

    private static (string Commit, byte[] Bytes)[] Bytes(IReadOnlyList<CommitPointers> commits) =>
        [.. commits.Select(static c => (c.Commit.Hex, Pin.ToBytes(c.Lines)))];
}
