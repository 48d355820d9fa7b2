using DlStore.Io;

namespace DlStore;

/// <summary>
/// The pointers of a work tree: those git's index knows and those that were written out here. Everything is sorted by path.
/// </summary>
public sealed record PointerListing
{
    /// <summary>Gets the pointers that can be read.</summary>
    public required IReadOnlyList<ManagedPath> Managed { get; init; }

    /// <summary>Gets the pointers that cannot.</summary>
    public required IReadOnlyList<UnreadablePointer> Unreadable { get; init; }

    /// <summary>Gets the pointers that git has not merged: those among <see cref="Unreadable"/> with two sides.</summary>
    public IReadOnlyList<PointerClash> Unmerged => [.. Unreadable.Select(static u => u.Clash).OfType<PointerClash>()];

    /// <summary>Gets the paths whose pointer is here and is not in git's index: nobody else will see it.</summary>
    public required IReadOnlyList<RelPath> Untracked { get; init; }

    /// <summary>
    /// Gets the paths whose pointer file git's index has and the work tree has not: deleted by hand. Files that a sparse checkout leaves
    /// out are not among them.
    /// </summary>
    public required IReadOnlyList<RelPath> Absent { get; init; }

    /// <summary>Gets the paths whose pointer file a sparse checkout leaves out.</summary>
    public required IReadOnlyList<RelPath> Sparse { get; init; }

    /// <summary>
    /// Gets the paths that were written out here and whose pointer is neither in the work tree nor in git's index: git has taken it away.
    /// </summary>
    public required IReadOnlyList<RelPath> Gone { get; init; }
}
