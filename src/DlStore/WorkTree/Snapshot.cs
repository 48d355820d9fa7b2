using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>
/// The three sides of one managed path at one moment: what was last written out (base), what the pointer names, what is on disk. Hashes
/// what has to be hashed, and
/// stores it too if a writer is given. Status, add and checkout all start from this.
/// </summary>
internal sealed class Snapshot : IDisposable
{
    private StatCache? _cache;
    private readonly long _clock;
    private readonly Func<Ignoring.IgnoreRules>? _ignore;
    private RefusedPath[] _unstorable = [];

    internal Snapshot(SnapshotRequest request, WorkTreeState state)
    {
        Path = request.Path;
        Pointer = request.Pointer;
        BaseEntry = request.WasOut;
        WasOut = EntryOf(request.WasOut);
        _ignore = request.Ignore;
        Named = EntryOf(request.Pointer);
        Interrupted = state.Journal.Find(request.Path);
        _clock = state.Clock;
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
    public FileStat Stat { get; internal set; }

    public InterruptedCheckout? Interrupted { get; private init; }

    /// <summary>Gets what was left out of the scan; null if there was none, or nothing was to be.</summary>
    public Ignoring.IgnoreRules? Ignored { get; private set; }

    /// <summary>Gets the instant from which on file times are too fresh to be trusted.</summary>
    public long RacyFrom => _clock - Repo.RacyWindow;

    /// <summary>Gets paths on disk that cannot be stored.</summary>
    public IReadOnlyList<RefusedPath> Refused => Disk?.Refused ?? _unstorable;

    /// <summary>Gets files and bytes that had to be read.</summary>
    public (long Files, long Bytes) Hashed { get; private set; }

    /// <summary>Takes a snapshot of one path.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="state">The work tree's state.</param>
    /// <param name="request">The path, with its pointer and its base.</param>
    /// <param name="writer">Where to store what is read, or null to hash only.</param>
    /// <param name="progress">Told about hashing.</param>
    /// <param name="cancel">Stops it.</param>
    public static Snapshot Take(
        Repo repo,
        WorkTreeState state,
        SnapshotRequest request,
        ObjectWriter? writer,
        IProgress<WorkProgress>? progress,
        CancellationToken cancel) =>
        new SnapshotRun(repo, state, writer, progress, cancel).TakeAll([request], null).Single();

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
    public BaseEntry ToBase(Oid oid, long size)
    {
        if (Disk is not null)
        {
            return WorkTree.BaseEntry.OfTree(oid, size);
        }

        bool racy = Stat.Mtime >= RacyFrom || Stat.Ctime >= RacyFrom;
        FileStat stat = Stat with { Inode = racy ? 0 : Stat.Inode, Mode = Stat.Mode & Permissions.MaskAll };
        return new BaseEntry(ObjectKind.Blob, oid, size, stat, _clock);
    }

    /// <inheritdoc/>
    public void Dispose() => _cache?.Dispose();

    /// <summary>Gives a pointer as an entry; absent for null.</summary>
    public static PathEntry EntryOf(Pointer? pointer) => PathEntry.Of(pointer);

    /// <summary>Gives a base line as an entry; absent for null.</summary>
    public static PathEntry EntryOf(BaseEntry? wasOut) =>
        wasOut is { } b ? Entry(b.Kind, b.Oid, b.Size, 0, b.Stat.IsExecutable) : default;

    private static PathEntry Entry(ObjectKind kind, Oid oid, long size, long files, bool executable) => new(
        kind == ObjectKind.Tree
            ? TreeMode.Directory : executable ? TreeMode.Executable : TreeMode.File, oid, size, kind == ObjectKind.Tree ? files : 1);

    /// <summary>Tells whether a file is what it was when it was last hashed; takes that over then.</summary>
    /// <param name="has">Tells whether the store has an object; null if nothing will be stored.</param>
    internal bool IsKnown(Func<Oid, bool>? has)
    {
        TreeMode mode = DiskEntry.ModeOf(Stat);
        if (BaseEntry is { Kind: ObjectKind.Blob } known && known.Trusts(Stat) && (has is null || has(known.Oid)))
        {
            OnDisk = new PathEntry(mode, known.Oid, Stat.Size, 1);
            return true;
        }

        if (mode is TreeMode.None)
        {
            // A pipe or a device where the file belongs: nothing that could be compared is there.
            _unstorable = [new RefusedPath("", $"it is a {Stat.Describe()}")];
            return true;
        }

        return false;
    }

    /// <summary>Takes over what was read of a file, which may have changed since its stat was taken.</summary>
    internal void TakeRead(in DiskEntry read)
    {
        OnDisk = new PathEntry(read.Mode, read.Oid, read.Size, 1);
        Stat = Stat with { Size = read.Size, Mtime = read.Mtime, Ctime = read.Ctime, Inode = read.Inode };
        Hashed = (1, read.Size);
    }

    internal void TakeTree(
        Repo repo,
        ObjectWriter? writer,
        Action<Snapshot>? refuse,
        IProgress<WorkProgress>? progress,
        CancellationToken cancel)
    {
        _cache = StatCache.Open(repo.StatCachePath(Path));
        Ignored = _ignore?.Invoke();
        DiskTree disk = Scanner.Scan(repo.Absolute(Path), _cache, Interrupted?.TempPrefix, null, repo.Threads, cancel, Ignored);
        Disk = disk;
        refuse?.Invoke(this);
        if (writer is not null)
        {
            disk.RequireStored(repo.Store.Contains);
        }

        FileIngest ingest = new(disk, repo.Store, writer, repo.Config.PackThreshold, repo.Threads, progress);
        Hashed = ingest.Run(cancel);
        disk.Seal(writer is null ? null : writer.AppendNode, writer is null ? null : oid => !writer.Contains(oid));
        OnDisk = new PathEntry(TreeMode.Directory, disk.Totals.Oid, disk.Totals.Size, disk.Totals.Files);
    }
}
