using System.Buffers.Binary;

namespace DlStore.Images.Pictures;

/// <summary>
/// Reads the headers of a bitmap file (BITMAPFILEHEADER, BITMAPINFOHEADER and its younger forms) and whether its rows are all there.
/// </summary>
internal static class BmpFile
{
    private const int FileHeader = 14;

    /// <summary>Reads a file.</summary>
    /// <returns>Why not, or null.</returns>
    public static string? Read(ReadOnlySpan<byte> bytes, out PictureHeader? header)
    {
        header = null;
        if (bytes.Length < FileHeader + 12)
        {
            return "it is a BMP file that is cut off";
        }

        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(bytes[10..]);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(bytes[FileHeader..]);
        if (size is not (12 or 40 or 52 or 56 or 108 or 124) || bytes.Length < FileHeader + size)
        {
            return $"it is not a BMP file of a form that is read (header of {size} bytes)";
        }

        ReadOnlySpan<byte> info = bytes[(FileHeader + 4)..];
        (long width, long height, int bits, uint coding) = ReadInfo(info, isOld: size == 12);
        if (PictureHeader.WhyRefused(width, height) is { } why)
        {
            return why;
        }

        // 0 plain, 3 and 6 with masks. Runs (1, 2) do not say how much of the picture is missing, and 4 and 5 are whole JPEG and PNG files
        // inside.
        if (bits is not (1 or 4 or 8 or 16 or 24 or 32) || coding is not (0 or 3 or 6))
        {
            return "it is a BMP file whose pixels are packed, which is not read: save it as PNG";
        }

        long row = ((bits * width) + 31) / 32 * 4;
        if (offset < FileHeader + size || offset + (row * height) > bytes.Length)
        {
            return "it is a BMP file that is cut off";
        }

        header = new PictureHeader { Kind = PictureKind.Bmp, Width = (int)width, Height = (int)height, HasAlpha = bits == 32 };
        return null;
    }

    private static (long Width, long Height, int Bits, uint Coding) ReadInfo(ReadOnlySpan<byte> info, bool isOld)
    {
        long width = isOld ? BinaryPrimitives.ReadUInt16LittleEndian(info) : BinaryPrimitives.ReadInt32LittleEndian(info);
        // Rows from the top have a negative height.
        long height = Math.Abs(
            (long)(isOld ? BinaryPrimitives.ReadUInt16LittleEndian(info[2..]) : BinaryPrimitives.ReadInt32LittleEndian(info[4..])));
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(info[(isOld ? 6 : 10)..]);
        uint coding = isOld ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(info[12..]);
        return (width, height, bits, coding);
    }
}
