using System.Buffers.Binary;
using DlStore.Io;

namespace DlStore.Objects;

/// <summary>The mode of a tree entry.</summary>
public enum TreeMode : byte
{
    /// <summary>No entry.</summary>
    None = 0,
    /// <summary>A regular file.</summary>
    File = 1,
    /// <summary>A regular file that its owner may execute.</summary>
    Executable = 2,
    /// <summary>A symbolic link; the blob is the target text.</summary>
    Symlink = 3,
    /// <summary>A directory; the oid is its tree's root node.</summary>
    Directory = 4,
}

/// <summary>
/// The bytes of one tree node, checked once when it is opened and then read entry by entry without allocation; docs/formats/tree-node.md.
/// </summary>
public ref struct TreeNode
{
    /// <summary>The largest node in bytes.</summary>
    public const int LengthMax = 512 * 1024;

    /// <summary>The most entries in a node.</summary>
    public const int EntriesMax = 1024;

    /// <summary>The highest level of a branch node.</summary>
    public const int LevelMax = 15;

    /// <summary>The deepest nesting of directories.</summary>
    public const int DepthMax = 128;

    internal const int HeaderLength = 4 + 1 + 4;
    internal const int LeafFixed = 1 + 8 + 32 + 2;
    internal const int BranchFixed = 32 + 8 + 8 + 8 + 2;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;
    private int _left;

    private TreeNode(ReadOnlySpan<byte> bytes, int level, int count)
    {
        _bytes = bytes;
        Level = level;
        Count = count;
        _left = count;
        _at = HeaderLength;
    }

    /// <summary>Gets 0 for a leaf, else the branch level.</summary>
    public int Level { get; }

    /// <summary>Gets the number of entries.</summary>
    public int Count { get; }

    /// <summary>Gets the current entry's mode (leaf).</summary>
    public TreeMode Mode { get; private set; }

    /// <summary>Gets the current entry's size in bytes (leaf), or the sum of bytes below (branch).</summary>
    public long Size { get; private set; }

    /// <summary>Gets the oid of the blob, the directory's tree, or the child node.</summary>
    public Oid Oid { get; private set; }

    /// <summary>Gets the files and symlinks below: 1 for anything but a directory or a branch.</summary>
    public long Files { get; private set; }

    /// <summary>Gets the number of leaf entries below the child node (branch), else 1.</summary>
    public long Entries { get; private set; }

    /// <summary>Gets the name, or the first name below the child node.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Checks a whole node and stands before its first entry.</summary>
    /// <param name="bytes">The node's bytes; must outlive the reader.</param>
    /// <param name="oid">Its oid, for the message.</param>
    /// <returns>The reader.</returns>
    /// <exception cref="DlsException">Kind Corrupt: not a valid node; says what is wrong.</exception>
    public static TreeNode Open(ReadOnlySpan<byte> bytes, Oid oid)
    {
        string? wrong = Check(bytes);
        return wrong is null
            ? new TreeNode(bytes, bytes[4], BinaryPrimitives.ReadInt32BigEndian(bytes[5..]))
            : throw new DlsException(ErrorKind.Corrupt, $"read tree node '{oid}': {wrong}");
    }

    /// <summary>Refuses a directory that is nested deeper than <see cref="DepthMax"/>; every walk goes down by recursion.</summary>
    /// <param name="depth">0 for the root.</param>
    /// <param name="path">The directory, for the message.</param>
    /// <exception cref="DlsException">Kind Corrupt: too deep.</exception>
    public static void RequireDepth(int depth, string path)
    {
        if (depth > DepthMax)
        {
            throw new DlsException(ErrorKind.Corrupt,
                $"walk '{EntryName.Show(System.Text.Encoding.UTF8.GetBytes(path))}': directories are nested deeper than {DepthMax}");
        }
    }

    /// <summary>Steps to the next entry.</summary>
    /// <returns>False after the last one.</returns>
    public bool Next()
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        ReadOnlySpan<byte> b = _bytes[_at..];
        int fixedLength;
        if (Level == 0)
        {
            Mode = (TreeMode)b[0];
            Size = BinaryPrimitives.ReadInt64BigEndian(b[1..]);
            Oid = new Oid(b[9..]);
            bool isDirectory = Mode == TreeMode.Directory;
            Files = isDirectory ? BinaryPrimitives.ReadInt64BigEndian(b[41..]) : 1;
            Entries = 1;
            fixedLength = isDirectory ? LeafFixed + 8 : LeafFixed;
        }
        else
        {
            Oid = new Oid(b);
            Entries = BinaryPrimitives.ReadInt64BigEndian(b[32..]);
            Files = BinaryPrimitives.ReadInt64BigEndian(b[40..]);
            Size = BinaryPrimitives.ReadInt64BigEndian(b[48..]);
            fixedLength = BranchFixed;
        }

        int nameLength = BinaryPrimitives.ReadUInt16BigEndian(b[(fixedLength - 2)..]);
        Name = b.Slice(fixedLength, nameLength);
        _at += fixedLength + nameLength;
        return true;
    }

    private static string? Check(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < HeaderLength or > LengthMax || !bytes.StartsWith("DLT1"u8))
        {
            return bytes.Length > LengthMax ? $"it is longer than {LengthMax} bytes" : "it does not begin with DLT1";
        }

        int level = bytes[4];
        uint count = BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]);
        if (level > LevelMax || count > EntriesMax || (level > 0 && count == 0))
        {
            return $"level {level} with {count} entries is out of range";
        }

        int at = HeaderLength;
        ReadOnlySpan<byte> last = default;
        for (uint i = 0; i < count; i++)
        {
            string? wrong = CheckEntry(bytes[at..], level, out int length, out ReadOnlySpan<byte> name);
            if (wrong is not null)
            {
                return $"entry {i}: {wrong}";
            }

            if (i > 0 && name.SequenceCompareTo(last) <= 0)
            {
                return $"entry {i}: name '{EntryName.Show(name)}' is out of order";
            }

            last = name;
            at += length;
        }

        return at == bytes.Length ? null : "bytes follow the last entry";
    }

    private static string? CheckEntry(ReadOnlySpan<byte> b, int level, out int length, out ReadOnlySpan<byte> name)
    {
        length = 0;
        name = default;
        int fixedLength = level > 0 ? BranchFixed : LeafFixed;
        if (level == 0 && b.Length > 0 && b[0] == (byte)TreeMode.Directory)
        {
            fixedLength += 8;
        }

        if (b.Length < fixedLength)
        {
            return "it is cut short";
        }

        if (level == 0 && b[0] is < (byte)TreeMode.File or > (byte)TreeMode.Directory)
        {
            return $"mode {b[0]} is unknown";
        }

        int nameLength = BinaryPrimitives.ReadUInt16BigEndian(b[(fixedLength - 2)..]);
        if (b.Length < fixedLength + nameLength)
        {
            return "its name is cut short";
        }

        name = b.Slice(fixedLength, nameLength);
        length = fixedLength + nameLength;
        bool negative = level == 0
            ? BinaryPrimitives.ReadInt64BigEndian(b[1..]) < 0
                || (fixedLength > LeafFixed && BinaryPrimitives.ReadInt64BigEndian(b[41..]) < 0)
            : BinaryPrimitives.ReadInt64BigEndian(b[32..]) < 1
                || BinaryPrimitives.ReadInt64BigEndian(b[40..]) < 0 || BinaryPrimitives.ReadInt64BigEndian(b[48..]) < 0;
        return negative ? "a size or count is out of range" : EntryName.WhyRefused(name);
    }
}
