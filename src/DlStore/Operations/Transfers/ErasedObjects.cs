using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations.Transfers;

/// <summary>
/// What a fetch wants and does not get, because it was erased: known by the tombstones here and by one listing of those of the remote,
/// which goes beside the listing of its index. So the bytes do not come back either while they still lie there.
/// </summary>
/// <param name="repo">The repository.</param>
internal sealed class ErasedObjects(Repo repo)
{
    private readonly HashSet<Oid> _wanted = [];
    private RemoteTombstones? _remote;
    private IReadOnlySet<Oid> _listed = new HashSet<Oid>();

    /// <summary>Gets why, by object that was wanted.</summary>
    public IReadOnlyDictionary<Oid, string> Sentences { get; private set; } = new Dictionary<Oid, string>();

    /// <summary>Brings the index of a remote up to date, and the list of its tombstones beside it.</summary>
    public async Task<RemoteIndex> SyncAsync(IRemote remote, RemoteCache cache, CancellationToken cancel)
    {
        _remote = new RemoteTombstones(remote, repo.Store.Erased);
        Task<IReadOnlySet<Oid>> listing = _remote.ListAsync(cancel);
        Task<RemoteIndex> index = RemoteIndex.SyncAsync(remote, cache, cancel);
        await Task.WhenAll(listing, index);
        _listed = await listing;
        return await index;
    }

    /// <summary>Tells whether a wanted object is one that is not to come.</summary>
    public bool Takes(Oid oid) => Has(oid) && (_wanted.Add(oid) || true);

    /// <summary>Tells whether a pack has something that is not to come: then it is not taken whole.</summary>
    public bool IsIn(RemoteIndex index, Oid pack) =>
        (_listed.Count > 0 || !repo.Store.Erased.IsEmpty) && index.EntriesOf(pack).Any(e => Has(e.Oid));

    /// <summary>
    /// Finds the tombstones of what was wanted, and of what was missing: an object may have been erased and collected since the listing.
    /// </summary>
    /// <param name="missing">Objects that are neither here nor there; those that were erased are taken out of it.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task ExplainAsync(Dictionary<Oid, string> missing, CancellationToken cancel)
    {
        if (_remote is { } asked && (_wanted.Count > 0 || missing.Count > 0))
        {
            RemoteTombstones remote = missing.Count > 0 ? asked.Anew() : asked;
            IReadOnlyDictionary<Oid, Tombstone> found = await remote.FindAsync(_wanted.Concat(missing.Keys), cancel);
            _wanted.UnionWith(found.Keys.Where(missing.Remove));
        }

        Explain();
    }

    /// <summary>Says of what was wanted why it does not come, by what is known here.</summary>
    public void Explain() => Sentences = _wanted.ToDictionary(
        static o => o, o => repo.Store.Erased.Find(o)?.Sentence ?? new Tombstone(o, "", default, "").Sentence);

    private bool Has(Oid oid) => _listed.Contains(oid) || repo.Store.Erased.Contains(oid);
}
