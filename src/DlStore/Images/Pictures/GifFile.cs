using System.Buffers.Binary;

namespace DlStore.Images.Pictures;

/// <summary>
/// Walks a GIF file: where the first picture lies on its canvas, whether it holds all of its pixels, and how many follow. The decoder then
/// sees a file of that picture alone, without
/// comments and the blocks of programs.
/// </summary>
internal static class GifFile
{
    private const string Cut = "it is a GIF file that is cut off";
    private const byte Extension = 0x21, Picture = 0x2C, Trailer = 0x3B, Control = 0xF9;
    private const int ScreenBytes = 13, DescriptorBytes = 10;

    /// <summary>Reads a file.</summary>
    /// <returns>Why not, or null.</returns>
    public static string? Read(ReadOnlySpan<byte> bytes, out PictureHeader? header)
    {
        header = null;
        if (bytes.Length < ScreenBytes)
        {
            return Cut;
        }

        int width = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]), height = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        if (PictureHeader.WhyRefused(width, height) is { } why)
        {
            return why;
        }

        return Walk(bytes, width, height, out header);
    }

    private static string? Walk(ReadOnlySpan<byte> bytes, int width, int height, out PictureHeader? header)
    {
        header = null;
        int at = ScreenBytes + TableBytes(bytes[10]);
        Range control = default;
        PictureHeader? found = null;
        while (true)
        {
            if (at >= bytes.Length)
            {
                return Cut;
            }

            switch (bytes[at])
            {
                case Trailer:
                    header = found;
                    return found is null ? "it is a GIF file without a picture" : null;
                case Extension:
                    int start = at;
                    at = at + 2 > bytes.Length ? bytes.Length : SkipBlocks(bytes, at + 2);
                    control = at > start + 2 && at <= bytes.Length && bytes[start + 1] == Control && found is null ? start..at : control;
                    break;
                case Picture when at + DescriptorBytes < bytes.Length:
                    if (TakePicture(bytes, width, height, control, ref at, ref found) is { } wrong)
                    {
                        return wrong;
                    }

                    break;
                default:
                    return at + DescriptorBytes < bytes.Length ? "it is a GIF file that is damaged" : Cut;
            }
        }
    }

    /// <summary>Counts a picture and passes over it.</summary>
    private static string? TakePicture(
        ReadOnlySpan<byte> bytes, int width, int height, Range control, ref int at, ref PictureHeader? found)
    {
        int data = at + DescriptorBytes + TableBytes(bytes[at + 9]);
        int end = SkipBlocks(bytes, data + 1);
        if (end > bytes.Length)
        {
            return Cut;
        }

        if (found is null && First(bytes, width, height, control, at..end, data, out found) is { } wrong)
        {
            return wrong;
        }

        found = found! with { Frames = found.Frames + 1 };
        at = end;
        return null;
    }

    /// <summary>Looks at the first picture; it counts as none yet.</summary>
    private static string? First(
        ReadOnlySpan<byte> bytes, int width, int height, Range control, Range picture, int data, out PictureHeader? found)
    {
        ReadOnlySpan<byte> descriptor = bytes[picture][1..];
        int left = BinaryPrimitives.ReadUInt16LittleEndian(descriptor), top = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[2..]);
        int columns = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[4..]),
            rows = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[6..]);
        int screen = ScreenBytes + TableBytes(bytes[10]);
        bool isTransparent = bytes[control].Length >= 4 && (bytes[control][3] & 1) != 0;
        found = new PictureHeader
        {
            Kind = PictureKind.Gif,
            Width = width,
            Height = height,
            Frames = 0,
            HasAlpha = isTransparent || columns < width || rows < height,
            Still = [.. bytes[..screen], .. bytes[control], .. bytes[picture], Trailer],
        };
        return columns == 0 || rows == 0 || left + columns > width || top + rows > height
            ? $"its first picture of {columns}x{rows} at {left},{top} does not fit on its canvas of {width}x{height}"
            : GifCodes.Count(bytes[data..picture.End.Value], (long)columns * rows) < (long)columns * rows
                ? "it is a GIF file that is cut off or damaged: it does not hold all of its pixels"
            : null;
    }

    /// <summary>Gives the bytes of a colour table by the flags before it.</summary>
    private static int TableBytes(byte flags) => (flags & 0x80) != 0 ? 3 << ((flags & 7) + 1) : 0;

    /// <summary>Passes over blocks up to the empty one.</summary>
    /// <returns>Where the next thing begins; past the end of a file that is cut off.</returns>
    private static int SkipBlocks(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length && bytes[at] != 0)
        {
            at += bytes[at] + 1;
        }

        return at < bytes.Length ? at + 1 : bytes.Length + 1;
    }
}
