using System.Text;
using DlStore.Io;

namespace DlStore.WorkTree;

/// <summary>
/// Directory operations below one root that cannot be led outside: every component is opened without following symlinks, and names are used
/// relative to an open
/// directory. Returned descriptors belong to the caller.
/// </summary>
internal sealed class WorkDir(string root)
{
    private readonly DirectoryWalk _walk = new(root);
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);

    public string Root => root;

    /// <summary>Opens a directory below the root.</summary>
    /// <param name="path">Names joined by <c>/</c>; empty for the root.</param>
    /// <returns>A descriptor.</returns>
    /// <exception cref="DlsException">Kind Failed: a component is missing, a file or a symlink; the path is named.</exception>
    public int Open(string path) => _walk.Run(path, create: false, durable: false);

    /// <summary>Opens a directory below the root; -1 if it or a parent is not there, or is a symlink.</summary>
    public int Find(string path) => _walk.Try(path, create: false, durable: false, null);

    /// <summary>
    /// Opens a file below the root to read it; -1 if it is not there, or it or a parent is a symlink. A pipe is not waited for.
    /// </summary>
    public int FindFile(string path)
    {
        (string directory, byte[] name) = Split(path);
        int above = Find(directory);
        int fd = above < 0 ? -1 : Sys.OpenAt(above, name, Posix.ReadOnly | Posix.NoFollow);
        Sys.Close(above);
        return fd;
    }

    /// <summary>Opens a directory below the root, and makes it and its parents if they are not there; the root itself too.</summary>
    /// <param name="path">Names joined by <c>/</c>; empty for the root.</param>
    /// <param name="flush">Told of the directories that got a new name.</param>
    public int OpenOrMake(string path, DiskFlush flush) => _walk.Run(path, create: true, durable: false, flush);

    /// <summary>Makes a directory and its parents below the root; the root itself too. Remembers what it made.</summary>
    /// <param name="path">Names joined by <c>/</c>; empty for the root.</param>
    /// <param name="flush">Told of the directories that got a new name; null if nothing of this has to survive a loss of power.</param>
    public void Make(string path, DiskFlush? flush = null)
    {
        if (_made.Add(path))
        {
            Sys.Close(_walk.Run(path, create: true, durable: false, flush));
        }
    }

    /// <summary>Stats a path below the root; false if it or a parent is not there, or a parent is a symlink.</summary>
    public bool TryStat(string path, out FileStat stat)
    {
        (string directory, byte[] name) = Split(path);
        stat = default;
        int fd = Find(directory);
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
        int fd = Find(directory);
        if (fd >= 0)
        {
            _ = Sys.UnlinkAt(fd, name, isDirectory: true);
            Sys.Close(fd);
        }
    }

    /// <summary>
    /// Removes a file or symlink. What is not there, or lies behind something that is no directory of ours, is as good as removed.
    /// </summary>
    /// <returns>True if something was removed; durable.</returns>
    /// <exception cref="DlsException">Kind Failed: it cannot be removed.</exception>
    public bool DeleteFile(string path)
    {
        (string directory, byte[] name) = Split(path);
        int fd = Find(directory);
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
    /// <param name="durable">Whether it survives a loss of power once this returns; not needed for what the store gets a flushed copy of
    /// next.</param>
    /// <exception cref="DlsException">Kind Failed: it cannot be written, or a parent is a symlink; the old content is still
    /// there.</exception>
    public void Write(string path, ReadOnlySpan<byte> content, bool durable = true)
    {
        (string directory, byte[] name) = Split(path);
        int fd = _walk.Run(directory, create: true, durable);
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

    /// <summary>
    /// Moves something to another place that nothing has, also into another file system; makes the directories above. Durable once both
    /// directories were flushed.
    /// </summary>
    /// <param name="path">Below this root.</param>
    /// <param name="to">The other root.</param>
    /// <param name="toPath">Below the other root.</param>
    /// <param name="flush">Told of the directories of the other root that got a new one.</param>
    /// <exception cref="DlsException">Kind Failed: something is there, or it cannot be moved; it is still whole where it was.</exception>
    public void Move(string path, WorkDir to, string toPath, DiskFlush flush)
    {
        (string directory, byte[] name) = Split(path);
        (string toDirectory, byte[] toName) = Split(toPath);
        int from = -1;
        int target = -1;
        try
        {
            from = Open(directory);
            target = to.OpenOrMake(toDirectory, flush);
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

    /// <summary>Sets or clears the execute bits of a file.</summary>
    public void SetExecutable(string path, bool executable)
    {
        (string directory, byte[] name) = Split(path);
        int fd = Open(directory);
        try
        {
            bool ok = Sys.TryStatAt(fd, name, out FileStat stat) && stat.IsFile
                && Sys.ChangeModeAt(fd, name, executable
                    ? (stat.Mode & Permissions.MaskAll) | ((stat.Mode & Permissions.AllRead) >> 2)
                    : stat.Mode & Permissions.MaskAll & ~Permissions.AllExecute);
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

    /// <summary>Writes a file that is not there yet into an open directory.</summary>
    internal static void WriteNew(int directory, byte[] name, ReadOnlySpan<byte> content, bool durable, string path)
    {
        if (!TryWriteNew(directory, name, content, durable, path))
        {
            throw Sys.Error("write", path);
        }
    }

    /// <summary>Writes a file that is not there yet into an open directory.</summary>
    /// <returns>False if something is there, with errno set.</returns>
    internal static bool TryWriteNew(int directory, byte[] name, ReadOnlySpan<byte> content, bool durable, string path)
    {
        int fd = Sys.OpenAt(directory, name, Posix.WriteOnly | Posix.Create | Posix.Exclusive | Posix.NoFollow, Permissions.UserFile);
        if (fd < 0)
        {
            return Sys.Errno == Posix.EExist ? false : throw Sys.Error("write", path);
        }

        try
        {
            Sys.WriteFully(fd, content, path);
            if (durable)
            {
                Sys.Sync(fd, path);
            }

            return true;
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
