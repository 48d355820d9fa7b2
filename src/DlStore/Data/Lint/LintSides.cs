using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.Data.Names;

namespace DlStore.Data.Lint;

/// <summary>What lists and sides must be, once all files are known.</summary>
internal static class LintSides
{
    private const double RatioMax = 3;
    private const int RatioBoxesMin = 5;

    public static void Check(LintFacts facts, List<Finding> findings)
    {
        CheckIds(facts, findings);
        CheckListsThere(facts, findings);
        VocLists.Check(facts.Lists, findings);
        CheckClasses(facts, findings);
        CheckRatios(facts, findings);
    }

    private static void CheckIds(LintFacts facts, List<Finding> findings)
    {
        HashSet<string> listed = new(StringComparer.Ordinal);
        foreach (string name in new[] { "train", "val", "test", "trainval" })
        {
            foreach (ListLine line in facts.Lists.TryGetValue(name, out ListFile? list) ? list.Lines : [])
            {
                // One finding an id, at the first list that has it.
                if (listed.Add(line.Text) && facts.Find(line.Text) is { File.Length: 0 } image)
                {
                    findings.Add(NotThere(image, list!.Name, line));
                }
            }
        }

        int unlisted = 0;
        string first = "";
        foreach (LintImage image in facts.Images)
        {
            if (image.File.Length == 0 && image.HasXml && !listed.Contains(image.Id))
            {
                findings.Add(LintCodes.XmlNoImage.At(image.XmlPath, 0, $"there is no {image.ImagePath}", "remove it"));
            }

            if (image.File.Length > 0 && !listed.Contains(image.Id) && unlisted++ == 0)
            {
                first = image.ImagePath;
            }
        }

        if (unlisted > 0 && facts.Lists.Count > 0)
        {
            findings.Add(LintCodes.ImgUnlisted.At(
                facts.Places.Images, 0, $"{CountWords.Of(unlisted, "image is", "images are")} in no list, first '{first}'"));
        }
    }

    private static Finding NotThere(LintImage image, string list, ListLine line) => image.HasXml
        ? LintCodes.ImgMissing.At(list, line.Number, $"there is no {image.ImagePath}",
            "bring the image back, or remove the line from every list, and the annotation")
        : LintCodes.ListUnknownId.At(list, line.Number, $"'{InsidePath.Show(line.Text)}' has neither image nor annotation",
            "remove the line from every list; ids have no extension");

    private static void CheckListsThere(LintFacts facts, List<Finding> findings)
    {
        if (facts.Places.IsVoc && facts.Lists.Count == 0)
        {
            findings.Add(LintCodes.ListMissing.At(facts.Places.Lists, 0, "there are no lists"));
        }

        foreach (string name in facts.Places.IsVoc && facts.Lists.Count > 0 ? new[] { "train", "val", "trainval" } : [])
        {
            if (!facts.Lists.ContainsKey(name))
            {
                findings.Add(LintCodes.ListMissing.At(facts.ListName(name), 0, "the list is not there"));
            }
        }

        // An import writes an empty list for a side that has none, so a list that is not there is as bad as an empty one.
        foreach (SplitSide side in (SplitSide[])[SplitSide.Train, SplitSide.Val])
        {
            bool isListed = facts.Lists.TryGetValue(SetCounts.NameOf(side), out ListFile? list) && list.Lines.Count > 0;
            if (!isListed && !facts.Images.Any(i => i.Side == side))
            {
                findings.Add(LintCodes.SplitEmpty.At(facts.ListName(SetCounts.NameOf(side)),
                    0, side == SplitSide.Train ? "there is nothing to train on" : "there is nothing to look at during training"));
            }
        }
    }

    private static void CheckClasses(LintFacts facts, List<Finding> findings)
    {
        SetCounts counts = CountBoxes(facts);
        IReadOnlyList<string> classes = facts.KnownClasses;
        for (int i = 0; i < classes.Count; i++)
        {
            if (counts.BoxesOf(classes[i]) == 0)
            {
                findings.Add(LintCodes.SplitEmptyClass.At(facts.Places.ClassFile, i + 1, $"class '{classes[i]}' has no box at all"));
                continue;
            }

            foreach ((string name, SplitSide side) in new[] { ("train", SplitSide.Train), ("val", SplitSide.Val) })
            {
                if (counts.ImagesOf(side) > 0 && counts.BoxesOf(side, classes[i]) == 0)
                {
                    findings.Add(LintCodes.SplitEmptyClass.At(
                        facts.ListName(name), 0, $"class '{InsidePath.Show(classes[i])}' has no box in {name}"));
                }
            }
        }
    }

    internal static SetCounts CountBoxes(LintFacts facts)
    {
        SetCounts counts = new();
        foreach (LintImage image in facts.Images)
        {
            if (image.File.Length > 0)
            {
                counts.Add(image.Side, image.Objects, facts.Labels);
            }
        }

        return counts;
    }

    private static void CheckRatios(LintFacts facts, List<Finding> findings)
    {
        Dictionary<(int Label, SplitSide Side), List<double>> ratios = [];
        foreach (LintImage image in facts.Images)
        {
            foreach (LintObject item in image is { IsJpeg: true, Side: not SplitSide.None } ? image.Objects : [])
            {
                if (item.Box.Width > 0 && item.Box.Height > 0)
                {
                    if (!ratios.TryGetValue((item.Label, image.Side), out List<double>? list))
                    {
                        list = [];
                        ratios.Add((item.Label, image.Side), list);
                    }

                    list.Add(Math.Sqrt((double)item.Box.Width * item.Box.Height / ((double)image.Width * image.Height)));
                }
            }
        }

        foreach (((int label, SplitSide side), List<double> list) in ratios)
        {
            if (side != SplitSide.Train && list.Count >= RatioBoxesMin
                && ratios.TryGetValue((label, SplitSide.Train), out List<double>? train) && train.Count >= RatioBoxesMin)
            {
                CompareRatios((InsidePath.Show(facts.Labels[label]), SetCounts.NameOf(side)), facts.ListName(SetCounts.NameOf(side)),
                    Median(train),
                    Median(list), findings);
            }
        }
    }

    private static void CompareRatios((string Label, string Side) what, string list, double train, double other, List<Finding> findings)
    {
        if (Math.Max(train, other) / Math.Min(train, other) >= RatioMax)
        {
            string message =
                $"objects of '{what.Label}' are {100 * train:F1} % of the image's side in train, {100 * other:F1} % in {what.Side} "
                + "(medians)";
            findings.Add(
                LintCodes.SizeRatio.At(list, 0, message, "train on images of the size that is looked at"));
        }
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
