using System.Text;
using DlStore.Io;

namespace DlStore.WorkTree;

/// <summary>Walks down from a root, name by name, and follows no symlink below it.</summary>
/// <param name="root">Absolute path.</param>
internal sealed class DirectoryWalk(string root)
{
    /// <summary>Walks down, or fails.</summary>
    /// <exception cref="DlsException">Kind Failed: a component is missing, a file or a symlink; the path is named.</exception>
    public int Run(string path, bool create, bool durable, DiskFlush? flush = null)
    {
        int fd = Try(path, create, durable, flush);
        return fd >= 0 ? fd : throw Sys.Error("open directory", $"{root}/{path}");
    }

    /// <summary>Walks down.</summary>
    /// <param name="path">Names joined by <c>/</c>; empty for the root.</param>
    /// <param name="create">Whether to make what is missing, the root included.</param>
    /// <param name="durable">Whether what was made survives a loss of power once this returns.</param>
    /// <param name="flush">Told of the directories that got a new name, in place of flushing them here; or null.</param>
    /// <returns>A descriptor, or -1 with errno set.</returns>
    public int Try(string path, bool create, bool durable, DiskFlush? flush)
    {
        int fd = create ? OpenOrMakeRoot() : OpenRoot();
        int from = 0;
        while (fd >= 0 && from < path.Length)
        {
            int end = path.IndexOf('/', from) is var slash and >= 0 ? slash : path.Length;
            byte[] name = Encoding.UTF8.GetBytes(path[from..end]);
            int next = Sys.OpenAt(fd, name, Posix.ReadOnly | Posix.Directory | Posix.NoFollow);
            if (next < 0 && create && Sys.Errno == Posix.ENoEnt)
            {
                if (Sys.MakeDirectoryAt(fd, name))
                {
                    NoteMade(fd, from == 0 ? "" : path[..(from - 1)], durable, flush);
                }

                next = Sys.OpenAt(fd, name, Posix.ReadOnly | Posix.Directory | Posix.NoFollow);
            }

            int errno = Sys.Errno;
            Sys.Close(fd);
            if (next < 0)
            {
                Sys.Errno = errno;
                return -1;
            }

            fd = next;
            from = end + 1;
        }

        return fd;
    }

    /// <summary>
    /// A directory that was made is certain to be there only once the one above it was flushed: at once, or together with what is written
    /// into it.
    /// </summary>
    private void NoteMade(int above, string path, bool durable, DiskFlush? flush)
    {
        if (flush is not null)
        {
            flush.Directory(path);
        }
        else if (durable)
        {
            Sys.Sync(above, root);
        }
    }

    private int OpenRoot() => Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(root), Posix.ReadOnly | Posix.Directory);

    private int OpenOrMakeRoot()
    {
        if (OpenRoot() is var fd and >= 0)
        {
            return fd;
        }

        Directory.CreateDirectory(root);
        return Sys.OpenDirectory(root);
    }
}
