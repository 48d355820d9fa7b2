using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>What one side (base, pointer or disk) has at a path.</summary>
/// <param name="Mode">None if the path is absent there.</param>
/// <param name="Oid">Blob, or root of a directory's tree.</param>
/// <param name="Size">Bytes at or below.</param>
/// <param name="Files">Files and symlinks at or below.</param>
public readonly record struct PathEntry(TreeMode Mode, Oid Oid, long Size, long Files)
{
    /// <summary>Gets a value indicating whether the path is there.</summary>
    public bool IsPresent => Mode != TreeMode.None;

    /// <summary>Gets a value indicating whether it is a directory.</summary>
    public bool IsDirectory => Mode == TreeMode.Directory;

    /// <summary>Gives what a pointer names as an entry.</summary>
    /// <param name="pointer">The pointer, or null.</param>
    /// <returns>Absent for null.</returns>
    public static PathEntry Of(Pointer? pointer) => pointer is null ? default : new PathEntry(
        pointer.Kind == ObjectKind.Tree ? TreeMode.Directory : pointer.Exec
            ? TreeMode.Executable : TreeMode.File, pointer.Oid, pointer.Size, pointer.Kind == ObjectKind.Tree ? pointer.Files : 1);

    /// <summary>Gives a finished tree as an entry.</summary>
    /// <param name="totals">The tree.</param>
    /// <returns>A directory.</returns>
    public static PathEntry OfDirectory(TreeTotals totals) => new(TreeMode.Directory, totals.Oid, totals.Size, totals.Files);

    /// <summary>Tells whether both sides have the same thing: same bytes and same kind, or both nothing.</summary>
    /// <param name="other">Another side's entry at the same path.</param>
    /// <returns>True if a checkout from one to the other would change nothing.</returns>
    public bool Same(in PathEntry other) => Mode == other.Mode && Oid == other.Oid;

    /// <summary>Gives this entry if it is not a directory, else nothing.</summary>
    /// <returns>A leaf or an absent entry.</returns>
    public PathEntry AsLeaf() => IsDirectory ? default : this;
}
