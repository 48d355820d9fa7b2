using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Words;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>What to write out.</summary>
public sealed record CheckoutOptions
{
    /// <summary>Gets managed paths, paths inside them, or directories above them, as typed; empty for all.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Gets the commit whose pointers are taken over first, or null.</summary>
    public string? Rev { get; init; }

    /// <summary>
    /// Gets a value indicating whether local bytes that the store does not hold go to the trash instead of stopping the command.
    /// </summary>
    public bool Force { get; init; }

    /// <summary>
    /// Gets what large files are to be, also those that hold the right bytes already; null for what the settings say, of files that are
    /// written anyway.
    /// </summary>
    public LinkMode? Links { get; init; }

    /// <summary>Gets a value indicating whether a pull runs this: naming a path means fetching it, not undoing changes there.</summary>
    public bool FromPull { get; init; }

    /// <summary>
    /// Gets a value indicating whether listings may be lacking: then what is whole is written, and the rest is told as not here.
    /// </summary>
    internal bool WritesWhatIsWhole { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>What a checkout of one path did.</summary>
/// <param name="Path">The managed path, or the path inside it.</param>
/// <param name="Written">Files written.</param>
/// <param name="Bytes">Bytes written.</param>
/// <param name="Deleted">Files deleted because the pointer no longer names them.</param>
/// <param name="Kept">Local changes that stay.</param>
/// <param name="NotHere">Files whose bytes are not in the store.</param>
public sealed record CheckedOutPath(
    RelPath Path, long Written, long Bytes, long Deleted, IReadOnlyList<string> Kept, IReadOnlyList<string> NotHere)
{
    /// <summary>Gets files whose bytes were erased on purpose, each with who did it and why.</summary>
    public IReadOnlyList<RefusedPath> Erased { get; init; } = [];

    internal static IReadOnlyList<RefusedPath> ErasedOf(Repo repo, IEnumerable<NotHere> files) =>
        [.. files.Where(f => repo.Store.Erased.Contains(f.Oid))
            .Select(f => new RefusedPath(f.Path, repo.Store.Erased.Find(f.Oid)?.Sentence ?? "it was erased"))];

    /// <summary>Gets how many files only had their execute bits set or cleared.</summary>
    public long ModesSet { get; init; }

    /// <summary>Gets files that were deleted here and stay so.</summary>
    public IReadOnlyList<string> KeptDeleted { get; init; } = [];
}

/// <summary>What checkout did.</summary>
/// <param name="Paths">One entry per managed path or path inside one.</param>
/// <param name="Trashed">What went to the trash, or null.</param>
/// <param name="Skipped">Pointers left out because they are fetched only when named.</param>
public sealed record CheckoutResult(IReadOnlyList<CheckedOutPath> Paths, TrashEntry? Trashed, IReadOnlyList<RelPath> Skipped)
{
    /// <summary>Gets paths whose pointer file was deleted from the work tree by hand; nothing of theirs was touched.</summary>
    public IReadOnlyList<RelPath> Absent { get; init; } = [];

    /// <summary>Gets pointers that cannot be read; nothing of theirs was touched.</summary>
    public IReadOnlyList<UnreadablePointer> Unreadable { get; init; } = [];

    /// <summary>Gets what was done to ignore files so that git stays away from the bytes, each a line.</summary>
    public IReadOnlyList<string> IgnoreFiles { get; init; } = [];

    /// <summary>Gets how many files became links of sealed objects.</summary>
    public long Linked { get; init; }

    /// <summary>Gets the files that should have become links and are copies, each with why.</summary>
    public IReadOnlyList<RefusedPath> NotLinked { get; init; } = [];

    /// <summary>Gets a value indicating whether everything the pointers name is on disk now.</summary>
    public bool IsComplete => Unreadable.Count + Absent.Count == 0 && Paths.All(p => p.NotHere.Count + p.Erased.Count == 0);
}

/// <summary>
/// <c>dls checkout</c>: brings the work tree to what the pointers name. Everything is checked before anything is touched; then, for all
/// pointers together: journal, trash,
/// deletions, writes, flush, base, stat caches, end of journal. An interrupted checkout leaves the journal; the next one goes on from
/// what it finds.
/// </summary>
public sealed class Checkout
{
    private const int HintPathsMax = 5;
    private readonly Repo _repo;
    private readonly CheckoutOptions _options;

    private Checkout(Repo repo, CheckoutOptions options)
    {
        _repo = repo;
        _options = options;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to write out.</param>
    /// <param name="cancel">Stops it; the next checkout finishes.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="DlsException">Kind Failed: local bytes are in the way (listed); kind Missing: a listing is not here.</exception>
    public static CheckoutResult Run(
        Repo repo, CheckoutOptions options, CancellationToken cancel) => new Checkout(repo, options).Run(cancel);

    private CheckoutResult Run(CancellationToken cancel)
    {
        using WorkTreeChange change = WorkTreeChange.Open(_repo);
        PointerListing listing = _repo.ListPointers(change.State);
        IReadOnlyList<CheckoutTarget> targets = _options.Rev is { } rev
            ? RevPointers.TakeOver(_repo, change, rev, _options.Paths, _options.DryRun)
            : PathWords.Resolve(_repo, _options.FromPull ? "pull" : "checkout", _options.Paths, listing);
        bool isAll = _options.Paths.Count == 0 && _options.Rev is null;
        targets = isAll ? [.. targets, .. CheckoutTarget.Gone(change.State.Base, listing)] : targets;
        List<RelPath> skipped = [.. targets.Where(static t => t.IsSkipped).Select(static t => t.Managed.Path)];
        List<CheckedOutPath> lacking = [];
        List<CheckoutUnit> units = [];
        try
        {
            Open([.. targets.Where(static t => !t.IsSkipped)], change.State, units, lacking, cancel);
            bool isNamed = _options.Paths.Count > 0;
            CheckoutRules rules = new(isNamed && !_options.FromPull, _options.Force, !isNamed && !_options.Force, _options.Links);
            units.ForEach(u => u.Plan(rules));
            RefuseBlocked(_repo, units, _options.FromPull ? "pull" : "checkout");
            IReadOnlyList<string> ignored = _options.DryRun ? [] : Ignore(change.State, targets);
            CheckoutRun run = new(_repo, change, units, _options);
            if (!_options.DryRun)
            {
                run.Apply(isAll && skipped.Count + listing.Unreadable.Count + lacking.Count == 0, cancel);
            }

            return new CheckoutResult([.. units.Select(static u => u.Describe()), .. lacking], run.Trashed, skipped)
            {
                Unreadable = isAll ? listing.Unreadable : [],
                Absent = isAll ? listing.Absent : [],
                IgnoreFiles = [.. ignored, .. run.Freed],
                Linked = run.Linked,
                NotLinked = run.NotLinked,
            };
        }
        finally
        {
            units.ForEach(static u => u.Dispose());
        }
    }

    private IReadOnlyList<string> Ignore(WorkTreeState state, IReadOnlyList<CheckoutTarget> targets) =>
        IgnoreLines.Add(_repo, state, [.. targets.Where(static t => !t.IsSkipped && !t.IsGone).Select(static t => t.Managed)]);

    /// <summary>
    /// Opens the targets. Where a listing may be lacking, one that cannot be compared is told and does not stop the others.
    /// </summary>
    private void Open(
        IReadOnlyList<CheckoutTarget> targets,
        WorkTreeState state,
        List<CheckoutUnit> units,
        List<CheckedOutPath> lacking,
        CancellationToken cancel)
    {
        List<CheckoutSides> sides = [];
        using (ObjectWriter? writer = _options.WritesWhatIsWhole ? _repo.BeginWrite() : null)
        {
            NodeBuffer? parts = writer is null ? null : new NodeBuffer(_repo.Store, writer);
            foreach (CheckoutTarget target in targets)
            {
                try
                {
                    sides.Add(CheckoutSides.Find(_repo, state.Base, target, parts));
                }
                catch (DlsException e) when (_options.WritesWhatIsWhole && e.Kind == ErrorKind.Missing)
                {
                    lacking.Add(new CheckedOutPath(target.Path, 0, 0, 0, [], [target.Path.Value + "/"]));
                }
            }

            writer?.Commit();
        }

        SnapshotRun run = new(_repo, state, null, _options.Progress, cancel);
        IEnumerable<SnapshotRequest> requests = sides.Select(s => s.Target.Scope.Length == 0
            ? new SnapshotRequest(s.Target.Path, s.Target.Managed.Pointer, state.Base.Find(s.Target.Managed.Path))
            : new SnapshotRequest(s.Target.Path, null, null));
        foreach (Snapshot snapshot in run.TakeAll(requests, null))
        {
            CheckoutSides of = sides[units.Count];
            units.Add(new CheckoutUnit(_repo, of, snapshot, state.Journal.Find(of.Target.Managed.Path)));
        }
    }

    private static void RefuseBlocked(Repo repo, List<CheckoutUnit> units, string verb)
    {
        string[] blocked = [.. units.SelectMany(u => u.Planned.Blocked)];
        if (blocked.Length > 0)
        {
            throw new DlsException(ErrorKind.Failed, $"check out: {blocked.Length} local files are in the way; nothing was touched",
                Hint(repo, verb, units.Where(static u => u.Planned.Blocked.Count > 0)))
            {
                Items = blocked,
            };
        }
    }

    private static string Hint(Repo repo, string verb, IEnumerable<CheckoutUnit> blocked)
    {
        string paths = string.Join(' ', blocked.Select(u => repo.ToTyped(u.Target.Value)).Take(HintPathsMax));
        return $"run `dls {verb} --force {paths}` to move them to the trash, from where `dls trash restore ID --to "
            + $"DIR` gives them back; where the pointer has not moved, `dls add {paths}` records them";
    }
}
