using DlStore.Data.Sets;

namespace DlStore.Operations.Datasets;

/// <summary>One difference between two versions of a data set.</summary>
/// <param name="Canvas">The canvas; empty for what concerns the whole.</param>
/// <param name="Kind">What differs: <c>class</c>, <c>source</c>, <c>images</c>, <c>moved</c>, <c>split</c>, <c>canvas</c>,
/// <c>label</c>.</param>
/// <param name="Text">The difference, for people.</param>
public sealed record DatasetDifference(string Canvas, string Kind, string Text);

/// <summary>
/// <c>dls dataset diff A B</c>: classes, sources, counts, and which images changed sides. Reads locks and item lists; no image is opened.
/// </summary>
public static class DatasetDiff
{
    private const int MovedShown = 20;

    /// <summary>Compares two versions.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="from">A version, as for show.</param>
    /// <param name="to">Another one.</param>
    /// <returns>The differences; empty if both are equal.</returns>
    public static IReadOnlyList<DatasetDifference> Run(Repo repo, string from, string to)
    {
        DatasetVersion a = DatasetVersion.Get(repo, from);
        DatasetVersion b = DatasetVersion.Get(repo, to);
        List<DatasetDifference> found = [];
        if (a.Lock.Split != b.Lock.Split)
        {
            found.Add(new DatasetDifference("", "split", $"{a.Lock.Split} -> {b.Lock.Split}"));
        }

        foreach (string canvas in a.Lock.Canvases.Keys.Union(b.Lock.Canvases.Keys).Order(StringComparer.Ordinal))
        {
            LockedCanvas? old = a.Lock.Canvases.GetValueOrDefault(canvas);
            LockedCanvas? now = b.Lock.Canvases.GetValueOrDefault(canvas);
            if (old is null || now is null)
            {
                found.Add(new DatasetDifference(canvas, "canvas", old is null ? "added" : "removed"));
            }
            else if (old.DirHash != now.DirHash)
            {
                CompareClasses(canvas, old, now, found);
                CompareSources(canvas, old, now, found);
                CompareItems(canvas, a.ReadItems(repo, canvas), b.ReadItems(repo, canvas), found);
            }
        }

        return found;
    }

    private static void CompareClasses(string canvas, LockedCanvas old, LockedCanvas now, List<DatasetDifference> found)
    {
        Dictionary<string, LockedClass> before = old.Classes.ToDictionary(static c => c.Name, StringComparer.Ordinal);
        Dictionary<string, LockedClass> after = now.Classes.ToDictionary(static c => c.Name, StringComparer.Ordinal);
        foreach (string name in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            LockedClass? a = before.GetValueOrDefault(name);
            LockedClass? b = after.GetValueOrDefault(name);
            string? text = a is null ? $"added {name} (id {b!.Id})"
                : b is null ? $"removed {name} (id {a.Id})"
                : a.Id != b.Id ? $"{name} changed its id {a.Id} -> {b.Id}"
                : (a.Train, a.Val, a.Test) != (b.Train, b.Val, b.Test)
                    ? $"{name}: train {a.Train} -> {b.Train}, val {a.Val} -> {b.Val}, test {a.Test} -> {b.Test}"
                : null;
            if (text is not null)
            {
                found.Add(new DatasetDifference(canvas, "class", text));
            }
        }
    }

    private static void CompareSources(string canvas, LockedCanvas old, LockedCanvas now, List<DatasetDifference> found)
    {
        Dictionary<string, LockedSource> before = old.Sources.ToDictionary(Shown, StringComparer.Ordinal);
        Dictionary<string, LockedSource> after = now.Sources.ToDictionary(Shown, StringComparer.Ordinal);
        foreach (string name in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            LockedSource? a = before.GetValueOrDefault(name);
            LockedSource? b = after.GetValueOrDefault(name);
            string? text = a is null ? $"added {name}, {CountWords.Of(b!.Images, "image")}"
                : b is null ? $"removed {name}, {CountWords.Of(a.Images, "image")}"
                : a.Build == b.Build ? null
                : $"{name} changed{(a.Masters.SequenceEqual(b.Masters) ? "" : ", other masters")}"
                    + $"{(a.Recipe == b.Recipe ? "" : ", another recipe")}: {a.Images} -> {CountWords.Of(b.Images, "image")}";
            if (text is not null)
            {
                found.Add(new DatasetDifference(canvas, "source", text));
            }
        }
    }

    /// <summary>Images are the same if their source and bytes are: those may have moved to another side or got another label.</summary>
    private static void CompareItems(
        string canvas, IReadOnlyList<DatasetItemLine> old, IReadOnlyList<DatasetItemLine> now, List<DatasetDifference> found)
    {
        Dictionary<string, DatasetItemLine> before = old.ToDictionary(Identity, StringComparer.Ordinal);
        int same = 0;
        int moved = 0;
        foreach (DatasetItemLine item in now)
        {
            if (!before.TryGetValue(Identity(item), out DatasetItemLine? was) || was.Oid != item.Oid)
            {
                continue;
            }

            same++;
            if (was.Side != item.Side && moved++ < MovedShown)
            {
                found.Add(new DatasetDifference(canvas, "moved", $"{item.Id} {was.Side} -> {item.Side}"));
            }

            if (!was.Labels.SequenceEqual(item.Labels))
            {
                found.Add(new DatasetDifference(
                    canvas, "label", $"{item.Id}: {string.Join('+', was.Labels)} -> {string.Join('+', item.Labels)}"));
            }
        }

        if (moved > MovedShown)
        {
            found.Add(new DatasetDifference(canvas, "moved", $"and {moved - MovedShown} more"));
        }

        if (same != old.Count || same != now.Count)
        {
            found.Add(new DatasetDifference(canvas, "images",
                $"{old.Count} -> {now.Count}: {same} the same, {now.Count - same} new or changed, {old.Count - same} gone or changed"));
        }
    }

    private static string Shown(LockedSource source) => $"{ImageOrigins.Name(source.Kind)} {source.Name}";

    private static string Identity(DatasetItemLine item) => $"{(item.Real ? "real" : "project")} {item.From} {item.SourceId}";
}
