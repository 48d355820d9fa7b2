using System.Text;
using DlStore.Data.Sets;
using DlStore.Objects;

namespace DlStore.Operations.Datasets;

/// <summary>
/// The images of all test sets by their hash: none of them may be trained on. Read from listings, so the bytes need not be here.
/// </summary>
internal static class TestSetImages
{
    /// <summary>The directory of all test sets, from the top of the work tree.</summary>
    public const string Root = TestSet.Root;

    /// <summary>Maps the oid of every test image to <c>SET/FILE</c>.</summary>
    /// <exception cref="DlsException">Kind Missing: a listing was not fetched.</exception>
    public static Dictionary<Oid, string> Read(Repo repo)
    {
        Dictionary<Oid, string> images = [];
        foreach (ManagedPath managed in repo.ListManaged(
            null).Where(static m => m.Path.Directory == Root && m.Pointer.Kind == ObjectKind.Tree))
        {
            if (!repo.Store.Contains(managed.Pointer.Oid))
            {
                throw new DlsException(
                    ErrorKind.Missing, $"read the listing of test set '{managed.Path}': it is not here, so "
                        + "nobody can tell whether the data set holds test images",
                    $"run `dls fetch --listings {repo.ToTyped(managed.Path.Value)}`");
            }

            Collect(repo, managed.Pointer.Oid, managed.Path.Name, images, 0);
        }

        return images;
    }

    /// <summary>Images that a test set keeps for testing must not be learned from: the result would be worth nothing.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="what">What is refused then: a verb and its object.</param>
    /// <param name="images">The images that would be learned from, by hash, each with the name that its owner knows.</param>
    /// <exception cref="DlsException">Kind Failed: some are test images; each is named with the test set's. Kind Missing: a listing was not
    /// fetched.</exception>
    public static void Refuse(Repo repo, string what, IEnumerable<(Oid Oid, string Name)> images)
    {
        Dictionary<Oid, string> test = Read(repo);
        string[] leaks = test.Count == 0
            ? [] : [.. images.Where(i => test.ContainsKey(i.Oid)).Select(i => $"{i.Name} is {test[i.Oid]}").Distinct()];
        if (leaks.Length > 0)
        {
            throw new DlsException(
                ErrorKind.Failed, $"{what}: {CountWords.Of(leaks.Length, "image of test sets is", "images of test sets are")}"
                    + " among its train and val images",
                "take them out of the project or image set, or out of the test set")
            {
                Items = leaks,
            };
        }
    }

    private static void Collect(Repo repo, Oid tree, string name, Dictionary<Oid, string> images, int depth)
    {
        TreeNode.RequireDepth(depth, name);
        TreeCursor cursor = new(repo.Store.Read, tree);
        while (cursor.Next())
        {
            string entry = $"{name}/{Encoding.UTF8.GetString(cursor.Name)}";
            if (cursor.Mode == TreeMode.Directory)
            {
                Collect(repo, cursor.Oid, entry, images, depth + 1);
            }
            else if (entry.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase))
            {
                images.TryAdd(cursor.Oid, entry);
            }
        }
    }
}
