using DlStore.Objects;

namespace DlStore.WorkTree.Merges;

/// <summary>Merges what three sides have at one path, where none of them has to be gone into.</summary>
internal static class LeafMerge
{
    /// <summary>
    /// Merges three entries. Bytes and mode of a file are two facts: one side may change the one and the other side the other. What is
    /// not a file on all three sides counts as a whole.
    /// </summary>
    /// <param name="before">What both started from, or absent.</param>
    /// <param name="ours">This side.</param>
    /// <param name="theirs">The other side.</param>
    /// <param name="merged">What the path comes to; this side's if they clash.</param>
    /// <returns>False if they clash.</returns>
    public static bool TryMerge(in PathEntry before, in PathEntry ours, in PathEntry theirs, out PathEntry merged)
    {
        merged = ours;
        if (ours.Same(theirs) || theirs.Same(before))
        {
            return true;
        }

        if (ours.Same(before))
        {
            merged = theirs;
            return true;
        }

        bool isClash = !IsFile(before) || !IsFile(ours) || !IsFile(theirs)
            || (ours.Oid != before.Oid && theirs.Oid != before.Oid && ours.Oid != theirs.Oid);
        if (isClash)
        {
            return false;
        }

        PathEntry content = ours.Oid == before.Oid ? theirs : ours;
        merged = content with { Mode = ours.Mode == before.Mode ? theirs.Mode : ours.Mode };
        return true;
    }

    private static bool IsFile(in PathEntry entry) => entry.Mode is TreeMode.File or TreeMode.Executable;
}
