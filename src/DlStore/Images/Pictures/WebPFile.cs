using System.Buffers.Binary;

namespace DlStore.Images.Pictures;

/// <summary>
/// Walks a WebP file (RFC 9649): the sizes of canvas, first frame and bit stream agree and are allowed, and every chunk is all there. The
/// decoder then sees a file of the first
/// picture alone, without profiles, metadata and other frames.
/// </summary>
internal static class WebPFile
{
    private const string Cut = "it is a WebP file that is cut off", Damaged = "it is a WebP file that is damaged";
    private const byte AlphaFlag = 0x10;

    /// <summary>Reads a file.</summary>
    /// <returns>Why not, or null.</returns>
    public static string? Read(ReadOnlySpan<byte> bytes, out PictureHeader? header)
    {
        header = null;
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (size < 4)
        {
            return Damaged;
        }

        if (size > bytes.Length - 8)
        {
            return Cut;
        }

        ReadOnlySpan<byte> rest = bytes[12..(int)(size + 8)];
        Contents seen = new();
        for (int at = 0; at < rest.Length;)
        {
            if (ChunkAt(rest, at) is not { } chunk)
            {
                return Cut;
            }

            if (Take(rest, at, chunk.Data, seen) is { } why)
            {
                return why;
            }

            at = chunk.Next;
        }

        return seen.First is { } first ? Check(first, seen, out header) : Damaged;
    }

    /// <summary>Keeps what one chunk says.</summary>
    private static string? Take(ReadOnlySpan<byte> rest, int at, Range place, Contents seen)
    {
        ReadOnlySpan<byte> data = rest[place];
        ReadOnlySpan<byte> name = rest.Slice(at, 4);
        if (name.SequenceEqual("VP8X"u8) && data.Length >= 10)
        {
            seen.Canvas = (UInt24(data[4..]) + 1, UInt24(data[7..]) + 1);
            if (PictureHeader.WhyRefused(seen.Canvas.Value.Width, seen.Canvas.Value.Height) is { } why)
            {
                return why;
            }
        }
        else if (name.SequenceEqual("ALPH"u8))
        {
            seen.Alpha = place;
        }
        else if (name.SequenceEqual("ANMF"u8) && seen.Frames++ == 0)
        {
            if (data.Length < 16
                || (seen.First = Frame(data[16..])) is null
                || (seen.First.Width, seen.First.Height) != (UInt24(data[6..]) + 1, UInt24(data[9..]) + 1))
            {
                return Damaged;
            }

            seen.Place = (2 * UInt24(data), 2 * UInt24(data[3..]));
        }
        else if (seen.First is null && (name.SequenceEqual("VP8 "u8) || name.SequenceEqual("VP8L"u8)))
        {
            seen.First = Stream(name, data, rest[seen.Alpha]);
            seen.Frames = 1;
        }
        else if (name.SequenceEqual("EXIF"u8))
        {
            seen.Orientation = ExifOrientation.Find(data.StartsWith("Exif\0\0"u8) ? data[6..] : data);
        }

        return null;
    }

    private static string? Check(Picture first, Contents seen, out PictureHeader? header)
    {
        header = null;
        (int Width, int Height) canvas = seen.Canvas ?? (first.Width, first.Height);
        (int Left, int Top) place = seen.Place;
        if (PictureHeader.WhyRefused(first.Width, first.Height) is { } why)
        {
            return why;
        }

        if (place.Left + first.Width > canvas.Width || place.Top + first.Height > canvas.Height
            || (seen.Frames == 1 && place == default && (first.Width, first.Height) != canvas && !first.IsFrame))
        {
            return $"its picture of {first.Width}x{first.Height} does not fit on its canvas of {canvas.Width}x{canvas.Height}";
        }

        bool isWhole = (first.Width, first.Height) == canvas;
        header = new PictureHeader
        {
            Kind = PictureKind.WebP,
            Width = canvas.Width,
            Height = canvas.Height,
            Frames = seen.Frames,
            Orientation = seen.Orientation,
            HasAlpha = first.HasAlpha || !isWhole,
            Frame = isWhole ? null : (place.Left, place.Top, first.Width, first.Height),
            Still = first.File,
        };
        return null;
    }

    /// <summary>Reads the chunks of one frame of an animation.</summary>
    private static Picture? Frame(ReadOnlySpan<byte> chunks)
    {
        Range alpha = default;
        for (int at = 0; at < chunks.Length;)
        {
            if (ChunkAt(chunks, at) is not { } chunk)
            {
                return null;
            }

            ReadOnlySpan<byte> name = chunks.Slice(at, 4);
            if (name.SequenceEqual("VP8 "u8) || name.SequenceEqual("VP8L"u8))
            {
                return Stream(name, chunks[chunk.Data], chunks[alpha]) is { } picture ? picture with { IsFrame = true } : null;
            }

            alpha = name.SequenceEqual("ALPH"u8) ? chunk.Data : alpha;
            at = chunk.Next;
        }

        return null;
    }

    /// <summary>Reads the size of a bit stream (RFC 6386, 9.1; RFC 9649, 3.4) and makes a file of it.</summary>
    private static Picture? Stream(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, ReadOnlySpan<byte> alpha)
    {
        if (name[3] == 'L')
        {
            if (data.Length < 5 || data[0] != 0x2F)
            {
                return null;
            }

            uint bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            return new Picture(
                (int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1, (bits & (1 << 28)) != 0, ToFile(Chunk("VP8L"u8, data)));
        }

        // A key frame: the lowest bit is 0, then the start code.
        if (data.Length < 10 || (data[0] & 1) != 0 || !data[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
        {
            return null;
        }

        int width = BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF,
            height = BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF;
        byte[] stream = Chunk("VP8 "u8, data);
        if (alpha.IsEmpty || width == 0 || height == 0)
        {
            return new Picture(width, height, false, ToFile(stream));
        }

        byte[] canvas = [
            AlphaFlag, 0, 0, 0, (byte)(width - 1), (byte)((width - 1) >> 8), 0, (byte)(height - 1), (byte)((height - 1) >> 8), 0];
        return new Picture(width, height, true, ToFile([.. Chunk("VP8X"u8, canvas), .. Chunk("ALPH"u8, alpha), .. stream]));
    }

    private static (Range Data, int Next)? ChunkAt(ReadOnlySpan<byte> chunks, int at)
    {
        if (chunks.Length - at < 8 || BinaryPrimitives.ReadUInt32LittleEndian(chunks[(at + 4)..]) > chunks.Length - at - 8)
        {
            return null;
        }

        int end = at + 8 + BinaryPrimitives.ReadInt32LittleEndian(chunks[(at + 4)..]);
        return ((at + 8)..end, end + ((end - at) & 1));
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        byte[] chunk = new byte[8 + data.Length + (data.Length & 1)];
        name.CopyTo(chunk);
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), data.Length);
        data.CopyTo(chunk.AsSpan(8));
        return chunk;
    }

    private static byte[] ToFile(ReadOnlySpan<byte> chunks)
    {
        byte[] file = new byte[12 + chunks.Length];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), 4 + chunks.Length);
        "WEBP"u8.CopyTo(file.AsSpan(8));
        chunks.CopyTo(file.AsSpan(12));
        return file;
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

    private sealed record Picture(int Width, int Height, bool HasAlpha, byte[] File)
    {
        public bool IsFrame { get; init; }
    }

    /// <summary>What the chunks up to here said.</summary>
    private sealed class Contents
    {
        public (int Width, int Height)? Canvas { get; set; }

        public Picture? First { get; set; }

        public (int Left, int Top) Place { get; set; }

        public Range Alpha { get; set; }

        public int Frames { get; set; }

        public int Orientation { get; set; } = 1;
    }
}
