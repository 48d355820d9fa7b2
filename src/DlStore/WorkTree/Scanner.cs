using System.Text;
using DlStore.Ignoring;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>A path that cannot be stored, and why.</summary>
/// <param name="Path">Relative to the scanned root, escaped for people.</param>
/// <param name="Reason">Fits after a colon.</param>
public readonly record struct RefusedPath(string Path, string Reason);

/// <summary>
/// Walks a directory on all cores: one stat a file (<see cref="EntryStats"/>), nothing read. Directories that agree with the stat cache as
/// a whole are dropped and can be read back from it, so memory grows with what changed, not with what is there.
/// </summary>
internal sealed class Scanner
{
    private readonly string _root;
    private readonly StatCache? _cache;
    private readonly EntryStats _stats;
    private readonly IgnoreRules? _ignore;
    private readonly Dictionary<string, DirListing>? _written;
    private readonly object _gate = new();
    private readonly Stack<string> _todo = new();
    private readonly Dictionary<string, DirListing?> _directories = new(StringComparer.Ordinal);
    private readonly List<RefusedPath> _refused = [];
    private Exception? _failure;
    private int _busy;

    private Scanner(string root, StatCache? cache, string? skipPrefix, Dictionary<string, DirListing>? written, IgnoreRules? ignore)
    {
        _root = root;
        _written = written;
        _cache = cache;
        _ignore = ignore;
        _stats = new EntryStats(cache, skipPrefix, ignore, Refuse);
    }

    /// <summary>Scans a directory.</summary>
    /// <param name="root">Absolute path of a directory that is not a symlink.</param>
    /// <param name="cache">The stat cache of the last scan, or null.</param>
    /// <param name="skipPrefix">Names that begin so are dls's own temp files of an interrupted checkout.</param>
    /// <param name="written">What a checkout has just written, by directory: such files keep the oid they were written from.
    /// Consumed.</param>
    /// <param name="threads">How many threads to use.</param>
    /// <param name="cancel">Stops the walk.</param>
    /// <param name="ignore">What is left out; null for nothing.</param>
    /// <returns>What is there.</returns>
    public static DiskTree Scan(
        string root,
        StatCache? cache,
        string? skipPrefix,
        Dictionary<string, DirListing>? written,
        int threads,
        CancellationToken cancel,
        IgnoreRules? ignore = null)
    {
        Scanner scanner = new(root, cache, skipPrefix, written, ignore);
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
            if (cached is null && written is not null && EntryStats.IsAsWritten(fd, reader, written))
            {
                Publish(directory, written, same: false);
                return;
            }

            IgnoreRules.Scope? rules = _ignore?.Enter(directory, path, reader.Has(IgnoreFile.Name));
            int count = cached is null ? 0 : block.Count;
            DirListing listing = _stats.Take(directory, fd, reader, rules, written, cached, count, out bool same);
            Publish(directory, listing, same);
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    private DirListing? TakeWritten(string directory)
    {
        lock (_gate)
        {
            return _written is not null && _written.Remove(directory, out DirListing? listing) ? listing : null;
        }
    }

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
}
