using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations;

/// <summary>What to push.</summary>
public sealed record PushOptions
{
    /// <summary>Gets the remote's name, or null for the default one.</summary>
    public string? Remote { get; init; }

    /// <summary>Gets paths to restrict the push to, as typed; then no pin is written, because a pin speaks for a whole commit.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Gets a value indicating whether only the newest commit is pushed.</summary>
    public bool Tip { get; init; }

    /// <summary>Gets a value indicating whether all commits of all refs are pushed.</summary>
    public bool All { get; init; }

    /// <summary>Gets the commits to push instead of HEAD, for the pre-push hook.</summary>
    public IReadOnlyList<CommitId>? Commits { get; init; }

    /// <summary>Gets how many transfers to have under way, or null for what the remote likes.</summary>
    public int? Jobs { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>What push did.</summary>
public sealed record PushResult
{
    /// <summary>Gets the remote's name.</summary>
    public required string Remote { get; init; }

    /// <summary>Gets the commits that were pinned.</summary>
    public IReadOnlyList<string> Pinned { get; init; } = [];

    /// <summary>Gets the newest commit that was found pinned already, or null.</summary>
    public string? AlreadyPinned { get; init; }

    /// <summary>Gets the packs and large blobs sent.</summary>
    public long FilesSent { get; init; }

    /// <summary>Gets the bytes sent.</summary>
    public long BytesSent { get; init; }

    /// <summary>Gets the objects that were new to the remote.</summary>
    public long Objects { get; init; }

    /// <summary>Gets objects that are neither here nor named by the remote, each with the commit and pointer that needs it; their commits are not pinned.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Gets pointers of commits that cannot be read, a sentence each; those commits are not pinned.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>Gets a value indicating whether the newest commit, not only a past one, has such a pointer.</summary>
    public bool IsTipUnreadable { get; init; }
}

/// <summary>
/// <c>dls push</c>: sends what the commits' pointers name and the remote lacks. Order: packs and large blobs, then one index, then the pins; each step is durable before
/// the next begins. Killed anywhere, a rerun sends only what is left: files that are complete stay, packs made for the push wait in the cache.
/// </summary>
public sealed class Push
{
    private readonly Repo _repo;
    private readonly PushOptions _options;
    private readonly IRemote _remote;
    private readonly RemoteCache _cache;
    private readonly string _repoId;

    private Push(Repo repo, PushOptions options)
    {
        _repo = repo;
        _options = options;
        _remote = repo.OpenRemote(options.Remote);
        _cache = new RemoteCache(repo.RemoteCacheRoot, _remote.Name, _remote.Location);
        _repoId = repo.Config.RepoId ?? throw new DlsException(ErrorKind.Failed, "push: this repository has no id yet", "run `dls init` and commit .dlstore/config");
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to push.</param>
    /// <param name="cancel">Stops it; nothing that is visible on the remote is incomplete.</param>
    /// <returns>What was done.</returns>
    public static Task<PushResult> RunAsync(Repo repo, PushOptions options, CancellationToken cancel) => new Push(repo, options).RunAsync(cancel);

    private async Task<PushResult> RunAsync(CancellationToken cancel)
    {
        List<CommitId> tips = Tips();
        RelPath[] paths = PushWords.Resolve(_repo, tips, _options.Paths);
        if (tips.Count == 0)
        {
            return new PushResult { Remote = _remote.Name };
        }

        bool plain = !_options.All && _options.Paths.Count == 0;
        if (plain && tips.Count == 1 && await FindPinAsync(tips[0], cancel) is { } pinned)
        {
            return new PushResult { Remote = _remote.Name, AlreadyPinned = pinned.Hex };
        }

        await RemoteFormat.CheckAsync(_remote, create: false, cancel);
        HashSet<CommitId> pins = await ListPinsAsync(cancel);
        IReadOnlyList<CommitId> commits = Commits(tips, pins);
        if (commits.Count == 0)
        {
            return new PushResult { Remote = _remote.Name, AlreadyPinned = tips[0].Hex };
        }

        using RemoteIndex index = await RemoteIndex.SyncAsync(_remote, _cache, cancel);
        PushPlan plan = PushPlan.Make(_repo, commits, pins, p => paths.Length == 0 || paths.Any(p.IsAtOrBelow), oldIsProven: !_options.Tip && plain, _remote, index, cancel);
        PushResult result = new() { Remote = _remote.Name, Objects = plan.Objects, Missing = plan.Missing, Unreadable = [.. plan.Unreadable.Where(u => commits.Contains(u.Key)).Select(static u => u.Value)], IsTipUnreadable = tips.Exists(plan.Unreadable.ContainsKey) };
        if (_options.DryRun)
        {
            return result with { BytesSent = plan.Bytes, Pinned = plain ? [.. plan.Complete.Select(c => c.Commit.Hex)] : [] };
        }

        await RemoteFormat.CheckAsync(_remote, create: true, cancel);
        PushSender sender = new(_repo, _remote, _cache, _options);
        await sender.SendAsync(plan, index, cancel);
        IReadOnlyList<string> written = _options.Paths.Count == 0 ? await PinAsync(plan, cancel) : [];
        sender.ForgetOutgoing();
        return result with { FilesSent = sender.FilesSent, BytesSent = sender.BytesSent, Pinned = written };
    }

    /// <summary>The newest commits that change a pointer, for each thing that is to be pushed.</summary>
    private List<CommitId> Tips()
    {
        if (_options.Commits is null && !_options.All)
        {
            return _repo.Git.NewestPointerCommit() is { } newest ? [newest] : [];
        }

        IEnumerable<CommitId> heads = _options.Commits ?? _repo.Git.AllRefs().Select(r => r.Commit).Distinct();
        return [.. heads.Select(h => _repo.Git.NewestPointerCommit(h)).OfType<CommitId>().Distinct()];
    }

    private async Task<CommitId?> FindPinAsync(CommitId commit, CancellationToken cancel)
    {
        string name = RemoteLayout.Pin(_repoId, commit.Hex);
        byte[]? bytes = await _remote.ReadAsync(name, Pin.LengthMax, cancel);
        if (bytes is null)
        {
            return null;
        }

        _cache.NotePin(commit.Hex, Pin.Parse(bytes, name), _repo.Clock.GetUtcNow());
        return commit;
    }

    private async Task<HashSet<CommitId>> ListPinsAsync(CancellationToken cancel)
    {
        HashSet<CommitId> pins = [];
        await foreach (RemoteFile file in _remote.ListAsync(RemoteLayout.Pins(_repoId), cancel))
        {
            if (CommitId.TryParse(Path.GetFileName(file.Name), out CommitId commit))
            {
                pins.Add(commit);
            }
        }

        return pins;
    }

    private IReadOnlyList<CommitId> Commits(List<CommitId> tips, HashSet<CommitId> pins)
    {
        if (_options.Tip || _options.Paths.Count > 0)
        {
            return tips;
        }

        IReadOnlyList<CommitId> commits = _repo.Git.PointerCommits(tips, _options.All ? [] : [.. pins]);
        return [.. commits.Where(c => !pins.Contains(c)).Reverse()];
    }

    private async Task<IReadOnlyList<string>> PinAsync(PushPlan plan, CancellationToken cancel)
    {
        List<string> written = [];
        foreach (CommitPointers commit in plan.Complete)
        {
            await _remote.PutAsync(RemoteLayout.Pin(_repoId, commit.Commit.Hex), Pin.ToBytes(commit.Lines), cancel);
            CrashPoint.Hit("push.pin");
            written.Add(commit.Commit.Hex);
        }

        await _remote.FlushAsync(cancel);
        foreach (CommitPointers commit in plan.Complete)
        {
            _cache.NotePin(commit.Commit.Hex, commit.Lines, _repo.Clock.GetUtcNow());
        }

        return written;
    }
}
