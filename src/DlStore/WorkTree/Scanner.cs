using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>A path that cannot be stored, and why.</summary>
/// <param name="Path">Relative to the scanned root, escaped for people.</param>
/// <param name="Reason">Fits after a colon.</param>
public readonly record struct RefusedPath(string Path, string Reason);

/// <summary>
/// Walks a directory on all cores: one stat a file, nothing read. What agrees with the stat cache keeps its oid; the rest is marked to be
/// hashed. Directories
/// that agree as a whole are dropped and can be read back from the cache, so memory grows with what changed, not with what is there.
/// </summary>
internal sealed class Scanner
{
    private readonly string _root;
    private readonly StatCache? _cache;
    private readonly string? _skipPrefix;
    private readonly Dictionary<string, DirListing>? _written;
    private readonly object _gate = new();
    private readonly Stack<string> _todo = new();
    private readonly Dictionary<string, DirListing?> _directories = new(StringComparer.Ordinal);
    private readonly List<RefusedPath> _refused = [];
    private Exception? _failure;
    private int _busy;

    private Scanner(string root, StatCache? cache, string? skipPrefix, Dictionary<string, DirListing>? written)
    {
        _root = root;
        _written = written;
        _cache = cache;
        _skipPrefix = skipPrefix;
    }

    /// <summary>Scans a directory.</summary>
    /// <param name="root">Absolute path of a directory that is not a symlink.</param>
    /// <param name="cache">The stat cache of the last scan, or null.</param>
    /// <param name="skipPrefix">Names that begin so are dls's own temp files of an interrupted checkout.</param>
    /// <param name="written">What a checkout has just written, by directory: such files keep the oid they were written from.
    /// Consumed.</param>
    /// <param name="threads">How many threads to use.</param>
    /// <param name="cancel">Stops the walk.</param>
    /// <returns>What is there.</returns>
    public static DiskTree Scan(
        string root, StatCache? cache, string? skipPrefix, Dictionary<string, DirListing>? written, int threads, CancellationToken cancel)
    {
        Scanner scanner = new(root, cache, skipPrefix, written);
        scanner._todo.Push("");
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(_ => new Thread(() => scanner.Work(cancel)))];
        foreach (Thread thread in others)
        {
            thread.Start();
        }

        scanner.Work(cancel);
        foreach (Thread thread in others)
        {
            thread.Join();
        }

        cancel.ThrowIfCancellationRequested();
        return scanner._failure is null
            ? new DiskTree(root, scanner._directories, cache, scanner._refused)
            : throw scanner._failure;
    }

    private void Work(CancellationToken cancel)
    {
        DirectoryReader reader = new();
        while (Take() is { } directory)
        {
            try
            {
                if (!cancel.IsCancellationRequested)
                {
                    ScanDirectory(directory, reader);
                }
            }
            catch (DlsException e)
            {
                _failure = e;
            }
            finally
            {
                lock (_gate)
                {
                    _busy--;
                    Monitor.PulseAll(_gate);
                }
            }
        }
    }

    private string? Take()
    {
        lock (_gate)
        {
            while (_todo.Count == 0 && _busy > 0)
            {
                Monitor.Wait(_gate);
            }

            if (_todo.Count == 0)
            {
                return null;
            }

            _busy++;
            return _todo.Pop();
        }
    }

    private void ScanDirectory(string directory, DirectoryReader reader)
    {
        if (directory.AsSpan().Count('/') >= TreeNode.DepthMax)
        {
            RefuseDirectory(directory, $"directories are nested deeper than {TreeNode.DepthMax}");
            return;
        }

        string path = directory.Length == 0 ? _root : _root + "/" + directory;
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly | Posix.Directory | Posix.NoFollow);
        if (fd < 0)
        {
            RefuseDirectory(directory, Sys.Error("list", path).Reason);
            return;
        }

        try
        {
            reader.Read(fd, path);
            StatBlock block = default;
            byte[]? cached = _cache is not null && _cache.TryGetBlock(directory, out block) ? _cache.ReadBlock(block) : null;
            DirListing? written = TakeWritten(directory);
            if (cached is null && written is not null && IsAsWritten(fd, reader, written))
            {
                Publish(directory, written, same: false);
                return;
            }

            DirListing listing = Stat(directory, fd, reader, written, cached, cached is null ? 0 : block.Count, out bool same);
            Publish(directory, listing, same);
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    /// <summary>
    /// A directory that holds exactly the files just written into it: their listing serves as it is, so a million files are not listed
    /// twice in memory.
    /// </summary>
    private static bool IsAsWritten(int fd, DirectoryReader reader, DirListing written)
    {
        if (reader.Count != written.Count)
        {
            return false;
        }

        for (int i = 0; i < written.Count; i++)
        {
            ref DiskEntry was = ref written.Entries[i];
            bool same = written.NameOf(i).SequenceEqual(reader.NameOf(i))
                && Sys.TryStatAt(fd, reader.NameOf(i), out FileStat now) && DiskEntry.ModeOf(now) == was.Mode
                && now.Inode == was.Inode && now.Size == was.Size && now.Mtime == was.Mtime && now.Ctime == was.Ctime;
            if (!same)
            {
                return false;
            }
        }

        return true;
    }

    private DirListing Stat(
        string directory, int fd, DirectoryReader reader, DirListing? fresh, byte[]? cached, int cachedCount, out bool same)
    {
        DiskEntry[] entries = new DiskEntry[reader.Count];
        byte[] names = new byte[reader.NamesLength];
        StatCache.Reader old = new(cached, cachedCount);
        bool hasOld = old.Next();
        int count = 0;
        int at = 0;
        same = cached is not null;
        for (int i = 0; i < reader.Count; i++)
        {
            ReadOnlySpan<byte> name = reader.NameOf(i);
            if (!TryStat(directory, fd, reader, i, out DiskEntry entry))
            {
                continue;
            }

            while (hasOld && old.Name.SequenceCompareTo(name) < 0)
            {
                same = false;
                hasOld = old.Next();
            }

            bool known = hasOld && old.Name.SequenceEqual(name);
            same &= TakeOver(ref entry, known, old.Entry);
            TryFresh(fresh, name, ref entry);
            hasOld = known ? old.Next() : hasOld;
            name.CopyTo(names.AsSpan(at));
            entry.NameOffset = at;
            entry.NameLength = (ushort)name.Length;
            at += name.Length;
            entries[count++] = entry;
        }

        same &= !hasOld;
        return new DirListing(directory, names, entries, count);
    }

    /// <summary>Gives an entry the cached oid if every sign of change is absent.</summary>
    private bool TakeOver(ref DiskEntry entry, bool known, in DiskEntry old)
    {
        if (entry.Mode == TreeMode.Directory)
        {
            return known && old.Mode == TreeMode.Directory;
        }

        bool unchanged = known && old.Inode != 0 && old.Inode == entry.Inode && old.Size == entry.Size && old.Mtime == entry.Mtime
            && old.Ctime == entry.Ctime && old.Mode == entry.Mode && entry.Mtime < _cache!.Stamp && entry.Ctime < _cache.Stamp;
        entry.NeedsHash = !unchanged;
        entry.Oid = unchanged ? old.Oid : default;
        return unchanged;
    }

    private DirListing? TakeWritten(string directory)
    {
        lock (_gate)
        {
            return _written is not null && _written.Remove(directory, out DirListing? listing) ? listing : null;
        }
    }

    /// <summary>Gives a file that a checkout has just written the oid it was written from, if it still has the stat it had then.</summary>
    private static void TryFresh(DirListing? fresh, ReadOnlySpan<byte> name, ref DiskEntry entry)
    {
        if (entry.NeedsHash && fresh is not null && fresh.Find(name) is var i and >= 0)
        {
            ref DiskEntry was = ref fresh.Entries[i];
            if (was.Inode == entry.Inode
                && was.Size == entry.Size && was.Mtime == entry.Mtime && (was.Mode == TreeMode.Symlink || was.Ctime == entry.Ctime))
            {
                entry.Oid = was.Oid;
                entry.NeedsHash = false;
            }
        }
    }

    private bool TryStat(string directory, int fd, DirectoryReader reader, int i, out DiskEntry entry)
    {
        ReadOnlySpan<byte> name = reader.NameOf(i);
        entry = new DiskEntry { Mode = TreeMode.Directory };
        if (_skipPrefix is not null && Encoding.UTF8.GetString(name).StartsWith(_skipPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        if (EntryName.WhyRefused(name) is { } reason)
        {
            Refuse(Join(directory, EntryName.Show(name)), reason);
            return false;
        }

        if (reader.IsDirectory(i))
        {
            return true;
        }

        if (!Sys.TryStatAt(fd, name, out FileStat stat))
        {
            // Deleted since the directory was read: as if it had never been listed.
            return false;
        }

        entry.Mode = DiskEntry.ModeOf(stat);
        if (entry.Mode is TreeMode.None || (stat.IsFile && !CanRead(fd, name, stat)))
        {
            Refuse(Join(directory, EntryName.Show(name)), entry.Mode is TreeMode.None ? $"it is a {stat.Describe()}" : "permission denied");
            return false;
        }

        if (entry.Mode != TreeMode.Directory)
        {
            entry.Size = stat.Size;
            entry.Mtime = stat.Mtime;
            entry.Ctime = stat.Ctime;
            entry.Inode = stat.Inode;
        }

        return true;
    }

    /// <summary>Decides by the mode bits where they are enough, so that no second call per file is made.</summary>
    private static bool CanRead(int fd, ReadOnlySpan<byte> name, in FileStat stat) =>
        (stat.Mode & Permissions.AllRead) == Permissions.AllRead || Sys.IsReadableAt(fd, name);

    private void Publish(string directory, DirListing listing, bool same)
    {
        lock (_gate)
        {
            _directories[directory] = same ? null : listing;
            for (int i = listing.Count - 1; i >= 0; i--)
            {
                if (listing.Entries[i].Mode == TreeMode.Directory)
                {
                    _todo.Push(listing.PathOf(i));
                }
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>
    /// What lies below stays unknown; an empty listing stands for it, and whoever would store or write must look at what was refused first.
    /// </summary>
    private void RefuseDirectory(string directory, string reason)
    {
        Refuse(directory, reason);
        Publish(directory, new DirListing(directory, [], [], 0), same: false);
    }

    private void Refuse(string path, string reason)
    {
        lock (_gate)
        {
            _refused.Add(new RefusedPath(path, reason));
        }
    }

    private static string Join(string directory, string name) => directory.Length == 0 ? name : directory + "/" + name;
}
