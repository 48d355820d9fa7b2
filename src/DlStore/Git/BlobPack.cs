using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DlStore.Git;

/// <summary>
/// A pack of small blobs in git's format, version 2 (gitformat-pack): header, entries, checksum. The entries are stored, not compressed:
/// they are a hundred bytes each, and git
/// compresses them when it repacks.
/// </summary>
internal static class BlobPack
{
    /// <summary>The longest content that fits one stored block of deflate.</summary>
    public const int LengthMax = ushort.MaxValue;

    private const int Blob = 3;
    private const uint AdlerModulus = 65521;

    /// <summary>Makes a pack.</summary>
    /// <param name="contents">Different contents, each at most <see cref="LengthMax"/> bytes.</param>
    /// <param name="hashLength">20, or 32 in a SHA-256 repository.</param>
    /// <returns>The whole pack.</returns>
    public static byte[] Make(IReadOnlyCollection<byte[]> contents, int hashLength)
    {
        using MemoryStream pack = new();
        Span<byte> number = stackalloc byte[4];
        pack.Write("PACK"u8);
        BinaryPrimitives.WriteInt32BigEndian(number, 2);
        pack.Write(number);
        BinaryPrimitives.WriteInt32BigEndian(number, contents.Count);
        pack.Write(number);
        foreach (byte[] content in contents)
        {
            WriteEntry(pack, content);
        }

        ReadOnlySpan<byte> all = pack.GetBuffer().AsSpan(0, (int)pack.Length);
#pragma warning disable CA5350 // Git's checksum of the file: it protects against damage, nothing is signed by it.
        pack.Write(hashLength == SHA256.HashSizeInBytes ? SHA256.HashData(all) : SHA1.HashData(all));
#pragma warning restore CA5350
        return pack.ToArray();
    }

    private static void WriteEntry(MemoryStream pack, byte[] content)
    {
        // Type and the lowest four bits of the length, then seven bits a byte.
        int rest = content.Length >> 4;
        pack.WriteByte((byte)((rest > 0 ? 0x80 : 0) | (Blob << 4) | (content.Length & 15)));
        for (; rest > 0; rest >>= 7)
        {
            pack.WriteByte((byte)((rest > 0x7f ? 0x80 : 0) | (rest & 0x7f)));
        }

        // A zlib stream (RFC 1950) of one stored block (RFC 1951).
        Span<byte> header = [0x78, 0x01, 0x01, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(header[3..], (ushort)content.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(header[5..], (ushort)~content.Length);
        pack.Write(header);
        pack.Write(content);
        Span<byte> sum = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(sum, Adler32(content));
        pack.Write(sum);
    }

    private static uint Adler32(ReadOnlySpan<byte> bytes)
    {
        uint a = 1;
        uint b = 0;
        foreach (byte value in bytes)
        {
            a = (a + value) % AdlerModulus;
            b = (b + a) % AdlerModulus;
        }

        return (b << 16) | a;
    }
}
