using DlStore.Git;

namespace DlStore.Operations;

/// <summary>What the pre-push hook does: pushes what the refs that git is about to publish name. If that fails, git's push stops.</summary>
public static class PrePush
{
    /// <summary>Runs the hook.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="refs">Git's lines: local ref, local id, remote ref, remote id.</param>
    /// <param name="progress">Told about progress.</param>
    /// <param name="cancel">Stops it, and so git's push.</param>
    /// <returns>What was pushed; null if no pointer is among what git pushes.</returns>
    /// <exception cref="DlsException">Kind Usage: pointers would be published and no remote is configured for their bytes.</exception>
    public static async Task<PushResult?> RunAsync(Repo repo, string refs, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        List<CommitId> commits = [];
        foreach (string line in refs.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(' ');
            bool isDelete = parts.Length == 4 && parts[1].All(c => c == '0');
            if (parts.Length == 4 && !isDelete && repo.Git.ResolveCommit(parts[1]) is { } commit)
            {
                commits.Add(commit);
            }
        }

        if (!commits.Any(c => repo.Git.NewestPointerCommit(c) is not null))
        {
            return null;
        }

        if (repo.Config.DefaultRemote is null)
        {
            throw new DlsException(ErrorKind.Usage, "push the bytes before git's push: no dls remote is configured", "run `dls remote add NAME URL --default`; to publish pointers without their bytes, run `git push --no-verify`");
        }

        return await Push.RunAsync(repo, new PushOptions { Commits = commits, Progress = progress }, cancel);
    }
}
