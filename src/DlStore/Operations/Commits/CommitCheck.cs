using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Operations.Transfers;
using DlStore.Remotes;
using DlStore.WorkTree;

namespace DlStore.Operations.Commits;

/// <summary>What to look for.</summary>
public sealed record CommitCheckOptions
{
    /// <summary>Gets the commit, by any name git knows.</summary>
    public required string Commit { get; init; }

    /// <summary>Gets the remote's name, or null for the default one.</summary>
    public string? Remote { get; init; }

    /// <summary>Gets a value indicating whether every byte comes here, also where the far side could tell a hash.</summary>
    public bool Download { get; init; }

    /// <summary>Gets a value indicating whether names and lengths are enough: no file of the remote is read.</summary>
    public bool Quick { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>What a commit needs, and what of it is on a remote.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Remote">The remote's name.</param>
/// <param name="Pointers">Pointers of the commit.</param>
/// <param name="Objects">Objects that they need.</param>
/// <param name="Missing">Paths that need what the remote does not have, at most 1,000.</param>
/// <param name="MissingObjects">How many objects the remote does not have, or not whole.</param>
/// <param name="Checked">How the files of the remote that hold the rest were checked, and which of them are wrong.</param>
public sealed record CommitCheckResult(
    string Commit, string Remote, long Pointers, long Objects, IReadOnlyList<LostPath> Missing, long MissingObjects, VerifyResult Checked)
{
    /// <summary>Gets how many objects have bytes on the remote that are wrong or gone.</summary>
    public long DamagedObjects { get; init; }

    /// <summary>Gets how many objects are named and were erased on purpose.</summary>
    public long Erased { get; init; }
}

/// <summary>
/// <c>dls verify --commit</c>: looks on a remote for every object that the pointers of one commit need, and checks the files that hold
/// them. So a build server knows that whoever checks the commit out gets all of its bytes. Takes listings that are not here from the
/// remote.
/// </summary>
public sealed class CommitCheck
{
    private readonly Repo _repo;
    private readonly CommitCheckOptions _options;
    private readonly CommitId _commit;
    private readonly HashSet<Oid> _needed = [];
    private readonly HashSet<Oid> _listings = [];
    private readonly Dictionary<Oid, string> _missing = [];

    private CommitCheck(Repo repo, CommitCheckOptions options, CommitId commit)
    {
        _repo = repo;
        _options = options;
        _commit = commit;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to look for.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="DlsException">Kind Usage: git knows no such commit. Kind Corrupt: a pointer of it cannot be read.</exception>
    public static Task<CommitCheckResult> RunAsync(Repo repo, CommitCheckOptions options, CancellationToken cancel)
    {
        CommitId commit = repo.Git.ResolveCommit(options.Commit) ?? throw new DlsException(
            ErrorKind.Usage, $"verify '{options.Commit}': git knows no such commit", "run `git log` or `git tag` to find one");
        return new CommitCheck(repo, options, commit).RunAsync(cancel);
    }

    private async Task<CommitCheckResult> RunAsync(CancellationToken cancel)
    {
        IReadOnlyList<ManagedPath> pointers = new CommitReader(_repo).ReadManaged(_commit);
        IRemote remote = _repo.OpenRemote(_options.Remote);
        RemoteCache cache = new(_repo.RemoteCacheRoot, remote.Name, remote.Location);
        await RemoteFormat.RequireAsync("verify", remote, cache, cancel);
        await FetchListingsAsync(pointers, cancel);
        using RemoteIndex index = await RemoteIndex.SyncAsync(remote, cache, cancel, reads: !_options.Quick);
        Find(pointers, index);
        RemoteTombstones tombstones = new(remote, _repo.Store.Erased);
        Oid[] erased = _missing.Count == 0 ? [] : [.. (await tombstones.FindAsync(_missing.Keys, cancel)).Keys];
        foreach (Oid oid in erased)
        {
            _missing.Remove(oid);
        }

        VerifyResult found = await VerifyRemote.RunAsync(_repo, remote, index, OptionsOf(index), cancel);
        Oid[] damaged = [.. found.Damaged.SelectMany(static d => d.Oids).Where(_needed.Contains).Distinct()];
        foreach (Oid oid in damaged)
        {
            _missing.TryAdd(oid, "its bytes there are damaged or gone");
        }

        IEnumerable<(PathEntry, string, RelPath?, CommitId?)> roots = pointers.Select(
            m => (PathEntry.Of(m.Pointer), m.Path.Value, (RelPath?)m.Path, (CommitId?)_commit));

        // A file that is lacking takes the listings above it along: the file is what to name, a listing only where nothing below is known.
        Dictionary<Oid, string> files = _missing.Where(m => !_listings.Contains(m.Key)).ToDictionary();
        IReadOnlyList<LostPath> lost = LostPaths.Find(_repo, remote.Name, roots, files.Count > 0 ? files : _missing);
        return new CommitCheckResult(_commit.Hex, remote.Name, pointers.Count, _needed.Count, lost, _missing.Count, found)
        {
            DamagedObjects = damaged.Length,
            Erased = erased.Length,
        };
    }

    /// <summary>Gets the listings that are not here: only they say what the commit needs. What the remote lacks of them is told
    /// later.</summary>
    private async Task FetchListingsAsync(IReadOnlyList<ManagedPath> pointers, CancellationToken cancel)
    {
        NamedObject[] trees = [.. pointers.Where(static m => m.Pointer.Kind == ObjectKind.Tree)
            .Select(static m => new NamedObject(m.Pointer.Oid, ObjectKind.Tree, m.Path.Value))];
        if (trees.Length > 0)
        {
            _ = await Fetch.RunAsync(_repo, new FetchOptions
            {
                Remote = _options.Remote,
                Objects = trees,
                Listings = true,
                Verb = "verify",
                Progress = _options.Progress,
            }, cancel);
        }
    }

    private void Find(IReadOnlyList<ManagedPath> pointers, RemoteIndex index)
    {
        TreeClosure closure = new(oid => _repo.Store.Find(oid) is null ? null : _repo.Store.Read(oid))
        {
            Node = oid => LookAtListing(index, oid),
            Blob = (oid, _) => Look(index, oid),
            MissingNode = oid => LookAtListing(index, oid),
        };
        foreach (ManagedPath managed in pointers)
        {
            if (managed.Pointer.Kind == ObjectKind.Tree)
            {
                closure.Walk(managed.Pointer.Oid, null);
            }
            else
            {
                Look(index, managed.Pointer.Oid);
            }
        }
    }

    private void LookAtListing(RemoteIndex index, Oid oid)
    {
        _ = _listings.Add(oid);
        Look(index, oid);
    }

    private void Look(RemoteIndex index, Oid oid)
    {
        if (_needed.Add(oid) && index.Find(oid, null) is null)
        {
            _missing[oid] = "no index there names it";
        }
    }

    private VerifyOptions OptionsOf(RemoteIndex index)
    {
        HashSet<Oid> files = [];
        foreach (Oid oid in _needed)
        {
            if ((index.Find(oid) ?? index.Find(oid, null)) is { } place)
            {
                files.Add(place.IsLarge ? oid : place.Pack.Id);
            }
        }

        return new VerifyOptions { Download = _options.Download, Quick = _options.Quick, Only = files, Progress = _options.Progress };
    }
}
