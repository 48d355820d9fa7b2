using DlStore.Data.Names;
using DlStore.Data.Sets;

namespace DlStore.Operations.Datasets;

/// <summary>One data set in a list.</summary>
/// <param name="Name">The data set.</param>
/// <param name="State">What is known without looking at any source: <c>built</c>, <c>imported</c>, <c>never built</c>, or what is wrong
/// with its files.</param>
/// <param name="Canvases">Its canvases with what each came to; empty if it was never built.</param>
public sealed record ListedDataset(string Name, string State, IReadOnlyDictionary<string, LockedCanvas> Canvases);

/// <summary><c>dls dataset list</c>.</summary>
public static class DatasetList
{
    /// <summary>Lists the data sets of the work tree.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns>Sorted by name.</returns>
    public static IReadOnlyList<ListedDataset> Run(
        Repo repo) => [.. DatasetRecipe.List(repo.WorkTree).Select(name => Describe(repo, name))];

    private static ListedDataset Describe(Repo repo, PortableName name)
    {
        try
        {
            DatasetRecipe recipe = DatasetRecipe.Read(repo.WorkTree, name);
            DatasetLock? found = DatasetLock.Find(repo.WorkTree, name);
            return found is null ? new ListedDataset(name.Value, "never built", new Dictionary<string, LockedCanvas>())
                : new ListedDataset(name.Value, StateOf(recipe, found), found.Canvases);
        }
        catch (DlsException e)
        {
            return new ListedDataset(name.Value, e.Message, new Dictionary<string, LockedCanvas>());
        }
    }

    private static string StateOf(DatasetRecipe recipe, DatasetLock found) =>
        recipe.ImportedFrom is not null ? "imported" : found.Recipe == recipe.Hash() ? "built" : "its recipe changed since it was built";
}
