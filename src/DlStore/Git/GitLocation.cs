using DlStore.Io;

namespace DlStore.Git;

/// <summary>Where a repository is: found by walking up, without starting git.</summary>
/// <param name="WorkTree">Absolute path of the directory that holds <c>.git</c>, no trailing slash.</param>
/// <param name="GitDir">Absolute path of this work tree's git directory, no trailing slash.</param>
/// <param name="CommonDir">Absolute path of the git directory that all work trees share; often the same.</param>
internal sealed record GitLocation(string WorkTree, string GitDir, string CommonDir)
{
    private const string GitDirPrefix = "gitdir: ";
    private const int PointingFileMax = 64 * 1024;

    /// <summary>
    /// Looks for a work tree at a directory and above it. A <c>.git</c> directory that is no repository is passed over, as git does.
    /// </summary>
    /// <param name="startDirectory">A directory; no symlink in it is resolved.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="DlsException">Kind NoRepository: there is none, it is bare, or a <c>.git</c> file leads nowhere.</exception>
    public static GitLocation Find(string startDirectory)
    {
        string start = Path.TrimEndingDirectorySeparator(Path.GetFullPath(startDirectory));
        for (string? directory = start; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            string candidate = Path.Combine(directory, ".git");
            if (Directory.Exists(candidate) && IsGitDirectory(candidate))
            {
                return At(directory, candidate);
            }

            if (File.Exists(candidate))
            {
                return At(directory, Follow(directory, candidate));
            }

            if (IsGitDirectory(directory))
            {
                throw new DlsException(
                    ErrorKind.NoRepository,
                    $"cannot work in '{directory}': it is a bare repository or a git directory, not a work tree",
                    "run dls in a clone of it, or in its work tree (`git worktree add`)");
            }
        }

        throw new DlsException(
            ErrorKind.NoRepository,
            $"cannot find a git work tree at '{start}' or above it",
            "change to your repository, or make one with `git init`");
    }

    /// <summary>Gets the absolute path of this work tree's own index.</summary>
    public string IndexFile => GitDir + "/index";

    /// <summary>
    /// Tells whether a directory is the top of a work tree: of a repository of its own, a submodule or a linked work tree.
    /// </summary>
    /// <param name="directory">Absolute path.</param>
    /// <returns>True if git would work in the repository there.</returns>
    public static bool IsTop(string directory)
    {
        string candidate = directory + "/.git";
        return File.Exists(candidate) || (Directory.Exists(candidate) && IsGitDirectory(candidate));
    }

    /// <summary>
    /// Tells whether a directory is a git directory: HEAD, and objects and refs here or in the common directory (git's is_git_directory).
    /// </summary>
    /// <param name="path">Any path.</param>
    /// <returns>True for a repository.</returns>
    public static bool IsGitDirectory(string path)
        => path.Length > 0
        && new FileInfo(Path.Combine(path, "HEAD")) is { } head
        && (head.Exists || head.LinkTarget is not null)
        && (File.Exists(Path.Combine(path, "commondir"))
            || (Directory.Exists(Path.Combine(path, "objects")) && Directory.Exists(Path.Combine(path, "refs"))));

    /// <summary>
    /// Tells whether work tree and git directory belong to whoever runs dls. Git refuses the repositories of others, because their config
    /// and hooks name commands (safe.directory), but not when it is given <c>--git-dir</c>, as dls does.
    /// </summary>
    /// <returns>False if somebody else owns one of them.</returns>
    public bool IsOwn()
    {
        uint user = Posix.GetEUid();
        foreach (string path in new[] { WorkTree, Path.Combine(WorkTree, ".git"), GitDir, CommonDir })
        {
            if (!Sys.TryStat(path, out FileStat stat) || stat.Uid != user)
            {
                return false;
            }
        }

        return true;
    }

    private static GitLocation At(string workTree, string gitDir)
    {
        string shared = Path.Combine(gitDir, "commondir");
        string commonDir = File.Exists(shared) ? Path.GetFullPath(ReadPointing(shared), gitDir) : gitDir;
        return new GitLocation(workTree, gitDir, Path.TrimEndingDirectorySeparator(commonDir));
    }

    // Work trees and submodules have a file ".git" in place of the directory.
    private static string Follow(string directory, string gitFile)
    {
        string text = ReadPointing(gitFile);
        string gitDir = text.StartsWith(GitDirPrefix, StringComparison.Ordinal)
            ? Path.GetFullPath(text[GitDirPrefix.Length..], directory) : "";
        return IsGitDirectory(gitDir)
            ? Path.TrimEndingDirectorySeparator(gitDir)
            : throw new DlsException(
                ErrorKind.NoRepository,
                $"cannot follow '{gitFile}': it does not name a git directory",
                "run `git worktree repair` in the main work tree, or `git submodule update` for a submodule");
    }

    private static string ReadPointing(string file)
    {
        try
        {
            return new FileInfo(file).Length <= PointingFileMax ? File.ReadAllText(file).TrimEnd('\n', '\r') : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DlsException(ErrorKind.NoRepository, $"cannot read '{file}': {e.Message}", null, e);
        }
    }
}
