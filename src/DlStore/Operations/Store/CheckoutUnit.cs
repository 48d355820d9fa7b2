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
    private readonly CheckoutJournal? _interrupted;
    private readonly string _prefix;
    private CheckoutJournal? _journal;
    private List<string> _notHere = [];
    private List<string> _lacking = [];

    private CheckoutUnit(Repo repo, CheckoutTarget target, Snapshot snapshot, PathEntry wasOut, PathEntry named)
    {
        _repo = repo;
        _target = target;
        _snapshot = snapshot;
        _wasOut = wasOut;
        _named = named;
        _interrupted = CheckoutJournal.Find(repo.StateDirectory, target.Managed.Path);
        _prefix = target.Path.Value;
    }

    public CheckoutPlan Planned { get; } = new();

    /// <summary>Gets the path that is brought up to date.</summary>
    public RelPath Target => _target.Path;

    public static CheckoutUnit Open(Repo repo, Base wasOut, CheckoutTarget target, bool writesWhatIsWhole, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        TreeMerge trees = new(repo.Store.Read, (_, _) => { });
        PathEntry named = target.IsGone ? default : trees.Find(Snapshot.EntryOf(target.Managed.Pointer), target.Scope);
        PathEntry before = trees.Find(Snapshot.EntryOf(wasOut.Find(target.Managed.Path)), target.Scope);
        if (!named.IsPresent && !target.IsGone)
        {
            throw new DlsException(ErrorKind.Usage, $"check out '{target.Path}': the pointer '{target.Managed.PointerFile}' does not name it", $"run `dls ls {repo.ToTyped(target.Managed.Path.Value)}` to see what it names");
        }

        List<string> lacking = [];
        if (writesWhatIsWhole && named.IsDirectory)
        {
            PathEntry part = WholeOf(repo, named, before, target.Path.Value, lacking);
            named = part.IsPresent ? part : throw ObjectStore.NotHere(named.Oid);
        }

        bool whole = target.Scope.Length == 0;
        Snapshot snapshot = Snapshot.Take(repo, whole ? wasOut.Find(target.Managed.Path) : null, target.Path, whole ? target.Managed.Pointer : null, null, null, progress, cancel);
        return new CheckoutUnit(repo, target, snapshot, before, named) { _lacking = lacking };
    }

    private static PathEntry WholeOf(Repo repo, in PathEntry named, in PathEntry before, string path, List<string> lacking)
    {
        using ObjectWriter writer = repo.BeginWrite();
        WholePart part = new(repo.Store, new NodeBuffer(repo.Store, writer));
        PathEntry found = part.Of(named, before, path);
        writer.Commit();
        lacking.AddRange(part.Lacking);
        return found;
    }

    /// <summary>Fills <see cref="Planned"/>. Reads only.</summary>
    public void Plan(CheckoutRules rules)
    {
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

        new ThreeWay(_repo.Store.Read, _snapshot.Disk).Walk(_wasOut.IsDirectory ? _wasOut : default, _named.IsDirectory ? _named : default, planner);
    }

    /// <summary>Writes the journal, unless there is nothing to do.</summary>
    public void Begin()
    {
        if (_journal is null && !Planned.IsEmpty)
        {
            _journal = CheckoutJournal.Begin(_repo.StateDirectory, _target.Managed.Path, _target.Managed.Pointer.Oid, _interrupted?.Tag);
        }
    }

    /// <summary>Tells what <see cref="Apply"/> would do.</summary>
    public CheckedOutPath Describe() => new(_target.Path, Planned.Files, Planned.Bytes, Planned.Deletes.Count, Planned.Kept, _lacking) { KeptDeleted = Planned.KeptDeleted, ModesSet = Planned.Modes.Count };

    /// <summary>Carries the plan out. Durable when it returns.</summary>
    public CheckedOutPath Apply(IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        Begin();
        WorkDir root = new(_repo.WorkTree);
        RemoveLeftovers(root);
        Delete(root);
        Extractor extractor = new(root, _repo.Store, (_journal ?? _interrupted)?.TempPrefix ?? "", _repo.Threads, progress)
        {
            ItemsTotal = Planned.Files,
            BytesTotal = Planned.Bytes,
        };
        Dictionary<string, DirListing> written = Extract(extractor, cancel);
        CrashPoint.Hit("checkout.extracted");
        if (extractor.Items > 0)
        {
            FlushWorkTree();
        }

        CrashPoint.Hit("checkout.synced");
        _notHere = extractor.NotHere;
        Record(written, progress, cancel);
        (_journal ?? _interrupted)?.End(_repo.StateDirectory);
        return new CheckedOutPath(_target.Path, extractor.Items, extractor.Bytes, Planned.Deletes.Count, Planned.Kept, [.. _lacking, .. extractor.NotHere]) { KeptDeleted = Planned.KeptDeleted, ModesSet = Planned.Modes.Count };
    }

    /// <inheritdoc/>
    public void Dispose() => _snapshot.Dispose();

    private void Delete(WorkDir root)
    {
        foreach ((string path, FileStat seen) in Planned.Deletes)
        {
            if (!root.Delete(path, seen))
            {
                throw new DlsException(ErrorKind.Failed, $"check out '{_target.Path}': '{path}' changed meanwhile", "run the command again when nothing writes there");
            }

            CrashPoint.Hit("checkout.deleted");
        }

        foreach (string path in Planned.EmptyDirectories)
        {
            root.DeleteIfEmpty(path);
        }
    }

    private Dictionary<string, DirListing> Extract(Extractor extractor, CancellationToken cancel)
    {
        try
        {
            foreach ((string path, PathEntry entry, bool replace) in Planned.Writes)
            {
                extractor.Write(path, entry, replace, cancel);
            }

            foreach ((string path, PathEntry tree) in Planned.Trees)
            {
                extractor.WriteTree(path, tree.Oid, cancel);
            }

            WorkDir root = new(_repo.WorkTree);
            foreach ((string path, bool executable) in Planned.Modes)
            {
                root.SetExecutable(path, executable);
            }

            return extractor.Finish(cancel);
        }
        catch
        {
            extractor.Abandon();
            throw;
        }
    }

    private void FlushWorkTree()
    {
        int fd = Sys.OpenDirectory(_repo.WorkTree);
        _ = Posix.SyncFs(fd);
        Sys.Close(fd);
    }

    /// <summary>Writes base and stat cache from what is on disk now: a second look, so that a wrong write could not go unseen.</summary>
    private void Record(Dictionary<string, DirListing> written, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        RelPath path = _target.Managed.Path;
        Base wasOut = Base.Read(_repo.StateDirectory);
        if (_target.IsGone)
        {
            wasOut.Set(path, null);
            CrashPoint.Hit("checkout.based");
            _repo.ForgetStats(path);
            return;
        }

        if (_target.Managed.Pointer.Kind == ObjectKind.Blob)
        {
            RecordBlob(wasOut, written, progress, cancel);
            CrashPoint.Hit("checkout.based");
            return;
        }

        if (Planned.IsEmpty && _interrupted is null && _wasOut.Same(_named))
        {
            _snapshot.WriteCache(_repo);
            return;
        }

        using StatCache? cache = _target.Scope.Length == 0 ? StatCache.Open(_repo.StatCachePath(path)) : null;
        BaseEntry entry = ToBase(wasOut, cache, written, cancel, out DiskTree? disk);
        wasOut.Set(path, entry);
        CrashPoint.Hit("checkout.based");
        if (_target.Scope.Length == 0 && disk is { IsAsCached: false })
        {
            Snapshot.WriteCache(_repo, disk, path, long.MaxValue);
        }

        CrashPoint.Hit("checkout.cached");
    }

    /// <summary>A file that was just written and still has the stat it had then need not be hashed again.</summary>
    private void RecordBlob(Base wasOut, Dictionary<string, DirListing> written, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        RelPath path = _target.Managed.Path;
        (string directory, byte[] name) = WorkDir.Split(path.Value);
        if (written.TryGetValue(directory, out DirListing? listing) && listing.Find(name) is var i and >= 0 && Sys.TryStat(_repo.Absolute(path), out FileStat stat))
        {
            DiskEntry was = listing.Entries[i];
            if (stat.SameContentAs(new FileStat(was.Size, was.Mtime, was.Ctime, was.Inode, 0, 0, 0)))
            {
                wasOut.Set(path, new BaseEntry(ObjectKind.Blob, _named.Oid, _named.Size, stat with { Mode = stat.Mode & 0xFFF }, _repo.FileSystemNow()));
                return;
            }
        }

        using Snapshot file = Snapshot.Take(_repo, wasOut.Find(path), path, _target.Managed.Pointer, null, null, progress, cancel);
        if (file.OnDisk.Same(_named))
        {
            wasOut.Set(path, file.ToBase(_repo, _named.Oid, _named.Size));
        }
    }

    private BaseEntry ToBase(Base wasOut, StatCache? cache, Dictionary<string, DirListing> written, CancellationToken cancel, out DiskTree? disk)
    {
        disk = null;
        string prefix = _prefix + "/";
        Dictionary<string, DirListing> below = new(StringComparer.Ordinal);
        foreach ((string directory, DirListing listing) in written)
        {
            string inside = directory == _prefix ? "" : directory.StartsWith(prefix, StringComparison.Ordinal) ? directory[prefix.Length..] : "\0" + directory;
            below[inside] = listing.At(inside);
        }

        PathEntry present = default;
        if (Sys.TryStat(_repo.Absolute(_target.Path), out FileStat stat) && stat.IsDirectory)
        {
            disk = Scanner.Scan(_repo.Absolute(_target.Path), cache, null, below, _repo.Threads, cancel);
            new FileIngest(disk, null, null, _repo.Config.PackThreshold, _repo.Threads, null).Run(cancel);
            disk.Seal(null, null);
            present = new PathEntry(TreeMode.Directory, disk.Totals.Oid, disk.Totals.Size, disk.Totals.Files);
        }

        bool allThere = _target.Scope.Length == 0 && present.Same(_named);
        if (allThere)
        {
            return BaseEntry.OfTree(_named.Oid, _named.Size);
        }

        using ObjectWriter writer = _repo.BeginWrite();
        NodeBuffer nodes = new(_repo.Store, writer);
        TreeMerge merge = new(nodes.Read, nodes.Put);
        PathEntry part = PartOf(merge, disk);
        if (_target.Scope.Length > 0)
        {
            part = PathEntry.OfDirectory(merge.Set(Snapshot.EntryOf(wasOut.Find(_target.Managed.Path)), _target.Scope, part));
        }

        writer.Commit();
        return BaseEntry.OfTree(part.Oid, part.Size);
    }

    /// <summary>What of the named entry is on disk now.</summary>
    private PathEntry PartOf(TreeMerge merge, DiskTree? disk)
    {
        if (_named.IsDirectory)
        {
            HashSet<string> deleted = [.. Planned.KeptDeleted];
            return disk is null && deleted.Count == 0 ? default : PathEntry.OfDirectory(merge.Present(_wasOut, _named, disk, p => deleted.Contains($"{_prefix}/{p}")));
        }

        bool isThere = Sys.TryStat(_repo.Absolute(_target.Path), out _);
        return !isThere ? default : _notHere.Contains(_prefix) ? _wasOut.AsLeaf() : _named;
    }

    private void RemoveLeftovers(WorkDir root)
    {
        if (_interrupted is null)
        {
            return;
        }

        bool isTree = _target.Managed.Pointer.Kind == ObjectKind.Tree;
        string below = isTree ? _repo.Absolute(_target.Managed.Path) : Path.GetDirectoryName(_repo.Absolute(_target.Managed.Path))!;
        EnumerationOptions options = new() { RecurseSubdirectories = isTree, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (string file in System.IO.Directory.Exists(below) ? System.IO.Directory.EnumerateFiles(below, _interrupted.TempPrefix + "*", options) : [])
        {
            string relative = Path.GetRelativePath(_repo.WorkTree, file);
            if (root.TryStat(relative, out FileStat seen))
            {
                _ = root.Delete(relative, seen);
            }
        }
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
