using System.Text;
using DlStore.Io;

namespace DlStore.WorkTree;

/// <summary>
/// What a command wrote, made and removed below one root, and the one flush that makes all of it survive a loss of power. Few files are
/// flushed one by one; many by
/// <c>syncfs</c>, whose cost does not grow with their number, but which waits for whatever else was written to that file system, a
/// trainer's files included. So it is taken only
/// where that is less than the same number of single flushes would cost (docs/performance.md).
/// </summary>
/// <param name="root">The directory that all paths are below.</param>
internal sealed class DiskFlush(WorkDir root)
{
    /// <summary>So few are flushed one by one, whatever else waits for the disk.</summary>
    private const int FewMax = 4;

    /// <summary>More names than this are not kept: so many single flushes are never the cheaper way.</summary>
    private const int NamesMax = 4096;

    /// <summary>A flush of one file costs about what writing this much does (3 ms, 300 MB/s).</summary>
    private const long BytesLikeOneFlush = 1 << 20;

    private const int OpenAtOnce = 64;
    private const int NoSuchCall = 38;
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, string> _devices = [];
    private long _fileCount;

    /// <summary>Gets a value indicating whether there is nothing to flush.</summary>
    public bool IsEmpty => _fileCount == 0 && _directories.Count == 0;

    /// <summary>Notes a file whose content or mode was written.</summary>
    /// <param name="directory">The directory it lies in, below the root.</param>
    /// <param name="name">Its name there.</param>
    public void File(string directory, ReadOnlySpan<byte> name)
    {
        _fileCount++;
        NoteDevice(directory);
        if (_files.Count < NamesMax)
        {
            string text = Encoding.UTF8.GetString(name);
            _files.Add(directory.Length == 0 ? text : $"{directory}/{text}");
        }
    }

    /// <summary>Notes a directory in which names were made, changed or removed.</summary>
    /// <param name="path">Below the root; empty for the root.</param>
    public void Directory(string path)
    {
        _directories.Add(path);
        NoteDevice(path);
    }

    /// <summary>Flushes what was noted, and forgets it.</summary>
    /// <exception cref="DlsException">Kind Failed: the disk reports an error, so nothing may be built on what was written.</exception>
    public void Run()
    {
        long count = _fileCount + _directories.Count;
        bool isWhole = _fileCount > _files.Count || (count > FewMax && DirtyPages.Bytes() <= count * BytesLikeOneFlush);
        if (!isWhole || !TryWhole())
        {
            Each(_files, isDirectory: false);
            Each(_directories, isDirectory: true);
        }

        _fileCount = 0;
        _files.Clear();
        _directories.Clear();
        _seen.Clear();
        _devices.Clear();
    }

    /// <summary>A file system may be mounted inside the work tree: flushing the root's would leave its files out.</summary>
    private void NoteDevice(string directory)
    {
        if (_seen.Add(directory) && root.Find(directory) is var fd and >= 0)
        {
            _devices.TryAdd(Sys.StatOpen(fd).Device, directory);
            Sys.Close(fd);
        }
    }

    private bool TryWhole()
    {
        foreach (string path in _devices.Values)
        {
            int fd = FindAtOrAbove(path);
            try
            {
                if (Posix.SyncFs(fd) != 0)
                {
                    // A kernel or a sandbox without the call: one by one then, as far as the names are known.
                    return Sys.Errno is NoSuchCall or Posix.EInval && _fileCount == _files.Count
                        ? false
                        : throw Sys.Error("flush to disk", $"{root.Root}/{path}");
                }
            }
            finally
            {
                Sys.Close(fd);
            }
        }

        return true;
    }

    /// <summary>
    /// A directory that was removed since it was noted was no mount point, so the one above it is in the same file system.
    /// </summary>
    private int FindAtOrAbove(string path)
    {
        int fd = root.Find(path);
        return fd >= 0 || path.Length == 0 ? fd : FindAtOrAbove(WorkDir.Split(path).Directory);
    }

    private void Each(IReadOnlyCollection<string> paths, bool isDirectory)
    {
        foreach (string[] some in paths.Chunk(OpenAtOnce))
        {
            (string Path, int Descriptor)[] open = [
                .. some.Select(p => (p, isDirectory ? root.Find(p) : root.FindFile(p))).Where(static o => o.Item2 >= 0)];
            try
            {
                // All on their way before the first is waited for: the disk orders them, and one commit of the file system's journal
                // serves many.
                foreach ((_, int descriptor) in isDirectory ? [] : open)
                {
                    _ = Posix.SyncFileRange(descriptor, 0, 0, Posix.StartWriting);
                }

                foreach ((string path, int descriptor) in open)
                {
                    Sys.Sync(descriptor, $"{root.Root}/{path}");
                }
            }
            finally
            {
                foreach ((_, int descriptor) in open)
                {
                    Sys.Close(descriptor);
                }
            }
        }
    }
}
