using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>What to add and how.</summary>
public sealed record AddOptions
{
    /// <summary>Gets files, directories and globs, as typed.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Gets a value indicating whether git's index is left alone.</summary>
    public bool NoGit { get; init; }

    /// <summary>Gets a value indicating whether paths that are not on disk are dropped even if they were never pulled.</summary>
    public bool Remove { get; init; }

    /// <summary>Gets a value indicating whether the pointer is to be marked as fetched only when named.</summary>
    public bool Demand { get; init; }

    /// <summary>Gets where the bytes come from (a URL, a place), written into every pointer as its key <c>origin</c>; null leaves what is there.</summary>
    public string? Origin { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>One pointer that add wrote or found right.</summary>
/// <param name="Path">The managed path.</param>
/// <param name="Pointer">The pointer it has now.</param>
/// <param name="IsNew">There was none before.</param>
/// <param name="IsChanged">It names something else than before.</param>
/// <param name="NotPulled">Files the pointer keeps that are not on disk here.</param>
public sealed record AddedPath(RelPath Path, Pointer Pointer, bool IsNew, bool IsChanged, long NotPulled);

/// <summary>What add did.</summary>
/// <param name="Paths">One entry per pointer.</param>
/// <param name="FilesRead">Files that had to be read and hashed.</param>
/// <param name="BytesRead">Bytes that were read.</param>
/// <param name="ObjectsStored">Objects that were new to the store, large blobs and tree nodes included.</param>
/// <param name="BytesStored">Bytes those take there.</param>
public sealed record AddResult(IReadOnlyList<AddedPath> Paths, long FilesRead, long BytesRead, long ObjectsStored, long BytesStored);

/// <summary>
/// <c>dls add</c>: stores what is on disk and points at it. Order: objects (durable), ignore line, pointer (durable), base, stat cache, git's index. The store's shared
/// lock is held from the first object until the pointer is staged; the work tree lock only while pointers are written, so adders read and hash side by side.
/// Never changes the user's bytes. A crash leaves at worst objects that nothing names.
/// </summary>
public sealed class Add
{
    private readonly Repo _repo;
    private readonly AddOptions _options;
    private readonly List<AddedPath> _done = [];
    private readonly List<RelPath> _toStage = [];

    private Add(Repo repo, AddOptions options)
    {
        _repo = repo;
        _options = options;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to add.</param>
    /// <param name="cancel">Stops it; nothing is pointed at then.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="DlsException">Paths that cannot be stored (listed), stale paths, an interrupted checkout, a full disk.</exception>
    public static AddResult Run(Repo repo, AddOptions options, CancellationToken cancel) => new Add(repo, options).Run(cancel);

    private AddResult Run(CancellationToken cancel)
    {
        IReadOnlyList<AddTarget> targets = AddTarget.Resolve(_repo, _options.Paths);
        long files = 0;
        long bytes = 0;
        List<(AddTarget Target, Snapshot Snapshot)> snapshots = [];
        Base wasOut = Base.Read(_repo.StateDirectory);
        RefuseStale(targets, wasOut, cancel);
        using ObjectWriter? writer = _options.DryRun ? null : _repo.BeginWrite();
        (long large, long largeBytes) = (_repo.Store.Large.Added, _repo.Store.Large.AddedBytes);
        try
        {
            foreach (AddTarget target in targets)
            {
                Snapshot snapshot = Take(target, wasOut, writer, cancel);
                snapshots.Add((target, snapshot));
                files += snapshot.Hashed.Files;
                bytes += snapshot.Hashed.Bytes;
            }

            writer?.Commit();
            CrashPoint.Hit("add.stored");
            Point(snapshots, writer);
            long objects = (writer?.Added ?? 0) + _repo.Store.Large.Added - large;
            return new AddResult(_done, files, bytes, objects, (writer?.AddedBytes ?? 0) + _repo.Store.Large.AddedBytes - largeBytes);
        }
        finally
        {
            snapshots.ForEach(s => s.Snapshot.Dispose());
        }
    }

    private Snapshot Take(AddTarget target, Base wasOut, ObjectWriter? writer, CancellationToken cancel)
    {
        RelPath path = target.Path;
        Pointer? pointer = target.Scope.Length == 0 ? _repo.FindPointer(path) : null;
        BaseEntry? entry = target.Scope.Length == 0 ? wasOut.Find(path) : null;
        if (CheckoutJournal.Find(_repo.StateDirectory, target.Root) is not null)
        {
            throw new DlsException(ErrorKind.Failed, $"add '{path}': a checkout of '{target.Root}' was interrupted here, so some files may be half-written", $"run `dls checkout {_repo.ToTyped(target.Root.Value)}` first, it finishes the work");
        }

        return Snapshot.Take(_repo, entry, path, pointer, writer, s => Refuse(s, target), _options.Progress, cancel);
    }

    /// <summary>Everything that speaks against storing a path is found here, before a byte of it is read.</summary>
    private static void Refuse(Snapshot snapshot, AddTarget target)
    {
        if (snapshot.Refused.Count > 0)
        {
            throw new DlsException(ErrorKind.Failed, $"add '{snapshot.Path}': {snapshot.Refused.Count} of the paths in it cannot be stored", "move or remove them, then add again; nothing was written")
            {
                Items = [.. snapshot.Refused.Select(static r => $"{r.Path}: {(IsGit(r.Path) ? "a git repository of its own is there; add the other paths one by one, or run dls inside it" : r.Reason)}")],
            };
        }

        if (snapshot.Stat is { IsFile: false, IsDirectory: false, IsSymlink: false } || (snapshot.Stat.IsSymlink && target.Scope.Length == 0))
        {
            throw new DlsException(ErrorKind.Failed, $"add '{snapshot.Path}': it is a {snapshot.Stat.Describe()}", "only files, directories and, inside a directory, symlinks can be stored");
        }

        if (snapshot.Disk is { } disk && NestedPointers.Find(disk) is { Count: > 0 } nested)
        {
            throw new DlsException(ErrorKind.Failed, $"add '{snapshot.Path}': there is a pointer inside it, and pointers do not nest", "remove or move it first, or add the other paths one by one")
            {
                Items = nested,
            };
        }
    }

    private static bool IsGit(string path) => path == ".git" || path.EndsWith("/.git", StringComparison.Ordinal);

    /// <summary>
    /// Where the pointer is not what was last written out, paths may be stale: that is found by hashing alone, before anything is stored. A refused add leaves nothing in the
    /// store, because checkout takes bytes that the store holds for safe. <see cref="Point"/> looks again under the lock.
    /// </summary>
    private void RefuseStale(IReadOnlyList<AddTarget> targets, Base wasOut, CancellationToken cancel)
    {
        foreach (IGrouping<RelPath, AddTarget> group in targets.GroupBy(t => t.Root))
        {
            Pointer? pointer = _repo.FindPointer(group.Key);
            if (pointer is null || wasOut.Find(group.Key) is { } b && b.Oid == pointer.Oid)
            {
                continue;
            }

            AddPointer check = new(_repo, _options, group.Key, null);
            foreach (AddTarget target in group)
            {
                using Snapshot snapshot = Take(target, wasOut, null, cancel);
                check.Take(target, snapshot);
            }
        }
    }

    private void Point(List<(AddTarget Target, Snapshot Snapshot)> snapshots, ObjectWriter? writer)
    {
        using FileLock? held = _options.DryRun ? null : _repo.LockWorkTree();
        foreach (IGrouping<RelPath, (AddTarget Target, Snapshot Snapshot)> group in snapshots.GroupBy(s => s.Target.Root))
        {
            AddPointer pointer = new(_repo, _options, group.Key, writer);
            foreach ((AddTarget target, Snapshot snapshot) in group)
            {
                pointer.Take(target, snapshot);
            }

            _done.Add(pointer.Write(_toStage));
        }

        if (!_options.NoGit && !_options.DryRun)
        {
            _repo.Git.Stage(_toStage);
            CrashPoint.Hit("add.staged");
        }
    }
}
