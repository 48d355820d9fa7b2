using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>Counts the states of the paths below one pointer, or below a path inside it, and keeps the first of them.</summary>
/// <param name="prefix">The managed path.</param>
/// <param name="scope">The path inside it that was asked for; empty for all.</param>
/// <param name="changesMax">The most changes to keep.</param>
internal sealed class StatusCounter(string prefix, string scope, int changesMax) : ThreeWayVisitor
{
    private readonly long[] _counts = new long[Enum.GetValues<PathState>().Length];

    /// <summary>Gets the paths that are not clean.</summary>
    public List<PathChange> Changes { get; } = [];

    public override void Visit(string path, in PathEntry wasOut, in PathEntry pointer, in PathEntry disk)
    {
        PathState state = PathStates.Of(wasOut, pointer, disk);
        if (state != PathState.Clean && IsInScope(path))
        {
            Count(path, state, disk.IsPresent ? disk.Size : pointer.Size);
        }
    }

    public override bool Enter(string path, in PathEntry wasOut, in PathEntry pointer, in PathEntry disk)
    {
        if (!IsInScope(path))
        {
            return path.Length == 0 || scope.StartsWith(path + "/", StringComparison.Ordinal);
        }

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

    /// <summary>Counts what a directory names as never written out.</summary>
    public void CountUnknown(in PathEntry named) => _counts[(int)PathState.NotPulled] += named.Files;

    public StateCounts ToCounts() => new(
        _counts[(int)PathState.Modified], _counts[(int)PathState.Added], _counts[(int)PathState.Deleted],
        _counts[(int)PathState.Stale], _counts[(int)PathState.Conflict], _counts[(int)PathState.NotPulled]);

    private bool IsInScope(string path) => scope.Length == 0 || path == scope || path.StartsWith(scope + "/", StringComparison.Ordinal);

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
