using DlStore.Git;

namespace DlStore.Operations.Transfers;

/// <summary>What the pre-push hook does: pushes what the refs that git is about to publish name. If that fails, git's push stops.</summary>
public static class PrePush
{
    /// <summary>Runs the hook.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="refs">Git's lines: local ref, local id, remote ref, remote id.</param>
    /// <param name="gitRemote">The name or URL of git's remote, the hook's first argument; null if it was not handed on.</param>
    /// <param name="progress">Told about progress.</param>
    /// <param name="cancel">Stops it, and so git's push.</param>
    /// <returns>What was pushed, by remote; empty if no pointer is among what git pushes.</returns>
    /// <exception cref="DlsException">Kind Usage: pointers would be published and no remote is configured for their bytes.</exception>
    public static async Task<IReadOnlyList<PushResult>> RunAsync(
        Repo repo, string refs, string? gitRemote, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        List<CommitId> commits = string.IsNullOrWhiteSpace(refs) ? Unlisted(repo, gitRemote) : Listed(repo, refs);
        if (!commits.Any(c => repo.Git.Pointers.Newest(c) is not null))
        {
            return [];
        }

        // A remote that git's own has been given is meant alone: a fork's push goes to the fork's store.
        string?[] remotes = gitRemote is not null && repo.Config.GitRemotes.TryGetValue(gitRemote, out string? named) ? [named]
            : repo.Config.PushRemotes.Count > 0 ? [.. repo.Config.PushRemotes] : [null];
        if (remotes is [null] && repo.Config.DefaultRemote is null)
        {
            throw new DlsException(ErrorKind.Usage, "push the bytes before git's push: no dls remote is configured",
                "run `dls remote add NAME URL --default`; to publish pointers without their bytes, run `git push --no-verify`");
        }

        List<PushResult> results = [];
        foreach (string? remote in remotes)
        {
            results.Add(await Push.RunAsync(repo, new PushOptions { Remote = remote, Commits = commits, Progress = progress }, cancel));
        }

        return results;
    }

    private static List<CommitId> Listed(Repo repo, string refs)
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

        return commits;
    }

    /// <summary>
    /// Git lists nothing when all is up to date; but a program that runs before dls in the same hook (git-lfs, tests) may also have read
    /// the list, and the pre-commit framework
    /// hands it on by variables. So what is checked out counts if it has pointers that git's remote is not known to have.
    /// </summary>
    private static List<CommitId> Unlisted(Repo repo, string? gitRemote)
    {
        string? to = repo.Environment.TryGetValue("PRE_COMMIT_TO_REF", out string? named) ? named : null;
        string? remote = gitRemote ?? (repo.Environment.TryGetValue("PRE_COMMIT_REMOTE_NAME", out string? name) ? name : null);
        List<CommitId> commits = to is { Length: > 0 } && repo.Git.ResolveCommit(to) is { } handed ? [handed] : [];
        if (repo.Git.Head() is { } head && repo.Git.Pointers.HasBeyond(head, remote))
        {
            commits.Add(head);
        }

        return commits;
    }
}
