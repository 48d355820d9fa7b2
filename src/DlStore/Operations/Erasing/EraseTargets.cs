using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Operations.Words;
using DlStore.WorkTree;

namespace DlStore.Operations.Erasing;

/// <summary>
/// What the words of an erase come to: blobs. Listings hold names and no bytes, and they stay: without them nobody could tell what else
/// lies below. The empty file stays too: it has nothing to erase, and everybody has one.
/// </summary>
internal sealed class EraseTargets
{
    private readonly Repo _repo;
    private readonly Dictionary<Oid, long?> _blobs = [];
    private readonly HashSet<Oid> _ofDirectories = [];
    private readonly List<RelPath> _paths = [];

    private EraseTargets(Repo repo) => _repo = repo;

    /// <summary>Gets the blobs, with their bytes where something says how many.</summary>
    public IReadOnlyDictionary<Oid, long?> Blobs => _blobs;

    /// <summary>Gets the blobs that were only named by a directory around them.</summary>
    public IReadOnlySet<Oid> OfDirectories => _ofDirectories;

    /// <summary>Gets the paths that were typed.</summary>
    public IReadOnlyList<RelPath> Paths => _paths;

    /// <summary>Gets digests of which nothing here says whether they are files.</summary>
    public List<Oid> Unsure { get; } = [];

    /// <summary>Resolves the words.</summary>
    /// <exception cref="DlsException">Kind Usage: a path names nothing; kind Missing: a listing is not here.</exception>
    public static EraseTargets Resolve(Repo repo, EraseOptions options)
    {
        EraseTargets targets = new(repo);
        Lazy<IReadOnlyList<ManagedPath>> pointers = new(() => options.Rev is { } rev ? Ls.PointersOf(repo, rev) : repo.ListManaged(null));
        HashSet<Oid> single = [];
        foreach (string word in options.What)
        {
            if (Oid.TryParse(word, out Oid oid) || Oid.TryParseHex(word, out oid))
            {
                targets.TakeOid(oid, single);
            }
            else
            {
                targets.TakePath(word, pointers.Value, single);
            }
        }

        _ = targets._blobs.Remove(Oid.Of([]));
        targets._ofDirectories.ExceptWith(single);
        return targets._blobs.Count > 0 ? targets : throw new DlsException(
            ErrorKind.Usage, $"erase '{options.What[0]}': it has no bytes", "an empty file or directory holds nothing to erase");
    }

    /// <summary>Takes every content that a version of the typed paths has.</summary>
    /// <param name="managed">A managed path of any commit.</param>
    /// <param name="named">What its pointer names there.</param>
    /// <returns>False if a listing on the way is not here.</returns>
    public bool TakeVersion(RelPath managed, in PathEntry named)
    {
        bool whole = true;
        foreach (RelPath path in _paths)
        {
            if (managed.IsAtOrBelow(path))
            {
                whole &= TryTake(named);
            }
            else if (named.IsDirectory && path.IsAtOrBelow(managed))
            {
                whole &= TryTake(named, path.Value[(managed.Value.Length + 1)..]);
            }
        }

        _ = _blobs.Remove(Oid.Of([]));
        return whole;
    }

    /// <summary>Leaves blobs out.</summary>
    public void Leave(IEnumerable<Oid> oids)
    {
        foreach (Oid oid in oids)
        {
            _ = _blobs.Remove(oid);
        }
    }

    private bool TryTake(in PathEntry named, string scope = "")
    {
        try
        {
            PathEntry entry = new TreeMerge(_repo.Store.Read, static (_, _) => { }).Find(named, scope);
            if (entry.IsPresent)
            {
                Take(entry, "", []);
            }

            return true;
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            return false;
        }
    }

    private void TakeOid(Oid oid, HashSet<Oid> single)
    {
        if (_repo.Store.Find(oid) is { } packed && packed.Pack.ReadKind() == PackKind.Nodes)
        {
            Take(new PathEntry(TreeMode.Directory, oid, 0, 0), oid.ToString(), single);
            return;
        }

        long? size = _repo.Store.Find(oid) is { } small ? small.Entry.Plain
            : _repo.Store.Large.Contains(oid) ? new FileInfo(_repo.Store.Large.PathOf(oid)).Length : null;
        _blobs[oid] = size;
        _ = single.Add(oid);
        Unsure.AddRange(size is null && !_repo.Store.Erased.Contains(oid) ? [oid] : []);
    }

    private void TakePath(string word, IReadOnlyList<ManagedPath> pointers, HashSet<Oid> single)
    {
        RelPath path = _repo.ToRelPath(word);
        ManagedPath? around = pointers.FirstOrDefault(m => path.IsAtOrBelow(m.Path));
        ManagedPath[] below = around is null ? [.. pointers.Where(m => m.Path.IsAtOrBelow(path))] : [around];
        if (below.Length == 0)
        {
            throw UnknownWord.Error(_repo, "erase", word);
        }

        _paths.Add(path);
        foreach (ManagedPath managed in below)
        {
            string scope = around is null ? "" : managed.ScopeOf(path);
            PathEntry entry = new TreeMerge(_repo.Store.Read, static (_, _) => { }).Find(Snapshot.EntryOf(managed.Pointer), scope);
            if (!entry.IsPresent)
            {
                throw new DlsException(ErrorKind.Usage, $"erase '{path}': the pointer '{managed.PointerFile}' does not name it",
                    $"run `dls ls {_repo.ToTyped(managed.Path.Value)}` to see what it names; `--rev REV` takes the pointers of a commit");
            }

            Take(entry, managed.Path.Value, around is null ? [] : single);
        }
    }

    private void Take(in PathEntry entry, string name, HashSet<Oid> single)
    {
        if (!entry.IsDirectory)
        {
            _blobs[entry.Oid] = entry.Size;
            _ = single.Add(entry.Oid);
            return;
        }

        TreeClosure closure = new(o => _repo.Store.Find(o) is null ? null : _repo.Store.Read(o))
        {
            Blob = (oid, size) =>
            {
                _blobs[oid] = size;
                _ = _ofDirectories.Add(oid);
            },
            MissingNode = oid => throw new DlsException(
                ErrorKind.Missing, $"erase '{name}': its listing '{oid}' is not here, so what it names is not known",
                "run `dls fetch --all --listings`, then again; nothing was erased"),
        };
        closure.Walk(entry.Oid, null);
    }
}
