using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>Turns what was typed into projects, and never follows a symlink on the way to one.</summary>
internal static class ProjectSelection
{
    /// <summary>Gives the names that were typed, as names or as paths, each once.</summary>
    public static IReadOnlyList<PortableName> Names(IReadOnlyList<string> typed) =>
        [.. typed.Select(static t => PortableName.Parse(t.TrimEnd('/').Split('/')[^1], "project")).Distinct().Order()];

    /// <summary>Lists all projects of the work tree.</summary>
    public static IReadOnlyList<PortableName> All(Repo repo)
    {
        KnownFiles.RequireRealParents(repo, $"{Project.Root}/x");
        return ProjectReader.List(repo.WorkTree);
    }

    /// <summary>Reads a project.</summary>
    public static Project Read(Repo repo, PortableName name)
    {
        KnownFiles.RequireRealParents(repo, $"{Project.Root}/{name}/x");
        return ProjectReader.Read(repo.WorkTree, name);
    }

    /// <summary>Reads a project that was typed.</summary>
    public static Project Read(Repo repo, string typed) => Read(repo, Names([typed])[0]);
}
