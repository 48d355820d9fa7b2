using DlStore.Ignoring;
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

    /// <summary>
    /// Gets where the bytes come from (a URL, a place), written into every pointer as its key <c>origin</c>; null leaves what is there.
    /// </summary>
    public string? Origin { get; init; }

    /// <summary>Gets files that are staged together with the pointers, from the top of the work tree; all are there.</summary>
    internal IReadOnlyList<string> AlsoStage { get; init; } = [];

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
public sealed record AddResult(IReadOnlyList<AddedPath> Paths, long FilesRead, long BytesRead, long ObjectsStored, long BytesStored)
{
    /// <summary>Gets what a .dlsignore left out.</summary>
    public LeftOut Ignored { get; init; } = LeftOut.Nothing;
}

/// <summary>
/// <c>dls add</c>: stores what is on disk and points at it. Order: objects (durable), ignore lines, pointers (durable), base, stat
/// caches, git's index, each
/// step once for all paths (<see cref="WorkTreeChange"/>). The store's shared lock is held from the first object until the pointer is
/// staged; the work tree lock only while pointers are written, so adders read and hash side by side.
/// Never changes the user's bytes. A crash leaves at worst objects that nothing names.
/// </summary>
public sealed class Add
{
    private readonly Repo _repo;
    private readonly AddOptions _options;
    private HashSet<RelPath> _roots = [];

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
        WorkTreeState state = WorkTreeState.Read(_repo);
        AddTarget[] targets = [.. AddTarget.Resolve(_repo, state, _options.Paths)];
        _roots = [.. targets.Where(static t => t.Scope.Length == 0).Select(static t => t.Root)];
        RefuseInterrupted(state, targets);
        RefuseStale(targets, state, cancel);
        using ObjectWriter? writer = _options.DryRun ? null : _repo.BeginWrite();
        (long large, long largeBytes) = (_repo.Store.Large.Added, _repo.Store.Large.AddedBytes);
        List<Snapshot> snapshots = [];
        try
        {
            foreach (Snapshot snapshot in Take(targets, state, writer, cancel))
            {
                snapshots.Add(snapshot);
            }

            writer?.Commit();
            CrashPoint.Hit("add.stored");
            IReadOnlyList<AddedPath> done = Point(targets, snapshots, writer);
            long objects = (writer?.Added ?? 0) + _repo.Store.Large.Added - large;
            return new AddResult(
                done,
                snapshots.Sum(static s => s.Hashed.Files),
                snapshots.Sum(static s => s.Hashed.Bytes),
                objects,
                (writer?.AddedBytes ?? 0) + _repo.Store.Large.AddedBytes - largeBytes)
            {
                Ignored = snapshots.Aggregate(LeftOut.Nothing, static (all, s) => all.And(s.Ignored?.ToLeftOut() ?? LeftOut.Nothing)),
            };
        }
        finally
        {
            snapshots.ForEach(static s => s.Dispose());
        }
    }

    private void RefuseInterrupted(WorkTreeState state, IReadOnlyList<AddTarget> targets)
    {
        if (!state.Journal.IsEmpty && targets.FirstOrDefault(t => state.Journal.Find(t.Root) is not null) is { } target)
        {
            throw new DlsException(
                ErrorKind.Failed,
                $"add '{target.Path}': a checkout of '{target.Root}' was interrupted here, so some files may be half-written",
                $"run `dls checkout {_repo.ToTyped(target.Root.Value)}` first, it finishes the work");
        }
    }

    /// <summary>Takes a snapshot of each target, in their order.</summary>
    private IEnumerable<Snapshot> Take(
        IReadOnlyList<AddTarget> targets,
        WorkTreeState state,
        ObjectWriter? writer,
        CancellationToken cancel)
    {
        SnapshotRun run = new(_repo, state, writer, _options.Progress, cancel);
        IEnumerable<SnapshotRequest> requests = targets.Select(t =>
            t.Scope.Length == 0 ? SnapshotRequest.WithIgnored(_repo, t.Path, t.Pointer, state.Base.Find(t.Path))
                : SnapshotRequest.Inside(_repo, t.Path, t.Scope, t.Pointer, state.Base.Find(t.Root)));
        return run.TakeAll(requests, Refuse);
    }

    /// <summary>All objections to storing a path are found here, before a byte of it is read.</summary>
    private void Refuse(Snapshot snapshot)
    {
        if (snapshot.Refused.Count > 0)
        {
            throw new DlsException(ErrorKind.Failed, $"add '{snapshot.Path}': {snapshot.Refused.Count} of the paths in it cannot be stored",
                "move or remove them, then add again; nothing was written")
            {
                Items = [.. snapshot.Refused.Select(static r => $"{r.Path}: {(IsGit(r.Path) ? "a git repository of its own is there; add the other paths one by one, or run dls inside it" : r.Reason)}")],
            };
        }

        if (snapshot.Stat is { IsFile: false, IsDirectory: false, IsSymlink: false }
            || (snapshot.Stat.IsSymlink && _roots.Contains(snapshot.Path)))
        {
            throw new DlsException(ErrorKind.Failed, $"add '{snapshot.Path}': it is a {snapshot.Stat.Describe()}",
                "only files, directories and, inside a directory, symlinks can be stored");
        }

        if (snapshot.Disk is { } disk && NestedPointers.Find(disk) is { Count: > 0 } nested)
        {
            throw new DlsException(ErrorKind.Failed, $"add '{snapshot.Path}': there is a pointer inside it, and pointers do not nest",
                "remove or move it first, or add the other paths one by one")
            {
                Items = nested,
            };
        }
    }

    private static bool IsGit(string path) => path == ".git" || path.EndsWith("/.git", StringComparison.Ordinal);

    /// <summary>
    /// Where the pointer is not what was last written out, paths may be stale: that is found by hashing alone, before anything is stored. A
    /// refused add leaves nothing in the
    /// store, because checkout takes bytes that the store holds for safe. <see cref="Point"/> looks again under the lock.
    /// </summary>
    private void RefuseStale(IReadOnlyList<AddTarget> targets, WorkTreeState state, CancellationToken cancel)
    {
        IGrouping<RelPath, AddTarget>[] moved = [.. targets.GroupBy(static t => t.Root).Where(g => HasMoved(g.First(), state))];
        if (moved.Length == 0)
        {
            return;
        }

        AddTarget[] suspects = [.. moved.SelectMany(static g => g)];
        List<Snapshot> snapshots = [];
        try
        {
            snapshots.AddRange(Take(suspects, state, null, cancel));
            _ = TakeIn(suspects, snapshots, state, static t => t.Pointer, null);
        }
        finally
        {
            snapshots.ForEach(static s => s.Dispose());
        }
    }

    private static bool HasMoved(AddTarget target, WorkTreeState state) =>
        target.Pointer is { } pointer && state.Base.Find(target.Root)?.Oid != pointer.Oid;

    /// <summary>Merges the snapshots into their pointers, one after the other, and refuses what is stale.</summary>
    private List<AddPointer> TakeIn(
        IReadOnlyList<AddTarget> targets,
        List<Snapshot> snapshots,
        WorkTreeState state,
        Func<AddTarget, Pointer?> before,
        ObjectWriter? writer)
    {
        Dictionary<RelPath, AddPointer> pointers = [];
        List<AddPointer> inOrder = [];
        for (int i = 0; i < targets.Count; i++)
        {
            if (!pointers.TryGetValue(targets[i].Root, out AddPointer? pointer))
            {
                pointers[targets[i].Root] = pointer = new AddPointer(_repo, _options, state, targets[i].Root, before(targets[i]), writer);
                inOrder.Add(pointer);
            }

            pointer.Take(targets[i], snapshots[i]);
        }

        return inOrder;
    }

    private IReadOnlyList<AddedPath> Point(IReadOnlyList<AddTarget> targets, List<Snapshot> snapshots, ObjectWriter? writer)
    {
        using WorkTreeChange? change = _options.DryRun ? null : WorkTreeChange.Open(_repo);
        using PointerLookup lookup = new(_repo);

        // Read again: another add may have written the same pointer since the plan was made.
        List<AddPointer> pointers = TakeIn(
            targets,
            snapshots,
            change?.State ?? WorkTreeState.Read(_repo),
            t => lookup.Find(t.Root),
            writer);
        AddedPath[] done = [.. pointers.Select(static p => p.Settle())];
        if (change is not null)
        {
            writer!.Commit();
            for (int i = 0; i < done.Length; i++)
            {
                pointers[i].Write(done[i], change);
            }

            foreach (string file in _options.AlsoStage)
            {
                change.Stage(file);
            }

            change.Commit(!_options.NoGit);
        }

        return done;
    }
}
