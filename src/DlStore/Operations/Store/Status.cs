using DlStore.Ignoring;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Hooks;
using DlStore.Operations.Words;
using DlStore.Remotes;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>What to look at.</summary>
public sealed record StatusOptions
{
    /// <summary>Gets the managed paths to look at, as typed; empty for all.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Gets a value indicating whether every path is listed, not only counted.</summary>
    public bool Verbose { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>A path below a pointer that is not clean.</summary>
/// <param name="Path">Relative to the work tree.</param>
/// <param name="State">What is known about it.</param>
/// <param name="Size">Bytes on disk, or those the pointer names.</param>
public readonly record struct PathChange(string Path, PathState State, long Size);

/// <summary>How many paths below one pointer are in each state.</summary>
/// <param name="Modified">On disk with other bytes.</param>
/// <param name="Added">On disk only.</param>
/// <param name="Deleted">Gone from disk.</param>
/// <param name="Stale">The pointer has moved on.</param>
/// <param name="Conflict">The pointer has moved on and the disk was changed.</param>
/// <param name="NotPulled">Never written out here.</param>
public sealed record StateCounts(long Modified, long Added, long Deleted, long Stale, long Conflict, long NotPulled);

/// <summary>What is known about one pointer.</summary>
public sealed record PointerStatus
{
    /// <summary>Gets the managed path.</summary>
    public required RelPath Path { get; init; }

    /// <summary>Gets the pointer in the work tree.</summary>
    public required Pointer Pointer { get; init; }

    /// <summary>Gets the counts of paths that are not clean.</summary>
    public required StateCounts Counts { get; init; }

    /// <summary>Gets the paths that are not clean, at most 1,000 unless all were asked for.</summary>
    public IReadOnlyList<PathChange> Changes { get; init; } = [];

    /// <summary>Gets the path inside it that was asked for; the counts are of that. Empty for all of it.</summary>
    public string Scope { get; init; } = "";

    /// <summary>
    /// Gets a value indicating whether the listing that the pointer names is in the store. If not, the disk was compared with what was last
    /// written out here, and what the pointer names beyond that is not known.
    /// </summary>
    public bool IsListingHere { get; init; } = true;

    /// <summary>Gets a value indicating whether a checkout of it was interrupted.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>Gets paths that cannot be stored, and anything else that is in the way.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Gets what is on disk and is left out by a .dlsignore.</summary>
    public LeftOut Ignored { get; init; } = LeftOut.Nothing;

    /// <summary>Gets what is known about it on the default remote.</summary>
    public required RemoteEvidence Remote { get; init; }

    /// <summary>Gets a value indicating whether disk and pointer agree, or differ only by what was never pulled.</summary>
    public bool IsClean => Counts is { Modified: 0, Added: 0, Deleted: 0, Stale: 0, Conflict: 0 }
        && Problems.Count == 0 && !IsInterrupted && IsListingHere;
}

/// <summary>What status found.</summary>
/// <param name="Pointers">One entry per pointer, sorted by path.</param>
/// <param name="Problems">What was found wrong outside single pointers: unreadable pointers, damaged index files.</param>
/// <param name="Gone">Paths that were written out here and whose pointer git has taken away; checkout removes their files.</param>
/// <param name="Remote">The default remote's name, or null if none is configured.</param>
public sealed record StatusResult(
    IReadOnlyList<PointerStatus> Pointers, IReadOnlyList<string> Problems, IReadOnlyList<RelPath> Gone, string? Remote)
{
    /// <summary>Gets the pointers that cannot be read.</summary>
    public IReadOnlyList<UnreadablePointer> Unreadable { get; init; } = [];

    /// <summary>Gets the pointers that git has not merged, whether or not they can be read.</summary>
    public IReadOnlyList<PointerClash> Unmerged { get; init; } = [];

    /// <summary>Gets the paths whose pointer file was deleted from the work tree by hand.</summary>
    public IReadOnlyList<RelPath> Absent { get; init; } = [];

    /// <summary>Gets the paths whose pointer is not in git's index; what the pointer names is told like any other's.</summary>
    public IReadOnlyList<RelPath> Untracked { get; init; } = [];

    /// <summary>
    /// Gets what is to be said of the pre-push hook; null if git runs it. It has no part in <see cref="IsClean"/>, which is about files.
    /// </summary>
    public HookWarning? Hook { get; init; }

    /// <summary>Gets a value indicating whether there is nothing to add, check out, merge or repair.</summary>
    public bool IsClean => Problems.Count + Gone.Count + Unreadable.Count + Unmerged.Count + Absent.Count == 0
        && Pointers.All(p => p.IsClean && p.Remote.Kind != EvidenceKind.Damaged);
}

/// <summary>
/// <c>dls status</c>: compares base, pointer and disk for each pointer, and says what is known of the remote and how. Contacts nobody.
/// Writes nothing but
/// stat caches, and reads only files whose stat changed.
/// </summary>
public static class Status
{
    /// <summary>The most changes that are listed for a pointer unless all were asked for.</summary>
    public const int ChangesMax = 1000;

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to look at.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What was found.</returns>
    public static StatusResult Run(Repo repo, StatusOptions options, CancellationToken cancel)
    {
        WorkTreeState state = WorkTreeState.Read(repo);
        RemoteKnowledge? remote = RemoteKnowledge.OpenDefault(repo);
        PointerListing listing = Restrict(repo, repo.ListPointers(state), options.Paths, out IReadOnlyList<string> words);
        bool isAll = options.Paths.Count == 0;
        IReadOnlyList<CheckoutTarget> targets = isAll || words.Count > 0 ? PathWords.Resolve(repo, "status", words, listing) : [];
        List<PointerStatus> found = [];
        SnapshotRun run = new(repo, state, null, options.Progress, cancel);
        IEnumerable<SnapshotRequest> requests = targets.Select(
            t => SnapshotRequest.WithIgnored(repo, t.Managed.Path, t.Managed.Pointer, state.Base.Find(t.Managed.Path)));
        foreach (Snapshot snapshot in run.TakeAll(requests, null))
        {
            using (snapshot)
            {
                found.Add(Look(repo, targets[found.Count], snapshot, remote, options));
            }
        }

        HashSet<RelPath> shown = [.. found.Select(static f => f.Path)];
        return new StatusResult(found, [.. repo.StoreWarnings], isAll ? listing.Gone : [], remote?.Name)
        {
            Unreadable = listing.Unreadable,
            Unmerged = listing.Unmerged,
            Absent = listing.Absent,
            Hook = HookCheck.Warn(repo),
            Untracked = [.. listing.Untracked.Where(shown.Contains)],
        };
    }

    /// <summary>
    /// Keeps of the pointers that cannot be read what the words name: status tells of those, where other verbs refuse them.
    /// </summary>
    private static PointerListing Restrict(Repo repo, PointerListing listing, IReadOnlyList<string> typed, out IReadOnlyList<string> words)
    {
        words = typed;
        if (typed.Count == 0 || listing.Unreadable.Count + listing.Absent.Count == 0)
        {
            return listing;
        }

        HashSet<RelPath> named = [];
        List<string> others = [];
        foreach (string word in typed)
        {
            string path = repo.RelativeOf(word);
            RelPath[] hit = [.. listing.Unreadable.Select(static u => u.Path).Concat(listing.Absent).Where(p => IsRelated(p.Value, path))];
            named.UnionWith(hit);
            bool isAnswered = hit.Length > 0 && !listing.Managed.Any(m => IsRelated(m.Path.Value, path));
            others.AddRange(isAnswered ? [] : [word]);
        }

        words = others;
        return listing with
        {
            Unreadable = [.. listing.Unreadable.Where(u => named.Contains(u.Path))],
            Absent = [.. listing.Absent.Where(named.Contains)],
        };
    }

    private static bool IsRelated(string managed, string path) =>
        path is "." || path == managed || path == managed + Pointer.Suffix
            || path.StartsWith(managed + "/", StringComparison.Ordinal) || managed.StartsWith(path + "/", StringComparison.Ordinal);

    private static PointerStatus Look(Repo repo, CheckoutTarget target, Snapshot snapshot, RemoteKnowledge? remote, StatusOptions options)
    {
        ManagedPath managed = target.Managed;
        StatusCounter counter = new(managed.Path.Value, target.Scope, options.Verbose ? int.MaxValue : ChangesMax);
        List<string> problems =
            [.. snapshot.Refused.Select(r => r.Path.Length == 0 ? $"{managed.Path}: {r.Reason}" : $"{managed.Path}/{r.Path}: {r.Reason}")];
        RequireThere(repo, target, snapshot);
        bool isListingHere = true;
        try
        {
            Compare(repo, snapshot, counter);
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            isListingHere = false;
            counter = new(managed.Path.Value, target.Scope, options.Verbose ? int.MaxValue : ChangesMax);
            problems.AddRange(e.Kind == ErrorKind.Corrupt ? [$"{managed.Path}: its listing is damaged: {e.Message}; {e.Hint}"] : []);
            CompareWithBase(repo, snapshot, counter, problems);
        }

        NoteLost(repo, managed, snapshot, problems);
        snapshot.WriteCache(repo);
        return new PointerStatus
        {
            Path = managed.Path,
            Pointer = managed.Pointer,
            Scope = target.Scope,
            IsListingHere = isListingHere || IsUntouched(snapshot),
            Counts = counter.ToCounts(),
            Changes = counter.Changes,
            IsInterrupted = snapshot.Interrupted is not null,
            Problems = problems,
            Ignored = snapshot.Ignored?.ToLeftOut() ?? LeftOut.Nothing,
            Remote = remote?.EvidenceOf(repo, managed.Pointer) ?? RemoteEvidence.NoRemote,
        };
    }

    private static void NoteLost(Repo repo, ManagedPath managed, Snapshot snapshot, List<string> problems)
    {
        if (snapshot.OnDisk.IsPresent && snapshot.OnDisk.Same(snapshot.Named) && !repo.Store.Contains(managed.Pointer.Oid))
        {
            problems.Add($"{managed.Path}: " + (repo.Store.Erased.Find(managed.Pointer.Oid)?.Sentence ?? "the store has lost what the "
                + $"pointer names; `dls add {repo.ToTyped(managed.Path.Value)}` stores what is on disk again"));
        }
    }

    /// <summary>A fresh clone: nothing was ever written out here and nothing is there, so the pointer's own count says all.</summary>
    private static bool IsUntouched(Snapshot snapshot) => !snapshot.OnDisk.IsPresent
        && !snapshot.WasOut.IsPresent && snapshot.Refused.Count == 0;

    /// <summary>A path inside a pointer has to be known to one of the three sides.</summary>
    private static void RequireThere(Repo repo, CheckoutTarget target, Snapshot snapshot)
    {
        TreeMerge trees = new(repo.Store.Read, (_, _) => { });
        bool isKnown = target.Scope.Length == 0 || Sys.TryStat(repo.Absolute(target.Path), out _)
            || trees.Find(snapshot.WasOut, target.Scope).IsPresent || trees.Find(snapshot.Named, target.Scope).IsPresent;
        if (!isKnown)
        {
            throw UnknownWord.Error(repo, "status", Path.GetRelativePath(repo.StartDirectory, repo.Absolute(target.Path)));
        }
    }

    /// <summary>
    /// The pointer has moved to a version whose listing is not here (git checkout or pull came first): what changed on disk since the last
    /// time it was written out can be told all the same.
    /// </summary>
    private static void CompareWithBase(Repo repo, Snapshot snapshot, StatusCounter counter, List<string> problems)
    {
        if (!snapshot.WasOut.IsPresent)
        {
            if (snapshot.OnDisk.IsPresent)
            {
                problems.Add($"{snapshot.Path}: {CountWords.Of(snapshot.OnDisk.Files, "file on disk was", "files on disk were")}"
                    + " not compared with anything: the pointer's listing is not here, and nothing was written out here before");
            }
            else
            {
                counter.CountUnknown(snapshot.Named);
            }

            return;
        }

        try
        {
            Compare(repo, snapshot, snapshot.WasOut, counter);
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            problems.Add($"{snapshot.Path}: what is on disk was not compared: {e.Message}; {e.Hint}");
        }
    }

    private static void Compare(Repo repo, Snapshot snapshot, StatusCounter counter) => Compare(repo, snapshot, snapshot.Named, counter);

    private static void Compare(Repo repo, Snapshot snapshot, in PathEntry named, StatusCounter counter)
    {
        if (named.IsDirectory && (snapshot.OnDisk.IsDirectory || !snapshot.OnDisk.IsPresent))
        {
            if (!snapshot.OnDisk.IsPresent && !snapshot.WasOut.IsPresent)
            {
                counter.CountUnknown(named);
                return;
            }

            new ThreeWay(repo.Store.Read, snapshot.Disk).Walk(snapshot.WasOut, named, counter);
            return;
        }

        counter.Visit("", snapshot.WasOut, named, snapshot.OnDisk);
    }
}
