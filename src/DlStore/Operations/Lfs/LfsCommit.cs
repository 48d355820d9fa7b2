using DlStore.Git;
using DlStore.Io;

namespace DlStore.Operations.Lfs;

/// <summary>
/// The one commit of an import, where it was asked for. A note below the git directory says that one is under way, and on which commit: so
/// the same command after a kill knows that what is staged is its own.
/// </summary>
internal sealed class LfsCommit
{
    private static readonly string[] Identity = ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE",
        "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "GIT_COMMITTER_DATE"];

    private readonly Repo _repo;
    private readonly string _note;
    private readonly string _head;

    /// <summary>Initializes a new instance of the <see cref="LfsCommit"/> class.</summary>
    public LfsCommit(Repo repo)
    {
        _repo = repo;
        _note = repo.StateDirectory + "/import-lfs";
        _head = repo.Git.Head()?.ToString() ?? "none";
        IsOpen = SmallFile.Find(_note, _note, 1024) is { } bytes && System.Text.Encoding.ASCII.GetString(bytes).Trim() == _head;
    }

    /// <summary>Gets a value indicating whether an import that was to commit was killed before it did.</summary>
    public bool IsOpen { get; }

    /// <summary>Gives the variables that say who commits, as the user has set them.</summary>
    public static Dictionary<string, string> IdentityOf(Repo repo) =>
        repo.Environment.Where(static v => Identity.Contains(v.Key)).ToDictionary(static v => v.Key, static v => v.Value);

    /// <summary>Refuses to commit what somebody else staged.</summary>
    /// <exception cref="DlsException">Kind Failed: git's index differs from HEAD, by more than what dls init wrote.</exception>
    public void RequireClean()
    {
        if (IsOpen || _head == "none")
        {
            return;
        }

        string[] staged = _repo.Git.Git.RunChecked(["diff-index", "--cached", "--name-only", "HEAD", "--"]).Lines();
        if (staged.Length > 0)
        {
            throw new DlsException(ErrorKind.Failed,
                $"import lfs --commit: git's index differs from HEAD already, in {CountWords.Of(staged.Length, "path")}",
                "run `git commit` first, or leave --commit out; nothing was changed")
            {
                Items = staged,
            };
        }
    }

    /// <summary>Notes that a commit is under way.</summary>
    /// <param name="wanted">Whether it is.</param>
    public void Begin(bool wanted)
    {
        if (wanted)
        {
            AtomicFile.MakeDirectory(_repo.StateDirectory);
            AtomicFile.Write(_note, _head + "\n");
        }
    }

    /// <summary>Commits what is staged, by the user's own git with its hooks.</summary>
    /// <param name="files">How many files were taken over.</param>
    /// <returns>The commit's id; null if nothing was staged.</returns>
    public string? Make(long files)
    {
        string[] differs = ["diff-index", "--cached", "--quiet", "HEAD", "--"];
        string? made = null;
        if (_head == "none" || _repo.Git.Git.Run(differs).ExitCode != 0)
        {
            string what = files > 0 ? CountWords.Of(files, "file") : "files";
            string[] arguments = ["commit", "--quiet", "--message", $"Move {what} from git-lfs to dls"];
            GitResult result = _repo.Git.Git.RunAsUser(arguments, IdentityOf(_repo));
            if (result.ExitCode != 0)
            {
                DlsException failed = _repo.Git.Git.Failed(arguments, result);
                throw new DlsException(
                    failed.Kind, failed.Message, "everything is staged; put right what git says and run `git commit`", failed);
            }

            made = _repo.Git.Head()?.ToString();
        }

        File.Delete(_note);
        return made;
    }
}
