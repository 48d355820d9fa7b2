using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>Which data sets name a project.</summary>
internal static class ProjectUsers
{
    /// <summary>Lists the data sets that take a project in, sorted.</summary>
    /// <exception cref="DlsException">Kind Failed: a data set file cannot be read, so nobody knows what it names.</exception>
    public static IReadOnlyList<string> Of(Repo repo, PortableName project)
    {
        KnownFiles.RequireRealParents(repo, $"{DatasetRecipe.Root}/x");
        return [.. DatasetRecipe.List(
            repo.WorkTree).Where(d => DatasetRecipe.Read(repo.WorkTree, d).Projects.Contains(project)).Select(static d => d.Value)];
    }
}
