using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.Data.Names;

namespace DlStore.Data.Lint;

/// <summary>What labels must be. A label is reported once, where it stands first, however many boxes have it.</summary>
internal static class LintLabels
{
    public static void Check(LintFacts facts, bool namesCarryLabels, List<Finding> findings)
    {
        (LintImage Image, int Line, int Count)[] first = new (LintImage, int, int)[facts.Labels.Count];
        foreach (LintImage image in facts.Images)
        {
            foreach (LintObject item in image.Objects)
            {
                ref (LintImage Image, int Line, int Count) place = ref first[item.Label];
                place = place.Count == 0 ? (image, item.Line, 1) : (place.Image, place.Line, place.Count + 1);
            }
        }

        for (int i = 0; i < first.Length; i++)
        {
            CheckLabel(facts, facts.Labels[i], first[i].Image.XmlPath, first[i].Line, first[i].Count, findings);
        }

        if (namesCarryLabels)
        {
            CheckNames(facts, findings);
        }

        CheckGrey(facts, findings);
    }

    private static void CheckLabel(LintFacts facts, string label, string file, int line, int count, List<Finding> findings)
    {
        string shown = InsidePath.Show(label);
        string boxes = CountWords.Of(count, "box has it", "boxes have it");
        if (LabelName.WhyRefused(label) is { } why)
        {
            findings.Add(LintCodes.ClassName.At(file, line, $"label '{shown}' cannot name a class: {why} ({boxes})", "rename it"));
        }
        else if (facts.Classes is { } classes && classes.IdOf(label) is null)
        {
            findings.Add(LintCodes.ClassUnknown.At(
                file, line, $"label '{shown}' is not in {facts.Places.ClassFile} ({boxes})", "correct the label, or add the class"));
        }
        else if (!LabelName.IsLowerCase(label))
        {
            findings.Add(
                LintCodes.ClassCase.At(file, line, $"label '{shown}' has upper-case letters ({boxes})",
                    "write labels in lower case, in the annotations and in the class list alike"));
        }
    }

    private static void CheckNames(LintFacts facts, List<Finding> findings)
    {
        Dictionary<(string Name, string Label), (LintImage Image, int Count)> pairs = [];
        foreach (LintImage image in facts.Images)
        {
            if (image.Objects.Length > 0 && LintFacts.IsNamedOtherwise(
                image.Id, label => image.Objects.Any(o => facts.Labels[o.Label] == label)) && LintFacts.LabelOfName(image.Id) is { } name)
            {
                (string, string) pair = (name, facts.Labels[image.Objects[0].Label]);
                pairs[pair] = pairs.TryGetValue(pair, out (LintImage Image, int Count) known) ? (known.Image, known.Count + 1) : (image, 1);
            }
        }

        foreach (((string name, string label), (LintImage image, int count)) in pairs)
        {
            string message = $"the file is called '{InsidePath.Show(name)}', its annotation says '{InsidePath.Show(label)}"
                + $"'{(count == 1 ? "" : $", and {count - 1} more like it")}";
            findings.Add(LintCodes.ClassFileVsXml.At(image.XmlPath,
                image.Objects[0].Line, message, "SSD and darknet go by the annotation, ResNet by the name: let both say the same"));
        }
    }

    private static void CheckGrey(LintFacts facts, List<Finding> findings)
    {
        int grey = 0;
        string first = "";
        foreach (LintImage image in facts.Images)
        {
            if (image.Channels == 1 && grey++ == 0)
            {
                first = image.ImagePath;
            }
        }

        if (grey > 0)
        {
            findings.Add(
                LintCodes.ImgGrey.At(facts.Places.Images, 0,
                    $"{CountWords.Of(grey, "image has", "images have")} one channel, first '{first}'"));
        }
    }
}
