using System.Buffers.Binary;
using System.Text;

namespace DlStore.Tests.Data;

/// <summary>Files with a JPEG's header and end and no picture: all that readers of data sets look at, a hundred bytes each.</summary>
internal static class SampleJpeg
{
    /// <summary>Makes one; files with another text have other bytes.</summary>
    public static byte[] Make(int width, int height, string text, int channels = 3, int orientation = 1)
    {
        using MemoryStream file = new();
        file.Write([0xFF, 0xD8]);
        if (orientation != 1)
        {
            Segment(
                file, 0xE1, [.. "Exif\0\0II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0]);
        }

        Segment(file, 0xFE, Encoding.UTF8.GetBytes(text));
        byte[] frame = new byte[6 + (3 * channels)];
        frame[0] = 8;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(3), (ushort)width);
        frame[5] = (byte)channels;
        for (int i = 0; i < channels; i++)
        {
            frame[6 + (3 * i)] = (byte)(i + 1);
            frame[7 + (3 * i)] = 0x11;
        }

        Segment(file, 0xC0, frame);
        Segment(file, 0xDA, [(byte)channels, .. Enumerable.Range(1, channels).SelectMany(static i => new byte[] { (byte)i, 0 }), 0, 63, 0]);
        file.Write([0x12, 0x34, 0xFF, 0xD9]);
        return file.ToArray();
    }

    private static void Segment(MemoryStream file, byte marker, ReadOnlySpan<byte> content)
    {
        Span<byte> head = [0xFF, marker, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(content.Length + 2));
        file.Write(head);
        file.Write(content);
    }
}
