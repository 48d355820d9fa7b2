using DlStore.Io;

namespace DlStore.Data.Names;

/// <summary>
/// Where a path of a list leads that leaves its set: a set that was copied still names the images of the one that it was copied from, and
/// what is trained on is those.
/// </summary>
internal static class OtherSet
{
    private static readonly string[] Marks = [
        "obj.data", "data.yaml", "JPEGImages", "Annotations", "annotations", "_annotations.coco.json"];

    /// <summary>Says why a path is refused.</summary>
    /// <param name="root">The directory of the set.</param>
    /// <param name="text">The path as the list has it.</param>
    /// <param name="why">Why it is refused wherever it leads.</param>
    /// <returns>A phrase that names both sets if there is something at that path, else <paramref name="why"/>.</returns>
    public static string Describe(string root, string text, string why) =>
        Find(root, text) is { } other
            ? $"it leads into '{InsidePath.Show(other)}', and this set is '{InsidePath.Show(root.TrimEnd('/'))}'" : why;

    /// <summary>Finds the set that a path leads into.</summary>
    /// <returns>An absolute path; null if nothing is there, or it lies in the set itself.</returns>
    public static string? Find(string root, string text)
    {
        string path = text.Contains('\0', StringComparison.Ordinal) ? root : Path.GetFullPath(Path.Combine(root, text)).TrimEnd('/');
        if (!Path.Exists(path))
        {
            return null;
        }

        // A link to the set is no other set.
        string own = RealPath.Of(Path.GetFullPath(root)).TrimEnd('/');
        path = RealPath.Of(path).TrimEnd('/');
        if (path == own || path.StartsWith(own + "/", StringComparison.Ordinal))
        {
            return null;
        }

        string nearest = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
        string? at = nearest;
        for (; at is { Length: > 1 } && !own.StartsWith(at + "/", StringComparison.Ordinal); at = Path.GetDirectoryName(at))
        {
            string set = at;
            if (Marks.Any(m => Path.Exists($"{set}/{m}")))
            {
                return set;
            }
        }

        return nearest;
    }
}
