namespace DlStore.Images.Pictures;

/// <summary>
/// What a PNG, GIF, BMP or WebP file says of itself, read by code of our own before a decoder sees a byte: its size is allowed, and it is
/// all there. Nothing in a hostile file makes
/// reading fail other than by a problem in words.
/// </summary>
internal sealed record PictureHeader
{
    /// <summary>Gets what the file is, by its bytes; its name does not count.</summary>
    public required PictureKind Kind { get; init; }

    /// <summary>Gets the columns as they are stored.</summary>
    public required int Width { get; init; }

    /// <summary>Gets the rows as they are stored.</summary>
    public required int Height { get; init; }

    /// <summary>Gets how many pictures follow each other in it; the first one is read.</summary>
    public int Frames { get; init; } = 1;

    /// <summary>Gets the bits of a sample: above 8, the lower ones are rounded away.</summary>
    public int Bits { get; init; } = 8;

    /// <summary>Gets a value indicating whether pixels can be transparent.</summary>
    public bool HasAlpha { get; init; }

    /// <summary>Gets the EXIF orientation, 1 (upright) to 8.</summary>
    public int Orientation { get; init; } = 1;

    /// <summary>Gets the place of the first picture on the canvas, where that is smaller (animated WebP); else the whole of it.</summary>
    public (int Left, int Top, int Width, int Height)? Frame { get; init; }

    /// <summary>
    /// Gets a file of the same kind with the first picture and nothing else, where the file holds more than the decoder should see; else
    /// null.
    /// </summary>
    public byte[]? Still { get; init; }

    /// <summary>Tells whether a file is of a kind that is read here, by its first bytes.</summary>
    /// <param name="head">At least the first twelve bytes, or the whole of a smaller file.</param>
    /// <returns>The kind, or null.</returns>
    public static PictureKind? KindOf(ReadOnlySpan<byte> head) =>
        head.StartsWith(PngFile.Signature) ? PictureKind.Png
        : head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) ? PictureKind.Gif
        : head.StartsWith("BM"u8) ? PictureKind.Bmp
        : head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8) ? PictureKind.WebP
        : null;

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="problem">Why it is not read, as the end of a sentence; null if it is.</param>
    /// <returns>What it says, or null.</returns>
    public static PictureHeader? TryRead(ReadOnlySpan<byte> bytes, out string? problem)
    {
        PictureHeader? header = null;
        problem = KindOf(bytes) switch
        {
            PictureKind.Png => PngFile.Read(bytes, out header),
            PictureKind.Gif => GifFile.Read(bytes, out header),
            PictureKind.Bmp => BmpFile.Read(bytes, out header),
            PictureKind.WebP => WebPFile.Read(bytes, out header),
            _ => ImageKind.Describe(bytes),
        };
        return problem is null ? header : null;
    }

    /// <summary>Says why a picture of a size is not decoded.</summary>
    /// <param name="width">Columns that it declares.</param>
    /// <param name="height">Rows that it declares.</param>
    /// <returns>The end of a sentence, or null.</returns>
    public static string? WhyRefused(long width, long height) =>
        width < 1 || height < 1 ? $"it declares {width}x{height} pixels"
        : width > Raster.SideMax || height > Raster.SideMax
            ? $"its {width}x{height} pixels are more than the {Raster.SideMax} on a side that a JPEG has"
        : width * height > Raster.PixelsMax ? $"its {width}x{height} pixels are more than the {Raster.PixelsMax} that are decoded"
        : null;
}
