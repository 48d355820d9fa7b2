using System.Buffers.Binary;

namespace DlStore.Objects;

/// <summary>What a pack holds; packs never mix the two.</summary>
public enum PackKind : byte
{
    /// <summary>Small blobs.</summary>
    Data = 1,
    /// <summary>Tree nodes.</summary>
    Nodes = 2,
}

/// <summary>Widths and limits of docs/formats/pack.md.</summary>
internal static class PackFormat
{
    public const int HeaderLength = 4 + 1 + 1 + 2 + 16;
    public const int EntryHeaderLength = 4 + 1 + 4 + 4 + Oid.Length;
    public const int RowLength = Oid.Length + 4 + 4 + 4;
    public const int FooterLength = 4 + 8 + 4 + 32;
    public const int EntryMax = 16 * 1024 * 1024;
    public const long PackTarget = 64L * 1024 * 1024;
    public const long PackMax = 128L * 1024 * 1024;

    public static ReadOnlySpan<byte> HeaderMagic => "DLPK"u8;

    public static ReadOnlySpan<byte> EntryMagic => "DLEN"u8;

    public static ReadOnlySpan<byte> FooterMagic => "DLPF"u8;

    public static PackEntry ReadRow(ReadOnlySpan<byte> row) => new(
        new Oid(row),
        BinaryPrimitives.ReadUInt32BigEndian(row[32..]),
        BinaryPrimitives.ReadUInt32BigEndian(row[36..]),
        BinaryPrimitives.ReadUInt32BigEndian(row[40..]));

    public static void WriteRow(Span<byte> row, in PackEntry entry)
    {
        entry.Oid.CopyTo(row);
        BinaryPrimitives.WriteUInt32BigEndian(row[32..], entry.Offset);
        BinaryPrimitives.WriteUInt32BigEndian(row[36..], entry.Stored);
        BinaryPrimitives.WriteUInt32BigEndian(row[40..], entry.Plain);
    }

    public static void WriteEntryHeader(Span<byte> header, byte encoding, int stored, int plain, Oid oid)
    {
        EntryMagic.CopyTo(header);
        header[4] = encoding;
        BinaryPrimitives.WriteInt32BigEndian(header[5..], stored);
        BinaryPrimitives.WriteInt32BigEndian(header[9..], plain);
        oid.CopyTo(header[13..]);
    }

    /// <summary>Reads an entry header; false if it is not one.</summary>
    public static bool TryReadEntryHeader(ReadOnlySpan<byte> header, out byte encoding, out PackEntry entry)
    {
        encoding = 0;
        entry = default;
        if (header.Length < EntryHeaderLength || !header.StartsWith(EntryMagic))
        {
            return false;
        }

        encoding = header[4];
        uint stored = BinaryPrimitives.ReadUInt32BigEndian(header[5..]);
        uint plain = BinaryPrimitives.ReadUInt32BigEndian(header[9..]);
        entry = new PackEntry(new Oid(header[13..]), 0, stored, plain);
        return stored <= EntryMax && plain <= EntryMax;
    }
}
