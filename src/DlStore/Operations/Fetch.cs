using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;
using DlStore.WorkTree;

namespace DlStore.Operations;

/// <summary>What to fetch.</summary>
public sealed record FetchOptions
{
    /// <summary>Gets the remote's name, or null for the default one.</summary>
    public string? Remote { get; init; }

    /// <summary>Gets managed paths or paths inside them, as typed; empty for all that are not fetched on demand only.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Gets a value indicating whether what every commit of every ref names is fetched, not only the work tree's pointers.</summary>
    public bool All { get; init; }

    /// <summary>Gets a value indicating whether only the listings (tree nodes) are fetched: enough for ls and diff, and to add single files.</summary>
    public bool Listings { get; init; }

    /// <summary>Gets how many transfers to have under way, or null for what the remote likes.</summary>
    public int? Jobs { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>What fetch did.</summary>
/// <param name="Remote">The remote's name.</param>
/// <param name="Objects">Objects that were missing here and have come.</param>
/// <param name="FilesRead">Packs, large blobs and ranges that were read.</param>
/// <param name="BytesRead">Bytes that were read.</param>
/// <param name="Missing">Objects that are neither here nor named by the remote.</param>
/// <param name="Skipped">Pointers left out because they are fetched only when named.</param>
public sealed record FetchResult(string? Remote, long Objects, long FilesRead, long BytesRead, IReadOnlyList<string> Missing, IReadOnlyList<RelPath> Skipped);

/// <summary>
/// <c>dls fetch</c>: brings what the pointers name into the store; the work tree is not touched. Nodes first, level by level, then blobs; whole packs where most of one is
/// wanted, ranges otherwise. Every byte is hashed before it becomes visible. Asks the remote nothing if nothing is missing.
/// </summary>
public sealed class Fetch
{
    private readonly Repo _repo;
    private readonly FetchOptions _options;
    private readonly List<string> _missing = [];
    private readonly Dictionary<Oid, string> _names = [];

    private Fetch(Repo repo, FetchOptions options)
    {
        _repo = repo;
        _options = options;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to fetch.</param>
    /// <param name="cancel">Stops it; what has come whole stays.</param>
    /// <returns>What was done.</returns>
    public static Task<FetchResult> RunAsync(Repo repo, FetchOptions options, CancellationToken cancel) => new Fetch(repo, options).RunAsync(cancel);

    private async Task<FetchResult> RunAsync(CancellationToken cancel)
    {
        List<RelPath> skipped = [];
        List<(PathEntry Root, string Scope, string Name)> roots = _options.All ? AllRoots() : Roots(skipped);
        if (FindMissing(roots, out bool anyNodes).Count == 0 || (_options.Listings && !anyNodes))
        {
            return new FetchResult(_options.Remote ?? _repo.Config.DefaultRemote, 0, 0, 0, [], skipped);
        }

        IRemote remote = _repo.OpenRemote(_options.Remote);
        RemoteCache cache = new(_repo.RemoteCacheRoot, remote.Name, remote.Location);
        await RequireRemoteAsync(remote, cancel);
        using RemoteIndex index = await RemoteIndex.SyncAsync(remote, cache, cancel);
        using ObjectWriter writer = _repo.BeginWrite();
        FetchReceiver receiver = new(_repo, remote, index, writer, _options);
        HashSet<Oid> given = [];
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            IReadOnlyList<Oid> wanted = [.. FindMissing(roots, out bool nodes).Where(o => !given.Contains(o))];
            if (wanted.Count == 0 || (_options.Listings && !nodes))
            {
                break;
            }

            IReadOnlyList<Oid> absent = await receiver.ReceiveAsync(wanted, nodes, cancel);
            foreach (Oid oid in absent)
            {
                given.Add(oid);
                _missing.Add(_names.TryGetValue(oid, out string? name) ? $"{oid}: {name}" : oid.ToString());
            }

            if (_options.DryRun)
            {
                break;
            }

            CrashPoint.Hit(nodes ? "fetch.nodes" : "fetch.blobs");
        }

        await NotePinAsync(remote, cache, cancel);
        return new FetchResult(remote.Name, receiver.Objects, receiver.FilesRead, receiver.BytesRead, _missing, skipped);
    }

    private static async Task RequireRemoteAsync(IRemote remote, CancellationToken cancel)
    {
        if (!await remote.ExistsAsync(cancel))
        {
            throw new DlsException(ErrorKind.Failed, $"fetch from remote '{remote.Name}': '{remote.Location}' is not there", "check that it is mounted, or see `dls remote list`");
        }

        await RemoteFormat.CheckAsync(remote, create: false, cancel);
    }

    /// <summary>Reads the pin of the newest commit that changes a pointer, so that status can say what it knows.</summary>
    private async Task NotePinAsync(IRemote remote, RemoteCache cache, CancellationToken cancel)
    {
        if (_repo.Config.RepoId is { } repoId && _repo.Git.NewestPointerCommit() is { } commit
            && await remote.ReadAsync(RemoteLayout.Pin(repoId, commit.Hex), Pin.LengthMax, cancel) is { } bytes)
        {
            cache.NotePin(commit.Hex, Pin.Parse(bytes, RemoteLayout.Pin(repoId, commit.Hex)), _repo.Clock.GetUtcNow());
        }
    }

    private List<(PathEntry Root, string Scope, string Name)> Roots(List<RelPath> skipped)
    {
        List<(PathEntry, string, string)> roots = [];
        foreach (CheckoutTarget target in CheckoutTarget.Resolve(_repo, _options.Paths))
        {
            if (target.IsSkipped)
            {
                skipped.Add(target.Managed.Path);
            }
            else
            {
                roots.Add((Snapshot.EntryOf(target.Managed.Pointer), target.Scope, target.Path.Value));
            }
        }

        return roots;
    }

    private List<(PathEntry Root, string Scope, string Name)> AllRoots()
    {
        CommitId[] tips = [.. _repo.Git.AllRefs().Select(r => r.Commit).Distinct()];
        CommitReader reader = new(_repo);
        Dictionary<Oid, (PathEntry, string, string)> roots = [];
        foreach (CommitId commit in _repo.Git.PointerCommits(tips, []))
        {
            foreach (ManagedPath managed in reader.ReadManaged(commit))
            {
                roots.TryAdd(managed.Pointer.Oid, (Snapshot.EntryOf(managed.Pointer), "", $"{managed.Path} at commit {commit.ToShort()}"));
            }
        }

        return [.. roots.Values];
    }

    /// <summary>Finds what is missing here: nodes while there are any, else blobs.</summary>
    private List<Oid> FindMissing(List<(PathEntry Root, string Scope, string Name)> roots, out bool nodes)
    {
        HashSet<Oid> missingNodes = [];
        HashSet<Oid> missingBlobs = [];
        string name = "";
        TreeClosure closure = new(oid => _repo.Store.Find(oid) is null ? null : _repo.Store.Read(oid))
        {
            MissingNode = oid => { missingNodes.Add(oid); _names.TryAdd(oid, name); },
            Blob = (oid, _) => Note(oid, name, missingBlobs),
        };
        foreach ((PathEntry root, string scope, string path) in roots)
        {
            name = path;
            if (Descend(root, scope, missingNodes) is not { } entry)
            {
                continue;
            }

            if (entry.IsDirectory)
            {
                closure.Walk(entry.Oid, null);
            }
            else
            {
                Note(entry.Oid, name, missingBlobs);
            }
        }

        nodes = missingNodes.Any(o => !_missing.Any(m => m.StartsWith(o.ToString(), StringComparison.Ordinal)));
        return [.. nodes ? missingNodes : missingBlobs];
    }

    private void Note(Oid oid, string name, HashSet<Oid> missing)
    {
        if (!_repo.Store.Contains(oid))
        {
            missing.Add(oid);
            if (_names.Count < 10_000)
            {
                _names.TryAdd(oid, name);
            }
        }
    }

    /// <summary>Goes down to a path inside a tree, node by node; a node that is missing on the way is noted and ends it for now.</summary>
    private PathEntry? Descend(PathEntry root, string scope, HashSet<Oid> missingNodes)
    {
        PathEntry at = root;
        foreach (string part in scope.Length == 0 ? [] : scope.Split('/'))
        {
            Oid? lacking = null;
            byte[] Read(Oid oid)
            {
                if (_repo.Store.Find(oid) is null)
                {
                    lacking = oid;
                    throw ObjectStore.NotHere(oid);
                }

                return _repo.Store.Read(oid);
            }

            try
            {
                at = at.IsDirectory ? TreeLookup.Find(Read, at.Oid, System.Text.Encoding.UTF8.GetBytes(part)) : default;
            }
            catch (DlsException) when (lacking is { } node)
            {
                missingNodes.Add(node);
                return null;
            }

            if (!at.IsPresent)
            {
                throw new DlsException(ErrorKind.Usage, $"fetch '{scope}': the pointer does not name it", "run `dls ls` to see what it names");
            }
        }

        return at;
    }
}
