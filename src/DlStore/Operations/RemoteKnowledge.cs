using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations;

/// <summary>What the caches say about the default remote; nobody is contacted.</summary>
internal sealed class RemoteKnowledge
{
    private readonly RemoteCache _cache;
    private readonly IReadOnlyDictionary<Oid, RemoteEvidence> _pinned;
    private IReadOnlyList<PackIndex>? _indexes;

    private RemoteKnowledge(string name, RemoteCache cache)
    {
        Name = name;
        _cache = cache;
        _pinned = cache.ReadPinned();
    }

    public string Name { get; }

    public static RemoteKnowledge? OpenDefault(Repo repo) =>
        repo.Config.DefaultRemote is { } name && repo.Config.Remotes.TryGetValue(name, out string? location)
            ? Open(repo, name, location)
            : null;

    public static RemoteKnowledge Open(Repo repo, string name, string location) => new(name, new RemoteCache(repo.RemoteCacheRoot, name, location));

    public RemoteEvidence EvidenceOf(Oid oid)
    {
        if (_pinned.TryGetValue(oid, out RemoteEvidence? pinned))
        {
            return pinned;
        }

        _indexes ??= _cache.OpenIndexes();
        bool indexed = _indexes.Any(i => i.Find(oid) >= 0 || i.ContainsBlob(oid));
        return indexed ? new RemoteEvidence(EvidenceKind.Indexed, null, null) : RemoteEvidence.Unknown;
    }
}
