using System.Text.Json;
using DlStore.Data.Annotations;

namespace DlStore.Data.Layouts;

/// <summary>Reads the fields of one category, image or annotation of COCO as the programs of the world write them.</summary>
internal static class CocoItem
{
    private const double WholeMax = 9_007_199_254_740_992;

    /// <summary>Reads an id: any whole number, also as <c>1.0</c> or <c>"1"</c>.</summary>
    public static long RequireId(JsonElement item, string key, string name, string what)
    {
        if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty(key, out JsonElement value))
        {
            long number = -1;
            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number) && number >= 0)
            {
                return number;
            }

            if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double real)
                && real >= 0 && real <= WholeMax && real == Math.Floor(real))
            {
                return (long)real;
            }

            if (value.ValueKind == JsonValueKind.String && long.TryParse(value.GetString(),
                System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out number))
            {
                return number;
            }
        }

        throw Bad(name, $"key '{key}' of a {what} is no whole number from 0");
    }

    /// <summary>Reads the size of an image, or null if it is not given.</summary>
    public static (double Width, double Height)? FindSize(JsonElement item, string name)
    {
        if (IsAbsent(item, "width", out JsonElement width) || IsAbsent(item, "height", out JsonElement height))
        {
            return null;
        }

        return width.ValueKind == JsonValueKind.Number && height.ValueKind == JsonValueKind.Number
            && width.TryGetDouble(out double w) && height.TryGetDouble(out double h)
            ? (w, h) : throw Bad(name, "key 'width' or 'height' of an image is no number");
    }

    public static string RequireText(JsonElement item, string key, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()! : throw Bad(name, $"key '{key}' is missing or of another type");

    public static string ReadPose(JsonElement item) => item.TryGetProperty("pose", out JsonElement pose)
        && pose.ValueKind == JsonValueKind.String && !pose.ValueEquals("Unspecified"u8) ? pose.GetString()! : "Unspecified";

    public static bool ReadFlag(JsonElement item, string key, string name)
    {
        if (IsAbsent(item, key, out JsonElement value))
        {
            return false;
        }

        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number when value.TryGetDouble(out double number) && number is 0 or 1 => number == 1,
            _ => throw Bad(name, $"key '{key}' is neither 0 nor 1"),
        };
    }

    /// <summary>Reads the box of an annotation, or that around its polygons or its mask if it has none of its own.</summary>
    /// <param name="item">The annotation.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <param name="id">The annotation's id.</param>
    /// <param name="isOff">Whether it did not lie on whole pixels.</param>
    /// <param name="isShape">Whether there is a polygon or a mask that is more than the box.</param>
    public static PixelBox ReadBox(JsonElement item, string name, long id, out bool isOff, out bool isShape)
    {
        double[] values = new double[4];
        bool hasShape = !IsAbsent(item, "segmentation", out JsonElement shape) && CocoShape.IsOne(shape);
        if (IsAbsent(item, "bbox", out JsonElement box) || (box.ValueKind == JsonValueKind.Array && box.GetArrayLength() == 0))
        {
            if (!hasShape || !CocoShape.TryBox(shape, values))
            {
                throw Bad(name, $"annotation {id} has neither a bbox nor a shape that a box could be made of");
            }
        }
        else
        {
            ReadNumbers(box, values, name, id);
        }

        isShape = hasShape && !CocoShape.IsBox(shape, values);
        return ToPixels(values, out isOff);
    }

    private static void ReadNumbers(JsonElement box, double[] values, string name, long id)
    {
        int n = 0;
        foreach (JsonElement value in box.ValueKind == JsonValueKind.Array ? box.EnumerateArray().AsEnumerable() : [])
        {
            if (n == 4
                || value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out values[n]) || !(Math.Abs(values[n]) < 1_000_000_000))
            {
                throw Bad(name, $"annotation {id}: bbox is not four numbers");
            }

            n++;
        }

        if (n < 4)
        {
            throw Bad(name, $"annotation {id}: bbox is not four numbers");
        }
    }

    /// <summary>Gives the pixels that a box covers most of: its edges are rounded, not its size.</summary>
    public static PixelBox ToPixels(double[] values, out bool isOff)
    {
        int left = Round(values[0]);
        int top = Round(values[1]);
        int right = Round(values[0] + values[2]);
        int bottom = Round(values[1] + values[3]);
        PixelBox read = new(
            left + 1, top + 1, Math.Max(right, left + (values[2] > 0 ? 1 : 0)), Math.Max(bottom, top + (values[3] > 0 ? 1 : 0)));
        isOff = values[0] != left || values[1] != top || values[2] != read.Width || values[3] != read.Height;
        return read;
    }

    private static int Round(double value) => (int)Math.Round(value, MidpointRounding.AwayFromZero);

    private static bool IsAbsent(JsonElement item, string key, out JsonElement value)
    {
        value = default;
        return item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(key, out value) || value.ValueKind == JsonValueKind.Null;
    }

    private static DlsException Bad(string name, string why) => new(ErrorKind.Failed, $"read '{name}': {why}", "correct the file");
}
