using System.Globalization;

namespace DlStore.Data.Annotations;

/// <summary>A box as a line of darknet's label files: the centre and the size as fractions of the image, six decimals.</summary>
internal static class FractionBox
{
    /// <summary>By how many pixels an edge may be off before it is told.</summary>
    public const double OffMax = 0.25;

    /// <summary>The names of the conversions, at the position of their number.</summary>
    public static readonly string[] Names = ["voc", "labelimg", "alexeyab"];

    /// <summary>Writes a line.</summary>
    /// <returns>Null if the box has no size in this conversion, or its centre is not above 0: darknet would refuse it.</returns>
    public static string? Format(int id, PixelBox box, int width, int height, BoxConversion conversion)
    {
        (double x, double w) = ToFraction(box.XMin, box.XMax, width, conversion);
        (double y, double h) = ToFraction(box.YMin, box.YMax, height, conversion);
        return x > 0 && y > 0 && w > 0 && h > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{id} {x:F6} {y:F6} {w:F6} {h:F6}\n")
            : null;
    }

    /// <summary>Reads the four fractions back.</summary>
    /// <returns>The box, rounded to whole pixels; by how many pixels its edges moved at most.</returns>
    public static (PixelBox Box, double Off) ToPixels(
        double x, double y, double w, double h, int width, int height, BoxConversion conversion)
    {
        double off = 0;
        // In voc a box begins one pixel left of its first pixel's number; in alexeyab the centre was moved by one pixel.
        double shift = conversion == BoxConversion.LabelImg ? 0 : 1;
        double end = conversion == BoxConversion.AlexeyAb ? 1 : 0;
        PixelBox box = new(
            Round(((x - (w / 2)) * width) + shift, ref off), Round(((y - (h / 2)) * height) + shift, ref off),
            Round(((x + (w / 2)) * width) + end, ref off), Round(((y + (h / 2)) * height) + end, ref off));
        return (box, off);
    }

    /// <summary>Reads a conversion's name.</summary>
    /// <exception cref="DlsException">Kind Usage: there is no such one; the names are listed.</exception>
    public static BoxConversion Parse(string name) => Array.IndexOf(Names, name) is >= 0 and int i
        ? (BoxConversion)i
        : throw new DlsException(ErrorKind.Usage, $"convert boxes as '{name}': there is no such conversion",
            $"known conversions: {string.Join(", ", Names)}; `dls help labelled-sets` says what each does");

    private static (double Centre, double Size) ToFraction(int min, int max, int length, BoxConversion conversion)
    {
        double sum = (double)min + max;
        double size = (double)max - min;
        // Whole numbers are divided once, so that each fraction is the nearest double.
        return conversion switch
        {
            BoxConversion.Voc => ((sum - 1) / (2.0 * length), (size + 1) / length),
            BoxConversion.LabelImg => (sum / (2.0 * length), size / length),
            BoxConversion.AlexeyAb => ((sum - 2) / (2.0 * length), size / length),
            _ => throw new ArgumentOutOfRangeException(nameof(conversion)),
        };
    }

    private static int Round(double value, ref double off)
    {
        double rounded = Math.Round(value, MidpointRounding.AwayFromZero);
        off = Math.Max(off, Math.Abs(value - rounded));
        return (int)rounded;
    }
}
