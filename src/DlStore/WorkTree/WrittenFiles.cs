using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>Collects the files of one directory that were written out, with their stat, as a listing for the next scan.</summary>
internal sealed class WrittenFiles
{
    private byte[] _names = new byte[1024];
    private DiskEntry[] _entries = new DiskEntry[32];
    private int _namesLength;
    private int _count;

    public void Add(ReadOnlySpan<byte> name, TreeMode mode, Oid oid, in FileStat stat)
    {
        if (_namesLength + name.Length > _names.Length)
        {
            Array.Resize(ref _names, Math.Max(_names.Length * 2, _namesLength + name.Length));
        }

        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, _count * 2);
        }

        name.CopyTo(_names.AsSpan(_namesLength));
        _entries[_count++] = new DiskEntry
        {
            Oid = oid,
            Size = stat.Size,
            Mtime = stat.Mtime,
            Ctime = stat.Ctime,
            Inode = stat.Inode,
            Mode = mode,
            NameOffset = _namesLength,
            NameLength = (ushort)name.Length,
        };
        _namesLength += name.Length;
    }

    public void AddAll(WrittenFiles other)
    {
        for (int i = 0; i < other._count; i++)
        {
            ref DiskEntry e = ref other._entries[i];
            Add(other._names.AsSpan(e.NameOffset, e.NameLength), e.Mode, e.Oid, new FileStat(e.Size, e.Mtime, e.Ctime, e.Inode, 0, 0, 0));
        }
    }

    /// <summary>Gives the files sorted by name.</summary>
    public DirListing ToListing(string path)
    {
        byte[] names = _names;
        _entries.AsSpan(
            0, _count).Sort((a, b) => names.AsSpan(a.NameOffset, a.NameLength).SequenceCompareTo(names.AsSpan(b.NameOffset, b.NameLength)));
        return new DirListing(path, _names, _entries, _count);
    }
}
