using System.Buffers.Binary;

namespace DlStore.Images;

/// <summary>
/// Finds where a picture ends in a JPEG file (ITU T.81, annex B), which need not be where the file ends: telephones append their own
/// records
/// and moving pictures, tools append line ends and zeros.
/// </summary>
internal static class JpegEnd
{
    private const int PieceBytes = 4096;
    // Pictures in passes have a hundred at most; a file of nothing else would be read again and again.
    private const int SegmentsMax = 4096;
    private const byte Mark = 0xFF;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfImage = 0xD8;

    /// <summary>Walks over the scans of a picture.</summary>
    /// <param name="source">The file.</param>
    /// <param name="at">Where the data of the first scan begin.</param>
    /// <returns>The offset behind the end marker, or null if there is none: the file was cut off.</returns>
    public static long? Find(JpegBytes source, long at)
    {
        Span<byte> piece = stackalloc byte[PieceBytes];
        bool isMarked = false;
        int length;
        int segments = 0;
        while ((length = source.Read(at, piece)) > 0)
        {
            int next = Scan(piece[..length], ref isMarked, out byte marker);
            at += next;
            if (marker == EndOfImage)
            {
                return at;
            }

            if (marker != 0 && (++segments > SegmentsMax || !Skip(source, marker, ref at)))
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Looks for a marker that ends a scan; stuffed zeros and restart markers do not.</summary>
    private static int Scan(ReadOnlySpan<byte> piece, ref bool isMarked, out byte marker)
    {
        marker = 0;
        for (int i = 0; i < piece.Length;)
        {
            if (!isMarked)
            {
                int mark = piece[i..].IndexOf(Mark);
                if (mark < 0)
                {
                    break;
                }

                i += mark + 1;
                isMarked = true;
                continue;
            }

            byte b = piece[i++];
            if (b == Mark)
            {
                continue;
            }

            isMarked = false;
            if (b is not (0 or 0x01 or (>= 0xD0 and <= 0xD7)))
            {
                marker = b;
                return i;
            }
        }

        return piece.Length;
    }

    /// <summary>Passes over a segment between two scans.</summary>
    private static bool Skip(JpegBytes source, byte marker, ref long at)
    {
        Span<byte> size = stackalloc byte[2];
        if (marker == StartOfImage || source.Read(at, size) < 2)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(size);
        at += length;
        return length >= 2;
    }
}
