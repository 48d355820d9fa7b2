using System.Globalization;
using System.Text;

namespace DlStore.Images;

/// <summary>
/// The text form of <see cref="Augmentation"/>: words with a space between them, in the order in which the parts are applied, and only
/// those that change something.
/// </summary>
internal static class AugmentationText
{
    public const string None = "none";

    /// <summary>Writes the text form.</summary>
    public static string Write(Augmentation a)
    {
        StringBuilder text = new();
        if (a.HasCrop)
        {
            text.Append(CultureInfo.InvariantCulture, $" crop={a.CropLeft},{a.CropTop},{a.CropRight},{a.CropBottom}");
        }

        if (a.Edge)
        {
            text.Append(" edge");
        }

        Add(text, "rotation", 3, a.RotationMilli, 0);
        Add(text, "shift", 3, a.ShiftX, a.ShiftY, 0);
        Add(text, "shear", 3, a.ShearMilli, 0);
        Add(text, "zoom", 4, a.ZoomX, a.ZoomY, Augmentation.ZoomUnit);
        if ((a.ChannelR | a.ChannelG | a.ChannelB) != 0)
        {
            bool one = a.ChannelR == a.ChannelG && a.ChannelG == a.ChannelB;
            text.Append(CultureInfo.InvariantCulture, $" channel={a.ChannelR}");
            if (!one)
            {
                text.Append(CultureInfo.InvariantCulture, $",{a.ChannelG},{a.ChannelB}");
            }
        }

        if (a.FlipX || a.FlipY)
        {
            text.Append(" flip=").Append(a.FlipX ? "x" : "").Append(a.FlipY ? "y" : "");
        }

        Add(text, "brightness", 3, a.Brightness, Augmentation.BrightnessUnit);
        return text.Length == 0 ? None : text.ToString(1, text.Length - 1);
    }

    /// <summary>Reads a text; the caller compares what comes out with what went in, so that only one form passes.</summary>
    public static Augmentation Read(string text)
    {
        Augmentation a = default;
        if (text == None)
        {
            return a;
        }

        foreach (string word in text.Split(' '))
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            string[] values = equals < 0 ? [] : word[(equals + 1)..].Split(',');
            a = (equals < 0 ? word : word[..equals], values.Length) switch
            {
                ("crop", 4) => a with
                {
                    CropLeft = Fixed(values[0], 0),
                    CropTop = Fixed(values[1], 0),
                    CropRight = Fixed(values[2], 0),
                    CropBottom = Fixed(values[3], 0)
                },
                ("edge", 0) => a with { Edge = true },
                ("rotation", 1) => a with { RotationMilli = Fixed(values[0], 3) },
                ("shift", 2) => a with { ShiftX = Fixed(values[0], 3), ShiftY = Fixed(values[1], 3) },
                ("shear", 1) => a with { ShearMilli = Fixed(values[0], 3) },
                ("zoom", 2) => a with { ZoomX = Fixed(values[0], 4), ZoomY = Fixed(values[1], 4) },
                ("channel", 1) => a with { ChannelR = Fixed(values[0], 0), ChannelG = Fixed(values[0], 0), ChannelB = Fixed(values[0], 0) },
                ("channel", 3) => a with { ChannelR = Fixed(values[0], 0), ChannelG = Fixed(values[1], 0), ChannelB = Fixed(values[2], 0) },
                ("flip", 1) => a with
                {
                    FlipX = values[0].Contains('x', StringComparison.Ordinal),
                    FlipY = values[0].Contains('y', StringComparison.Ordinal)
                },
                ("brightness", 1) => a with { Brightness = Fixed(values[0], 3) },
                _ => throw new DlsException(ErrorKind.Failed, $"read augmentation '{text}': '{word}' is no part of one"),
            };
        }

        return a;
    }

    private static void Add(StringBuilder text, string name, int decimals, int value, int identity)
    {
        if (value != identity)
        {
            text.Append(' ').Append(name).Append('=').Append(Fixed(value, decimals));
        }
    }

    private static void Add(StringBuilder text, string name, int decimals, int x, int y, int identity)
    {
        if (x != identity || y != identity)
        {
            text.Append(' ').Append(name).Append('=').Append(Fixed(x, decimals)).Append(',').Append(Fixed(y, decimals));
        }
    }

    private static string Fixed(int value, int decimals)
    {
        string digits = Math.Abs((long)value).ToString("D" + (decimals + 1), CultureInfo.InvariantCulture);
        return $"{(value < 0 ? "-" : "")}{digits[..^decimals]}.{digits[^decimals..]}";
    }

    private static int Fixed(string text, int decimals)
    {
        int point = text.Length - decimals - 1;
        string digits = decimals == 0 ? text : point >= 0 && text[point] == '.' ? text.Remove(point, 1) : "";
        return int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw new DlsException(ErrorKind.Failed, $"read augmentation: '{text}' is no number with {decimals} decimals");
    }
}
