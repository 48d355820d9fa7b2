using System.IO.Compression;

namespace DlStore.Objects;

/// <summary>
/// How an object's bytes are stored in a pack: raw, or brotli where it pays. The encoding never changes the oid; docs/formats/pack.md.
/// </summary>
internal static class Codec
{
    public const byte Raw = 0;
    public const byte Brotli = 1;

    private const int SampleLength = 4096;
    private const int PlainMin = 128;
    private const int Window = 22;

    /// <summary>Encodes into <paramref name="stored"/> if that saves at least 5 %.</summary>
    /// <param name="plain">The plain bytes.</param>
    /// <param name="stored">Room for the encoded bytes; less than <paramref name="plain"/> will do.</param>
    /// <param name="length">Bytes written.</param>
    /// <returns>False: store the plain bytes raw.</returns>
    public static bool TryEncode(ReadOnlySpan<byte> plain, Span<byte> stored, out int length)
    {
        length = 0;
        if (plain.Length < PlainMin || IsCompressedFormat(plain) || !LooksCompressible(plain))
        {
            return false;
        }

        int room = Math.Min(stored.Length, plain.Length - (plain.Length / 20));
        return BrotliEncoder.TryCompress(plain, stored[..room], out length, quality: 1, Window);
    }

    /// <summary>Decodes to exactly the plain length.</summary>
    /// <param name="encoding">The entry's encoding.</param>
    /// <param name="stored">The entry's bytes.</param>
    /// <param name="plain">Room of exactly the plain length.</param>
    /// <returns>False if the bytes are damaged or the encoding is unknown.</returns>
    public static bool TryDecode(byte encoding, ReadOnlySpan<byte> stored, Span<byte> plain)
    {
        if (encoding == Raw)
        {
            return stored.Length == plain.Length && stored.TryCopyTo(plain);
        }

        return encoding == Brotli && BrotliDecoder.TryDecompress(stored, plain, out int written) && written == plain.Length;
    }

    private static bool IsCompressedFormat(ReadOnlySpan<byte> b) =>
        b.StartsWith<byte>([0xFF, 0xD8, 0xFF]) || b.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G'])
        || b.StartsWith("GIF8"u8) || (b.StartsWith("RIFF"u8) && b[8..].StartsWith("WEBP"u8))
        || b.StartsWith<byte>([0x1F, 0x8B]) || b.StartsWith<byte>([(byte)'P', (byte)'K', 3, 4]) || b.StartsWith("BZh"u8)
        || b.StartsWith<byte>([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z']) || b.StartsWith<byte>([0x28, 0xB5, 0x2F, 0xFD])
        || b.StartsWith<byte>([(byte)'7', (byte)'z', 0xBC, 0xAF]) || b[4..].StartsWith("ftyp"u8);

    /// <summary>Order-0 entropy of a sample: 3 µs where trial compression would take fifty.</summary>
    private static bool LooksCompressible(ReadOnlySpan<byte> plain)
    {
        int start = plain.Length > SampleLength ? (plain.Length - SampleLength) / 2 : 0;
        ReadOnlySpan<byte> sample = plain.Slice(start, Math.Min(SampleLength, plain.Length));
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        foreach (byte b in sample)
        {
            counts[b]++;
        }

        double bits = 0;
        foreach (int count in counts)
        {
            if (count > 0)
            {
                bits -= count * Math.Log2((double)count / sample.Length);
            }
        }

        return bits / sample.Length < 7.2;
    }
}
