namespace DlStore.Io;

/// <summary>What the file system says about one path, symlinks not followed.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Mtime">Last change of the content, nanoseconds since 1970.</param>
/// <param name="Ctime">Last change of the inode, nanoseconds since 1970; no program can set it.</param>
/// <param name="Inode">Inode number.</param>
/// <param name="Mode">File type and permission bits, as in st_mode.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Device">Device number, to tell file systems apart.</param>
public readonly record struct FileStat(long Size, long Mtime, long Ctime, ulong Inode, uint Mode, uint Uid, ulong Device)
{
    /// <summary>Gets how many names the file has.</summary>
    public uint Links { get; init; }

    /// <summary>Gets a value indicating whether this is a regular file.</summary>
    public bool IsFile => (Mode & 0xF000) == 0x8000;

    /// <summary>Gets a value indicating whether this is a directory.</summary>
    public bool IsDirectory => (Mode & 0xF000) == 0x4000;

    /// <summary>Gets a value indicating whether this is a symbolic link.</summary>
    public bool IsSymlink => (Mode & 0xF000) == 0xA000;

    /// <summary>Gets a value indicating whether the owner may execute the file.</summary>
    public bool IsExecutable => (Mode & Permissions.OwnerExecutes) != 0;

    /// <summary>Tells whether nothing that a change of content leaves behind differs.</summary>
    /// <param name="other">A stat of the same path, earlier or later.</param>
    /// <returns>True if size, times and inode agree.</returns>
    public bool SameContentAs(FileStat other) =>
        Size == other.Size && Mtime == other.Mtime && Ctime == other.Ctime && Inode == other.Inode;

    /// <summary>Names the sort of thing this is, for messages.</summary>
    /// <returns>One or two words.</returns>
    public string Describe() => (Mode & 0xF000) switch
    {
        0x8000 => "file",
        0x4000 => "directory",
        0xA000 => "symlink",
        0x1000 => "named pipe",
        0xC000 => "socket",
        0x2000 => "character device",
        0x6000 => "block device",
        _ => "unknown kind of file",
    };
}
