namespace DlStore.Operations.Views;

/// <summary>Says which state of a repository its work tree stands at, for people.</summary>
public static class RepoState
{
    /// <summary>Gives branch and commit.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns><c>main: 1a2b3c4 2026-01-31 message</c>, or that there is no commit yet.</returns>
    public static string Of(Repo repo)
    {
        if (repo.Git.Head() is null)
        {
            return "no commit yet";
        }

        string[] lines = repo.Git.Git.RunChecked(["log", "-1", "--format=%D%n%h %cs %s"]).Text().Trim('\n').Split('\n', 2);
        string? branch = lines[0].Split(", ").FirstOrDefault(static d => d.StartsWith("HEAD -> ", StringComparison.Ordinal));
        return $"{branch?["HEAD -> ".Length..] ?? "detached"}: {lines[^1]}";
    }
}
