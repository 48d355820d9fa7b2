using DlStore.Objects;
using DlStore.Remotes;
using DlStore.Remotes.Leases;

namespace DlStore.Operations.Collect;

/// <summary>
/// Which files of a remote may hold what was erased: the large blob itself, packs of which an index says so, and packs that no index knows,
/// because nobody can say what is in those.
/// </summary>
internal sealed class ErasedFiles
{
    /// <summary>How far two stamps may be from the order in which the files were written: some remotes keep whole seconds.</summary>
    private static readonly TimeSpan _grain = TimeSpan.FromSeconds(2);

    private readonly HashSet<Oid> _erased;
    private readonly HashSet<Oid> _known;
    private readonly HashSet<Oid> _holding;

    private ErasedFiles(HashSet<Oid> erased, HashSet<Oid> known, HashSet<Oid> holding)
    {
        _erased = erased;
        _known = known;
        _holding = holding;
    }

    public static ErasedFiles Of(RemoteMark mark) => mark.Erased.Count == 0 ? new([], [], []) : new(
        mark.Erased,
        [.. mark.Index.Indexes.SelectMany(static i => i.Packs).Select(static p => p.Id)],
        [.. mark.Index.Indexes.SelectMany(static i => i.Rows()).Where(r => mark.Erased.Contains(r.Entry.Oid)).Select(static r => r.Pack)]);

    public bool IsEmpty => _erased.Count == 0;

    public bool IsBlob(Oid blob) => _erased.Contains(blob);

    public bool MayHold(Oid pack) => !IsEmpty && (_holding.Contains(pack) || !_known.Contains(pack));

    /// <summary>Tells whether a file in quarantine may hold erased bytes.</summary>
    public bool MayBe(string quarantined) => GcLayout.PlaceOf(quarantined) is { } place && IdOf(place) is { } id
        && (place == RemoteLayout.Blob(id) ? IsBlob(id) : place == RemoteLayout.Pack(id) && MayHold(id));

    /// <summary>
    /// Lists what has to leave the quarantine at once: erased blobs, and the packs of collections that had not seen each tombstone before
    /// they marked, or did not end. What is in a pack there no index says any more.
    /// </summary>
    /// <param name="remote">The remote.</param>
    /// <param name="state">The records of its collections.</param>
    /// <param name="quarantine">What lies in quarantine.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<IReadOnlyList<RemoteFile>> FindQuarantinedAsync(
        IRemote remote, GcState state, IReadOnlyList<RemoteFile> quarantine, CancellationToken cancel)
    {
        HashSet<Oid> erased = [];
        DateTimeOffset newest = DateTimeOffset.MinValue;
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, GcLayout.ErasedDirectory, RemoteListing.FilesMax, cancel))
        {
            newest = file.Changed > newest ? file.Changed : newest;
            _ = Oid.TryParseHex(Path.GetFileName(file.Name), out Oid oid) && erased.Add(oid);
        }

        bool Saw(int n) => state.Find(GcLayout.Done(n)) is not null
            && state.Find(GcLayout.Epoch(n)) is { } begun && newest + _grain < begun.Changed;
        return erased.Count == 0 ? [] : [.. quarantine.Where(f => GcLayout.PlaceOf(f.Name) is { } place && IdOf(place) is { } id
            && (place == RemoteLayout.Blob(id) ? erased.Contains(id)
                : place == RemoteLayout.Pack(id) && !Saw(GcLayout.Number(Path.GetDirectoryName(f.Name)!))))];
    }

    private static Oid? IdOf(string place) => Oid.TryParseHex(Path.GetFileNameWithoutExtension(place), out Oid id) ? id : null;
}
