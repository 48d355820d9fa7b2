using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Datasets;

/// <summary>One image of a test set.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Oid">The digest of its bytes.</param>
/// <param name="Truth">What is in it: label and box; empty if nothing is, null if the annotation is missing.</param>
/// <param name="Origin">Where it came from.</param>
public sealed record TestSetImage(string Name, Oid Oid, IReadOnlyList<string>? Truth, string Origin);

/// <summary>A test set.</summary>
/// <param name="Name">The test set.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Count">How many images it has, or -1 if its listing was not fetched.</param>
/// <param name="Tree">The oid its pointer names, or null if there is no pointer.</param>
/// <param name="Labels">In how many images each class is, sorted; empty in a list.</param>
/// <param name="Images">The images, sorted; empty in a list.</param>
public sealed record ShownTestSet(
    string Name, string Description, int Count, Oid? Tree, IReadOnlyDictionary<string, int> Labels, IReadOnlyList<TestSetImage> Images);

/// <summary><c>dls testset show</c> and <c>list</c>: read from the store, so the set need not be checked out.</summary>
public static class TestSetShow
{
    /// <summary>Lists the test sets.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns>Sorted by name, without their images.</returns>
    public static IReadOnlyList<ShownTestSet> List(
        Repo repo) => [.. TestSet.List(repo.WorkTree).Select(n => Describe(repo, n, withImages: false))];

    /// <summary>Shows one.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">Its name.</param>
    /// <returns>With its images.</returns>
    /// <exception cref="DlsException">Kind Usage: there is none. Kind Missing: its listing or annotations were not fetched.</exception>
    public static ShownTestSet Run(
        Repo repo, string name) => Describe(repo, PortableName.Parse(name.Trim('/').Split('/')[^1], "test set"), withImages: true);

    private static ShownTestSet Describe(Repo repo, PortableName name, bool withImages)
    {
        TestSet set = TestSet.Find(repo.WorkTree, name) ?? throw new DlsException(ErrorKind.Usage,
            $"show test set '{name}': there is no file '{TestSet.FileOf(name)}'", "run `dls testset list` to see the test sets");
        Pointer? pointer = repo.FindPointer(RelPath.Parse(set.Path));
        if (pointer is null || (!withImages && !repo.Store.Contains(pointer.Oid)))
        {
            return new ShownTestSet(name.Value, set.Description, pointer is null ? 0 : -1, pointer?.Oid, new Dictionary<string, int>(), []);
        }

        Dictionary<string, Oid> images = ListDirectory(repo, pointer.Oid, "JPEGImages");
        if (!withImages)
        {
            return new ShownTestSet(name.Value, set.Description, images.Count, pointer.Oid, new Dictionary<string, int>(), []);
        }

        Dictionary<string, Oid> truths = ListDirectory(repo, pointer.Oid, "Annotations");
        List<TestSetImage> shown = [
            .. images.OrderBy(static i => i.Key, StringComparer.Ordinal).Select(i => Describe(repo, i.Key, i.Value, truths))];
        SortedDictionary<string, int> labels = new(StringComparer.Ordinal);
        foreach (string label in shown.SelectMany(static i => i.Truth?.Select(static t => t[..t.LastIndexOf(' ')]).Distinct() ?? []))
        {
            labels[label] = labels.GetValueOrDefault(label) + 1;
        }

        return new ShownTestSet(name.Value, set.Description, shown.Count, pointer.Oid, labels, shown);
    }

    private static TestSetImage Describe(Repo repo, string name, Oid oid, Dictionary<string, Oid> truths)
    {
        string xml = Path.ChangeExtension(name, ".xml");
        if (!truths.TryGetValue(xml, out Oid truth))
        {
            return new TestSetImage(name, oid, null, "");
        }

        Annotation annotation = Annotation.Parse(repo.Store.Read(truth), xml);
        return new TestSetImage(name, oid, [.. annotation.Objects.Select(static o => $"{o.Label} {o.Box}")], annotation.Database);
    }

    private static Dictionary<string, Oid> ListDirectory(Repo repo, Oid tree, string name)
    {
        PathEntry entry = TreeLookup.Find(repo.Store.Read, tree, Encoding.UTF8.GetBytes(name));
        Dictionary<string, Oid> found = new(StringComparer.Ordinal);
        if (entry.IsDirectory)
        {
            TreeCursor cursor = new(repo.Store.Read, entry.Oid);
            while (cursor.Next())
            {
                found[Encoding.UTF8.GetString(cursor.Name)] = cursor.Oid;
            }
        }

        return found;
    }
}
