using DlStore.Io;

namespace DlStore.WorkTree;

/// <summary>
/// Keeps the last directory of a work tree open, so that neighbours in path order are reached without walking down again. It stays the
/// directory that was opened, whatever takes
/// its name meanwhile. One thread at a time.
/// </summary>
/// <param name="root">The directory that all paths are below.</param>
internal sealed class DirectoryCursor(WorkDir root) : IDisposable
{
    private string? _path;
    private int _fd = -1;

    /// <summary>Gives a directory's descriptor, which stays this object's; -1 if it is not there or a symlink leads there.</summary>
    /// <param name="directory">Below the root; empty for the root.</param>
    public int Find(string directory) => directory == _path ? _fd : Keep(directory, root.Find(directory));

    /// <summary>Gives a directory's descriptor, which stays this object's; makes it if it is not there.</summary>
    /// <param name="directory">Below the root; empty for the root.</param>
    /// <param name="flush">Told of the directories that got a new name.</param>
    /// <exception cref="DlsException">Kind Failed: a component is a file or a symlink; the path is named.</exception>
    public int Make(string directory, DiskFlush flush) =>
        directory == _path && _fd >= 0 ? _fd : Keep(directory, root.OpenOrMake(directory, flush));

    /// <summary>Stats a path; false if it or a parent is not there, or a parent is a symlink.</summary>
    /// <param name="path">Below the root.</param>
    /// <param name="stat">What is there.</param>
    public bool TryStat(string path, out FileStat stat)
    {
        (string directory, byte[] name) = WorkDir.Split(path);
        stat = default;
        return Find(directory) is var fd and >= 0 && Sys.TryStatAt(fd, name, out stat);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Sys.Close(_fd);
        (_fd, _path) = (-1, null);
    }

    private int Keep(string directory, int fd)
    {
        Sys.Close(_fd);
        (_fd, _path) = (fd, directory);
        return fd;
    }
}
