using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Words;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>One pointer (or a path inside it) on its way to disk: its three sides, its plan, and the steps that carry it out.</summary>
internal sealed class CheckoutUnit : IDisposable
{
    private readonly Repo _repo;
    private readonly CheckoutTarget _target;
    private readonly Snapshot _snapshot;
    private readonly PathEntry _wasOut;
    private readonly PathEntry _named;
    private readonly InterruptedCheckout? _interrupted;
    private readonly string _prefix;
    private readonly List<NotHere> _notHere = [];
    private readonly List<string> _lacking;

    public CheckoutUnit(Repo repo, CheckoutSides sides, Snapshot snapshot, InterruptedCheckout? interrupted)
    {
        _repo = repo;
        _target = sides.Target;
        _snapshot = snapshot;
        _wasOut = sides.WasOut;
        _named = sides.Named;
        _lacking = sides.Lacking;
        _interrupted = interrupted;
        _prefix = sides.Target.Path.Value;
    }

    public CheckoutPlan Planned { get; } = new();

    /// <summary>Gets the path that is brought up to date.</summary>
    public RelPath Target => _target.Path;

    /// <summary>Gets a value indicating whether git has taken the pointer away, so that its files go too.</summary>
    public bool IsGone => _target.IsGone;

    /// <summary>Gets the pointer it belongs to.</summary>
    public ManagedPath Managed => _target.Managed;

    /// <summary>Gets what a killed checkout of the same pointer left in the journal; null if none did.</summary>
    public InterruptedCheckout? Interrupted => _interrupted;

    /// <summary>Gets a value indicating whether the work tree will be touched, or was by a checkout that was killed.</summary>
    public bool IsUnderWay => !Planned.IsEmpty || _interrupted is not null;

    /// <summary>Fills <see cref="Planned"/>. Reads only.</summary>
    public void Plan(CheckoutRules rules)
    {
        if (rules.Links is { } links)
        {
            LinkWalk walk = new(_repo.Store, _repo.Absolute(_target.Path), links);
            Planned.Writes.AddRange(walk.Find(_named, _snapshot.OnDisk, _snapshot.Disk)
                .Select(f => (f.Path.Length == 0 ? _prefix : $"{_prefix}/{f.Path}", f.Entry, true)));
        }

        if (_named.Same(_snapshot.OnDisk))
        {
            return;
        }

        // What a killed checkout had not written yet looks deleted.
        CheckoutRules inForce = rules with { KeepsDeletions = rules.KeepsDeletions && _interrupted is null };
        CheckoutPlanner planner = new(_prefix, Planned, inForce, _repo.Store.Contains, IsHalfWritten, StatOf);
        Walk(planner);
        planner.EvictUnstorable(_snapshot.Refused);
    }

    private void Walk(CheckoutPlanner planner)
    {
        if (!_named.IsDirectory && !_snapshot.OnDisk.IsDirectory)
        {
            planner.Visit("", _wasOut.AsLeaf(), _named, _snapshot.OnDisk);
            return;
        }

        if (_named.IsDirectory != _snapshot.OnDisk.IsDirectory && _snapshot.OnDisk.IsPresent)
        {
            // A file where a directory belongs, or the other way round, at the managed path itself.
            planner.Visit("", _wasOut.AsLeaf(), _named.AsLeaf(), _snapshot.OnDisk.AsLeaf());
        }

        new ThreeWay(
            _repo.Store.Read, _snapshot.Disk).Walk(_wasOut.IsDirectory ? _wasOut : default, _named.IsDirectory ? _named : default, planner);
    }

    /// <summary>Tells what the plan comes to, and once it is carried out, what was left out because its bytes are not here.</summary>
    public CheckedOutPath Describe() => new(
        _target.Path,
        Planned.Files - _notHere.Count,
        Planned.Bytes - _notHere.Sum(static n => n.Size),
        Planned.Deletes.Count,
        Planned.Kept,
        [.. _lacking, .. _notHere.Where(n => !_repo.Store.Erased.Contains(n.Oid)).Select(static n => n.Path)])
    {
        Erased = CheckedOutPath.ErasedOf(_repo, _notHere),
        KeptDeleted = Planned.KeptDeleted,
        ModesSet = Planned.Modes.Count,
    };

    /// <summary>Notes a file that was not written because its bytes are not in the store.</summary>
    public void Lacks(NotHere file) => _notHere.Add(file);

    /// <summary>Removes what the pointer no longer names, as far as it is what the plan saw.</summary>
    public void Delete(WorkDir root, DiskFlush flush)
    {
        foreach ((string path, FileStat seen) in Planned.Deletes)
        {
            if (!root.Delete(path, seen))
            {
                throw new DlsException(ErrorKind.Failed,
                    $"check out '{_target.Path}': '{path}' changed meanwhile", "run the command again when nothing writes there");
            }

            flush.Directory(WorkDir.Split(path).Directory);
            CrashPoint.Hit("checkout.deleted");
        }

        foreach (string path in Planned.EmptyDirectories)
        {
            root.DeleteIfEmpty(path);
            flush.Directory(WorkDir.Split(path).Directory);
        }
    }

    /// <summary>Hands the files that have to be written to the extractor, and sets modes.</summary>
    /// <param name="extractor">Writes files.</param>
    /// <param name="root">The work tree.</param>
    /// <param name="flush">Told of files whose mode was set.</param>
    /// <param name="tempPrefix">Beginning of the names of temp files.</param>
    /// <param name="cancel">Stops between files.</param>
    public void Extract(Extractor extractor, WorkDir root, DiskFlush flush, string tempPrefix, CancellationToken cancel)
    {
        extractor.TempPrefix = tempPrefix;
        foreach ((string path, PathEntry entry, bool replace) in Planned.Writes)
        {
            extractor.Write(path, entry, replace, cancel);
        }

        foreach ((string path, PathEntry tree) in Planned.Trees)
        {
            extractor.WriteTree(path, tree.Oid, cancel);
        }

        foreach ((string path, bool executable) in Planned.Modes)
        {
            root.SetExecutable(path, executable);
            (string directory, byte[] name) = WorkDir.Split(path);
            flush.File(directory, name);
        }
    }

    /// <summary>
    /// Hands over base and stat cache by a second look at the disk, so that a wrong write could not go unseen; to <c>nodes</c> goes the
    /// listing of what was written out, where that is not all.
    /// </summary>
    public void Record(WorkTreeChange change, WrittenDirectories written, NodeBuffer nodes, CancellationToken cancel)
    {
        RelPath path = _target.Managed.Path;
        if (_target.IsGone)
        {
            change.Remember(path, null);
            change.Cache(() => _repo.ForgetStats(path));
        }
        else if (_target.Managed.Pointer.Kind == ObjectKind.Blob)
        {
            RecordBlob(change, written, cancel);
        }
        else if (Planned.IsEmpty && _interrupted is null && _wasOut.Same(_named))
        {
            change.Cache(() => _snapshot.WriteCache(_repo));
        }
        else
        {
            RecordTree(change, written, nodes, cancel);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _snapshot.Dispose();

    /// <summary>
    /// A file that was just written and still has the stat it had then need not be hashed again, nor one that was not touched since it
    /// was compared.
    /// </summary>
    private void RecordBlob(WorkTreeChange change, WrittenDirectories written, CancellationToken cancel)
    {
        RelPath path = _target.Managed.Path;
        if (!IsUnderWay)
        {
            bool isKnown = _snapshot.BaseEntry is { } known && known.Oid == _named.Oid && known.Trusts(_snapshot.Stat);
            if (!isKnown && _snapshot.OnDisk.Same(_named))
            {
                change.Remember(path, _snapshot.ToBase(_named.Oid, _named.Size));
            }

            return;
        }

        if (written.Find(path.Value) is { } was
            && Sys.TryStat(_repo.Absolute(path), out FileStat stat)
            && stat.SameContentAs(new FileStat(was.Size, was.Mtime, was.Ctime, was.Inode, 0, 0, 0)))
        {
            change.Remember(
                path,
                new BaseEntry(
                    ObjectKind.Blob, _named.Oid, _named.Size, stat with { Mode = stat.Mode & Permissions.MaskAll }, written.Clock));
            return;
        }

        using Snapshot file = Snapshot.Take(
            _repo,
            change.State,
            new SnapshotRequest(path, _target.Managed.Pointer, change.State.Base.Find(path)),
            null,
            null,
            cancel);
        if (file.OnDisk.Same(_named))
        {
            change.Remember(path, file.ToBase(_named.Oid, _named.Size));
        }
    }

    private void RecordTree(WorkTreeChange change, WrittenDirectories written, NodeBuffer nodes, CancellationToken cancel)
    {
        RelPath path = _target.Managed.Path;
        using StatCache? cache = _target.Scope.Length == 0 ? StatCache.Open(_repo.StatCachePath(path)) : null;
        BaseEntry entry = ToBase(change.State.Base.Find(path), cache, written, nodes, cancel, out DiskTree? disk);
        change.Remember(path, entry);
        if (_target.Scope.Length == 0 && disk is { IsAsCached: false })
        {
            // Not handed over like the rest: it still reads the cache that is closed here, and a cache without its base only saves less.
            Snapshot.WriteCache(_repo, disk, path, long.MaxValue);
        }
    }

    private BaseEntry ToBase(
        BaseEntry? wasOut, StatCache? cache, WrittenDirectories written, NodeBuffer nodes, CancellationToken cancel, out DiskTree? disk)
    {
        disk = null;
        PathEntry present = default;
        if (Sys.TryStat(_repo.Absolute(_target.Path), out FileStat stat) && stat.IsDirectory)
        {
            disk = Scanner.Scan(_repo.Absolute(_target.Path), cache, null, written.Below(_prefix), _repo.Threads, cancel);
            new FileIngest(disk, null, null, _repo.Config.PackThreshold, _repo.Threads, null).Run(cancel);
            disk.Seal(null, null);
            present = new PathEntry(TreeMode.Directory, disk.Totals.Oid, disk.Totals.Size, disk.Totals.Files);
        }

        if (_target.Scope.Length == 0 && present.Same(_named))
        {
            return BaseEntry.OfTree(_named.Oid, _named.Size);
        }

        TreeMerge merge = new(nodes.Read, nodes.Put);
        PathEntry part = PartOf(merge, disk);
        if (_target.Scope.Length > 0)
        {
            part = PathEntry.OfDirectory(merge.Set(Snapshot.EntryOf(wasOut), _target.Scope, part));
        }

        return BaseEntry.OfTree(part.Oid, part.Size);
    }

    /// <summary>What of the named entry is on disk now.</summary>
    private PathEntry PartOf(TreeMerge merge, DiskTree? disk)
    {
        if (_named.IsDirectory)
        {
            HashSet<string> deleted = [.. Planned.KeptDeleted];
            return disk is null && deleted.Count == 0
                ? default : PathEntry.OfDirectory(merge.Present(_wasOut, _named, disk, p => deleted.Contains($"{_prefix}/{p}")));
        }

        bool isThere = Sys.TryStat(_repo.Absolute(_target.Path), out _);
        return !isThere ? default : _notHere.Exists(n => n.Path == _prefix) ? _wasOut.AsLeaf() : _named;
    }

    private bool IsHalfWritten(string path, PathEntry disk)
    {
        if (_interrupted is null || disk.Mode is not (TreeMode.File or TreeMode.Executable))
        {
            return false;
        }
        string inPointer = _target.Scope.Length == 0 ? path : path.Length == 0 ? _target.Scope : $"{_target.Scope}/{path}";
        string full = path.Length == 0 ? _prefix : $"{_prefix}/{path}";
        return HalfWritten.Is(_repo, _interrupted, inPointer, full, disk);
    }

    private FileStat StatOf(string path)
    {
        string full = path.Length == 0 ? _prefix : $"{_prefix}/{path}";
        return Sys.TryStat($"{_repo.WorkTree}/{full}", out FileStat stat) ? stat : default;
    }
}
