using System.Text;
using DlStore.Io;

namespace DlStore.WorkTree;

/// <summary>
/// Directory operations below one root that cannot be led outside: every component is opened without following symlinks, and names are used relative to an open
/// directory. Returned descriptors belong to the caller.
/// </summary>
internal sealed class WorkDir(string root)
{
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);

    public string Root => root;

    /// <summary>Opens a directory below the root.</summary>
    /// <param name="path">Names joined by <c>/</c>; empty for the root.</param>
    /// <returns>A descriptor.</returns>
    /// <exception cref="DlsException">Kind Failed: a component is missing, a file or a symlink; the path is named.</exception>
    public int Open(string path) => Walk(path, create: false);

    /// <summary>Makes a directory and its parents below the root; the root itself too. Remembers what it made.</summary>
    public void Make(string path)
    {
        if (_made.Add(path))
        {
            Directory.CreateDirectory(root);
            Sys.Close(Walk(path, create: true));
        }
    }

    /// <summary>Stats a path below the root; false if it or a parent is not there, or a parent is a symlink.</summary>
    public bool TryStat(string path, out FileStat stat)
    {
        (string directory, byte[] name) = Split(path);
        stat = default;
        int fd = TryOpen(directory);
        if (fd < 0)
        {
            return false;
        }

        try
        {
            return Sys.TryStatAt(fd, name, out stat);
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    /// <summary>Removes a file or symlink if it still is what the plan saw.</summary>
    /// <returns>False if it changed meanwhile.</returns>
    public bool Delete(string path, in FileStat expected)
    {
        (string directory, byte[] name) = Split(path);
        int fd = Open(directory);
        try
        {
            return Sys.TryStatAt(fd, name, out FileStat now) && now.SameContentAs(expected) && Sys.UnlinkAt(fd, name, isDirectory: false);
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    /// <summary>Removes a directory if it is empty.</summary>
    public void DeleteIfEmpty(string path)
    {
        (string directory, byte[] name) = Split(path);
        int fd = TryOpen(directory);
        if (fd >= 0)
        {
            _ = Sys.UnlinkAt(fd, name, isDirectory: true);
            Sys.Close(fd);
        }
    }

    /// <summary>Sets or clears the execute bits of a file.</summary>
    public void SetExecutable(string path, bool executable)
    {
        (string directory, byte[] name) = Split(path);
        int fd = Open(directory);
        try
        {
            bool ok = Sys.TryStatAt(fd, name, out FileStat stat) && stat.IsFile
                && Sys.ChangeModeAt(fd, name, executable ? (stat.Mode & 0xFFF) | ((stat.Mode & 0x124) >> 2) : stat.Mode & 0xFFF & ~0x49u);
            if (!ok)
            {
                throw Sys.Error("change the mode of", $"{root}/{path}");
            }
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    public static (string Directory, byte[] Name) Split(string path)
    {
        int slash = path.LastIndexOf('/');
        return (slash < 0 ? "" : path[..slash], Encoding.UTF8.GetBytes(path[(slash + 1)..]));
    }

    private int TryOpen(string path)
    {
        try
        {
            return Open(path);
        }
        catch (DlsException)
        {
            return -1;
        }
    }

    private int Walk(string path, bool create)
    {
        int fd = Sys.OpenDirectory(root);
        foreach (string name in path.Length == 0 ? [] : path.Split('/'))
        {
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            if (create)
            {
                _ = Sys.MakeDirectoryAt(fd, bytes);
            }

            int next = Sys.OpenAt(fd, bytes, Posix.ReadOnly | Posix.Directory | Posix.NoFollow);
            DlsException? error = next < 0 ? Sys.Error("open directory", $"{root}/{path}") : null;
            Sys.Close(fd);
            fd = error is null ? next : throw error;
        }

        return fd;
    }
}
