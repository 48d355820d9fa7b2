namespace DlStore.Images;

/// <summary>
/// Makes pictures smaller by averaging areas, in integers, so that thin lines do not vanish and the bytes are the same everywhere.
/// </summary>
public static class Thumbnail
{
    /// <summary>Fits a picture into a square and keeps its aspect.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="side">The square's side; a picture less than half as large is repeated pixel by pixel, so that it can be seen.</param>
    /// <returns>A picture of which the longer side is at most <paramref name="side"/>; may be the same instance.</returns>
    public static Raster Fit(Raster picture, int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        int longest = Math.Max(picture.Width, picture.Height);
        return longest > side ? Shrink(picture, Part(picture.Width, side, longest), Part(picture.Height, side, longest))
            : side / longest >= 2 ? Repeat(picture, side / longest)
            : picture;
    }

    private static int Part(int length, int side, int longest) => Math.Max(1, (int)((((long)length * side) + (longest / 2)) / longest));

    private static Raster Repeat(Raster picture, int times)
    {
        Raster large = new(picture.Width * times, picture.Height * times);
        for (int y = 0; y < large.Height; y++)
        {
            ReadOnlySpan<byte> source = picture.Row(y / times);
            Span<byte> row = large.Row(y);
            for (int x = 0; x < large.Width; x++)
            {
                source.Slice(3 * (x / times), 3).CopyTo(row[(3 * x)..]);
            }
        }

        return large;
    }

    // In units in which a source pixel is as long as the target has pixels, and a target pixel as long as the source has, all borders are
    // integers.
    private static Raster Shrink(Raster source, int width, int height)
    {
        Raster target = new(width, height);
        long[] line = new long[3 * width];
        long[] sums = new long[3 * width];
        long area = (long)source.Width * source.Height;
        long end = source.Height;
        for (int y = 0, row = 0; y < source.Height; y++)
        {
            SumColumns(source.Row(y), source.Width, width, line);
            long rest = height;
            while (rest > 0)
            {
                long part = Math.Min(rest, end - ((((long)y + 1) * height) - rest));
                for (int i = 0; i < sums.Length; i++)
                {
                    sums[i] += part * line[i];
                }

                rest -= part;
                if ((((long)y + 1) * height) - rest == end)
                {
                    Store(sums, area, target.Row(row++));
                    end += source.Height;
                }
            }
        }

        return target;
    }

    private static void SumColumns(ReadOnlySpan<byte> row, int sourceWidth, int width, long[] line)
    {
        Array.Clear(line);
        long end = sourceWidth;
        for (int x = 0, column = 0; x < sourceWidth; x++)
        {
            long from = (long)x * width;
            for (long rest = width; rest > 0;)
            {
                long part = Math.Min(rest, end - from);
                line[3 * column] += part * row[3 * x];
                line[(3 * column) + 1] += part * row[(3 * x) + 1];
                line[(3 * column) + 2] += part * row[(3 * x) + 2];
                rest -= part;
                from += part;
                if (from == end)
                {
                    column++;
                    end += sourceWidth;
                }
            }
        }
    }

    private static void Store(long[] sums, long area, Span<byte> row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = (byte)((sums[i] + (area / 2)) / area);
        }

        Array.Clear(sums);
    }
}
