using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Learning.Scores;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Datasets;

/// <summary>
/// What is in the images of a stored test set. Programs name an image by path, by file or without its extension; here its name without both
/// is what counts, and is unique in a set.
/// </summary>
/// <param name="Name">The test set.</param>
/// <param name="Tree">The tree that its pointer names.</param>
/// <param name="Objects">Objects by image.</param>
internal sealed record TestSetTruth(PortableName Name, Oid Tree, IReadOnlyDictionary<string, IReadOnlyList<LabelledObject>> Objects)
{
    /// <summary>Reads the truth of a test set from the store; it need not be checked out, and no image is opened.</summary>
    /// <exception cref="DlsException">Kind Usage: there is no such test set. Kind Missing: its annotations were not fetched. Kind Failed:
    /// an image has none.</exception>
    public static TestSetTruth Read(Repo repo, string typed)
    {
        PortableName name = PortableName.Parse(typed.Trim('/').Split('/')[^1], "test set");
        TestSet set = TestSet.Find(repo.WorkTree, name) ?? throw new DlsException(ErrorKind.Usage,
            $"use test set '{name}': there is no file '{TestSet.FileOf(name)}'", "run `dls testset list` to see the test sets");
        Pointer pointer = repo.FindPointer(RelPath.Parse(set.Path))
            ?? throw new DlsException(ErrorKind.Usage, $"use test set '{name}': it has no images", $"run `dls testset add {name} DIR`");
        SortedDictionary<string, Oid> annotations = List(repo, pointer.Oid, "Annotations");
        SortedDictionary<string, IReadOnlyList<LabelledObject>> objects = new(StringComparer.Ordinal);
        foreach (string image in List(repo, pointer.Oid, "JPEGImages").Keys)
        {
            string stem = StemOf(image);
            objects[stem] = annotations.TryGetValue(stem + ".xml", out Oid oid)
                ? Annotation.Parse(repo.Store.Read(oid), $"{set.Path}/Annotations/{stem}.xml").Objects
                : throw new DlsException(ErrorKind.Failed, $"use test set '{name}': image '{image}' has no annotation");
        }

        return new TestSetTruth(name, pointer.Oid, objects);
    }

    /// <summary>Gives the name by which an image is known.</summary>
    /// <param name="image">As a program names it.</param>
    public static string StemOf(string image) => Path.GetFileNameWithoutExtension(image.Replace('\\', '/'));

    /// <summary>Puts the truth of the set in place of what rows say, and adds a row without answer for each image that has none.</summary>
    /// <param name="rows">The rows of a program.</param>
    /// <returns>The rows to count, images that had none, names that are not in the set, images whose rows say another truth; all
    /// sorted.</returns>
    public JudgedRows Apply(IReadOnlyList<ImageResult> rows)
    {
        Dictionary<string, List<ImageResult>> byImage = rows.GroupBy(
            static r => StemOf(r.Image)).ToDictionary(static g => g.Key, static g => g.ToList(), StringComparer.Ordinal);
        List<ImageResult> judged = [];
        List<string> missing = [];
        List<string> disagreed = [];
        foreach ((string image, IReadOnlyList<LabelledObject> objects) in Objects)
        {
            string[] truths = [.. objects.Select(static o => o.Label).Distinct().Order(StringComparer.Ordinal)];
            List<ImageResult> found = byImage.GetValueOrDefault(image, []);
            if (found.Count == 0)
            {
                missing.Add(image);
            }

            if (found.Any(r => r.Truth.Length > 0 ? !truths.Contains(r.Truth) : truths.Length > 0))
            {
                disagreed.Add(image);
            }

            judged.AddRange(
                truths.Length == 0 ? [new ImageResult(image, "", "", null)] : truths.Select(t => new ImageResult(image, t, "", null)));
            judged.AddRange(found.Where(
                static r => r.Found.Length > 0).Select(r => new ImageResult(image, truths.FirstOrDefault(""), r.Found, r.Score)));
        }

        return new JudgedRows(
            judged, missing, [.. byImage.Keys.Where(i => !Objects.ContainsKey(i)).Order(StringComparer.Ordinal)], disagreed);
    }

    private static SortedDictionary<string, Oid> List(Repo repo, Oid tree, string directory)
    {
        SortedDictionary<string, Oid> found = new(StringComparer.Ordinal);
        PathEntry entry = TreeLookup.Find(repo.Store.Read, tree, Encoding.UTF8.GetBytes(directory));
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

/// <summary>Rows that were brought together with a test set.</summary>
/// <param name="Rows">What to count.</param>
/// <param name="Missing">Images of the set without a row.</param>
/// <param name="Strangers">Names that are not in the set; their rows do not count.</param>
/// <param name="Disagreed">Images whose rows say another truth; that of the set counts.</param>
internal sealed record JudgedRows(
    IReadOnlyList<ImageResult> Rows, IReadOnlyList<string> Missing, IReadOnlyList<string> Strangers, IReadOnlyList<string> Disagreed);
