using System.Buffers.Binary;

namespace DlStore.Images;

/// <summary>
/// Walks over the segments of a JPEG file (ITU T.81, annex B) from its start to the first scan, and keeps what they say about the picture.
/// Segments that do not matter are
/// skipped, so that their size does not.
/// </summary>
internal sealed class JpegMarkers
{
    // A file of minimal segments would otherwise be walked in steps of four bytes.
    private const int SegmentsMax = 4096;
    private const int FillMax = 256;
    private const int ExifBytesMax = 65_533;
    private const byte StartOfImage = 0xD8;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;
    private const byte App1 = 0xE1;
    private const byte App14 = 0xEE;
    private bool _hasFrame;

    public int Width { get; private set; }

    public int Height { get; private set; }

    public int Channels { get; private set; }

    public int Orientation { get; private set; } = 1;

    public bool HasAdobe { get; private set; }

    public bool IsProgressive { get; private set; }

    public bool IsArithmetic { get; private set; }

    /// <summary>Gets where the data of the first scan begin.</summary>
    public long ScanStart { get; private set; }

    /// <summary>Walks to the first scan.</summary>
    /// <param name="source">The file.</param>
    /// <returns>The problem, or null.</returns>
    public string? Walk(JpegBytes source)
    {
        if (source.Head.Length < 3 || source.Head[0] != 0xFF || source.Head[1] != StartOfImage || source.Head[2] != 0xFF)
        {
            return ImageKind.Describe(source.Head);
        }

        long at = 2;
        for (int segment = 0; segment < SegmentsMax; segment++)
        {
            if (NextMarker(source, ref at, out byte marker) is { } why)
            {
                return why;
            }

            if (marker is 0x01 or (>= 0xD0 and <= 0xD7))
            {
                continue;
            }

            if (ReadSized(source, marker, at, out int length) is { } problem)
            {
                return problem;
            }

            if (marker == StartOfScan)
            {
                ScanStart = at + length;
                return _hasFrame ? null : "its header is damaged: the picture begins before its size is given";
            }

            at += length;
        }

        return $"its header has more than {SegmentsMax} segments";
    }

    /// <summary>Reads a marker that may stand before the first scan.</summary>
    private static string? NextMarker(JpegBytes source, ref long at, out byte marker)
    {
        byte? read = ReadMarker(source, ref at);
        marker = read ?? 0;
        return read switch
        {
            null => "its header is cut off",
            0 => "its header is damaged: there is no marker where one must be",
            EndOfImage => "it ends before the picture begins",
            _ => null,
        };
    }

    /// <summary>Reads a marker and the fill bytes before it; 0 if there is something else, null if the file ends.</summary>
    private static byte? ReadMarker(JpegBytes source, ref long at)
    {
        Span<byte> two = stackalloc byte[2];
        for (int fill = 0; fill < FillMax; fill++)
        {
            if (source.Read(at, two) < 2)
            {
                return null;
            }

            if (two[0] != 0xFF || two[1] == 0)
            {
                return 0;
            }

            if (two[1] != 0xFF)
            {
                at += 2;
                return two[1];
            }

            at++;
        }

        return 0;
    }

    /// <summary>Reads the length of a segment, which counts itself, and what it says.</summary>
    private string? ReadSized(JpegBytes source, byte marker, long at, out int length)
    {
        Span<byte> size = stackalloc byte[2];
        length = 0;
        if (source.Read(at, size) < 2)
        {
            return "its header is cut off";
        }

        length = BinaryPrimitives.ReadUInt16BigEndian(size);
        return length < 2 ? "its header is damaged: a segment is shorter than its own length field"
            : at + length > source.Length ? "its header is cut off"
            : ReadSegment(source, marker, at + 2, length - 2);
    }

    private string? ReadSegment(JpegBytes source, byte marker, long at, int length)
    {
        if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
        {
            Span<byte> frame = stackalloc byte[6];
            return length < frame.Length
                ? "its header is damaged: the segment with its size is too short" : ReadFrame(marker, frame[..source.Read(at, frame)]);
        }

        if (marker == App14 && length >= 12)
        {
            Span<byte> adobe = stackalloc byte[5];
            HasAdobe |= source.Read(at, adobe) == adobe.Length && adobe.SequenceEqual("Adobe"u8);
        }
        else if (marker == App1 && length > 14)
        {
            ReadExif(source, at, Math.Min(length, ExifBytesMax));
        }

        return null;
    }

    private void ReadExif(JpegBytes source, long at, int length)
    {
        Span<byte> start = stackalloc byte[6];
        if (source.Read(at, start) == start.Length && start.SequenceEqual("Exif\0\0"u8))
        {
            byte[] tiff = new byte[length - start.Length];
            Orientation = ExifOrientation.Find(tiff.AsSpan(0, source.Read(at + start.Length, tiff)));
        }
    }

    private string? ReadFrame(byte marker, ReadOnlySpan<byte> frame)
    {
        if (_hasFrame)
        {
            return "its header is damaged: it gives its size twice";
        }

        _hasFrame = true;
        IsProgressive = marker is 0xC2 or 0xCA;
        IsArithmetic = marker is 0xC9 or 0xCA;
        Height = BinaryPrimitives.ReadUInt16BigEndian(frame[1..]);
        Width = BinaryPrimitives.ReadUInt16BigEndian(frame[3..]);
        Channels = frame[5];
        return marker switch
        {
            0xC3 or 0xC7 or 0xCB or 0xCF => "it is a lossless JPEG, which few programs read; save it as a baseline JPEG",
            0xC5 or 0xC6 or 0xCD or 0xCE => "it is a hierarchical JPEG, which few programs read; save it as a baseline JPEG",
            _ when frame[0] != 8 => $"it has {frame[0]} bits a sample, and only 8 are decoded",
            _ when Width == 0 || Height == 0 => $"its size is {Width}x{Height}",
            _ when Channels is not (1 or 3 or 4) => $"it has {Channels} components, and only 1, 3 or 4 are known",
            _ => null,
        };
    }
}
