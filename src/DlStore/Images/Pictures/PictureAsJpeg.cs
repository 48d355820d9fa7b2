namespace DlStore.Images.Pictures;

/// <summary>A picture of another kind, written as a JPEG by the same library that writes all others.</summary>
/// <param name="Bytes">The JPEG file.</param>
/// <param name="Width">Columns of the upright picture.</param>
/// <param name="Height">Rows of the upright picture.</param>
/// <param name="Orientation">The EXIF orientation that was applied, 1 for none.</param>
/// <param name="Changes">What was done and what of the file is not in the JPEG, for the user: <c>a PNG file, written as a JPEG of quality
/// 95; alpha laid over white</c>.</param>
internal sealed record PictureAsJpeg(byte[] Bytes, int Width, int Height, int Orientation, string Changes)
{
    /// <summary>
    /// The quality that such files are written with; colours are stored at half the size (4:2:0), as in all JPEG files that dls writes.
    /// </summary>
    public const int Quality = 95;

    /// <summary>Tells whether a file is no JPEG and of a kind that is read, by its first bytes.</summary>
    /// <param name="bytes">The file, or its first twelve bytes.</param>
    /// <returns>True for PNG, GIF, BMP and WebP.</returns>
    public static bool IsOne(ReadOnlySpan<byte> bytes) => PictureHeader.KindOf(bytes) is not null;

    /// <summary>The hint for a picture that cannot be taken in, whatever its kind.</summary>
    public const string Wanted = "pictures are JPEG, PNG, GIF, BMP or WebP files of at most 100 million pixels; save it anew as one of "
        + "them, do not rename it";

    /// <summary>Reads a picture and writes it as a JPEG.</summary>
    /// <param name="bytes">The whole file, for which <see cref="IsOne"/> is true.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>The JPEG.</returns>
    /// <exception cref="DlsException">Kind Failed: it is too large, cut off, damaged or of a form that is not read.</exception>
    public static PictureAsJpeg Make(ReadOnlySpan<byte> bytes, string name)
    {
        PictureHeader header = PictureHeader.TryRead(bytes, out string? problem)
            ?? throw new DlsException(ErrorKind.Failed,
                $"use image '{name}': {problem}", Wanted);
        Raster raster = PictureDecoder.Decode(bytes, header, name);
        return new PictureAsJpeg(Jpeg.Encode(raster, Quality), raster.Width, raster.Height, header.Orientation, Describe(header));
    }

    private static string Describe(PictureHeader header)
    {
        List<string> changes = [$"a {NameOf(header.Kind)} file, written as a JPEG of quality {Quality}"];
        if (header.Frames > 1)
        {
            changes.Add($"the first of its {header.Frames} pictures");
        }

        if (header.HasAlpha)
        {
            changes.Add("what is transparent laid over white");
        }

        if (header.Bits > 8)
        {
            changes.Add($"{header.Bits} bits a sample rounded to 8");
        }

        if (header.Orientation != 1)
        {
            changes.Add($"turned upright as its EXIF tag says (orientation {header.Orientation})");
        }

        return string.Join("; ", changes);
    }

    private static string NameOf(PictureKind kind) => kind switch
    {
        PictureKind.Png => "PNG",
        PictureKind.Gif => "GIF",
        PictureKind.Bmp => "BMP",
        PictureKind.WebP => "WebP",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
