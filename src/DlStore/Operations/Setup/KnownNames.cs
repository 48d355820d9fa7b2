using DlStore.Data.Sets;
using DlStore.Git;
using DlStore.Learning.Kinds;
using DlStore.Learning.Records;

namespace DlStore.Operations.Setup;

/// <summary>
/// <c>dls names</c>: the names that a shell offers after a word. Reads directories, settings and git's index, and nothing that takes long;
/// contacts nobody.
/// </summary>
public static class KnownNames
{
    /// <summary>The kinds of names, in words.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["remotes", "revs", "tasks", "kinds", "datasets", "testsets", "targets", "hosts", "projects", "paths"];

    /// <summary>Lists names.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <returns>Sorted; none with a line feed in it.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such kind.</exception>
    public static IReadOnlyList<string> List(Repo repo, string kind)
    {
        IEnumerable<string> names = kind switch
        {
            "remotes" => repo.Config.Remotes.Keys,
            "revs" => repo.Git.AllRefs().Select(static r => Short(r.Name)).Append("HEAD"),
            "tasks" => Below(repo, TaskRecord.Root),
            "kinds" => KindReader.List(repo.WorkTree).Select(static k => k.Value),
            "datasets" => DatasetRecipe.List(repo.WorkTree).Select(static d => d.Value),
            "testsets" => TestSet.List(repo.WorkTree).Select(static t => t.Value),
            "targets" => repo.Config.Targets.Keys,
            "hosts" => repo.Config.Hosts.Keys,
            "projects" => Below(repo, "projects"),
            "paths" => ListPaths(repo),
            _ => throw new DlsException(
                ErrorKind.Usage, $"list names: '{kind}' is no kind of names", $"write one of {string.Join(", ", Kinds)}"),
        };
        return [.. names.Where(static n => !n.Contains('\n', StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];
    }

    private static string Short(string name)
    {
        string[] roots = ["refs/heads/", "refs/tags/", "refs/remotes/", "refs/"];
        return name[(roots.FirstOrDefault(r => name.StartsWith(r, StringComparison.Ordinal)) ?? "").Length..];
    }

    private static IEnumerable<string> Below(Repo repo, string root)
    {
        DirectoryInfo directory = new($"{repo.WorkTree}/{root}");
        return directory.Exists ? directory.EnumerateDirectories().Select(static d => d.Name) : [];
    }

    /// <summary>Managed paths as they would be typed where the user stands.</summary>
    private static IEnumerable<string> ListPaths(Repo repo) => GitIndexFile.Read(repo.Git).ListPointers()
        .Select(p => Path.GetRelativePath(repo.StartDirectory, repo.Absolute(p.Path)));
}
