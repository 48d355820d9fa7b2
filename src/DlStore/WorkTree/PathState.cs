namespace DlStore.WorkTree;

/// <summary>How a path on disk relates to what its pointer names and to what was last written out there.</summary>
public enum PathState
{
    /// <summary>Nothing to say.</summary>
    Clean,
    /// <summary>On disk with other bytes than the pointer names; the user's change.</summary>
    Modified,
    /// <summary>On disk, not in the pointer, never written out by dls.</summary>
    Added,
    /// <summary>Was written out here and is gone from disk.</summary>
    Deleted,
    /// <summary>On disk as it was written out, but the pointer has moved on: checkout brings it up to date.</summary>
    Stale,
    /// <summary>The pointer has moved on and the disk was changed too.</summary>
    Conflict,
    /// <summary>Named by the pointer, never written out here.</summary>
    NotPulled,
}

/// <summary>The one rule by which status, add and checkout sort a path (docs/design.md, "Base").</summary>
internal static class PathStates
{
    public static PathState Of(in PathEntry wasOut, in PathEntry pointer, in PathEntry disk)
    {
        if (pointer.Same(disk))
        {
            return PathState.Clean;
        }

        if (!disk.IsPresent)
        {
            return !wasOut.IsPresent ? PathState.NotPulled : wasOut.Same(pointer) ? PathState.Deleted : PathState.Conflict;
        }

        if (!wasOut.IsPresent)
        {
            return pointer.IsPresent ? PathState.Modified : PathState.Added;
        }

        return disk.Same(wasOut) ? PathState.Stale : wasOut.Same(pointer) ? PathState.Modified : PathState.Conflict;
    }
}
