using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Sets;

namespace DlStore.Data.Layouts;

/// <summary>Reads and writes the directories of Ultralytics (docs/formats/labelled-sets.md).</summary>
public static class UltralyticsSet
{
    internal const string DataFile = "data.yaml";
    internal static readonly SplitSide[] Sides = [SplitSide.Train, SplitSide.Val, SplitSide.Test];

    /// <summary>Reads a directory.</summary>
    /// <param name="directory">Absolute path of what holds <c>data.yaml</c>.</param>
    /// <param name="boxes">The conversion of its boxes, or null for the one that <c>data.yaml</c> names, else
    /// <see cref="BoxConversion.Voc"/>.</param>
    /// <param name="rule">Which files count as images.</param>
    /// <returns>The set, and what is wrong in it.</returns>
    /// <exception cref="DlsException">Kind Failed: there is no <c>data.yaml</c>, or it cannot be read.</exception>
    public static SetReading Read(string directory, BoxConversion? boxes = null, ImageRule rule = ImageRule.JpegOnly) =>
        new UltralyticsReader(directory, boxes, rule).Read();

    /// <summary>Writes a set.</summary>
    /// <param name="set">The set; images on no side come into <c>images/default/</c>.</param>
    /// <param name="directory">Absolute path of an empty or missing directory that nobody else uses.</param>
    /// <param name="options">The conversion.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="DlsException">Kind Failed: a name is not portable, an object has no class in the list, or a box cannot be
    /// written.</exception>
    public static SetCounts Write(LabelledSet set, string directory, ExportOptions options)
    {
        SetNames.Require(set);
        Dictionary<string, int> ids = SetNames.RequireClasses(set);
        // Ultralytics wants both directories, also when one is empty.
        foreach (SplitSide side in set.Images.Select(static i => i.Side).Union([SplitSide.Train, SplitSide.Val]))
        {
            StagedFiles.MakeDirectory(Path.Combine(directory, "images", SetCounts.NameOf(side)));
            StagedFiles.MakeDirectory(Path.Combine(directory, "labels", SetCounts.NameOf(side)));
        }

        List<string> wrong = [];
        foreach (LabelledImage image in set.Images)
        {
            string side = SetCounts.NameOf(image.Side);
            string labels = LabelFile.Format(image, ids, options.Boxes, wrong);
            SetNames.Throw(wrong, "object");
            StagedFiles.Copy(image.File, Path.Combine(directory, "images", side, image.Id + ".jpg"));
            StagedFiles.Write(Path.Combine(directory, "labels", side, image.Id + ".txt"), labels);
        }

        StagedFiles.Write(Path.Combine(directory, DataFile), Describe(set, options));
        return SetCounts.Of(set);
    }

    private static string Describe(LabelledSet set, ExportOptions options)
    {
        StringBuilder text = new(
            $"{DarknetSet.BoxesComment}{FractionBox.Names[(int)options.Boxes]}\ntrain: images/train\nval: images/val\n");
        text.Append(set.Images.Any(static i => i.Side == SplitSide.Test) ? "test: images/test\n" : "")
            .Append(set.Classes.Count == 0 ? "names: {}\n" : "names:\n");
        for (int i = 0; i < set.Classes.Count; i++)
        {
            // In double quotes no name is a number, a truth value or a comment.
            string quoted = set.Classes[i].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            text.Append($"  {i}: \"{quoted}\"\n");
        }

        return text.ToString();
    }
}
