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
                    findings.Add(image.HasXml
                        ? LintCodes.ImgMissing.At(
                            list!.Name, line.Number, $"there is no {image.ImagePath}", "bring the image back, or remove the line")
                        : LintCodes.ListUnknownId.At(list!.Name, line.Number,
                            $"'{InsidePath.Show(line.Text)}' has neither image nor annotation", "remove the line; ids have no extension"));
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
                VocLayout.Images, 0, $"{unlisted} image{(unlisted == 1 ? " is" : "s are")} in no list, first '{first}'"));
        }
    }

    private static void CheckListsThere(LintFacts facts, List<Finding> findings)
    {
        if (facts.Lists.Count == 0)
        {
            findings.Add(LintCodes.ListMissing.At(VocLayout.Lists, 0, "there are no lists"));
            return;
        }

        foreach (string name in new[] { "train", "val", "trainval" })
        {
            string file = $"{VocLayout.Lists}/{name}.txt";
            if (!facts.Lists.TryGetValue(name, out ListFile? list))
            {
                findings.Add(LintCodes.ListMissing.At(file, 0, "the list is not there"));
            }
            else if (list.Lines.Count == 0 && name != "trainval")
            {
                findings.Add(LintCodes.SplitEmpty.At(
                    file, 0, name == "train" ? "there is nothing to train on" : "there is nothing to look at during training"));
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
                findings.Add(LintCodes.SplitEmptyClass.At(VocLayout.ClassFile, i + 1, $"class '{classes[i]}' has no box at all"));
                continue;
            }

            foreach ((string name, SplitSide side) in new[] { ("train", SplitSide.Train), ("val", SplitSide.Val) })
            {
                if (counts.ImagesOf(side) > 0 && counts.BoxesOf(side, classes[i]) == 0)
                {
                    findings.Add(LintCodes.SplitEmptyClass.At(
                        $"{VocLayout.Lists}/{name}.txt", 0, $"class '{InsidePath.Show(classes[i])}' has no box in {name}"));
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
                CompareRatios(InsidePath.Show(facts.Labels[label]), SetCounts.NameOf(side), Median(train), Median(list), findings);
            }
        }
    }

    private static void CompareRatios(string label, string side, double train, double other, List<Finding> findings)
    {
        if (Math.Max(train, other) / Math.Min(train, other) >= RatioMax)
        {
            string message =
                $"objects of '{label}' are {100 * train:F1} % of the image's side in train, {100 * other:F1} % in {side} (medians)";
            findings.Add(
                LintCodes.SizeRatio.At($"{VocLayout.Lists}/{side}.txt", 0, message, "train on images of the size that is looked at"));
        }
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
