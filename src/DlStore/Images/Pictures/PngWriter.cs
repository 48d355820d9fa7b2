using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace DlStore.Images.Pictures;

/// <summary>
/// Writes PNG files (ISO/IEC 15948): three bytes a pixel, not interlaced, each row as its difference from the one above. The same picture
/// gives the same pixels wherever it is read; its compressed bytes hang on the runtime's zlib.
/// </summary>
internal static class PngWriter
{
    private const byte Up = 2;

    /// <summary>Writes a picture.</summary>
    /// <returns>The file.</returns>
    public static byte[] Write(Raster raster)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, raster.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), raster.Height);
        (header[8], header[9]) = (8, 2);
        using MemoryStream file = new();
        file.Write(PngFile.Signature);
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, Pack(raster));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Pack(Raster raster)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] line = new byte[1 + (3 * raster.Width)];
            line[0] = Up;
            for (int y = 0; y < raster.Height; y++)
            {
                ReadOnlySpan<byte> row = raster.Row(y);
                ReadOnlySpan<byte> above = y > 0 ? raster.Row(y - 1) : default;
                for (int x = 0; x < row.Length; x++)
                {
                    line[x + 1] = (byte)(row[x] - (above.IsEmpty ? 0 : above[x]));
                }

                zlib.Write(line);
            }
        }

        return packed.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32([.. type, .. data]));
        file.Write(number);
    }
}
