using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>
/// The three sides of one managed path at one moment: what was last written out (base), what the pointer names, what is on disk. Hashes what has to be hashed, and
/// stores it too if a writer is given. Status, add and checkout all start from this.
/// </summary>
internal sealed class Snapshot : IDisposable
{
    private StatCache? _cache;
    private RefusedPath[] _unstorable = [];

    private Snapshot(RelPath path, Pointer? pointer, BaseEntry? wasOut)
    {
        Path = path;
        Pointer = pointer;
        BaseEntry = wasOut;
        WasOut = EntryOf(wasOut);
        Named = EntryOf(pointer);
    }

    public RelPath Path { get; }

    public Pointer? Pointer { get; }

    public BaseEntry? BaseEntry { get; }

    /// <summary>Gets the base as an entry.</summary>
    public PathEntry WasOut { get; }

    /// <summary>Gets what the pointer names.</summary>
    public PathEntry Named { get; }

    /// <summary>Gets what is on disk; absent if nothing is.</summary>
    public PathEntry OnDisk { get; private set; }

    /// <summary>Gets the scan, if a directory is on disk.</summary>
    public DiskTree? Disk { get; private set; }

    /// <summary>Gets the stat of what is on disk.</summary>
    public FileStat Stat { get; private set; }

    public CheckoutJournal? Interrupted { get; private set; }

    /// <summary>Gets the instant from which on file times are too fresh to be trusted.</summary>
    public long RacyFrom { get; private set; }

    /// <summary>Gets paths on disk that cannot be stored.</summary>
    public IReadOnlyList<RefusedPath> Refused => Disk?.Refused ?? _unstorable;

    /// <summary>Gets files and bytes that had to be read.</summary>
    public (long Files, long Bytes) Hashed { get; private set; }

    /// <summary>Takes a snapshot.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="wasOut">The base of the path.</param>
    /// <param name="path">The managed path.</param>
    /// <param name="pointer">Its pointer, or null if there is none yet.</param>
    /// <param name="writer">Where to store what is read, or null to hash only.</param>
    /// <param name="refuse">Called after the walk and before anything is read.</param>
    /// <param name="progress">Told about hashing.</param>
    /// <param name="cancel">Stops it.</param>
    public static Snapshot Take(
        Repo repo, BaseEntry? wasOut, RelPath path, Pointer? pointer, ObjectWriter? writer, Action<Snapshot>? refuse, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        Snapshot snapshot = new(path, pointer, wasOut) { Interrupted = CheckoutJournal.Find(repo.StateDirectory, path) };
        WorkDir root = new(repo.WorkTree);
        if (!root.TryStat(path.Value, out FileStat stat))
        {
            return snapshot;
        }

        snapshot.Stat = stat;
        snapshot.RacyFrom = repo.FileSystemNow() - Repo.RacyWindow;
        if (stat.IsDirectory)
        {
            snapshot.TakeTree(repo, writer, refuse, progress, cancel);
        }
        else
        {
            refuse?.Invoke(snapshot);
            snapshot.TakeBlob(repo, writer, progress, cancel);
        }

        return snapshot;
    }

    /// <summary>Writes the stat cache if it says something else than the disk.</summary>
    public void WriteCache(Repo repo)
    {
        if (Disk is { IsAsCached: false } disk && disk.Refused.Count == 0)
        {
            WriteCache(repo, disk, Path, RacyFrom);
        }
    }

    /// <summary>Writes a stat cache. It only saves time: a disk that does not take it is noted and stops nothing.</summary>
    public static void WriteCache(Repo repo, DiskTree disk, RelPath path, long racyFrom)
    {
        try
        {
            disk.WriteCache(repo.StatCachePath(path), racyFrom);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DlsException { Kind: ErrorKind.Failed })
        {
            repo.Note($"the stat cache of '{path}' cannot be written, so its files will be hashed again: {e.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Gives the base line that says: this is on disk now.</summary>
    public BaseEntry ToBase(Repo repo, Oid oid, long size)
    {
        if (Disk is not null)
        {
            return WorkTree.BaseEntry.OfTree(oid, size);
        }

        bool racy = Stat.Mtime >= RacyFrom || Stat.Ctime >= RacyFrom;
        FileStat stat = Stat with { Inode = racy ? 0 : Stat.Inode, Mode = Stat.Mode & 0xFFF };
        return new BaseEntry(ObjectKind.Blob, oid, size, stat, repo.FileSystemNow());
    }

    /// <inheritdoc/>
    public void Dispose() => _cache?.Dispose();

    /// <summary>Gives a pointer as an entry; absent for null.</summary>
    public static PathEntry EntryOf(Pointer? pointer) => PathEntry.Of(pointer);

    /// <summary>Gives a base line as an entry; absent for null.</summary>
    public static PathEntry EntryOf(BaseEntry? wasOut) =>
        wasOut is { } b ? Entry(b.Kind, b.Oid, b.Size, 0, (b.Stat.Mode & 0x40) != 0) : default;

    private static PathEntry Entry(ObjectKind kind, Oid oid, long size, long files, bool executable) => new(
        kind == ObjectKind.Tree ? TreeMode.Directory : executable ? TreeMode.Executable : TreeMode.File, oid, size, kind == ObjectKind.Tree ? files : 1);

    private void TakeTree(Repo repo, ObjectWriter? writer, Action<Snapshot>? refuse, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        string root = repo.Absolute(Path);
        _cache = StatCache.Open(repo.StatCachePath(Path));
        DiskTree disk = Scanner.Scan(root, _cache, Interrupted?.TempPrefix, null, repo.Threads, cancel);
        Disk = disk;
        refuse?.Invoke(this);
        if (writer is not null)
        {
            disk.RequireStored(repo.Store.Contains);
        }

        FileIngest ingest = new(disk, writer is null ? null : repo.Store, writer, repo.Config.PackThreshold, repo.Threads, progress);
        Hashed = ingest.Run(cancel);
        disk.Seal(writer is null ? null : writer.AppendNode, writer is null ? null : oid => !writer.Contains(oid));
        OnDisk = new PathEntry(TreeMode.Directory, disk.Totals.Oid, disk.Totals.Size, disk.Totals.Files);
    }

    private void TakeBlob(Repo repo, ObjectWriter? writer, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        TreeMode mode = DiskEntry.ModeOf(Stat);
        if (BaseEntry is { Kind: ObjectKind.Blob } known && known.Trusts(Stat) && (writer is null || repo.Store.Contains(known.Oid)))
        {
            OnDisk = new PathEntry(mode, known.Oid, Stat.Size, 1);
            return;
        }

        if (mode is TreeMode.None)
        {
            // A pipe or a device where the file belongs: nothing that could be compared is there.
            _unstorable = [new RefusedPath("", $"it is a {Stat.Describe()}")];
            return;
        }

        // One file is a directory of one: the same reading, hashing and change detection serve it.
        (string directory, byte[] name) = WorkDir.Split(Path.Value);
        DiskEntry[] entries = [new DiskEntry { Mode = mode, Size = Stat.Size, Mtime = Stat.Mtime, Ctime = Stat.Ctime, Inode = Stat.Inode, NameLength = (ushort)name.Length, NeedsHash = true }];
        DirListing listing = new("", name, entries, 1);
        string absolute = directory.Length == 0 ? repo.WorkTree : repo.WorkTree + "/" + directory;
        DiskTree one = new(absolute, new Dictionary<string, DirListing?>(StringComparer.Ordinal) { [""] = listing }, null, []);
        FileIngest ingest = new(one, writer is null ? null : repo.Store, writer, repo.Config.PackThreshold, repo.Threads, progress);
        Hashed = ingest.Run(cancel);
        OnDisk = new PathEntry(mode, entries[0].Oid, entries[0].Size, 1);
        Stat = Stat with { Size = entries[0].Size, Mtime = entries[0].Mtime, Ctime = entries[0].Ctime, Inode = entries[0].Inode };
    }
}
