using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>One name in a directory on disk: its stat and, once known, its oid. 80 bytes, kept in arrays.</summary>
internal struct DiskEntry
{
    public Oid Oid;
    public long Size;
    public long Mtime;
    public long Ctime;
    public ulong Inode;
    public int NameOffset;
    public ushort NameLength;
    public TreeMode Mode;

    /// <summary>The oid is not known: the file has to be read.</summary>
    public bool NeedsHash;

    /// <summary>For a directory: files and symlinks below. Kept in the slot of the time, which directories do not need.</summary>
    public long Files
    {
        readonly get => Mode == TreeMode.Directory ? Mtime : 1;
        set => Mtime = value;
    }

    public static TreeMode ModeOf(FileStat stat) =>
        stat.IsFile ? stat.IsExecutable ? TreeMode.Executable : TreeMode.File
        : stat.IsSymlink ? TreeMode.Symlink
        : stat.IsDirectory ? TreeMode.Directory : TreeMode.None;
}
