using System.Buffers.Binary;

namespace DlStore.Learning.Weights;

/// <summary>
/// Reads a file of darknet: three int32 (major, minor, revision), the number of images seen (uint64 if major*10+minor is 2 or more, else
/// uint32), then float32 to the end; all
/// little-endian. The file has no magic, so it is told by a plausible header.
/// </summary>
internal static class DarknetFile
{
    private const int VersionLength = 12;
    private const int PartMax = 100;

    /// <summary>Reads a file, if it looks like one.</summary>
    /// <returns>Null if it begins with something else.</returns>
    /// <exception cref="InvalidDataException">It begins like one, but is damaged.</exception>
    public static WeightFacts? Find(Stream source)
    {
        if (source.Length < VersionLength + 4)
        {
            return null;
        }

        Span<byte> head = stackalloc byte[VersionLength + 8];
        head = head[..(int)Math.Min(head.Length, source.Length)];
        ByteRange.Read(source, 0, head);
        DarknetHeader header = new(
            BinaryPrimitives.ReadInt32LittleEndian(head),
                BinaryPrimitives.ReadInt32LittleEndian(head[4..]), BinaryPrimitives.ReadInt32LittleEndian(head[8..]));
        int version = (header.Major * 10) + header.Minor;
        if (header.Major is < 0 or > PartMax || header.Minor is < 0 or > PartMax || header.Revision is < 0 or > PartMax || version == 0)
        {
            return null;
        }

        int headLength = VersionLength + (version >= 2 ? 8 : 4);
        ulong seen = head.Length < headLength ? ulong.MaxValue
            : version >= 2 ? BinaryPrimitives.ReadUInt64LittleEndian(head[VersionLength..])
                : BinaryPrimitives.ReadUInt32LittleEndian(head[VersionLength..]);
        long length = source.Length - headLength;
        if (seen > long.MaxValue || length % 4 != 0)
        {
            throw new InvalidDataException(
                "it begins like a file of darknet, but what follows is no whole number of 32-bit floats; it was cut off");
        }

        WeightTensor floats = WeightTensor.Scan(source, headLength, "floats", [length / 4], NumberType.Float32);
        return new WeightFacts(WeightFacts.DarknetFloats, [floats], header, (long)seen, null);
    }
}
