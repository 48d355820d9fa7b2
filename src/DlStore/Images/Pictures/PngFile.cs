using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace DlStore.Images.Pictures;

/// <summary>
/// Walks a PNG file (ISO/IEC 15948): every chunk with its checksum, and the compressed pixels with their length. So a file that is cut off
/// or damaged is refused, whatever the
/// decoder would make of it, and texts and profiles that unfold to gigabytes are never unfolded.
/// </summary>
internal static class PngFile
{
    // What deflate can make of one byte at most (zlib's technical notes): more pixels than that are a lie.
    private const int RatioMax = 1_032;

    // With fewer, some of the seven passes are empty, and the decoder does not come to an end (ImageSharp 2.1.13).
    private const int InterlacedColumnsMin = 5;

    // First column, first row, step in columns, step in rows of the seven passes (ISO/IEC 15948, 8.2).
    private static readonly (int Left, int Top, int Right, int Down)[] _adam7 = [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>Gets the first eight bytes of every such file.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads a file.</summary>
    /// <returns>Why not, or null.</returns>
    public static string? Read(ReadOnlySpan<byte> bytes, out PictureHeader? header)
    {
        header = null;
        ReadOnlySpan<byte> rest = bytes[Signature.Length..];
        if (rest.Length < 25 || !rest[4..].StartsWith("IHDR"u8) || BinaryPrimitives.ReadUInt32BigEndian(rest) != 13)
        {
            return "it is a PNG file without its first chunk";
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(rest[8..]);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(rest[12..]);
        int depth = rest[16], colour = rest[17];
        if (Samples(depth, colour) is not { } samples || rest[18] != 0 || rest[19] != 0 || rest[20] > 1)
        {
            return "it is a PNG file of a form that is not defined";
        }

        if (PictureHeader.WhyRefused(width, height) is { } why)
        {
            return why;
        }

        if (rest[20] == 1 && width < InterlacedColumnsMin)
        {
            return $"it is an interlaced PNG file of {CountWords.Of(width, "column")}, which is not read: save it without interlacing";
        }

        long length = RawLength((int)width, (int)height, samples * depth, rest[20] == 1);
        return bytes.Length < length / RatioMax
            ? $"its {bytes.Length} bytes cannot hold the {width}x{height} pixels that it declares"
            : Walk(rest, length, new PictureHeader
            {
                Kind = PictureKind.Png,
                Width = (int)width,
                Height = (int)height,
                Bits = Math.Max(depth, 8),
                HasAlpha = colour >= 4
            }, colour == 3, out header);
    }

    private static string? Walk(ReadOnlySpan<byte> rest, long length, PictureHeader found, bool needsPalette, out PictureHeader? header)
    {
        header = null;
        using Inflated pixels = new(length);
        while (true)
        {
            if (rest.Length < 12 || BinaryPrimitives.ReadUInt32BigEndian(rest) > rest.Length - 12)
            {
                return "it is a PNG file that is cut off";
            }

            int size = BinaryPrimitives.ReadInt32BigEndian(rest);
            ReadOnlySpan<byte> type = rest.Slice(4, 4), data = rest.Slice(8, size);
            if (Crc32.HashToUInt32(rest.Slice(4, size + 4)) != BinaryPrimitives.ReadUInt32BigEndian(rest[(size + 8)..]))
            {
                return "it is a PNG file that is damaged: the checksum of a chunk is wrong";
            }

            needsPalette &= !type.SequenceEqual("PLTE"u8);
            if (type.SequenceEqual("IEND"u8))
            {
                header = found;
                return needsPalette ? "it is a PNG file without its palette" : pixels.Problem();
            }

            if (type.SequenceEqual("IDAT"u8))
            {
                pixels.Add(data);
            }

            found = type.SequenceEqual("tRNS"u8) ? found with { HasAlpha = true }
                : type.SequenceEqual("eXIf"u8) ? found with { Orientation = ExifOrientation.Find(data) }
                : type.SequenceEqual("acTL"u8) && size == 8 ? found with { Frames = Math.Max(1, BinaryPrimitives.ReadInt32BigEndian(data)) }
                : found;
            rest = rest[(size + 12)..];
        }
    }

    /// <summary>Gives the samples of a pixel, or null for a depth that the colour type does not have (ISO/IEC 15948, table 11.1).</summary>
    private static int? Samples(int depth, int colour) => (colour, depth) switch
    {
        (0, 1 or 2 or 4 or 8 or 16) or (3, 1 or 2 or 4 or 8) => 1,
        (2, 8 or 16) => 3,
        (4, 8 or 16) => 2,
        (6, 8 or 16) => 4,
        _ => null,
    };

    private static long RawLength(int width, int height, int bitsPerPixel, bool isInterlaced)
    {
        long length = 0;
        foreach ((int left, int top, int right, int down) in isInterlaced ? _adam7 : [(0, 0, 1, 1)])
        {
            long columns = (width - left + right - 1) / right, rows = (height - top + down - 1) / down;
            length += columns > 0 && rows > 0 ? rows * (1 + (((columns * bitsPerPixel) + 7) / 8)) : 0;
        }

        return length;
    }

    /// <summary>Counts what the compressed pixels come to, without keeping them.</summary>
    private sealed class Inflated(long expected) : IDisposable
    {
        private readonly MemoryStream _compressed = new();

        public void Add(ReadOnlySpan<byte> data) => _compressed.Write(data);

        public string? Problem()
        {
            _compressed.Position = 0;
            long length = 0;
            byte[] buffer = new byte[64 * 1024];
            try
            {
                using ZLibStream inflated = new(_compressed, CompressionMode.Decompress, leaveOpen: true);
                for (int n = 1; n > 0 && length <= expected; length += n)
                {
                    n = inflated.Read(buffer);
                }
            }
            // What is behind the stream throws either, by what it is that it does not like.
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                return "it is a PNG file that is damaged: its pixels cannot be unpacked";
            }

            return length < expected ? "it is a PNG file that is cut off: it does not hold all of its pixels"
                : length > expected ? "it is a PNG file that holds more pixels than it declares"
                : null;
        }

        public void Dispose() => _compressed.Dispose();
    }
}
