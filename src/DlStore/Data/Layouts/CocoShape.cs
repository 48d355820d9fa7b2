using System.Text.Json;

namespace DlStore.Data.Layouts;

/// <summary>
/// What <c>segmentation</c> of COCO says: polygons, or a mask in run lengths (columns from the top, first those outside), as numbers or as
/// the
/// text of pycocotools. Only the box around it matters here.
/// </summary>
internal static class CocoShape
{
    private const double Near = 0.01;

    /// <summary>Tells whether there is a shape at all.</summary>
    public static bool IsOne(JsonElement shape) => shape.ValueKind == JsonValueKind.Object
        || (shape.ValueKind == JsonValueKind.Array && shape.GetArrayLength() > 0);

    /// <summary>Tells whether the shape is just the four corners of a box.</summary>
    public static bool IsBox(JsonElement shape, double[] box)
    {
        if (shape.ValueKind != JsonValueKind.Array || shape.GetArrayLength() != 1
            || shape[0].ValueKind != JsonValueKind.Array || shape[0].GetArrayLength() is not (8 or 10))
        {
            return false;
        }

        double[] corners = [.. shape[0].EnumerateArray().Select(static v => v.ValueKind == JsonValueKind.Number ? v.GetDouble()
            : double.NaN)];
        for (int i = 0; i < corners.Length; i++)
        {
            double from = box[i % 2], to = from + box[(i % 2) + 2];
            if (!(Math.Abs(corners[i] - from) < Near || Math.Abs(corners[i] - to) < Near))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes the box around a shape: left, top, width, height.</summary>
    public static bool TryBox(JsonElement shape, double[] box) =>
        shape.ValueKind == JsonValueKind.Array ? TryPolygons(shape, box) : TryMask(shape, box);

    private static bool TryPolygons(JsonElement shape, double[] box)
    {
        double left = double.MaxValue, top = double.MaxValue, right = double.MinValue, bottom = double.MinValue;
        foreach (JsonElement polygon in shape.EnumerateArray())
        {
            int i = 0;
            foreach (JsonElement value in polygon.ValueKind == JsonValueKind.Array ? polygon.EnumerateArray().AsEnumerable() : [])
            {
                if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number)
                    || !(Math.Abs(number) < 1_000_000_000))
                {
                    return false;
                }

                (left, right) = i % 2 == 0 ? (Math.Min(left, number), Math.Max(right, number)) : (left, right);
                (top, bottom) = i % 2 == 1 ? (Math.Min(top, number), Math.Max(bottom, number)) : (top, bottom);
                i++;
            }
        }

        (box[0], box[1], box[2], box[3]) = (left, top, right - left, bottom - top);
        return left <= right && top <= bottom;
    }

    private static bool TryMask(JsonElement shape, double[] box)
    {
        if (!shape.TryGetProperty("size", out JsonElement size) || size.ValueKind != JsonValueKind.Array || size.GetArrayLength() != 2
            || !size[0].TryGetInt32(out int height) || height is <= 0 or > 65_535 || !shape.TryGetProperty("counts",
                out JsonElement counts))
        {
            return false;
        }

        long at = 0, left = long.MaxValue, right = -1, top = long.MaxValue, bottom = -1;
        bool isInside = false;
        foreach (long run in counts.ValueKind == JsonValueKind.String ? Runs(counts.GetString()!)
            : counts.ValueKind == JsonValueKind.Array ? Numbers(counts) : [])
        {
            if (run < 0 || run > int.MaxValue)
            {
                return false;
            }

            if (isInside && run > 0)
            {
                long last = at + run - 1;
                (left, right) = (Math.Min(left, at / height), Math.Max(right, last / height));
                // A run that goes on into the next column covers the end of one and the beginning of the other.
                bool isLong = at / height != last / height;
                (top, bottom) = (Math.Min(top, isLong ? 0 : at % height), Math.Max(bottom, isLong ? height - 1 : last % height));
            }

            at += run;
            isInside = !isInside;
        }

        (box[0], box[1], box[2], box[3]) = (left, top, right - left + 1, bottom - top + 1);
        return right >= 0;
    }

    private static IEnumerable<long> Numbers(JsonElement counts) =>
        counts.EnumerateArray().Select(static v => v.ValueKind == JsonValueKind.Number && v.TryGetInt64(out long n) ? n : -1);

    /// <summary>The text of pycocotools (maskApi.c, rleFrString): five bits a character from '0', from the third number on
    /// differences.</summary>
    private static IEnumerable<long> Runs(string text)
    {
        List<long> runs = [];
        for (int i = 0; i < text.Length;)
        {
            long value = 0;
            int shift = 0;
            bool isMore = true;
            while (isMore && i < text.Length && shift < 60)
            {
                int c = text[i++] - 48;
                value |= (long)(c & 31) << shift;
                isMore = (c & 32) != 0;
                shift += 5;
                value |= !isMore && (c & 16) != 0 ? -1L << shift : 0;
            }

            runs.Add(runs.Count > 2 ? value + runs[^2] : value);
            yield return runs[^1];
        }
    }
}
