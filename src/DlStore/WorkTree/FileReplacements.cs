using System.Text;
using DlStore.Io;

namespace DlStore.WorkTree;

/// <summary>
/// Small files below one root that are replaced, made and removed together: all new contents are flushed before the first takes its name,
/// so that each name has its old content
/// or its new one whenever the machine stops, and the directories are flushed once at the end. A kill in between leaves some names old
/// and some new, in the order they were
/// given. The temp file of a name is always the same (<c>.dls-tmp-</c> and a hash of the name): whoever writes that name next takes it
/// away.
/// </summary>
/// <param name="root">The directory that all paths are below; nobody else replaces these files meanwhile.</param>
internal sealed class FileReplacements(WorkDir root)
{
    private readonly Dictionary<string, byte[]> _contents = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly List<string> _removed = [];

    /// <summary>Gets a value indicating whether there is nothing to do.</summary>
    public bool IsEmpty => _order.Count + _removed.Count == 0;

    /// <summary>Plans to replace or make a file; directories above it are made.</summary>
    /// <param name="path">Below the root.</param>
    /// <param name="content">The new content; the last one given for a path counts.</param>
    public void Put(string path, byte[] content)
    {
        if (_contents.TryAdd(path, content))
        {
            _order.Add(path);
        }

        _contents[path] = content;
    }

    /// <summary>Plans to remove a file; one that is not there is as good as removed.</summary>
    /// <param name="path">Below the root.</param>
    public void Remove(string path) => _removed.Add(path);

    /// <summary>Does what was planned: first replaces, then removes. Durable when it returns; the plan is empty then.</summary>
    /// <param name="replaced">The crash point that is passed after each file that took its name.</param>
    /// <param name="removed">The crash point that is passed after each file that was removed.</param>
    /// <exception cref="DlsException">Kind Failed: a file cannot be written or removed, or a parent is a symlink; files that come before
    /// it are replaced.</exception>
    public void Apply(string replaced, string removed)
    {
        DiskFlush flush = new(root);
        using DirectoryCursor at = new(root);
        int written = 0;
        int taken = 0;
        try
        {
            for (; written < _order.Count; written++)
            {
                WriteTemp(at, _order[written], flush);
            }

            // No content may be on its way when its name changes: a loss of power would leave a name with nothing behind it.
            flush.Run();
            CrashPoint.Hit("change.written");
            for (; taken < _order.Count; taken++)
            {
                TakeName(at, _order[taken], flush);
                CrashPoint.Hit(replaced);
            }
        }
        catch
        {
            RemoveTemps(at, _order[taken..Math.Min(_order.Count, written + 1)]);
            throw;
        }

        RemoveAll(at, removed, flush);
        flush.Run();
        _contents.Clear();
        _order.Clear();
        _removed.Clear();
    }

    private void RemoveAll(DirectoryCursor at, string removed, DiskFlush flush)
    {
        foreach (string path in _removed)
        {
            if (Delete(at, path, flush))
            {
                CrashPoint.Hit(removed);
            }
        }
    }

    private static byte[] TempOf(byte[] name) => Encoding.UTF8.GetBytes($".dls-tmp-{Fnv1a.Hex(Encoding.UTF8.GetString(name))}");

    private void WriteTemp(DirectoryCursor at, string path, DiskFlush flush)
    {
        (string directory, byte[] name) = WorkDir.Split(path);
        int fd = at.Make(directory, flush);
        byte[] temp = TempOf(name);
        if (!WorkDir.TryWriteNew(fd, temp, _contents[path], durable: false, $"{root.Root}/{path}"))
        {
            // What a killed command left of this very file.
            _ = Sys.UnlinkAt(fd, temp, isDirectory: false);
            WorkDir.WriteNew(fd, temp, _contents[path], durable: false, $"{root.Root}/{path}");
        }

        flush.File(directory, temp);
    }

    private void TakeName(DirectoryCursor at, string path, DiskFlush flush)
    {
        (string directory, byte[] name) = WorkDir.Split(path);
        int fd = at.Make(directory, flush);
        if (!Sys.RenameAt(fd, TempOf(name), fd, name, replace: true))
        {
            throw Sys.Error("write", $"{root.Root}/{path}");
        }

        flush.Directory(directory);
    }

    private bool Delete(DirectoryCursor at, string path, DiskFlush flush)
    {
        (string directory, byte[] name) = WorkDir.Split(path);
        int fd = at.Find(directory);
        if (fd < 0 || !Sys.TryStatAt(fd, name, out _))
        {
            return false;
        }

        flush.Directory(directory);
        return Sys.UnlinkAt(fd, name, isDirectory: false) ? true : throw Sys.Error("remove", $"{root.Root}/{path}");
    }

    private static void RemoveTemps(DirectoryCursor at, List<string> paths)
    {
        foreach (string path in paths)
        {
            (string directory, byte[] name) = WorkDir.Split(path);
            if (at.Find(directory) is var fd and >= 0)
            {
                _ = Sys.UnlinkAt(fd, TempOf(name), isDirectory: false);
            }
        }
    }
}
