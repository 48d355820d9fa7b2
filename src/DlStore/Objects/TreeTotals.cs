namespace DlStore.Objects;

/// <summary>A finished tree: its root and what lies below.</summary>
/// <param name="Oid">The root node's oid.</param>
/// <param name="Size">Sum of all file sizes below, bytes.</param>
/// <param name="Files">Files and symlinks below.</param>
public readonly record struct TreeTotals(Oid Oid, long Size, long Files)
{
    /// <summary>Sums up a stored tree from its root node alone.</summary>
    /// <param name="read">Reads a node.</param>
    /// <param name="tree">The root.</param>
    internal static TreeTotals Of(Func<Oid, byte[]> read, Oid tree)
    {
        TreeCursor cursor = new(read, tree);
        long size = 0;
        long files = 0;
        while (cursor.Next())
        {
            size += cursor.Size;
            files += cursor.Mode == TreeMode.Directory ? cursor.Files : 1;
        }

        return new TreeTotals(tree, size, files);
    }
}
