using DlStore.Data.Annotations;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>A file of COCO and where its images may lie.</summary>
/// <param name="Name">Relative to the directory of the set.</param>
/// <param name="Side">The side that its name, or that of its directory, says.</param>
/// <param name="Folders">Directories in which its images are looked for, in this order; empty for the directory of the set.</param>
internal sealed record CocoFile(string Name, SplitSide Side, IReadOnlyList<string> Folders);

/// <summary>
/// Finds the files of a set in COCO layout: <c>annotations/instances_*.json</c> of COCO itself and CVAT, <c>_annotations.coco.json</c> in a
/// directory for each side of Roboflow, <c>result.json</c> of Label Studio.
/// </summary>
internal static class CocoFiles
{
    // A directory of labelme has a JSON file for each image.
    private const int LookedAtMax = 20;
    private const string Prefix = "instances_";

    /// <summary>Finds them.</summary>
    /// <param name="directory">Absolute path.</param>
    /// <returns>Sorted by side and name; none if it is no such set.</returns>
    public static IReadOnlyList<CocoFile> Find(string directory)
    {
        List<CocoFile> found = InAnnotations(directory);
        foreach (string folder in found.Count > 0 ? [] : LayoutSight.SideFolders(directory, ""))
        {
            found.AddRange(Jsons(directory, folder).Where(n => n.EndsWith("_annotations.coco.json", StringComparison.Ordinal))
                .Select(n => new CocoFile($"{folder}/{n}", LayoutSight.SideOf(folder), [folder])));
        }

        if (found.Count == 0)
        {
            found.AddRange(Jsons(directory, "").Take(LookedAtMax).Where(n => IsCoco(Path.Combine(directory, n))).Select(
                static n => new CocoFile(n, LayoutSight.SideOf(Path.GetFileNameWithoutExtension(n)), ["", "images"])));
        }

        return [.. found.OrderBy(static f => Array.IndexOf(CocoSet.Sides, f.Side)).ThenBy(static f => f.Name, StringComparer.Ordinal)];
    }

    /// <summary>Lists the files beside those that are read: captions, key points.</summary>
    public static IEnumerable<string> Others(string directory, IReadOnlyList<CocoFile> read) => Jsons(directory, CocoSet.Folder)
        .Select(static n => $"{CocoSet.Folder}/{n}").Where(n => read.All(r => r.Name != n));

    private static List<CocoFile> InAnnotations(string directory)
    {
        string[] names = [.. Jsons(directory, CocoSet.Folder)];
        string[] instances = [.. names.Where(static n => n.StartsWith(Prefix, StringComparison.Ordinal))];
        string[] taken = instances.Length > 0 ? instances : [.. names.Where(n => IsCoco(Path.Combine(directory, CocoSet.Folder, n)))];
        return [.. taken.Select(static n =>
        {
            string subset = Path.GetFileNameWithoutExtension(n);
            subset = subset.StartsWith(Prefix, StringComparison.Ordinal) ? subset[Prefix.Length..] : subset;
            SplitSide side = LayoutSight.SideOf(subset);
            return new CocoFile($"{CocoSet.Folder}/{n}", side, [$"images/{subset}", subset, $"images/{SetCounts.NameOf(side)}", "images",
                ""]);
        })];
    }

    private static IEnumerable<string> Jsons(string directory, string folder) => FolderNames.List(Path.Combine(directory, folder), folder,
        [])
        .Where(static n => n.EndsWith(".json", StringComparison.Ordinal));

    /// <summary>Tells by the keys that stand at the top whether a file is one of COCO.</summary>
    private static bool IsCoco(string path)
    {
        if (!Sys.TryStat(path, out FileStat stat) || !stat.IsFile || stat.Size > CocoReader.LengthMax)
        {
            return false;
        }

        try
        {
            JsonSections json = new(path, Path.GetFileName(path));
            HashSet<string> keys = json.Keys();
            return keys.Contains("images") && keys.Contains("annotations") && keys.Contains("categories");
        }
        catch (Exception e) when (e is DlsException or System.Text.Json.JsonException)
        {
            return false;
        }
    }
}
