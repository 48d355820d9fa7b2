using System.Text;

namespace DlStore.Io;

/// <summary>Second names of files: both lead to the same bytes, and what writes through one changes the other.</summary>
internal static unsafe class HardLink
{
    /// <summary>Gives a file a second name.</summary>
    /// <param name="file">Absolute path of the file.</param>
    /// <param name="directory">An open directory.</param>
    /// <param name="name">The new name in it; nothing may have it.</param>
    /// <returns>Null if it was done, else why the file system refused.</returns>
    public static string? TryMake(string file, int directory, ReadOnlySpan<byte> name)
    {
        fixed (byte* from = Encoding.UTF8.GetBytes(file + '\0'), to = (byte[])[.. name, 0])
        {
            return Posix.LinkAt(Posix.AtFdCwd, from, directory, to, 0) == 0 ? null : Why(file);
        }
    }

    /// <summary>Tells whether two paths lead to the same file.</summary>
    public static bool IsSame(FileStat one, FileStat other) =>
        one.Inode != 0 && one.Inode == other.Inode && one.Device == other.Device;

    private static string Why(string file) => Sys.Errno switch
    {
        Posix.EXDev => "the store is on another file system",
        Posix.EMLink => "the file system takes no more links to one file",
        Posix.EPerm => "the file system or its owner does not allow links",
        _ => Sys.Error("link", file).Reason,
    };
}
