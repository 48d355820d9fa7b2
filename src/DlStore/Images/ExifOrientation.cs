using System.Buffers.Binary;

namespace DlStore.Images;

/// <summary>
/// Finds the orientation in the EXIF part of a JPEG, which is a small TIFF file (EXIF 2.3, 4.6.4). What cannot be read counts as upright.
/// </summary>
internal static class ExifOrientation
{
    private const ushort OrientationTag = 0x0112;
    private const ushort ShortType = 3;
    private const int EntryBytes = 12;

    /// <summary>Finds the orientation.</summary>
    /// <param name="tiff">The segment after <c>Exif\0\0</c>; any bytes.</param>
    /// <returns>1 to 8.</returns>
    public static int Find(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8 || !(tiff.StartsWith("II*\0"u8) || tiff.StartsWith("MM\0*"u8)))
        {
            return 1;
        }

        bool big = tiff[0] == 'M';
        uint offset = big ? BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]);
        if (offset > tiff.Length - 2)
        {
            return 1;
        }

        ReadOnlySpan<byte> directory = tiff[(int)offset..];
        int count = UInt16(directory, big);
        directory = directory[2..];
        for (int i = 0; i < count && directory.Length >= EntryBytes; i++, directory = directory[EntryBytes..])
        {
            if (UInt16(directory, big) == OrientationTag)
            {
                int value = UInt16(directory[8..], big);
                return UInt16(directory[2..], big) == ShortType && value is >= 1 and <= 8 ? value : 1;
            }
        }

        return 1;
    }

    private static int UInt16(ReadOnlySpan<byte> bytes, bool big) => big
        ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
