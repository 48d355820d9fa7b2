using System.Text;
using DlStore.Io;

namespace DlStore.Remotes;

/// <summary>
/// A directory with the setgid bit belongs to a group of people: what is made in it gets that directory's permissions, whatever the umask
/// of the one who makes it, or the next one could not go on there. What somebody else made is never changed.
/// </summary>
internal static class SharedDirectory
{
    /// <summary>02000: what is made in a directory gets the directory's group.</summary>
    private const uint SetGroup = 0x400;

    /// <summary>0700 of a file are its owner's.</summary>
    private const uint Owner = 0x1C0;

    /// <summary>Makes a directory with its parents, durably, and shared where the directory around it is.</summary>
    /// <param name="path">An absolute path.</param>
    /// <exception cref="DlsException">Kind Failed: it cannot be made.</exception>
    public static void Make(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        string parent = Path.GetDirectoryName(path) ?? "/";
        Make(parent);
        uint? shared = ModeOf(parent);
        if (shared is not null && Sys.MakeDirectoryAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path)))
        {
            _ = Sys.ChangeModeAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), shared.Value);
            AtomicFile.FlushDirectory(parent);
        }

        AtomicFile.MakeDirectory(path);
    }

    /// <summary>Lets those read a file of our own who may read the directory that it goes into, if that is shared.</summary>
    /// <param name="file">A file that was just made.</param>
    /// <param name="directory">Where it goes.</param>
    public static void Open(string file, string directory)
    {
        if (ModeOf(directory) is { } shared && Sys.TryStat(file, out FileStat own))
        {
            _ = Sys.ChangeModeAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(file), (own.Mode & Owner) | (shared & Permissions.AllRead));
        }
    }

    private static uint? ModeOf(string directory) =>
        Sys.TryStat(directory + "/.", out FileStat stat) && stat.IsDirectory && (stat.Mode & SetGroup) != 0
            ? stat.Mode & Permissions.MaskAll : null;
}
