using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Dvc;

/// <summary>An out of some version whose bytes could not be told; its record stays in the new commits.</summary>
/// <param name="Commit">The first commit that has this version of the record.</param>
/// <param name="Out">The out, and why.</param>
public sealed record DvcLostVersion(string Commit, DvcImportedOut Out);

/// <summary>What <c>dls import dvc --history</c> did.</summary>
/// <param name="Branch">The new branch.</param>
/// <param name="Head">Its last commit; null in a dry run.</param>
/// <param name="Commits">How many commits it has.</param>
public sealed record DvcHistoryResult(string Branch, string? Head, long Commits)
{
    /// <summary>Gets how many versions of outs became pointers.</summary>
    public long Versions { get; init; }

    /// <summary>Gets what stays DVC's, and since which commit.</summary>
    public IReadOnlyList<DvcLostVersion> Lost { get; init; } = [];

    /// <summary>Gets the file that has the old and the new id of every commit; null in a dry run.</summary>
    public string? CommitMap { get; init; }

    /// <summary>Gets the bytes that were read.</summary>
    public long BytesRead { get; init; }
}

/// <summary>How to take over a history.</summary>
/// <param name="Branch">The new branch's name, or null for that of the branch that is checked out with <c>-dls</c> behind it.</param>
/// <param name="DryRun">Look only.</param>
/// <param name="Progress">Told about progress.</param>
public sealed record DvcHistoryOptions(string? Branch, bool DryRun, IProgress<WorkProgress>? Progress);

/// <summary>
/// <c>dls import dvc --history</c>: a new branch with the commits of HEAD, in which every version of every out is a pointer. Each distinct
/// MD5 is looked for and stored once. Nothing of the work tree and of the old branch changes. Order: objects (durable), the map of commits,
/// the branch. A kill leaves no branch; the same command again finishes.
/// </summary>
public sealed class DvcHistory
{
    private readonly Repo _repo;
    private readonly DvcHistoryOptions _options;

    private DvcHistory(Repo repo, DvcHistoryOptions options)
    {
        _repo = repo;
        _options = options;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Stops it; there is no branch then.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="DlsException">Kind Usage: the branch's name is taken or none. Kind Failed: no commit, a shallow clone, a record of
    /// some version that cannot be read.</exception>
    public static Task<DvcHistoryResult> RunAsync(Repo repo, DvcHistoryOptions options, CancellationToken cancel) =>
        new DvcHistory(repo, options).RunAsync(cancel);

    private async Task<DvcHistoryResult> RunAsync(CancellationToken cancel)
    {
        byte[] config = CommittedText.Read(_repo.Git, RepoConfig.File).Bytes is { } bytes && _repo.Config.RepoId is not null
            ? bytes : throw new DlsException(ErrorKind.Failed, "import dvc: this repository is not one of dls yet", "run `dls init` first");
        (string old, string branch) = Branches();
        HistoryRewrite rewrite = new(_repo.Git);
        IReadOnlyList<HistoryCommit> commits = rewrite.Read(old);
        DvcVersions versions = new(_repo, DvcRecords.Read(_repo, GitIndexFile.Read(_repo.Git)));
        versions.Collect(commits);
        using DvcBytes found = new(_repo, _options.DryRun, searchesModified: true);
        using ObjectWriter? writer = _options.DryRun ? null : _repo.BeginWrite();
        await versions.FindAsync(found, writer, _options.Progress, cancel);
        DvcHistoryResult result = new(branch, null, commits.Count)
        {
            Versions = versions.Found,
            Lost = versions.Lost,
            BytesRead = found.BytesRead,
        };
        if (writer is null)
        {
            return result;
        }

        writer.Commit();
        CrashPoint.Hit("dvc.stored");
        IReadOnlyList<(CommitId Old, CommitId New)> made =
            rewrite.Write(new DvcCommits(versions, config).Rewrite(commits), $"refs/heads/{branch}");
        string map = $"{_repo.CommonDirectory}/commit-map";
        AtomicFile.Write(map, string.Concat(made.Select(static p => $"{p.Old} {p.New}\n")));
        return result with { Head = made[^1].New.Hex, CommitMap = map };
    }

    /// <summary>Finds the old branch and checks the name of the new one.</summary>
    private (string Old, string New) Branches()
    {
        string old = _repo.Git.Git.Run(["symbolic-ref", "--quiet", "HEAD"]).Text();
        if (old.Length == 0 || _repo.Git.Head() is null)
        {
            throw new DlsException(ErrorKind.Failed, "import dvc: no branch with commits is checked out",
                "check out the branch whose history you want, with `git checkout`");
        }

        string branch = _options.Branch ?? old["refs/heads/".Length..] + "-dls";
        if (_repo.Git.Git.Run(["check-ref-format", "--branch", branch]).ExitCode != 0)
        {
            throw new DlsException(ErrorKind.Usage, $"import dvc --branch '{EntryName.Show(branch)}': git takes no such name for a branch",
                "use letters, digits, '-', '_', '.' and '/'");
        }

        return _repo.Git.ResolveCommit($"refs/heads/{branch}") is null ? (old, branch) : throw new DlsException(ErrorKind.Usage,
            $"import dvc --branch '{branch}': there is a branch of that name",
            $"name another one, or remove it: `git branch -D {ShellWord.Of(branch)}`");
    }
}
