using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>A directory's row in the stat cache's table.</summary>
/// <param name="Offset">Where its block lies.</param>
/// <param name="Length">Bytes of the block with its checksum.</param>
/// <param name="Count">Entries in the block.</param>
/// <param name="Totals">The directory's tree.</param>
internal readonly record struct StatBlock(long Offset, int Length, int Count, TreeTotals Totals);

/// <summary>
/// What the last scan of one pointer's directory saw: per file its stat and oid (docs/formats/work-tree-state.md). It may save hashing and
/// never decides
/// anything by itself: whatever does not check out is ignored and read again. The table is held in memory, blocks are read when asked for.
/// </summary>
internal sealed class StatCache : IDisposable
{
    public const int HeaderLength = 16;
    public const int EntryFixed = 1 + 8 + 8 + 8 + 8 + 32 + 2;
    public const int TableFixed = 8 + 4 + 4 + 32 + 8 + 8 + 2;
    public const int FooterLength = 20;
    private readonly int _fd;
    private readonly string _path;
    private readonly Dictionary<string, StatBlock> _blocks;

    private StatCache(int fd, string path, long stamp, Dictionary<string, StatBlock> blocks)
    {
        _fd = fd;
        _path = path;
        Stamp = stamp;
        _blocks = blocks;
    }

    /// <summary>Gets the file system's clock when the cache was written; entries as new as that are not trusted.</summary>
    public long Stamp { get; }

    public int DirectoryCount => _blocks.Count;

    public IReadOnlyDictionary<string, StatBlock> Blocks => _blocks;

    /// <summary>Opens a cache; null if there is none or it is damaged.</summary>
    public static StatCache? Open(string path)
    {
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly);
        if (fd < 0)
        {
            return null;
        }

        long length = Sys.StatOpen(fd).Size;
        Span<byte> header = stackalloc byte[HeaderLength];
        if (ReadTable(fd, path, length) is not { } blocks || Sys.ReadAt(fd, header, 0, path) != HeaderLength
            || !header.StartsWith("DLSC"u8) || BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) != 1)
        {
            Sys.Close(fd);
            return null;
        }

        return new StatCache(fd, path, BinaryPrimitives.ReadInt64LittleEndian(header[8..]), blocks);
    }

    public bool TryGetBlock(string directory, out StatBlock block) => _blocks.TryGetValue(directory, out block);

    /// <summary>Reads a block's entries; null if its checksum is wrong.</summary>
    public byte[]? ReadBlock(in StatBlock block)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(block.Length);
        bool ok = Sys.ReadAt(_fd, bytes, block.Offset, _path) == bytes.Length
            && Crc(bytes.AsSpan(0, bytes.Length - 4)) == BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4));
        return ok ? bytes : null;
    }

    /// <summary>Reads a block back as the listing it was written from; null if it is damaged.</summary>
    public DirListing? ReadListing(string directory)
    {
        if (!_blocks.TryGetValue(directory, out StatBlock block) || ReadBlock(block) is not { } bytes)
        {
            return null;
        }

        DiskEntry[] entries = new DiskEntry[block.Count];
        Reader reader = new(bytes, block.Count);
        for (int i = 0; i < entries.Length; i++)
        {
            if (!reader.Next())
            {
                return null;
            }

            entries[i] = reader.Entry;
        }

        return new DirListing(directory, bytes, entries, entries.Length) { Totals = block.Totals };
    }

    public void Dispose() => Sys.Close(_fd);

    /// <summary>CRC-32C, by the processor where it can.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes) => Crc32.HashToUInt32(Crc32ParameterSet.Crc32C, bytes);

    private static Dictionary<string, StatBlock>? ReadTable(int fd, string path, long length)
    {
        Span<byte> footer = stackalloc byte[FooterLength];
        if (length < HeaderLength + FooterLength
            || Sys.ReadAt(fd, footer, length - FooterLength, path) != FooterLength || !footer.StartsWith("DLSF"u8))
        {
            return null;
        }

        long tableAt = BinaryPrimitives.ReadInt64LittleEndian(footer[4..]);
        uint rows = BinaryPrimitives.ReadUInt32LittleEndian(footer[12..]);
        long tableLength = length - FooterLength - tableAt;
        if (tableAt < HeaderLength || tableLength < (long)rows * TableFixed || tableLength > int.MaxValue)
        {
            return null;
        }

        byte[] table = new byte[tableLength];
        if (Sys.ReadAt(fd, table, tableAt, path) != table.Length || Crc(table) != BinaryPrimitives.ReadUInt32LittleEndian(footer[16..]))
        {
            return null;
        }

        return ParseTable(table, rows, tableAt);
    }

    /// <summary>Takes the rows of a table whose checksum was right; null if one of them does not fit.</summary>
    private static Dictionary<string, StatBlock>? ParseTable(ReadOnlySpan<byte> b, uint rows, long tableAt)
    {
        Dictionary<string, StatBlock> blocks = new((int)rows, StringComparer.Ordinal);
        for (uint i = 0; i < rows; i++)
        {
            if (b.Length < TableFixed)
            {
                return null;
            }

            TreeTotals totals = new(
                new Oid(b[16..]), BinaryPrimitives.ReadInt64LittleEndian(b[48..]), BinaryPrimitives.ReadInt64LittleEndian(b[56..]));
            int pathLength = BinaryPrimitives.ReadUInt16LittleEndian(b[64..]);
            StatBlock block = new(
                BinaryPrimitives.ReadInt64LittleEndian(b),
                    BinaryPrimitives.ReadInt32LittleEndian(b[8..]), BinaryPrimitives.ReadInt32LittleEndian(b[12..]), totals);
            bool fits = block.Offset >= HeaderLength && block.Length >= 4 && block.Offset <= tableAt - block.Length
                && block.Count >= 0 && (long)block.Count * EntryFixed <= block.Length - 4;
            if (!fits || b.Length < TableFixed + pathLength)
            {
                return null;
            }

            blocks[Encoding.UTF8.GetString(b.Slice(TableFixed, pathLength))] = block;
            b = b[(TableFixed + pathLength)..];
        }

        return blocks;
    }

    /// <summary>Steps through the entries of a block whose checksum was right.</summary>
    internal ref struct Reader(ReadOnlySpan<byte> block, int count)
    {
        private readonly ReadOnlySpan<byte> _block = block;
        private int _left = count;
        private int _at;

        public DiskEntry Entry;

        public readonly ReadOnlySpan<byte> Name => _block.Slice(Entry.NameOffset, Entry.NameLength);

        public bool Next()
        {
            ReadOnlySpan<byte> b = _left == 0 ? default : _block[_at..];
            if (b.Length < EntryFixed || b.Length < EntryFixed + BinaryPrimitives.ReadUInt16LittleEndian(b[65..]))
            {
                return false;
            }

            _left--;
            Entry.Mode = (TreeMode)b[0];
            Entry.Size = BinaryPrimitives.ReadInt64LittleEndian(b[1..]);
            Entry.Mtime = BinaryPrimitives.ReadInt64LittleEndian(b[9..]);
            Entry.Ctime = BinaryPrimitives.ReadInt64LittleEndian(b[17..]);
            Entry.Inode = BinaryPrimitives.ReadUInt64LittleEndian(b[25..]);
            Entry.Oid = new Oid(b[33..]);
            Entry.NameLength = BinaryPrimitives.ReadUInt16LittleEndian(b[65..]);
            Entry.NameOffset = _at + EntryFixed;
            _at += EntryFixed + Entry.NameLength;
            return true;
        }
    }
}
