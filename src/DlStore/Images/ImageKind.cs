namespace DlStore.Images;

/// <summary>Says what a file is that should have been a JPEG, by its first bytes.</summary>
internal static class ImageKind
{
    /// <summary>Describes a file.</summary>
    /// <param name="head">Its first bytes; a file of less than 12 bytes is there as a whole.</param>
    /// <returns>The end of a sentence: <c>it is a PNG file, not a JPEG</c>.</returns>
    public static string Describe(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
        {
            return "it is empty";
        }

        string? kind = Name(head);
        return kind is null ? "it is not a JPEG" : $"it is {kind}, not a JPEG";
    }

    /// <summary>Tells whether a name is that of an image and does not end in <c>.jpg</c>, which is all that readers look for.</summary>
    public static bool IsOtherName(string name) =>
        Path.GetExtension(name) is var extension && extension != ".jpg"
        && extension.ToLowerInvariant() is ".jpg"
            or ".jpeg" or ".jpe" or ".jfif" or ".png" or ".bmp" or ".gif" or ".webp" or ".tif" or ".tiff" or ".ppm" or ".pgm";

    /// <summary>Tells whether a name is that of an image that is taken in: as it is, or written as a JPEG.</summary>
    public static bool IsTakenName(
        string name) => Path.GetExtension(name).ToLowerInvariant() is ".jpg" or ".jpeg" or ".png" or ".gif" or ".bmp" or ".webp";

    private static string? Name(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47]) ? "a PNG file"
        : head.StartsWith("GIF8"u8) ? "a GIF file"
        : head.StartsWith("BM"u8) ? "a BMP file"
        : head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8) ? "a WebP file"
        : head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8) ? "a TIFF file"
        : head.Length >= 12 && head[4..].StartsWith("ftyp"u8) ? "a HEIC, AVIF or MP4 file"
        : head.StartsWith("%PDF"u8) ? "a PDF file"
        : head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "a gzip file"
        : head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]) ? null
        : IsText(head[..Math.Min(head.Length, 256)]) ? "a text file"
        : null;

    // A pointer, an error page of a web server or a file list: all of them are text.
    private static bool IsText(ReadOnlySpan<byte> head) => !head.ContainsAnyExceptInRange((byte)'\t', (byte)'~')
        && !head.ContainsAnyInRange((byte)14, (byte)31);
}
