namespace DlStore.Objects;

/// <summary>A finished tree: its root and what lies below.</summary>
/// <param name="Oid">The root node's oid.</param>
/// <param name="Size">Sum of all file sizes below, bytes.</param>
/// <param name="Files">Files and symlinks below.</param>
public readonly record struct TreeTotals(Oid Oid, long Size, long Files);
