using System.Buffers.Binary;

namespace DlStore.Git;

/// <summary>
/// The bytes of an index file, version 2 or 3, and where its entries are. Source: git's Documentation/gitformat-index.
/// </summary>
/// <remarks>
/// <code>
/// file  = "DIRC" version:u32 count:u32 entry*count extension* hash            all big-endian
/// entry = ctime:8 mtime:8 dev:4 ino:4 mode:u32 uid:4 gid:4 size:4 id:20|32 flags:u16 [extended:u16] path NUL{1..8}     padded to 8
/// extension = signature:4 size:u32 bytes
/// </code>
/// Everything is checked against the length before it is used: the bytes may be anything.
/// </remarks>
internal sealed class IndexBytes
{
    private const int HeaderLength = 12;
    private const int ModeOffset = 24;
    private const int IdOffset = 40;
    private const int FlagsLength = 2;
    private const int NameLengthMask = 0xFFF;
    private const int ExtendedFlag = 0x4000;
    private const int IntentToAddFlag = 0x2000;
    private const int SkipWorktreeFlag = 0x4000;
    private const int DirectoryMode = 0x4000;

    private readonly byte[] _bytes;
    private readonly int _hashLength;
    private readonly int[] _entries;

    private IndexBytes(byte[] bytes, int hashLength, int[] entries)
    {
        _bytes = bytes;
        _hashLength = hashLength;
        _entries = entries;
    }

    /// <summary>Gets the number of entries.</summary>
    public int Count => _entries.Length;

    /// <summary>Finds the entries of an index.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="hashLength">20 or 32.</param>
    /// <param name="index">The result, or null if only git can read this file: another version, split, or sparse.</param>
    /// <returns>Null if it could be read or is for git to read, else what is wrong with it.</returns>
    public static string? TryParse(byte[] bytes, int hashLength, out IndexBytes? index)
    {
        index = null;
        if (bytes.Length < HeaderLength + hashLength || !bytes.AsSpan().StartsWith("DIRC"u8))
        {
            return "it is too short or does not begin with DIRC";
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4)) is not (2 or 3))
        {
            return null;
        }

        uint count = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(8));
        int end = bytes.Length - hashLength;
        if (count > end / (uint)(IdOffset + hashLength + FlagsLength))
        {
            return "it announces more entries than it has room for";
        }

        int[] entries = new int[count];
        int offset = HeaderLength;
        IndexBytes candidate = new(bytes, hashLength, entries);
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = offset;
            offset = candidate.Next(offset, end);
            if (offset < 0)
            {
                return $"entry {i} is cut short";
            }
        }

        return CheckExtensions(bytes.AsSpan(offset, end - offset)) switch
        {
            null => "an extension is cut short",
            false => null,
            true => candidate.CheckEntries(ref index),
        };
    }

    /// <summary>Gives the path of an entry.</summary>
    /// <param name="i">Its number.</param>
    /// <returns>The path's bytes.</returns>
    public ReadOnlySpan<byte> Path(int i)
    {
        int start = PathStart(_entries[i]);
        int length = Flags(_entries[i]) & NameLengthMask;
        return _bytes.AsSpan(start, length < NameLengthMask ? length : _bytes.AsSpan(start).IndexOf((byte)0));
    }

    /// <summary>Gives the mode of an entry, as in a tree.</summary>
    /// <param name="i">Its number.</param>
    /// <returns>File type and permissions.</returns>
    public int Mode(int i) => (int)BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(_entries[i] + ModeOffset));

    /// <summary>Gives the blob of an entry.</summary>
    /// <param name="i">Its number.</param>
    /// <returns>Lower-case hex.</returns>
    public string BlobId(int i) => Convert.ToHexStringLower(_bytes.AsSpan(_entries[i] + IdOffset, _hashLength));

    /// <summary>Gives the merge stage of an entry.</summary>
    /// <param name="i">Its number.</param>
    /// <returns>0 to 3.</returns>
    public int Stage(int i) => (Flags(_entries[i]) >> 12) & 3;

    /// <summary>Tells whether an entry was added by <c>git add -N</c>.</summary>
    /// <param name="i">Its number.</param>
    /// <returns>True if its content is not staged yet.</returns>
    public bool IsIntentToAdd(int i) => (Extended(i) & IntentToAddFlag) != 0;

    /// <summary>Tells whether a sparse checkout leaves an entry out of the work tree.</summary>
    /// <param name="i">Its number.</param>
    /// <returns>True if it is not expected on disk.</returns>
    public bool IsSkipWorktree(int i) => (Extended(i) & SkipWorktreeFlag) != 0;

    private int Extended(int i) => (Flags(_entries[i]) & ExtendedFlag) != 0 ? ReadU16(FlagsStart(_entries[i]) + FlagsLength) : 0;

    // Returns where the next entry begins, or -1 if this one does not fit before end.
    private int Next(int offset, int end)
    {
        if (end - offset < FlagsStart(0) + FlagsLength + FlagsLength)
        {
            return -1;
        }

        int start = PathStart(offset);
        int length = Flags(offset) & NameLengthMask;
        if (length == NameLengthMask)
        {
            length = _bytes.AsSpan(start, end - start).IndexOf((byte)0);
        }

        if (length < 0 || length >= end - start || _bytes[start + length] != 0)
        {
            return -1;
        }

        int padded = (start - offset + length + 8) / 8 * 8;
        return padded <= end - offset ? offset + padded : -1;
    }

    // Names must ascend (the search relies on it); in a split index, which is not for us, they may be empty.
    private string? CheckEntries(ref IndexBytes? index)
    {
        for (int i = 0; i < _entries.Length; i++)
        {
            if (Path(i).IsEmpty || (i > 0 && Path(i - 1).SequenceCompareTo(Path(i)) > 0))
            {
                return $"entry {i} is out of order";
            }

            if (Mode(i) == DirectoryMode)
            {
                return null;
            }
        }

        index = this;
        return null;
    }

    private int FlagsStart(int offset) => offset + IdOffset + _hashLength;

    private int PathStart(int offset) => FlagsStart(offset) + FlagsLength + ((Flags(offset) & ExtendedFlag) != 0 ? FlagsLength : 0);

    private int Flags(int offset) => ReadU16(FlagsStart(offset));

    private int ReadU16(int offset) => BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(offset));

    // True: nothing that changes what the entries mean. False: git must read it. Null: damaged.
    private static bool? CheckExtensions(ReadOnlySpan<byte> rest)
    {
        bool whole = true;
        while (!rest.IsEmpty)
        {
            if (rest.Length < 8 || BinaryPrimitives.ReadUInt32BigEndian(rest[4..]) > (uint)(rest.Length - 8))
            {
                return null;
            }

            // A lower-case first letter says that a reader who does not know the extension must not go on: "link" (split), "sdir" (sparse).
            whole &= rest[0] is >= (byte)'A' and <= (byte)'Z';
            rest = rest[(8 + (int)BinaryPrimitives.ReadUInt32BigEndian(rest[4..]))..];
        }

        return whole;
    }
}
