namespace DlStore.Images;

/// <summary>A picture in memory: rows from the top, three bytes a pixel (red, green, blue), no padding between rows.</summary>
public sealed class Raster
{
    /// <summary>The largest side in pixels: what a JPEG header can declare.</summary>
    public const int SideMax = 65_535;

    /// <summary>The most pixels that are decoded; more is refused by name instead of filling the memory.</summary>
    public const long PixelsMax = 100_000_000;

    /// <summary>Makes a black picture.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    public Raster(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, PixelsMax);
        Width = width;
        Height = height;
        Pixels = new byte[3 * width * height];
    }

    /// <summary>Gets the columns.</summary>
    public int Width { get; }

    /// <summary>Gets the rows.</summary>
    public int Height { get; }

    /// <summary>Gets the bytes, 3 * width * height of them.</summary>
    public byte[] Pixels { get; }

    /// <summary>Gives one row.</summary>
    /// <param name="y">From 0.</param>
    /// <returns>3 * width bytes.</returns>
    public Span<byte> Row(int y) => Pixels.AsSpan(3 * Width * y, 3 * Width);
}
