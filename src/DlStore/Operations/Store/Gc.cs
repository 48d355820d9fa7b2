using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Store;

/// <summary>What to collect.</summary>
public sealed record GcOptions
{
    /// <summary>
    /// Gets how old a file has to be before it may go: something that was stored just now may be about to be named by what dls does not
    /// see.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets what goes, and nothing else: a remote holds it. Null to delete what nothing names.</summary>
    internal IReadOnlySet<Oid>? Droppable { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>What gc did.</summary>
public sealed record GcResult
{
    /// <summary>Gets the count of objects that pointers and records name.</summary>
    public required long Roots { get; init; }

    /// <summary>Gets the count of objects in the store that are named, directly or through listings.</summary>
    public required long Live { get; init; }

    /// <summary>Gets the count of small objects that were deleted.</summary>
    public required long Dead { get; init; }

    /// <summary>Gets the count of large blobs that were deleted.</summary>
    public required long DeadBlobs { get; init; }

    /// <summary>Gets the count of packs in which nothing was live.</summary>
    public required long PacksDeleted { get; init; }

    /// <summary>Gets the count of packs whose live objects were copied into new ones.</summary>
    public required long PacksRewritten { get; init; }

    /// <summary>Gets the bytes that the store has less.</summary>
    public required long BytesFreed { get; init; }

    /// <summary>Gets the count of dead objects that stay: too young, or too few in their pack to be worth it.</summary>
    public required long Kept { get; init; }

    /// <summary>Gets the count of listings that are named and not here; a remote is known to have each.</summary>
    public required long NotHere { get; init; }
}

/// <summary>
/// <c>dls gc</c>: deletes what nothing names from the local store. The store's lock is held alone from before the roots are read until the
/// end. New packs are durable and
/// indexed before an old one goes, so a kill at any point loses nothing and the next run goes on. Anything that cannot be read stops it
/// before the first deletion.
/// </summary>
public sealed class Gc
{
    /// <summary>A pack is written anew if a quarter of it is dead, or this many bytes are.</summary>
    private const long WorthwhileBytes = 16L << 20;

    private const int WorthwhilePart = 4;
    private readonly Repo _repo;
    private readonly GcOptions _options;
    private readonly CancellationToken _cancel;
    private readonly List<PackTable> _delete = [];
    private readonly List<PackTable> _rewrite = [];
    private readonly List<Oid> _blobs = [];
    private GcLive? _live;
    private long _liveCount;
    private long _dead;
    private long _kept;
    private long _freed;

    private Gc(Repo repo, GcOptions options, CancellationToken cancel)
    {
        _repo = repo;
        _options = options;
        _cancel = cancel;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to collect.</param>
    /// <param name="cancel">Stops it between files.</param>
    /// <returns>What was deleted.</returns>
    /// <exception cref="DlsException">Kind Locked: somebody adds. Kind Missing, Corrupt: what is named cannot be found out; nothing was
    /// deleted. Kind Failed: the store belongs to several repositories.</exception>
    public static GcResult Run(Repo repo, GcOptions options, CancellationToken cancel) => new Gc(repo, options, cancel).Run();

    private GcResult Run()
    {
        RefuseSharedStore();

        using FileLock held = _repo.LockStore();
        _repo.Store.Refresh();
        PackTable[] tables = [.. _repo.Store.OpenTables()];
        try
        {
            IReadOnlyCollection<GcRoot> roots = _options.Droppable is null ? GcRoots.Collect(_repo, _cancel) : [];
            _live = _options.Droppable is null ? GcLive.Find(_repo, roots, tables, _cancel) : null;
            Plan(tables);
            long blobs = _blobs.Count;
            if (!_options.DryRun)
            {
                Apply();
            }

            return new GcResult
            {
                Roots = roots.Count,
                Live = _liveCount,
                Dead = _dead,
                DeadBlobs = blobs,
                PacksDeleted = _delete.Count,
                PacksRewritten = _rewrite.Count,
                BytesFreed = _freed,
                Kept = _kept,
                NotHere = _live?.NotHere ?? 0,
            };
        }
        finally
        {
            foreach (PackTable table in tables)
            {
                table.Dispose();
            }
        }
    }

    private bool IsLive(Oid oid) => _live?.Contains(oid) ?? !_options.Droppable!.Contains(oid);

    private void RefuseSharedStore()
    {
        if (_repo.Config.StorePath is { } shared)
        {
            throw new DlsException(
                ErrorKind.Failed,
                    $"collect garbage in '{shared}': dls.storePath names it, and other repositories may keep their bytes there too",
                "there is no record of which do; unset dls.storePath only if this is the only one, and move the store's files to .git/dls");
        }
    }

    private void Plan(PackTable[] tables)
    {
        // The file system's own clock: that is what stamped the files.
        long young = _repo.FileSystemNow() - (long)(_options.Grace.TotalSeconds * 1e9);
        foreach (PackTable table in tables)
        {
            PlanPack(table, young);
        }

        foreach (Oid oid in _repo.Store.Large.ListAll())
        {
            string path = _repo.Store.Large.PathOf(oid);
            if (IsLive(oid))
            {
                _liveCount++;
            }
            else if (Sys.TryStat(path, out FileStat stat) && IsOld(stat, young))
            {
                _blobs.Add(oid);
                _freed += stat.Size;
            }
            else
            {
                _kept++;
            }
        }
    }

    private void PlanPack(PackTable table, long young)
    {
        long dead = 0;
        long deadBytes = 0;
        for (int i = 0; i < table.Count; i++)
        {
            PackEntry entry = table.Get(i);
            if (!IsLive(entry.Oid))
            {
                dead++;
                deadBytes += PackFormat.EntryHeaderLength + entry.Stored + PackFormat.RowLength;
            }
        }

        _liveCount += table.Count - dead;
        bool there = Sys.TryStat(table.Pack.FilePath, out FileStat stat);
        bool worth = deadBytes >= WorthwhileBytes || deadBytes * WorthwhilePart >= stat.Size;
        if (dead == 0 || !there || !IsOld(stat, young) || table.WasDamaged || (dead < table.Count && !worth))
        {
            _kept += dead;
            return;
        }

        (dead == table.Count ? _delete : _rewrite).Add(table);
        _dead += dead;
        _freed += dead == table.Count ? stat.Size : deadBytes;
    }

    private static bool IsOld(in FileStat stat, long young) => stat.Mtime <= young;

    private void Apply()
    {
        AtomicFile.MakeDirectory(_repo.Store.IndexDirectory);
        if (_rewrite.Count > 0)
        {
            Rewrite();
        }

        foreach (PackTable table in (PackTable[])[.. _delete, .. _rewrite])
        {
            _cancel.ThrowIfCancellationRequested();
            File.Delete(table.Pack.FilePath);
            CrashPoint.Hit("gc.pack-deleted");
        }

        if (_delete.Count + _rewrite.Count > 0)
        {
            AtomicFile.FlushDirectory(_repo.Store.PackDirectory);
        }

        foreach (Oid oid in _blobs)
        {
            _cancel.ThrowIfCancellationRequested();
            File.Delete(_repo.Store.Large.PathOf(oid));
            CrashPoint.Hit("gc.blob-deleted");
        }

        CrashPoint.Hit("gc.deleted");
        if (_delete.Count + _rewrite.Count > 0)
        {
            _ = Sources.Rebuild(_repo.Store.Root);
        }

        ForgetDamage();
        _repo.Store.Refresh();
    }

    private void Rewrite()
    {
        AtomicFile.MakeDirectory(_repo.Store.TempDirectory);
        Repacker repacker = new(_repo.Store.TempDirectory);
        HashSet<Oid> wanted = [];
        List<(PackTable Table, PackEntry[] Entries)> copies = [];
        foreach (PackTable table in _rewrite)
        {
            PackEntry[] entries = [
                .. Enumerable.Range(0, table.Count).Select(table.Get).Where(e => IsLive(e.Oid)).OrderBy(static e => e.Offset)];
            copies.Add((table, entries));
            wanted.UnionWith(entries.Select(static e => e.Oid));
        }

        foreach ((PackTable table, PackEntry[] entries) in copies)
        {
            _cancel.ThrowIfCancellationRequested();
            repacker.Copy(table.Pack, table.Kind, entries, wanted);
        }

        IReadOnlyList<(string Path, Oid Id)> made = repacker.Finish();
        CrashPoint.Hit("gc.packed");
        foreach ((string path, Oid id) in made)
        {
            AtomicFile.Rename(path, _repo.Store.PackPath(id), replace: true);
            CrashPoint.Hit("gc.moved");
        }

        AtomicFile.FlushDirectory(_repo.Store.PackDirectory);
        _ = Sources.Rebuild(_repo.Store.Root);
        CrashPoint.Hit("gc.indexed");
    }

    /// <summary>Damaged places in packs that are gone are no places any more.</summary>
    private void ForgetDamage()
    {
        if (!_repo.Store.Damage.IsEmpty)
        {
            _repo.Store.Damage.Replace([.. _repo.Store.Damage.List().Where(d => File.Exists(_repo.Store.PackPath(d.Pack)))]);
        }
    }
}
