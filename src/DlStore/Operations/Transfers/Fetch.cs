using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Operations.Words;
using DlStore.Remotes;
using DlStore.WorkTree;

namespace DlStore.Operations.Transfers;

/// <summary>
/// <c>dls fetch</c>: brings what the pointers name into the store; the work tree is not touched. Nodes first, level by level, then blobs;
/// whole packs where most of one is
/// wanted, ranges otherwise. Every byte is hashed before it becomes visible. What is damaged there is noted and told, and everything else
/// comes. Asks the remote nothing if
/// nothing is missing.
/// </summary>
public sealed class Fetch
{
    private const int RoundsMax = 3;
    private readonly Repo _repo;
    private readonly FetchOptions _options;
    private readonly List<(Oid Oid, string What)> _missing = [];
    private readonly Dictionary<Oid, string> _names = [];
    private readonly MissingObjects _lacking;
    private readonly ErasedObjects _erased;
    private readonly List<string> _unreadablePast = [];
    private IReadOnlyList<UnreadablePointer> _unreadable = [];
    private long _objects;
    private long _filesRead;
    private long _bytesRead;
    private readonly Dictionary<Oid, string> _reasons = [];
    private readonly Dictionary<string, (RelPath Path, CommitId Commit)> _committed = new(StringComparer.Ordinal);

    private Fetch(Repo repo, FetchOptions options)
    {
        _repo = repo;
        _options = options;
        _lacking = new MissingObjects(repo, options.Verb, _names);
        _erased = new ErasedObjects(repo);
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to fetch.</param>
    /// <param name="cancel">Stops it; what has come whole stays.</param>
    /// <returns>What was done.</returns>
    public static Task<FetchResult> RunAsync(
        Repo repo, FetchOptions options, CancellationToken cancel) => new Fetch(repo, options).RunAsync(cancel);

    private async Task<FetchResult> RunAsync(CancellationToken cancel)
    {
        List<RelPath> skipped = [];
        RequirePossible();

        List<(PathEntry Root, string Scope, string Name)> roots = _options.Objects.Count > 0
            ? [.. _options.Objects.Select(
                static o => (new PathEntry(o.Kind == ObjectKind.Tree ? TreeMode.Directory : TreeMode.File, o.Oid, 0, 0), "", o.Name))]
            : _options.All ? AllRoots() : Roots(skipped);
        if (!IsAnythingMissing(roots))
        {
            return NothingMissing(skipped, roots);
        }

        IRemote remote = _repo.OpenRemote(_options.Remote);
        RemoteCache cache = new(_repo.RemoteCacheRoot, remote.Name, remote.Location);
        await RemoteFormat.RequireAsync("fetch from", remote, cache, cancel);
        using ObjectWriter writer = _repo.BeginWrite();
        string[] problems = await ReceiveRoundsAsync(roots, remote, cache, writer, cancel);
        DamagedPacks.Retire(_repo, writer);
        await NotePinAsync(remote, cache, cancel);
        await _erased.ExplainAsync(_reasons, cancel);
        IReadOnlyList<LostPath> lost = LostPaths.Find(_repo, remote.Name, roots.Select(Named), _reasons);
        string[] missing = [.. _missing.Where(m => _reasons.ContainsKey(m.Oid)).Select(static m => m.What)];
        return Told(new FetchResult(remote.Name, _objects, _filesRead, _bytesRead, missing, skipped, lost, problems), roots);
    }

    /// <summary>Adds what was left out on purpose, or could not be looked for.</summary>
    private FetchResult Told(FetchResult result, List<(PathEntry Root, string Scope, string Name)> roots) => result with
    {
        Erased = LostPaths.Find(_repo, result.Remote ?? "", roots.Select(Named), _erased.Sentences),
        ErasedObjects = _erased.Sentences.Count,
        IsOfPast = _options.All,
        Unreadable = _unreadable,
        UnreadablePast = _unreadablePast,
    };

    /// <summary>
    /// Receives, and once more by a newer index what was not where the index said: a collection may have moved it since, and nothing is
    /// damaged.
    /// </summary>
    private async Task<string[]> ReceiveRoundsAsync(List<(PathEntry Root, string Scope, string Name)> roots,
        IRemote remote, RemoteCache cache, ObjectWriter writer, CancellationToken cancel)
    {
        RemoteIndex index = await _erased.SyncAsync(remote, cache, cancel);
        try
        {
            for (int round = 1; ; round++)
            {
                RemoteDamage found = index.Damage.Copy();
                found.Clear();
                FetchReceiver receiver = new(_repo, remote, index.Damage, found, writer, _options)
                { MayAdopt = Whole(index) };
                await ReceiveAllAsync(roots, index, found, receiver, cancel);
                _objects += receiver.Objects;
                _filesRead += receiver.FilesRead;
                _bytesRead += receiver.BytesRead;
                if (_missing.Count == 0 || round == RoundsMax || await FindNewerAsync(remote, cache, index, cancel) is not { } newer)
                {
                    break;
                }

                index.Dispose();
                index = newer;
                _missing.Clear();
                _reasons.Clear();
            }

            if (!_options.DryRun)
            {
                index.Damage.Save();
            }

            return [.. index.Problems.Select(p => $"{p.Name}: {p.Wrong}")];
        }
        finally
        {
            index.Dispose();
        }
    }

    private Func<Oid, bool> Whole(RemoteIndex index) => pack => !_erased.IsIn(index, pack);

    /// <summary>Reads the index again; null if it is the same.</summary>
    private static async Task<RemoteIndex?> FindNewerAsync(
        IRemote remote, RemoteCache cache, RemoteIndex index, CancellationToken cancel)
    {
        HashSet<Oid> before = [.. index.Indexes.Select(static i => i.Id)];
        RemoteIndex newer = await RemoteIndex.SyncAsync(remote, cache, cancel);
        if (!before.SetEquals(newer.Indexes.Select(static i => i.Id)))
        {
            return newer;
        }

        newer.Dispose();
        return null;
    }

    private FetchResult NothingMissing(List<RelPath> skipped, List<(PathEntry Root, string Scope, string Name)> roots)
    {
        _erased.Explain();
        return Told(new FetchResult(_options.Remote ?? _repo.Config.DefaultRemote, 0, 0, 0, [], skipped, [], []), roots);
    }

    private void RequirePossible()
    {
        if (_options.All && _options.Paths.Count > 0)
        {
            throw new DlsException(
                ErrorKind.Usage, $"fetch '{_options.Paths[0]}': --all gets what every commit names, and goes with no path",
                "run `dls fetch --all`, or `dls fetch PATH`");
        }

        if (_options.Remote is not null)
        {
            // A misspelt name is told even if nothing has to be asked.
            _ = _repo.OpenRemote(_options.Remote);
        }
    }

    /// <summary>Says of a root which path it is, under which pointer, and of which commit.</summary>
    private (PathEntry Entry, string Path, RelPath? Managed, CommitId? Commit) Named((PathEntry Root, string Scope, string Name) root)
    {
        if (_committed.TryGetValue(root.Name, out (RelPath Path, CommitId Commit) at))
        {
            return (root.Root, at.Path.Value, at.Path, at.Commit);
        }

        string managed = root.Scope.Length > 0 && root.Name.EndsWith("/" + root.Scope, StringComparison.Ordinal)
            ? root.Name[..^(root.Scope.Length + 1)] : root.Name;
        return (root.Root, managed, _options.Objects.Count == 0 && RelPath.TryParse(managed, out RelPath path, out _) ? path : null, null);
    }

    /// <summary>Reads the pin of the newest commit that changes a pointer, so that status can say what it knows.</summary>
    private async Task NotePinAsync(IRemote remote, RemoteCache cache, CancellationToken cancel)
    {
        if (_repo.Config.RepoId is { } repoId && _repo.Git.Pointers.Newest() is { } commit
            && await remote.ReadAsync(RemoteLayout.Pin(repoId, commit.Hex), Pin.LengthMax, cancel) is { } bytes)
        {
            try
            {
                cache.NotePin(commit.Hex, Pin.Parse(bytes, RemoteLayout.Pin(repoId, commit.Hex)), _repo.Clock.GetUtcNow());
            }
            catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
            {
                // What was asked for has come; a damaged pin is verify's and push's business.
            }
        }
    }

    private List<(PathEntry Root, string Scope, string Name)> Roots(List<RelPath> skipped)
    {
        List<(PathEntry, string, string)> roots = [];
        PointerListing listing = _repo.ListPointers();
        _unreadable = listing.Unreadable;
        foreach (CheckoutTarget target in PathWords.Resolve(_repo, _options.Verb, _options.Paths, listing))
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
        CommitReader reader = new(_repo) { Unreadable = (_, why) => _unreadablePast.Add(why) };
        Dictionary<Oid, (PathEntry, string, string)> roots = [];
        foreach (CommitId commit in _repo.Git.Pointers.List(tips, []))
        {
            foreach (ManagedPath managed in reader.ReadManaged(commit))
            {
                string name = $"{managed.Path} at commit {commit.ToShort()}";
                _committed[name] = (managed.Path, commit);
                roots.TryAdd(managed.Pointer.Oid, (Snapshot.EntryOf(managed.Pointer), "", name));
            }
        }

        return [.. roots.Values];
    }

    /// <summary>Level by level: listings first, because only they say what else is wanted; then blobs.</summary>
    private async Task ReceiveAllAsync(List<(PathEntry Root, string Scope, string Name)> roots,
        RemoteIndex index, RemoteDamage found, FetchReceiver receiver, CancellationToken cancel)
    {
        HashSet<Oid> given = [];
        string before = "";
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            FetchPlan nodes = new(index, found);
            FetchPlan blobs = new(index, found);
            _lacking.Find(roots, o => Want(nodes, o, given), o => Want(blobs, o, given));
            bool wantsNodes = nodes.Objects + nodes.Absent.Count > 0;
            FetchPlan plan = wantsNodes ? nodes : blobs;
            if (plan.Objects + plan.Absent.Count == 0 || (_options.Listings && !wantsNodes))
            {
                return;
            }

            before = plan.RequireOtherThan(before);
            await receiver.ReceiveAsync(plan, wantsNodes, cancel);
            foreach (Oid oid in plan.Absent)
            {
                string? wrong = receiver.Wrong.GetValueOrDefault(oid);
                given.Add(oid);
                _reasons[oid] = wrong ?? "no index there names it";
                string what = wrong is null ? oid.ToString() : $"{oid}: {wrong}";
                _missing.Add((oid, _names.TryGetValue(oid, out string? name) ? $"{what}: {name}" : what));
            }

            if (_options.DryRun)
            {
                return;
            }

            CrashPoint.Hit(wantsNodes ? "fetch.nodes" : "fetch.blobs");
        }
    }

    private void Want(FetchPlan plan, Oid oid, HashSet<Oid> given)
    {
        if (!_erased.Takes(oid) && !given.Contains(oid))
        {
            plan.Want(oid);
        }
    }

    private bool IsAnythingMissing(List<(PathEntry Root, string Scope, string Name)> roots)
    {
        bool nodes = false;
        bool blobs = false;
        _lacking.Find(roots, _ => nodes = true, o => blobs |= !_erased.Takes(o));
        return nodes || (blobs && !_options.Listings);
    }
}
