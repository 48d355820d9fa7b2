using System.Buffers.Binary;
using System.Text;

namespace DlStore.Learning.Weights;

/// <summary>A file within a zip file, as its directory has it.</summary>
/// <param name="Name">With <c>/</c> between names.</param>
/// <param name="HeaderOffset">Where its own header begins.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="IsPlain">Whether they stand in the zip file as they are, neither compressed nor encrypted.</param>
internal sealed record ZipPlace(string Name, long HeaderOffset, long Size, bool IsPlain);

/// <summary>
/// The directory of a zip file (APPNOTE 6.3, zip64 included), for files that hold large entries as they are, so that nothing need be
/// unpacked. Sizes and offsets are believed only as far as
/// the file reaches. All errors are <see cref="InvalidDataException"/> with the end of a sentence.
/// </summary>
internal static class StoredZip
{
    private const int EndLength = 22;
    private const int LocatorLength = 20;
    private const int End64Length = 56;
    private const int EntryLength = 46;
    private const int LocalLength = 30;
    private const int DirectoryMax = 64 << 20;
    private const int EntriesMax = 200_000;

    /// <summary>Reads the directory.</summary>
    public static IReadOnlyDictionary<string, ZipPlace> Read(Stream source)
    {
        (long offset, long length, long count) = FindDirectory(source);
        if (length > DirectoryMax || count > EntriesMax)
        {
            throw new InvalidDataException($"its zip directory has {count} entries in {length} bytes, more than any weight file");
        }

        ByteRange.Require(source, offset, length);
        byte[] directory = new byte[length];
        ByteRange.Read(source, offset, directory);
        Dictionary<string, ZipPlace> places = new(StringComparer.Ordinal);
        ReadOnlySpan<byte> rest = directory;
        for (long i = 0; i < count; i++)
        {
            ZipPlace place = Take(ref rest);
            if (!places.TryAdd(place.Name, place))
            {
                throw new InvalidDataException("its zip directory names a file twice");
            }
        }

        return places;
    }

    /// <summary>Finds where the bytes of an entry begin.</summary>
    public static long OffsetOf(Stream source, ZipPlace place)
    {
        if (!place.IsPlain)
        {
            throw new InvalidDataException("an entry of the zip file is compressed or encrypted, which PyTorch does not write");
        }

        Span<byte> header = stackalloc byte[LocalLength];
        ByteRange.Read(source, place.HeaderOffset, header);
        Require(header.StartsWith("PK\u0003\u0004"u8));
        long offset = place.HeaderOffset + LocalLength + BinaryPrimitives.ReadUInt16LittleEndian(
            header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        ByteRange.Require(source, offset, place.Size);
        return offset;
    }

    private static (long Offset, long Length, long Count) FindDirectory(Stream source)
    {
        int tailLength = (int)Math.Min(source.Length, EndLength + ushort.MaxValue);
        byte[] tail = new byte[tailLength];
        ByteRange.Read(source, source.Length - tailLength, tail);
        int at = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        Require(at >= 0 && tailLength - at >= EndLength);
        ReadOnlySpan<byte> end = tail.AsSpan(at);
        long count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        if (count != ushort.MaxValue && length != uint.MaxValue && offset != uint.MaxValue)
        {
            return (offset, length, count);
        }

        Require(at >= LocatorLength);
        ReadOnlySpan<byte> locator = tail.AsSpan(at - LocatorLength);
        Require(locator.StartsWith("PK\u0006\u0007"u8));
        Span<byte> end64 = stackalloc byte[End64Length];
        ByteRange.Read(source, BinaryPrimitives.ReadInt64LittleEndian(locator[8..]), end64);
        Require(end64.StartsWith("PK\u0006\u0006"u8));
        return (BinaryPrimitives.ReadInt64LittleEndian(end64[48..]),
            BinaryPrimitives.ReadInt64LittleEndian(end64[40..]), BinaryPrimitives.ReadInt64LittleEndian(end64[32..]));
    }

    private static ZipPlace Take(ref ReadOnlySpan<byte> rest)
    {
        Require(rest.Length >= EntryLength && rest.StartsWith("PK\u0001\u0002"u8));
        ReadOnlySpan<byte> entry = rest;
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]);
        int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]);
        int length = EntryLength + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
        Require(length <= rest.Length);
        rest = rest[length..];
        long packed = BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]);
        long header = BinaryPrimitives.ReadUInt32LittleEndian(entry[42..]);
        ReadOnlySpan<byte> wide = Wide(entry.Slice(EntryLength + nameLength, extraLength));
        size = TakeWide(size, ref wide);
        packed = TakeWide(packed, ref wide);
        header = TakeWide(header, ref wide);
        bool isPlain = (BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]) & 1) == 0
            && BinaryPrimitives.ReadUInt16LittleEndian(entry[10..]) == 0 && packed == size;
        return new ZipPlace(Encoding.UTF8.GetString(entry.Slice(EntryLength, nameLength)), header, size, isPlain);
    }

    /// <summary>Finds the extra field of numbers that do not fit in 32 bits.</summary>
    private static ReadOnlySpan<byte> Wide(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            Require(length <= extra.Length - 4);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return default;
    }

    private static long TakeWide(long value, ref ReadOnlySpan<byte> wide)
    {
        if (value != uint.MaxValue)
        {
            return value;
        }

        Require(wide.Length >= 8);
        long found = BinaryPrimitives.ReadInt64LittleEndian(wide);
        wide = wide[8..];
        return found;
    }

    private static void Require(bool isSo)
    {
        if (!isSo)
        {
            throw new InvalidDataException("its zip directory is damaged, or the file was cut off");
        }
    }
}
