using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations.Store;

/// <summary>
/// Which objects of the store are named, directly or through listings. A listing that is not here could name anything; unless a remote is
/// known to have it (and then what it
/// names is there too, because a push sends that first), nothing may be deleted.
/// </summary>
internal sealed class GcLive
{
    private readonly Repo _repo;
    private readonly HashSet<Oid> _nodes = [];
    private readonly HashSet<Oid> _live = [];
    private readonly List<string> _unknown = [];
    private readonly List<RemoteKnowledge> _remotes = [];

    private GcLive(Repo repo) => _repo = repo;

    /// <summary>Gets how many listings are not here.</summary>
    public long NotHere { get; private set; }

    /// <summary>Finds the live objects.</summary>
    /// <exception cref="DlsException">Kind Missing or Corrupt: what a root names is not known; nothing may be deleted.</exception>
    public static GcLive Find(Repo repo, IReadOnlyCollection<GcRoot> roots, IReadOnlyList<PackTable> tables, CancellationToken cancel)
    {
        GcLive live = new(repo);
        foreach ((string name, string location) in repo.Config.Remotes)
        {
            live._remotes.Add(RemoteKnowledge.Open(repo, name, location));
        }

        foreach (PackTable table in tables.Where(static t => t.Kind == PackKind.Nodes))
        {
            for (int i = 0; i < table.Count; i++)
            {
                live._nodes.Add(table.Get(i).Oid);
            }
        }

        live.Walk(roots, cancel);
        live.RequireKnown();
        return live;
    }

    /// <summary>Tells whether something names an object.</summary>
    public bool Contains(Oid oid) => _live.Contains(oid);

    private void Walk(IReadOnlyCollection<GcRoot> roots, CancellationToken cancel)
    {
        GcRoot? at = null;
        TreeClosure closure = new(Read) { Node = o => _live.Add(o), Blob = (o, _) => _live.Add(o), MissingNode = o => NoteMissing(o, at!) };
        foreach (GcRoot root in roots)
        {
            cancel.ThrowIfCancellationRequested();
            at = root;
            _live.Add(root.Oid);
            if (root.IsTree || _nodes.Contains(root.Oid))
            {
                closure.Walk(root.Oid, null);
            }
        }
    }

    private byte[]? Read(Oid oid) => _nodes.Contains(oid) && _repo.Store.Find(oid) is not null ? _repo.Store.Read(oid) : null;

    private void NoteMissing(Oid oid, GcRoot root)
    {
        NotHere++;
        _live.Add(oid);
        if (_repo.Store.Damage.List().Any(d => d.Oid == oid))
        {
            throw new DlsException(
                ErrorKind.Corrupt,
                    $"collect garbage: listing '{oid}' is damaged, so what '{root.By}' names is not known; nothing was deleted",
                    "run `dls fetch --all` to fetch it again");
        }

        if (!_remotes.Any(r => r.EvidenceOf(oid).Kind is EvidenceKind.Indexed or EvidenceKind.Pinned))
        {
            _unknown.Add($"{oid}: named by {root.By}");
        }
    }

    private void RequireKnown()
    {
        if (_unknown.Count > 0)
        {
            throw new DlsException(
                ErrorKind.Missing, $"collect garbage: {_unknown.Count} listings are neither here nor known on "
                    + "a remote, so what they name is not known; nothing was deleted",
                "run `dls fetch --all --listings`, then again")
            {
                Items = _unknown,
            };
        }
    }
}
