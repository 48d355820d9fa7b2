using System.Globalization;
using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Names;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>A label file of darknet or Ultralytics: one box a line.</summary>
internal static class LabelFile
{
    private const int LengthMax = 1 << 20;

    /// <summary>Writes the file of an image.</summary>
    public static string Format(LabelledImage image, Dictionary<string, int> ids, BoxConversion conversion, List<string> wrong)
    {
        StringBuilder text = new();
        foreach (LabelledObject item in image.Objects)
        {
            string? line = FractionBox.Format(ids[item.Label], item.Box, image.Width, image.Height, conversion);
            if (line is null)
            {
                wrong.Add($"'{image.Id}': box {item.Box} has no size or lies on the edge in conversion "
                    + $"{FractionBox.Names[(int)conversion]}; voc has no such boxes");
            }

            text.Append(line);
        }

        return text.ToString();
    }

    /// <summary>Reads the boxes of an image.</summary>
    /// <returns>Null if the file is not there.</returns>
    public static List<LabelledObject>? Find(
        string path, string name, int width, int height, IReadOnlyList<string> classes, BoxConversion conversion, List<Finding> findings)
    {
        byte[]? bytes;
        try
        {
            bytes = SmallFile.Find(path, name, LengthMax);
        }
        catch (DlsException e)
        {
            findings.Add(LintCodes.LabelBad.At(name, 0, e.Message));
            return [];
        }

        if (bytes is null)
        {
            return null;
        }

        List<LabelledObject> objects = [];
        string[] lines = Encoding.UTF8.GetString(bytes).Split('\n');
        for (int i = 0; i < lines.Length && objects.Count <= Annotation.ObjectsMax; i++)
        {
            if (lines[i].Trim().Length > 0 && ReadLine(lines[i], name, i + 1, width, height, classes, conversion, findings) is { } item)
            {
                objects.Add(item);
            }
        }

        if (objects.Count > Annotation.ObjectsMax)
        {
            findings.Add(LintCodes.LabelBad.At(name, 0, $"there are more than {Annotation.ObjectsMax} boxes"));
        }

        return objects;
    }

    private static LabelledObject? ReadLine(
        string line,
            string name, int number, int width, int height, IReadOnlyList<string> classes, BoxConversion conversion, List<Finding> findings)
    {
        string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Span<double> values = stackalloc double[4];
        bool isGood = TryReadFractions(fields, values);
        int id = 0;
        if (!isGood || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out id))
        {
            findings.Add(LintCodes.LabelBad.At(
                name, number, $"'{InsidePath.Show(line.Length > 80 ? line[..80] : line.TrimEnd())}' is not a class and four fractions"));
            return null;
        }

        if (id >= classes.Count)
        {
            findings.Add(LintCodes.ClassUnknown.At(name, number, $"class {id} of {classes.Count} (ids begin at 0)"));
            return null;
        }

        (PixelBox box, bool isOff) = FractionBox.ToPixels(values[0], values[1], values[2], values[3], width, height, conversion);
        if (isOff)
        {
            findings.Add(LintCodes.BoxRounded.At(name, number, $"the box does not lie on whole pixels; read as {box}"));
        }

        if (!box.IsInside(width, height))
        {
            findings.Add(LintCodes.BoxOut.At(name, number, $"box {box} leads out of the image of {width}x{height}",
                "was another conversion used? dls knows voc, labelimg and alexeyab"));
        }

        return new LabelledObject(classes[id], box) { Line = number };
    }

    private static bool TryReadFractions(string[] fields, Span<double> values)
    {
        bool isGood = fields.Length == 5;
        for (int i = 0; isGood && i < 4; i++)
        {
            isGood = double.TryParse(fields[i + 1], NumberStyles.AllowLeadingSign
                | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out values[i])
                && double.IsFinite(values[i]) && Math.Abs(values[i]) < 1000;
        }

        return isGood;
    }
}
