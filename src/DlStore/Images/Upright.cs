namespace DlStore.Images;

/// <summary>Turns a picture as its EXIF orientation says (EXIF 2.3, 4.6.4 A).</summary>
internal static class Upright
{
    /// <summary>Turns a picture.</summary>
    /// <param name="stored">The picture as it is stored.</param>
    /// <param name="orientation">1 to 8.</param>
    /// <returns>The upright picture; the same instance if nothing is to be done.</returns>
    public static Raster Turn(Raster stored, int orientation)
    {
        if (orientation == 1)
        {
            return stored;
        }

        int w = stored.Width, h = stored.Height;
        int last = (w * h) - 1;

        // Pixel (x, y) of the upright picture is number start + x * right + y * down of the stored one.
        (int start, int right, int down) = orientation switch
        {
            2 => (w - 1, -1, w),
            3 => (last, -1, -w),
            4 => (last - w + 1, 1, -w),
            5 => (0, w, 1),
            6 => (last - w + 1, -w, 1),
            7 => (last, -w, -1),
            8 => (w - 1, w, -1),
            _ => throw new ArgumentOutOfRangeException(nameof(orientation)),
        };
        Raster upright = orientation >= 5 ? new Raster(h, w) : new Raster(w, h);
        ReadOnlySpan<byte> source = stored.Pixels;
        for (int y = 0; y < upright.Height; y++)
        {
            Span<byte> row = upright.Row(y);
            int at = start + (y * down);
            for (int x = 0; x < row.Length; x += 3, at += right)
            {
                source.Slice(3 * at, 3).CopyTo(row[x..]);
            }
        }

        return upright;
    }
}
