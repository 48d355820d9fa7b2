using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;
using DlStore.WorkTree;

namespace DlStore.Operations;

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

    /// <summary>Gets a value indicating whether a checkout of it was interrupted.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>Gets paths that cannot be stored, and anything else that is in the way.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Gets what is known about it on the default remote.</summary>
    public required RemoteEvidence Remote { get; init; }

    /// <summary>Gets a value indicating whether disk and pointer agree, or differ only by what was never pulled.</summary>
    public bool IsClean => Counts is { Modified: 0, Added: 0, Deleted: 0, Stale: 0, Conflict: 0 } && Problems.Count == 0 && !IsInterrupted;
}

/// <summary>What status found.</summary>
/// <param name="Pointers">One entry per pointer, sorted by path.</param>
/// <param name="Problems">What was found wrong outside single pointers: unreadable pointers, damaged index files.</param>
/// <param name="Gone">Paths that were written out here and whose pointer git has taken away; checkout removes their files.</param>
/// <param name="Remote">The default remote's name, or null if none is configured.</param>
public sealed record StatusResult(IReadOnlyList<PointerStatus> Pointers, IReadOnlyList<string> Problems, IReadOnlyList<RelPath> Gone, string? Remote)
{
    /// <summary>Gets a value indicating whether there is nothing to add, check out or repair.</summary>
    public bool IsClean => Problems.Count == 0 && Gone.Count == 0 && Pointers.All(p => p.IsClean);
}

/// <summary>
/// <c>dls status</c>: compares base, pointer and disk for each pointer, and says what is known of the remote and how. Contacts nobody. Writes nothing but stat
/// caches, and reads only files whose stat changed.
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
        List<string> problems = [];
        Base wasOut = Base.Read(repo.StateDirectory);
        RemoteKnowledge? remote = RemoteKnowledge.OpenDefault(repo);
        IReadOnlyList<ManagedPath> managed = options.Paths.Count == 0 ? repo.ListManaged(problems.Add) : Named(repo, options.Paths);
        List<PointerStatus> found = [];
        foreach (ManagedPath path in managed)
        {
            found.Add(Look(repo, wasOut, path, remote, options, cancel));
        }

        problems.AddRange(repo.StoreWarnings);
        return new StatusResult(found, problems, options.Paths.Count == 0 ? repo.ListGone() : [], remote?.Name);
    }

    private static List<ManagedPath> Named(Repo repo, IReadOnlyList<string> typed)
    {
        List<ManagedPath> paths = [];
        foreach (string text in typed)
        {
            RelPath path = repo.ToRelPath(text);
            List<ManagedPath> below = [.. repo.ListManaged(null).Where(m => m.Path.IsAtOrBelow(path))];
            paths.AddRange(below.Count > 0 ? below : [repo.FindManaged(path) ?? throw NotManaged(path)]);
        }

        return [.. paths.DistinctBy(p => p.Path)];
    }

    internal static DlsException NotManaged(RelPath path) => new(
        ErrorKind.Usage, $"use '{path}': dls does not manage it, and no pointer is below it", $"run `dls add {path}` to manage it, or `dls status` to see what is managed");

    private static PointerStatus Look(Repo repo, Base wasOut, ManagedPath managed, RemoteKnowledge? remote, StatusOptions options, CancellationToken cancel)
    {
        Counter counter = new(managed.Path.Value, options.Verbose ? int.MaxValue : ChangesMax);
        List<string> problems = [];
        using Snapshot snapshot = Snapshot.Take(repo, wasOut.Find(managed.Path), managed.Path, managed.Pointer, null, null, options.Progress, cancel);
        problems.AddRange(snapshot.Refused.Select(r => $"{managed.Path}/{r.Path}: {r.Reason}"));
        try
        {
            Compare(repo, snapshot, counter);
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Missing && !snapshot.OnDisk.IsPresent)
        {
            counter.CountUnknown(snapshot.Named);
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            problems.Add($"{managed.Path}: its listing cannot be read: {e.Message}; {e.Hint}");
        }

        snapshot.WriteCache(repo);
        return new PointerStatus
        {
            Path = managed.Path,
            Pointer = managed.Pointer,
            Counts = counter.ToCounts(),
            Changes = counter.Changes,
            IsInterrupted = snapshot.Interrupted is not null,
            Problems = problems,
            Remote = remote?.EvidenceOf(managed.Pointer.Oid) ?? RemoteEvidence.NoRemote,
        };
    }

    private static void Compare(Repo repo, Snapshot snapshot, Counter counter)
    {
        if (snapshot.Named.IsDirectory && (snapshot.OnDisk.IsDirectory || !snapshot.OnDisk.IsPresent))
        {
            if (!snapshot.OnDisk.IsPresent && !snapshot.WasOut.IsPresent)
            {
                counter.CountUnknown(snapshot.Named);
                return;
            }

            new ThreeWay(repo.Store.Read, snapshot.Disk).Walk(snapshot.WasOut, snapshot.Named, counter);
            return;
        }

        counter.Visit("", snapshot.WasOut, snapshot.Named, snapshot.OnDisk);
    }

    /// <summary>Counts states and keeps the first paths of each pointer.</summary>
    private sealed class Counter(string prefix, int changesMax) : ThreeWayVisitor
    {
        private readonly long[] _counts = new long[Enum.GetValues<PathState>().Length];

        public List<PathChange> Changes { get; } = [];

        public override void Visit(string path, in PathEntry wasOut, in PathEntry pointer, in PathEntry disk)
        {
            PathState state = PathStates.Of(wasOut, pointer, disk);
            if (state != PathState.Clean)
            {
                Count(path, state, disk.IsPresent ? disk.Size : pointer.Size);
            }
        }

        public override bool Enter(string path, in PathEntry wasOut, in PathEntry pointer, in PathEntry disk)
        {
            // An empty directory is all there is to say about it; one with files is told by its files.
            bool emptyHere = disk.IsDirectory && disk.Files == 0 && !pointer.IsDirectory;
            bool emptyThere = pointer.IsDirectory && pointer.Files == 0 && !disk.IsDirectory;
            if (emptyHere || emptyThere)
            {
                Count(path, PathStates.Of(wasOut, pointer, disk), 0);
                return false;
            }

            bool wholeTree = pointer.IsDirectory && !wasOut.IsPresent && !disk.IsPresent;
            if (wholeTree)
            {
                CountUnknown(pointer);
                Keep(path + "/", PathState.NotPulled, pointer.Size);
            }

            return !wholeTree;
        }

        public void CountUnknown(in PathEntry named) => _counts[(int)PathState.NotPulled] += named.Files;

        public StateCounts ToCounts() => new(
            _counts[(int)PathState.Modified], _counts[(int)PathState.Added], _counts[(int)PathState.Deleted],
            _counts[(int)PathState.Stale], _counts[(int)PathState.Conflict], _counts[(int)PathState.NotPulled]);

        private void Count(string path, PathState state, long size)
        {
            _counts[(int)state]++;
            Keep(path, state, size);
        }

        private void Keep(string path, PathState state, long size)
        {
            if (Changes.Count < changesMax)
            {
                Changes.Add(new PathChange(path.Length == 0 ? prefix : $"{prefix}/{path}", state, size));
            }
        }
    }
}
