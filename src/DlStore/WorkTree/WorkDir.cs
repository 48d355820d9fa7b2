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
    public int Open(string path) => Walk(path, create: false, durable: false);

    /// <summary>Makes a directory and its parents below the root; the root itself too. Remembers what it made.</summary>
    public void Make(string path)
    {
        if (_made.Add(path))
        {
            Sys.Close(Walk(path, create: true, durable: false));
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

    /// <summary>Removes a file or symlink. What is not there, or lies behind something that is no directory of ours, is as good as removed.</summary>
    /// <returns>True if something was removed; durable.</returns>
    /// <exception cref="DlsException">Kind Failed: it cannot be removed.</exception>
    public bool DeleteFile(string path)
    {
        (string directory, byte[] name) = Split(path);
        int fd = TryOpen(directory);
        try
        {
            if (fd < 0 || !Sys.TryStatAt(fd, name, out _))
            {
                return false;
            }

            if (!Sys.UnlinkAt(fd, name, isDirectory: false))
            {
                throw Sys.Error("remove", $"{root}/{path}");
            }

            Sys.Sync(fd, $"{root}/{directory}");
            return true;
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    /// <summary>Replaces or creates a small file and the directories above it; a reader sees the old content or the new.</summary>
    /// <param name="path">Below the root.</param>
    /// <param name="content">The new content.</param>
    /// <param name="durable">Whether it survives a loss of power once this returns; not needed for what the store gets a flushed copy of next.</param>
    /// <exception cref="DlsException">Kind Failed: it cannot be written, or a parent is a symlink; the old content is still there.</exception>
    public void Write(string path, ReadOnlySpan<byte> content, bool durable = true)
    {
        (string directory, byte[] name) = Split(path);
        int fd = Walk(directory, create: true, durable);
        try
        {
            byte[] temp = Encoding.UTF8.GetBytes($".dls-tmp-{TempName.Next()}");
            WriteNew(fd, temp, content, durable, $"{root}/{path}");
            if (!Sys.RenameAt(fd, temp, fd, name, replace: true))
            {
                DlsException error = Sys.Error("write", $"{root}/{path}");
                _ = Sys.UnlinkAt(fd, temp, isDirectory: false);
                throw error;
            }

            if (durable)
            {
                Sys.Sync(fd, $"{root}/{directory}");
            }
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    /// <inheritdoc cref="Write(string, ReadOnlySpan{byte}, bool)"/>
    public void Write(string path, string content) => Write(path, Encoding.UTF8.GetBytes(content));

    /// <summary>Finds what keeps a path from being reached: a parent that is there and is no directory.</summary>
    /// <returns>The parent's path below the root, or null.</returns>
    public string? FindParentInTheWay(string path)
    {
        for (int slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            if (TryStat(path[..slash], out FileStat stat) && !stat.IsDirectory)
            {
                return path[..slash];
            }
        }

        return null;
    }

    /// <summary>Moves something to another place that nothing has, also into another file system; makes the directories above. Durable once <see cref="Flush"/> was called for both directories.</summary>
    /// <param name="path">Below this root.</param>
    /// <param name="to">The other root.</param>
    /// <param name="toPath">Below the other root.</param>
    /// <exception cref="DlsException">Kind Failed: something is there, or it cannot be moved; it is still whole where it was.</exception>
    public void Move(string path, WorkDir to, string toPath)
    {
        (string directory, byte[] name) = Split(path);
        (string toDirectory, byte[] toName) = Split(toPath);
        int from = -1;
        int target = -1;
        try
        {
            from = Open(directory);
            target = to.Walk(toDirectory, create: true, durable: true);
            if (!Sys.RenameAt(from, name, target, toName, replace: false))
            {
                if (Sys.Errno != Posix.EXDev)
                {
                    throw Sys.Error($"move '{root}/{path}' to", $"{to.Root}/{toPath}");
                }

                MoveAcross.Run(from, name, target, toName, $"{root}/{path}");
            }
        }
        finally
        {
            Sys.Close(from);
            Sys.Close(target);
        }
    }

    /// <summary>Makes what was made, moved and removed in a directory survive a loss of power.</summary>
    public void Flush(string path)
    {
        int fd = Open(path);
        try
        {
            Sys.Sync(fd, $"{root}/{path}");
        }
        finally
        {
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

    private int Walk(string path, bool create, bool durable)
    {
        int fd = create ? OpenOrMakeRoot() : Sys.OpenDirectory(root);
        foreach (string name in path.Length == 0 ? [] : path.Split('/'))
        {
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            int next = Sys.OpenAt(fd, bytes, Posix.ReadOnly | Posix.Directory | Posix.NoFollow);
            if (next < 0 && create && Sys.Errno == Posix.ENoEnt)
            {
                if (Sys.MakeDirectoryAt(fd, bytes) && durable)
                {
                    Sys.Sync(fd, root);
                }

                next = Sys.OpenAt(fd, bytes, Posix.ReadOnly | Posix.Directory | Posix.NoFollow);
            }

            DlsException? error = next < 0 ? Sys.Error("open directory", $"{root}/{path}") : null;
            Sys.Close(fd);
            fd = error is null ? next : throw error;
        }

        return fd;
    }

    private int OpenOrMakeRoot()
    {
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(root), Posix.ReadOnly | Posix.Directory);
        if (fd >= 0)
        {
            return fd;
        }

        Directory.CreateDirectory(root);
        return Sys.OpenDirectory(root);
    }

    private static void WriteNew(int directory, byte[] name, ReadOnlySpan<byte> content, bool durable, string path)
    {
        int fd = Sys.OpenAt(directory, name, Posix.WriteOnly | Posix.Create | Posix.Exclusive | Posix.NoFollow, 0x1B6);
        if (fd < 0)
        {
            throw Sys.Error("write", path);
        }

        try
        {
            Sys.WriteFully(fd, content, path);
            if (durable)
            {
                Sys.Sync(fd, path);
            }
        }
        catch
        {
            _ = Sys.UnlinkAt(directory, name, isDirectory: false);
            throw;
        }
        finally
        {
            Sys.Close(fd);
        }
    }
}
