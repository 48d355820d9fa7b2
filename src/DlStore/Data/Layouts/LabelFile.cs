using System.Globalization;
using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Names;
using DlStore.Data.Texts;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>A label file of darknet or Ultralytics: one box a line.</summary>
internal static class LabelFile
{
    private const int LengthMax = 4 << 20;
    private const int FieldsMax = 20_001;
    private const int ClassMax = 1_000_000;

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

    /// <summary>Reads the lines of a file.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="name">The file as findings name it.</param>
    /// <param name="set">Takes what is wrong, and the count of boxes.</param>
    /// <returns>Null if the file is not there.</returns>
    public static List<LabelLine>? Find(string path, string name, SetGathering set)
    {
        byte[]? bytes;
        try
        {
            bytes = SmallFile.Find(path, name, LengthMax);
        }
        catch (DlsException e)
        {
            set.Report(LintCodes.LabelBad.At(name, 0, e.Message));
            return [];
        }

        if (bytes is null)
        {
            return null;
        }

        if (PlainText.TryRead(bytes) is not { } text)
        {
            set.Report(LintCodes.LabelBad.At(name, 0, "it is not UTF-8", "write it again as UTF-8"));
            return [];
        }

        if (PlainText.MarkOf(bytes) is { } mark)
        {
            set.Report(LintCodes.TextBom.At(name, 1, $"{mark}, and some readers take the mark as part of the first class",
                "write it again as UTF-8 without a mark"));
        }

        return Read(text, name, set);
    }

    /// <summary>Counts the lines of a text if each of them is one of a label file.</summary>
    /// <returns>0 if one is not.</returns>
    public static int Count(string text)
    {
        int count = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (!line.IsWhiteSpace())
            {
                if (TryRead(new string(line), 0) is null)
                {
                    return 0;
                }

                count++;
            }
        }

        return count;
    }

    private static List<LabelLine> Read(string text, string name, SetGathering set)
    {
        List<LabelLine> read = [];
        string[] lines = text.Split('\n');
        int beyond = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].AsSpan().IsWhiteSpace())
            {
                continue;
            }

            set.BoxesSeen++;
            if (TryRead(lines[i], i + 1) is not { } line)
            {
                set.Report(LintCodes.LabelBad.At(name, i + 1,
                    $"'{InsidePath.Show(lines[i].Length > 80 ? lines[i][..80] : lines[i].TrimEnd())}'"
                    + " is not a class and four fractions") with
                { BoxesLost = 1, IfAccepted = "the line is left out" });
            }
            else if (read.Count < Annotation.ObjectsMax)
            {
                read.Add(line);
            }
            else
            {
                beyond++;
            }
        }

        if (beyond > 0)
        {
            set.Report(LintCodes.LabelBad.At(name, 0, $"there are more than {Annotation.ObjectsMax} boxes") with
            { BoxesLost = beyond, IfAccepted = "those behind are left out" });
        }

        return read;
    }

    /// <summary>Reads a class and a box, or a class and the corners of a polygon or a turned box.</summary>
    private static LabelLine? TryRead(string line, int number)
    {
        string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 5 || fields.Length % 2 == 0 || fields.Length > FieldsMax
            || !TryNumber(fields[0], out double id) || id != Math.Floor(id) || id is < 0 or > ClassMax)
        {
            return null;
        }

        double[] values = new double[fields.Length - 1];
        for (int i = 0; i < values.Length; i++)
        {
            if (!TryNumber(fields[i + 1], out values[i]) || Math.Abs(values[i]) >= 1000)
            {
                return null;
            }
        }

        if (values.Length == 4)
        {
            return new LabelLine(number, (int)id, values[0], values[1], values[2], values[3]);
        }

        (double left, double right, double top, double bottom) = Around(values);
        return new LabelLine(number, (int)id, (left + right) / 2, (top + bottom) / 2, right - left, bottom - top) { IsShape = true };
    }

    private static (double Left, double Right, double Top, double Bottom) Around(double[] corners)
    {
        (double left, double right, double top, double bottom) = (corners[0], corners[0], corners[1], corners[1]);
        for (int i = 2; i < corners.Length; i += 2)
        {
            (left, right) = (Math.Min(left, corners[i]), Math.Max(right, corners[i]));
            (top, bottom) = (Math.Min(top, corners[i + 1]), Math.Max(bottom, corners[i + 1]));
        }

        return (left, right, top, bottom);
    }

    private static bool TryNumber(string text, out double number) => double.TryParse(text, NumberStyles.AllowLeadingSign
        | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
