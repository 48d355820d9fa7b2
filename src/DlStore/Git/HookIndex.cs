using DlStore.Io;

namespace DlStore.Git;

/// <summary>
/// Finds the index that git works with while it runs a hook: <c>git commit -a</c> and <c>git commit PATH</c> make one of their own and name
/// it in <c>GIT_INDEX_FILE</c>. What is
/// staged anywhere else would not be in the commit. A variable that was left over in a shell, or came from the hook of another repository,
/// is passed over.
/// </summary>
internal static class HookIndex
{
    /// <summary>Finds the index that the environment names for a work tree.</summary>
    /// <param name="location">The work tree.</param>
    /// <param name="startDirectory">Where dls was started; <c>GIT_DIR</c> is relative to it.</param>
    /// <param name="environment">The user's environment.</param>
    /// <returns>Absolute path, or null for the work tree's own index.</returns>
    public static string? Find(GitLocation location, string startDirectory, IReadOnlyDictionary<string, string> environment)
    {
        if (!environment.TryGetValue("GIT_INDEX_FILE", out string? named) || named.Length == 0)
        {
            return null;
        }

        // Relative to the top of the work tree, where git runs its hooks.
        string file = Path.GetFullPath(named, location.WorkTree);
        bool isOwn = environment.TryGetValue("GIT_DIR", out string? gitDir) && gitDir.Length > 0
            ? IsSame(Path.GetFullPath(gitDir, startDirectory), location.GitDir)
                || IsSame(Path.GetFullPath(gitDir, location.WorkTree), location.GitDir)
            : !IsForeign(file, location);
        return isOwn && !IsSame(file, location.IndexFile) ? file : null;
    }

    /// <summary>
    /// Finds the index that comes into force after a commit of single paths: git has it ready under the name of its lock (builtin/commit.c,
    /// prepare_index), and commits from
    /// another one, <c>next-index-PID.lock</c>.
    /// </summary>
    /// <param name="location">The work tree.</param>
    /// <param name="indexFile">The index that git named.</param>
    /// <returns>Absolute path, or null if there is no second one.</returns>
    public static string? FindNext(GitLocation location, string indexFile)
    {
        string next = location.IndexFile + ".lock";
        bool isPartial = Path.GetFileName(indexFile) is { } name
            && name.StartsWith("next-index-", StringComparison.Ordinal) && IsSame(Path.GetDirectoryName(indexFile)!, location.GitDir);
        return isPartial && Sys.TryStat(next, out FileStat stat) && stat is { IsFile: true, Size: > 0 } ? next : null;
    }

    // Git leaves GIT_DIR out where it found the repository by itself.
    private static bool IsForeign(string file, GitLocation location)
    {
        for (string? directory = Path.GetDirectoryName(
            RealPath.Of(file)); directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (IsSame(directory, location.GitDir))
            {
                return false;
            }

            if (GitLocation.IsGitDirectory(directory) || GitLocation.IsTop(directory))
            {
                // In the work tree itself anything may lie; another repository's is not for us.
                return !IsSame(directory, location.WorkTree);
            }
        }

        return false;
    }

    private static bool IsSame(string first, string second) => first == second || RealPath.Of(first) == RealPath.Of(second);
}
