using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Lfs;

/// <summary>How to rewrite a history.</summary>
public sealed record ImportLfsHistoryOptions
{
    /// <summary>Gets the name of the new branch; null for <c>dls/</c> and the name of the one that is checked out.</summary>
    public string? Branch { get; init; }

    /// <summary>Gets a value indicating whether git-lfs is not asked for bytes that are not here.</summary>
    public bool NoFetch { get; init; }

    /// <summary>Gets a value indicating whether to read only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>What became of a history.</summary>
/// <param name="Branch">The new branch.</param>
/// <param name="Commit">Its commit; null where nothing was written.</param>
/// <param name="Commits">Commits that were rewritten.</param>
/// <param name="Pointers">Pointers of dls in them, each version counted.</param>
/// <param name="Missing">Objects whose bytes are nowhere, with the first commit and path of each; their pointers were written.</param>
/// <param name="Left">Files that stay with git-lfs.</param>
public sealed record ImportLfsHistoryResult(
    string Branch,
    string? Commit,
    long Commits,
    long Pointers,
    IReadOnlyList<LeftLfsFile> Missing,
    IReadOnlyList<LeftLfsFile> Left)
{
    /// <summary>Gets the number of merges among the commits.</summary>
    public long Merges { get; init; }

    /// <summary>Gets the number of different objects that the pointers name.</summary>
    public long Objects { get; init; }

    /// <summary>Gets their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Gets the number of commits whose signature could not be kept.</summary>
    public long SignaturesDropped { get; init; }

    /// <summary>Gets the absolute path of the file that names the new id of each old one; null where none was written.</summary>
    public string? CommitMap { get; init; }
}

/// <summary>
/// <c>dls import lfs --history</c>: a new branch with the same commits in which dls keeps what git-lfs kept. Existing branches, the work
/// tree and git's index are left alone.
/// </summary>
/// <remarks>
/// Order: commits under a ref of their own (<c>refs/dls/import-lfs</c>), objects (durable), the list of ids, and at last the branch, made
/// in one step. Whoever kills it finds no branch; the same command again begins anew and comes to the same ids. The store's shared lock is
/// held from the first object until the branch names it.
/// </remarks>
public sealed class ImportLfsHistory
{
    private const string Scratch = "refs/dls/import-lfs";
    private readonly Repo _repo;
    private readonly ImportLfsHistoryOptions _options;
    private readonly LfsStore _lfs;
    private readonly HistoryBlobs _blobs;
    private readonly string _source;
    private readonly string _directory;

    private ImportLfsHistory(Repo repo, ImportLfsHistoryOptions options)
    {
        _repo = repo;
        _options = options;
        _lfs = new LfsStore(repo.Git);
        _blobs = new HistoryBlobs(repo, _lfs);
        _directory = repo.CommonDirectory + "/import-lfs";
        GitResult head = repo.Git.Git.Run(["symbolic-ref", "--quiet", "HEAD"]);
        _source = head.ExitCode == 0 ? head.Text() : "HEAD";
        string name = _source.StartsWith("refs/heads/", StringComparison.Ordinal) ? _source["refs/heads/".Length..] : "HEAD";
        Branch = options.Branch ?? $"dls/{name}";
        Name = name;
    }

    private string Branch { get; }

    private string Name { get; }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Stops it; no branch is there then.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="DlsException">Kind Usage: the branch is there already, or is no name. Kind Failed: a commit cannot be
    /// rewritten.</exception>
    public static ImportLfsHistoryResult Run(Repo repo, ImportLfsHistoryOptions options, CancellationToken cancel) =>
        new ImportLfsHistory(repo, options).Run(cancel);

    private ImportLfsHistoryResult Run(CancellationToken cancel)
    {
        byte[] config = RequireReady();
        (long commits, long signed) = CountCommits();
        if (_options.DryRun)
        {
            HistoryRewrite plan = Stream(System.IO.Stream.Null, config, commits, cancel);
            return Result(null, plan, signed, Missing());
        }

        using FileLock held = _repo.LockShared("import-lfs", TimeSpan.FromSeconds(10));
        using ObjectWriter writer = _repo.BeginWrite();
        AtomicFile.MakeDirectory(_directory);
        string marks = _directory + "/marks";
        HistoryRewrite done = Rewrite(marks, config, commits, cancel);
        if (done.Pointers == 0)
        {
            DropScratch(marks);
            return Result(null, done, 0, []);
        }

        CrashPoint.Hit("lfs.rewritten");
        IReadOnlyList<LeftLfsFile> missing = Store(writer, cancel);
        CrashPoint.Hit("lfs.history-stored");
        new CommitMap(_directory).Write(done.Originals, marks);
        CrashPoint.Hit("lfs.mapped");
        string made = _repo.Git.ResolveCommit(Scratch)?.Hex
            ?? throw new DlsException(ErrorKind.Failed, "import lfs --history: git has written no commit", "run `git fsck`");
        string none = new('0', made.Length);
        _repo.Git.Git.RunChecked(["update-ref", "-m", "dls import lfs", "--create-reflog", $"refs/heads/{Branch}", made, none]);
        DropScratch(marks);
        return Result(made, done, signed, missing);
    }

    private ImportLfsHistoryResult Result(string? commit, HistoryRewrite done, long signed, IReadOnlyList<LeftLfsFile> missing) =>
        new(Branch, commit, done.Originals.Count, done.Pointers, missing, [.. _blobs.Left])
        {
            Merges = done.Merges,
            Objects = _blobs.Objects.Count,
            Bytes = _blobs.Objects.Sum(static p => p.Size),
            SignaturesDropped = signed,
            CommitMap = commit is null ? null : new CommitMap(_directory).Path,
        };

    private byte[] RequireReady()
    {
        if (_repo.Config.RepoId is null || CommittedText.Read(_repo.Git, RepoConfig.File).Bytes is not { } config)
        {
            throw new DlsException(ErrorKind.Failed, "import lfs --history: this is no dls repository yet", "run `dls init` first");
        }

        if (_repo.Git.Git.Run(["check-ref-format", "--branch", Branch]).ExitCode != 0 || (_options.Branch is null && Name == "HEAD"))
        {
            throw new DlsException(ErrorKind.Usage, $"import lfs --history '{Branch}': git takes that for no name of a branch",
                "give one by `--branch NAME`");
        }

        if (_repo.Git.ResolveCommit($"refs/heads/{Branch}") is not null)
        {
            throw new DlsException(ErrorKind.Usage, $"import lfs --history: branch '{Branch}' is there already",
                $"give another by `--branch NAME`, or remove it with `git branch -D {ShellWord.Of(Branch)}`");
        }

        return _repo.Git.ResolveCommit(_source) is not null ? config
            : throw new DlsException(ErrorKind.Failed, $"import lfs --history: '{Name}' has no commits", "run `git commit` first");
    }

    /// <summary>Counts commits, and those that are signed: a rewritten commit is another one, so its signature would be wrong.</summary>
    private (long Commits, long Signed) CountCommits()
    {
        using ChildProcess list = _repo.Git.Git.Start(["rev-list", "--header", _source]);
        HistoryStream stream = new(list.Output);
        (long commits, long signed) = (0, 0);
        while (stream.ReadLine('\0') is { } commit)
        {
            int end = commit.IndexOf("\n\n", StringComparison.Ordinal);
            commits += commit.Length > 1 ? 1 : 0;
            signed += commit.AsSpan(0, Math.Max(0, end)).IndexOf("\ngpgsig", StringComparison.Ordinal) >= 0 ? 1 : 0;
        }

        return (commits, signed);
    }

    private HistoryRewrite Rewrite(string marks, byte[] config, long commits, CancellationToken cancel) =>
        FastImport.Run(_repo.Git.Git, [$"--export-marks={marks}"], output => Stream(output, config, commits, cancel));

    private HistoryRewrite Stream(Stream output, byte[] config, long commits, CancellationToken cancel)
    {
        // Without the file's bytes: a blob keeps its name unless it becomes a pointer.
        using ChildProcess export = _repo.Git.Git.Start([
            "fast-export", "--use-done-feature", "--no-data", "--show-original-ids", "--reencode=no", _source]);
        HistoryRewrite rewrite = new(new HistoryStream(export.Output), output, Scratch, _blobs, config);
        rewrite.Run(_options.Progress, commits, cancel);
        return export.WaitForExit() == 0 ? rewrite : throw FastImport.Failed("fast-export", export);
    }

    /// <summary>Stores what the pointers name; what is not here is asked of git-lfs, and what it cannot bring is listed.</summary>
    private IReadOnlyList<LeftLfsFile> Store(ObjectWriter writer, CancellationToken cancel)
    {
        if (Missing().Count > 0 && !_options.NoFetch && _lfs.HasProgram)
        {
            _ = _lfs.FetchHistory(Name);
        }

        LfsPointer[] here = [.. _blobs.Objects.Where(_lfs.Has)];
        IReadOnlyList<LfsPointer> wrong = LfsIngest.Store(_repo, writer, _lfs, here, _options.Progress, cancel);
        writer.Commit();
        LeftLfsFile[] damaged = [.. wrong.Select(p => _blobs.FirstOf(p.Oid) with { Reason = $"'{_lfs.PathOf(p.Oid)}' has other bytes" })];
        return [.. Missing(), .. damaged];
    }

    private IReadOnlyList<LeftLfsFile> Missing() => [.. _blobs.Objects.Where(p => !_repo.Store.Contains(p.Oid) && !_lfs.Has(p))
        .Select(p => _blobs.FirstOf(p.Oid) with { Reason = "its bytes are not here" })];

    private void DropScratch(string marks)
    {
        _ = _repo.Git.Git.Run(["update-ref", "-d", Scratch]);
        File.Delete(marks);
    }
}
