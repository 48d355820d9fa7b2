using System.Text;

namespace DlStore.Git;

/// <summary>
/// Puts paths into git's index and takes them out, by <c>git update-index</c>: all of one call, or nothing. If somebody holds index.lock,
/// it waits and tries again, at most for <see cref="LockWait"/>. Never removes a lock file: a git may be at work behind it. The lock
/// belongs to the index that is in use:
/// in a hook git may name another one.
/// </summary>
/// <param name="repo">The work tree.</param>
internal sealed class GitStage(GitRepo repo)
{
    /// <summary>From so many on one pack costs less than a file each, the start of one more git included.</summary>
    private const int PackFrom = 64;

    private const int DelayMsFirst = 10;
    private const int DelayMsMax = 500;

    /// <summary>Gets how long to wait for somebody else's index.lock.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Stages paths as they are on disk; a path that is gone is removed from the index, unless a sparse checkout left it out. Ignore rules
    /// do not matter.
    /// </summary>
    /// <param name="paths">Files, not directories, from the top of the work tree, <c>/</c> between names; git refuses those that lead
    /// outside.</param>
    /// <exception cref="DlsException">Kind Locked: index.lock stays; it is named. Kind Failed: git refused a path.</exception>
    public void Add(IReadOnlyList<string> paths) => Update(
        ["update-index", "--add", "--remove", "--ignore-skip-worktree-entries", "-z", "--stdin"], paths);

    /// <summary>
    /// Stores contents that are about to be staged as one pack, where they are many: <c>update-index</c> would write a file for each.
    /// Only saves time, so nothing depends on it: what
    /// is not in the object store yet, or is stored otherwise by a filter, is written when it is staged.
    /// </summary>
    /// <param name="contents">Whole files.</param>
    public void StoreTogether(IReadOnlyCollection<byte[]> contents)
    {
        byte[][] different = [.. contents.Where(static c => c.Length <= BlobPack.LengthMax).DistinctBy(Encoding.Latin1.GetString)];
        if (different.Length >= PackFrom)
        {
            _ = repo.Git.Run(["index-pack", "--stdin"], BlobPack.Make(different, repo.HashLength));
        }
    }

    /// <summary>Removes paths from the index; what is on disk stays. A path that is not there is passed over.</summary>
    /// <param name="paths">Files, not directories, from the top of the work tree, <c>/</c> between names; git refuses those that lead
    /// outside.</param>
    /// <exception cref="DlsException">Kind Locked: index.lock stays; it is named.</exception>
    public void Remove(IReadOnlyList<string> paths) => Update(["update-index", "--force-remove", "-z", "--stdin"], paths);

    private void Update(string[] arguments, IReadOnlyList<string> paths)
    {
        if (paths.Count == 0)
        {
            return;
        }

        StringBuilder names = new();
        foreach (string path in paths)
        {
            names.Append(path).Append('\0');
        }

        byte[] input = Encoding.UTF8.GetBytes(names.ToString());
        Update(repo.Git, arguments, input, paths.Count);
        if (repo.NextGit is { } next)
        {
            Update(next, arguments, input, paths.Count);
        }
    }

    private void Update(GitProcess git, string[] arguments, byte[] input, int count)
    {
        TimeSpan waited = TimeSpan.Zero;
        for (int delayMs = DelayMsFirst; ; delayMs = Math.Min(2 * delayMs, DelayMsMax))
        {
            GitResult result = git.Run(arguments, input);
            // Git passes over ".git/x" with a remark and exit code 0; a path that was not staged must not look staged.
            if (result.ExitCode == 0 && !result.Error.Contains("Ignoring path", StringComparison.Ordinal))
            {
                return;
            }

            if (!result.Error.Contains(".lock': File exists", StringComparison.Ordinal))
            {
                throw git.Failed(arguments, result);
            }

            if (waited >= LockWait)
            {
                throw new DlsException(
                    ErrorKind.Locked,
                    $"cannot stage {CountWords.Of(count, "path")}: another git holds '{git.IndexFile ?? repo.IndexFile}.lock'",
                    "wait for it and run the command again; if no git is running, it is left over from a crash: remove that file");
            }

            Thread.Sleep(delayMs);
            waited += TimeSpan.FromMilliseconds(delayMs);
        }
    }
}
