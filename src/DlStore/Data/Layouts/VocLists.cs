using DlStore.Data.Findings;

namespace DlStore.Data.Layouts;

/// <summary>What the four lists of a Pascal VOC set must be to each other.</summary>
internal static class VocLists
{
    private const int ShownMax = 3;

    /// <summary>Adds what is wrong.</summary>
    public static void Check(Dictionary<string, ListFile> lists, List<Finding> findings)
    {
        HashSet<string> train = Ids(lists, "train");
        HashSet<string> val = Ids(lists, "val");
        HashSet<string> test = Ids(lists, "test");
        bool isCopied = lists.TryGetValue("trainval", out ListFile? both)
            && val.Count > 0 && both.Lines.Select(static l => l.Text).ToHashSet(StringComparer.Ordinal) is { } ids
            && ids.SetEquals(val) && train.Count > 0 && !train.IsSubsetOf(ids);
        if (both is not null && lists.ContainsKey("train") && lists.ContainsKey("val"))
        {
            CheckTrainVal(both, train, val, test, isCopied, findings);
        }

        Overlap(lists, "val", "train", train, findings);
        Overlap(lists, "test", "train", train, findings);
        // The lists of the author's tool are named as such once, not a second time image by image.
        if (!(isCopied && test.SetEquals(val)))
        {
            Overlap(lists, "test", "val", val, findings);
        }
    }

    private static void CheckTrainVal(
        ListFile both, HashSet<string> train, HashSet<string> val, HashSet<string> test, bool isCopied, List<Finding> findings)
    {
        HashSet<string> wanted = new(train, StringComparer.Ordinal);
        wanted.UnionWith(val);
        HashSet<string> found = [.. both.Lines.Select(static l => l.Text)];
        if (isCopied)
        {
            string copies = test.SetEquals(val) ? "trainval and test are copies of val" : "trainval is a copy of val";
            string consequence =
                $"a reader of trainval (SSD) trains on the {val.Count} images of val alone and never sees the {train.Count} of train";
            findings.Add(LintCodes.SplitTrainVal.At(
                both.Name, 0, $"{copies}: {consequence}", "write train and val into trainval, and into test neither"));
            return;
        }

        string[] lacks = [.. wanted.Except(found).Order(StringComparer.Ordinal)];
        string[] extra = [.. found.Except(wanted).Order(StringComparer.Ordinal)];
        if (lacks.Length + extra.Length > 0)
        {
            string what = string.Join("; ", new[] { Said("lacks", lacks), Said("has besides", extra) }.Where(static s => s.Length > 0));
            findings.Add(LintCodes.SplitTrainVal.At(both.Name, 0, $"it is not train and val: it {what}", "write train and val into it"));
        }
    }

    private static string Said(string verb, string[] ids) => ids.Length == 0
        ? "" : $"{verb} {ids.Length} ({string.Join(", ", ids.Take(ShownMax))}{(ids.Length > ShownMax ? ", ..." : "")})";

    private static void Overlap(Dictionary<string, ListFile> lists, string name, string other, HashSet<string> ids, List<Finding> findings)
    {
        foreach (ListLine line in lists.TryGetValue(name, out ListFile? list) ? list.Lines : [])
        {
            if (ids.Contains(line.Text))
            {
                findings.Add(
                    LintCodes.SplitOverlap.At(list!.Name, line.Number, $"'{line.Text}' is also in {other}", "remove it from one of them"));
            }
        }
    }

    private static HashSet<string> Ids(Dictionary<string, ListFile> lists, string name) =>
        lists.TryGetValue(name, out ListFile? list) ? [.. list.Lines.Select(static l => l.Text)] : [];
}
