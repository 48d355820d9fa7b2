namespace DlStore.Images;

/// <summary>Draws the edges of a picture, black on white, as a pencil would: the Sobel operator on the luma, in integers.</summary>
internal static class EdgePicture
{
    /// <summary>Draws the edges.</summary>
    /// <param name="source">The picture.</param>
    /// <returns>A grey picture of the same size.</returns>
    public static Raster Draw(Raster source)
    {
        int w = source.Width, h = source.Height;
        byte[] luma = new byte[w * h];
        for (int i = 0; i < luma.Length; i++)
        {
            ReadOnlySpan<byte> pixel = source.Pixels.AsSpan(3 * i, 3);
            luma[i] = (byte)(((77 * pixel[0]) + (150 * pixel[1]) + (29 * pixel[2]) + 128) >> 8);
        }

        Raster edges = new(w, h);
        for (int y = 0; y < h; y++)
        {
            ReadOnlySpan<byte> above = luma.AsSpan(Math.Max(y - 1, 0) * w, w);
            ReadOnlySpan<byte> at = luma.AsSpan(y * w, w);
            ReadOnlySpan<byte> below = luma.AsSpan(Math.Min(y + 1, h - 1) * w, w);
            Span<byte> row = edges.Row(y);
            for (int x = 0; x < w; x++)
            {
                int l = Math.Max(x - 1, 0), r = Math.Min(x + 1, w - 1);
                int gx = above[r] + (2 * at[r]) + below[r] - above[l] - (2 * at[l]) - below[l];
                int gy = below[l] + (2 * below[x]) + below[r] - above[l] - (2 * above[x]) - above[r];
                row.Slice(3 * x, 3).Fill((byte)(255 - Math.Min(255, (Math.Abs(gx) + Math.Abs(gy) + 1) / 2)));
            }
        }

        return edges;
    }
}
