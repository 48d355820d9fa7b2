using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace DlStore.TestKit;

/// <summary>Small pictures of other kinds than JPEG, written by hand.</summary>
public static class DrawnPng
{
    /// <summary>Makes a PNG with an alpha channel: the upper half is of the colour (200, 40, 30), the lower half is transparent.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="isWhole">False to leave out the pixels, for a size that nobody should make room for.</param>
    /// <returns>The file.</returns>
    public static byte[] Make(int width, int height, bool isWhole = true)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] row = [0, .. Enumerable.Range(0, isWhole ? width : 0).SelectMany(static _ => (byte[])[200, 40, 30, 255])];
            for (int y = 0; y < (isWhole ? height : 1); y++)
            {
                zlib.Write(y < height / 2 ? row : new byte[row.Length]);
            }
        }

        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 6);
        return [0x89, 0x50,
            0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] length = new byte[4], crc = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc32.HashToUInt32([.. type, .. data]));
        return [.. length, .. type, .. data, .. crc];
    }
}
