using System.Buffers.Binary;
using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>
/// Writes a stat cache beside its final place and renames it there. Not flushed to disk: a cache that a loss of power damaged fails its
/// checksums and is made again.
/// </summary>
internal sealed class StatCacheWriter : IDisposable
{
    private readonly string _path;
    private readonly string _temp;
    private readonly FileStream _stream;
    private readonly SortedDictionary<string, StatBlock> _blocks = new(StringComparer.Ordinal);
    private byte[] _buffer = new byte[64 * 1024];

    public StatCacheWriter(string path)
    {
        _path = path;
        _temp = $"{path}.{Environment.ProcessId}";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _stream = new FileStream(_temp, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
        _stream.Write(new byte[StatCache.HeaderLength]);
    }

    /// <summary>Writes a directory whose entries are all known.</summary>
    /// <param name="listing">The directory, with its totals.</param>
    /// <param name="racyFrom">Times at or after this are too fresh to be trusted: such entries are marked to be hashed again.</param>
    public void Add(DirListing listing, long racyFrom)
    {
        int length = 0;
        for (int i = 0; i < listing.Count; i++)
        {
            ref DiskEntry entry = ref listing.Entries[i];
            int need = length + StatCache.EntryFixed + entry.NameLength + 4;
            if (need > _buffer.Length)
            {
                Array.Resize(ref _buffer, Math.Max(need, _buffer.Length * 2));
            }

            bool racy = entry.Mode != TreeMode.Directory && (entry.Mtime >= racyFrom || entry.Ctime >= racyFrom);
            Span<byte> b = _buffer.AsSpan(length);
            b[0] = (byte)entry.Mode;
            BinaryPrimitives.WriteInt64LittleEndian(b[1..], entry.Size);
            BinaryPrimitives.WriteInt64LittleEndian(b[9..], entry.Mtime);
            BinaryPrimitives.WriteInt64LittleEndian(b[17..], entry.Ctime);
            BinaryPrimitives.WriteUInt64LittleEndian(b[25..], racy ? 0 : entry.Inode);
            entry.Oid.CopyTo(b[33..]);
            BinaryPrimitives.WriteUInt16LittleEndian(b[65..], entry.NameLength);
            listing.NameOf(i).CopyTo(b[StatCache.EntryFixed..]);
            length += StatCache.EntryFixed + entry.NameLength;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(length), StatCache.Crc(_buffer.AsSpan(0, length)));
        AddRaw(listing.Path, _buffer.AsSpan(0, length + 4), listing.Count, listing.Totals);
    }

    /// <summary>Copies an unchanged directory's block from the cache before.</summary>
    public void AddRaw(string directory, ReadOnlySpan<byte> block, int count, TreeTotals totals)
    {
        _blocks[directory] = new StatBlock(_stream.Position, block.Length, count, totals);
        _stream.Write(block);
    }

    /// <summary>Ends the file and puts it in place.</summary>
    public void Finish()
    {
        long tableAt = _stream.Position;
        using MemoryStream table = new();
        byte[] row = new byte[StatCache.TableFixed];
        foreach ((string directory, StatBlock block) in _blocks)
        {
            byte[] path = Encoding.UTF8.GetBytes(directory);
            BinaryPrimitives.WriteInt64LittleEndian(row, block.Offset);
            BinaryPrimitives.WriteInt32LittleEndian(row.AsSpan(8), block.Length);
            BinaryPrimitives.WriteInt32LittleEndian(row.AsSpan(12), block.Count);
            block.Totals.Oid.CopyTo(row.AsSpan(16));
            BinaryPrimitives.WriteInt64LittleEndian(row.AsSpan(48), block.Totals.Size);
            BinaryPrimitives.WriteInt64LittleEndian(row.AsSpan(56), block.Totals.Files);
            BinaryPrimitives.WriteUInt16LittleEndian(row.AsSpan(64), (ushort)path.Length);
            table.Write(row);
            table.Write(path);
        }

        ReadOnlySpan<byte> bytes = table.GetBuffer().AsSpan(0, (int)table.Length);
        _stream.Write(bytes);
        Span<byte> footer = stackalloc byte[StatCache.FooterLength];
        "DLSF"u8.CopyTo(footer);
        BinaryPrimitives.WriteInt64LittleEndian(footer[4..], tableAt);
        BinaryPrimitives.WriteInt32LittleEndian(footer[12..], _blocks.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(footer[16..], StatCache.Crc(bytes));
        _stream.Write(footer);
        _stream.Flush();
        _ = Sys.TryStat(_temp, out FileStat now);
        Span<byte> header = stackalloc byte[StatCache.HeaderLength];
        "DLSC"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], now.Mtime);
        _stream.Position = 0;
        _stream.Write(header);
        _stream.Dispose();
        AtomicFile.Rename(_temp, _path, replace: true);
    }

    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // What could not be written is not wanted any more; the failure itself is on its way.
        }

        File.Delete(_temp);
    }
}
