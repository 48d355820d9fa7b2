using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations.Store;

/// <summary>What the caches say about a remote; nobody is contacted.</summary>
internal sealed class RemoteKnowledge
{
    private readonly RemoteCache _cache;
    private readonly IReadOnlyDictionary<Oid, RemoteEvidence> _pinned;
    private readonly Dictionary<Oid, DamageNote?> _below = [];
    private RemoteIndex? _index;

    private RemoteKnowledge(string name, RemoteCache cache)
    {
        Name = name;
        _cache = cache;
        _pinned = cache.ReadPinned();
    }

    public string Name { get; }

    private RemoteIndex Index => _index ??= RemoteIndex.OpenCached(_cache);

    public static RemoteKnowledge? OpenDefault(Repo repo) =>
        repo.Config.DefaultRemote is { } name && repo.Config.Remotes.TryGetValue(name, out string? location)
            ? Open(repo, name, location)
            : null;

    /// <summary>Opens what is known of a remote.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The remote's name.</param>
    /// <param name="url">Its URL as configured; it need not be one that can be opened.</param>
    public static RemoteKnowledge Open(Repo repo, string name, string url)
    {
        RemoteOptions options = repo.Config.RemoteOptions.GetValueOrDefault(name) ?? new RemoteOptions();
        return new RemoteKnowledge(name, new RemoteCache(repo.RemoteCacheRoot, name, options.LocationOf(url)));
    }

    /// <summary>Tells what is known of one object.</summary>
    public RemoteEvidence EvidenceOf(Oid oid)
    {
        if (!Index.Damage.IsEmpty && NoteOf(oid) is { } note)
        {
            return Damaged(note);
        }

        return _pinned.TryGetValue(oid, out RemoteEvidence? pinned) ? pinned
            : Index.Find(oid) is not null ? new RemoteEvidence(EvidenceKind.Indexed, null, null) : RemoteEvidence.Unknown;
    }

    /// <summary>
    /// Tells what is known of all that a pointer names: damage anywhere below it counts, as far as its listings are here.
    /// </summary>
    public RemoteEvidence EvidenceOf(Repo repo, Pointer pointer)
    {
        DamageNote? found = null;
        if (!Index.Damage.IsEmpty && pointer.Kind == ObjectKind.Tree && !_below.TryGetValue(pointer.Oid, out found))
        {
            TreeClosure closure = new(oid => repo.Store.Find(oid) is null ? null : TryRead(repo, oid))
            {
                Node = oid => found ??= NoteOf(oid),
                Blob = (oid, _) => found ??= NoteOf(oid),
            };
            closure.Walk(pointer.Oid, null);
            _below[pointer.Oid] = found;
        }

        return found is not null ? Damaged(found) : EvidenceOf(pointer.Oid);
    }

    private static RemoteEvidence Damaged(DamageNote note) => new(EvidenceKind.Damaged, null, note.At) { FoundBy = note.By };

    private static byte[]? TryRead(Repo repo, Oid oid)
    {
        try
        {
            return repo.Store.Read(oid);
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Corrupt or ErrorKind.Missing)
        {
            return null;
        }
    }

    /// <summary>Gives the note of an object that has no place left but noted ones.</summary>
    private DamageNote? NoteOf(Oid oid)
    {
        if (Index.Find(oid) is not null)
        {
            return null;
        }

        RemoteDamage damage = Index.Damage;
        if (Index.Find(oid, null) is { } bad)
        {
            return damage.Find(bad.Place) ?? damage.Find(new DamagedPlace(DamagedKind.Pack, bad.Pack.Id, default));
        }

        return damage.Find(new DamagedPlace(DamagedKind.Lost, default, oid))
            ?? damage.Find(new DamagedPlace(DamagedKind.Blob, default, oid));
    }
}
