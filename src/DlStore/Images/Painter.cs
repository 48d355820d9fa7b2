namespace DlStore.Images;

/// <summary>Draws rectangles and pictures into a picture; what lies outside is cut off. Columns and rows count from 0.</summary>
/// <param name="raster">The picture.</param>
internal sealed class Painter(Raster raster)
{
    public Raster Raster { get; } = raster;

    /// <summary>Fills a rectangle.</summary>
    public void Fill(int x, int y, int width, int height, Colour colour)
    {
        int from = Math.Clamp(x, 0, Raster.Width), to = Math.Clamp(x + width, from, Raster.Width);
        for (int row = Math.Max(y, 0); row < Math.Min(y + height, Raster.Height); row++)
        {
            Span<byte> pixels = Raster.Row(row)[(3 * from)..(3 * to)];
            for (int i = 0; i < pixels.Length; i += 3)
            {
                pixels[i] = colour.R;
                pixels[i + 1] = colour.G;
                pixels[i + 2] = colour.B;
            }
        }
    }

    /// <summary>Draws the border of a rectangle, inwards.</summary>
    public void Frame(int x, int y, int width, int height, int thickness, Colour colour)
    {
        int t = Math.Min(thickness, Math.Min(width, height));
        Fill(x, y, width, t, colour);
        Fill(x, y + height - t, width, t, colour);
        Fill(x, y, t, height, colour);
        Fill(x + width - t, y, t, height, colour);
    }

    /// <summary>Copies a picture.</summary>
    public void Copy(Raster picture, int x, int y)
    {
        int from = Math.Max(x, 0), to = Math.Min(x + picture.Width, Raster.Width);
        for (int row = Math.Max(y, 0); row < Math.Min(y + picture.Height, Raster.Height) && from < to; row++)
        {
            picture.Row(row - y)[(3 * (from - x))..(3 * (to - x))].CopyTo(Raster.Row(row)[(3 * from)..]);
        }
    }

    /// <summary>Mixes a colour into one pixel.</summary>
    public void Mix(int x, int y, Colour colour, int share)
    {
        if (x >= 0 && y >= 0 && x < Raster.Width && y < Raster.Height && share > 0)
        {
            Span<byte> pixel = Raster.Row(y).Slice(3 * x, 3);
            Colour mixed = new Colour(pixel[0], pixel[1], pixel[2]).Mix(colour, share);
            (pixel[0], pixel[1], pixel[2]) = (mixed.R, mixed.G, mixed.B);
        }
    }
}
