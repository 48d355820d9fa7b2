using DlStore.Git;
using DlStore.Objects;
using DlStore.Remotes;
using DlStore.Remotes.Leases;

namespace DlStore.Operations.Transfers;

/// <summary>
/// What a push has read of a remote under its lease and relies on. All of it is asked for at once: on a long line each question costs as
/// much as a megabyte.
/// </summary>
internal sealed class PushReading : IDisposable
{
    private readonly IRemote _remote;
    private readonly bool _isRepair;
    private readonly Dictionary<string, long> _packs;

    private PushReading(IRemote remote, bool isRepair, RemoteIndex index, HashSet<CommitId> pins, Dictionary<string, long> packs)
    {
        _remote = remote;
        _isRepair = isRepair;
        _packs = packs;
        Index = index;
        Pins = pins;
    }

    /// <summary>Gets what the index files there name.</summary>
    public RemoteIndex Index { get; }

    /// <summary>Gets the commits that have a pin.</summary>
    public HashSet<CommitId> Pins { get; }

    /// <summary>Gets how many index files that had vanished or gone bad were put back.</summary>
    public int Restored { get; private init; }

    /// <summary>Reads everything.</summary>
    /// <param name="remote">The remote.</param>
    /// <param name="cache">What is known of it here.</param>
    /// <param name="pins">The repository's pins.</param>
    /// <param name="options">Of the push; a dry run puts nothing back.</param>
    /// <param name="lease">The lease; null for a dry run.</param>
    /// <param name="beside">What else is read at the same time.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<PushReading> ReadAsync(
        IRemote remote, RemoteCache cache, PushPins pins, PushOptions options, PushLease? lease, Task beside, CancellationToken cancel)
    {
        Task looking = lease?.LookAsync(cancel) ?? Task.CompletedTask;
        Task<HashSet<CommitId>> listing = pins.ListAsync(cancel);
        Task<Dictionary<string, long>> packs = RemoteInventory.ListPacksAsync(remote, cancel);
        Task<(RemoteIndex Index, int Restored)> syncing = SyncAsync(remote, cache, options, cancel);
        try
        {
            await Task.WhenAll(looking, listing, packs, syncing, beside);
        }
        catch when (syncing.IsCompletedSuccessfully)
        {
            (await syncing).Index.Dispose();
            throw;
        }

        (RemoteIndex index, int restored) = await syncing;
        index.Condemned = lease?.Condemned ?? CondemnedList.None;
        return new PushReading(remote, options.Repair, index, await listing, await packs) { Restored = restored };
    }

    /// <summary>
    /// Before anything is pinned, what the indexes name is looked for by name and length: packs in the listing; a repair looks for large
    /// blobs too.
    /// </summary>
    public async Task LookAsync(bool mayPin, DamageNote note, CancellationToken cancel)
    {
        if (mayPin)
        {
            await RemoteInventory.NotePacksAsync(_remote, Index, _packs, note, cancel);
        }

        if (_isRepair)
        {
            await RemoteInventory.NoteBlobsAsync(_remote, Index, note, cancel);
        }
    }

    public void Dispose() => Index.Dispose();

    /// <summary>Brings the index up to date; an index file that has vanished or gone bad is put back first.</summary>
    private static async Task<(RemoteIndex Index, int Restored)> SyncAsync(
        IRemote remote, RemoteCache cache, PushOptions options, CancellationToken cancel)
    {
        RemoteIndex index = await RemoteIndex.SyncAsync(remote, cache, cancel, reads: options.Repair);
        if (index.Gone.Count == 0 || options.DryRun)
        {
            return (index, 0);
        }

        IReadOnlyList<Oid> gone = index.Gone;
        index.Dispose();
        await RemoteIndex.RestoreAsync(remote, cache, gone, cancel);
        return (await RemoteIndex.SyncAsync(remote, cache, cancel), gone.Count);
    }
}
