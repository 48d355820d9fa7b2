namespace DlStore.Objects;

/// <summary>
/// Walks everything below a tree: nodes and blobs, each node once. Given a tree whose closure is known to be where it is needed, it goes
/// down only where the two differ, so its cost follows the change and not the size.
/// </summary>
/// <param name="read">Gives a node's bytes, or null if it is not here.</param>
public sealed class TreeClosure(Func<Oid, byte[]?> read)
{
    private const int DepthMax = TreeNode.DepthMax * (TreeNode.LevelMax + 1);
    private readonly HashSet<Oid> _seen = [];

    /// <summary>Gets or sets who is told of each node that is here.</summary>
    public Action<Oid>? Node { get; set; }

    /// <summary>Gets or sets who is told of each blob (oid, size in bytes); a blob may come more than once.</summary>
    public Action<Oid, long>? Blob { get; set; }

    /// <summary>Gets or sets who is told of each node that is not here; what lies below it stays unknown.</summary>
    public Action<Oid>? MissingNode { get; set; }

    /// <summary>Walks a tree.</summary>
    /// <param name="root">Its root node.</param>
    /// <param name="proven">Root of a tree whose closure need not be reported, or null.</param>
    public void Walk(Oid root, Oid? proven) => WalkNode(root, proven, 0, int.MaxValue);

    private void WalkNode(Oid oid, Oid? proven, int depth, int levelAbove)
    {
        if (oid == proven || !_seen.Add(oid))
        {
            return;
        }

        if (depth > DepthMax)
        {
            throw new DlsException(ErrorKind.Corrupt, $"walk tree '{oid}': it is nested too deep");
        }

        byte[]? bytes = read(oid);
        if (bytes is null)
        {
            MissingNode?.Invoke(oid);
            return;
        }

        Node?.Invoke(oid);
        TreeNode node = TreeNode.Open(bytes, oid);
        if (node.Level >= levelAbove)
        {
            throw new DlsException(ErrorKind.Corrupt, $"read tree node '{oid}': its level does not fall");
        }

        WalkEntries(ref node, ReadProven(proven, node.Level, out Oid? above), above, depth);
    }

    private void WalkEntries(ref TreeNode node, List<Entry> old, Oid? above, int depth)
    {
        int at = 0;
        while (node.Next())
        {
            while (at < old.Count && old[at].Name.AsSpan().SequenceCompareTo(node.Name) < 0)
            {
                at++;
            }

            bool same = at < old.Count && old[at].Name.AsSpan().SequenceEqual(node.Name);
            if (node.Level > 0)
            {
                Oid? match = above ?? (same ? old[at].Oid : at > 0 ? old[at - 1].Oid : null);
                WalkNode(node.Oid, match, depth + 1, node.Level);
            }
            else if (node.Mode == TreeMode.Directory)
            {
                WalkNode(node.Oid, same ? old[at].Oid : null, depth + 1, int.MaxValue);
            }
            else if (!same || old[at].Oid != node.Oid)
            {
                Blob?.Invoke(node.Oid, node.Size);
            }
        }
    }

    /// <summary>
    /// Reads the entries of the proven node if it is on the same level; a lower one is handed on as <paramref name="above"/>.
    /// </summary>
    private List<Entry> ReadProven(Oid? proven, int level, out Oid? above)
    {
        above = null;
        List<Entry> entries = [];
        if (proven is not { } oid || read(oid) is not { } bytes)
        {
            return entries;
        }

        TreeNode node = TreeNode.Open(bytes, oid);
        if (node.Level != level)
        {
            above = node.Level < level ? oid : null;
            return entries;
        }

        while (node.Next())
        {
            entries.Add(new Entry(node.Name.ToArray(), node.Oid));
        }

        return entries;
    }

    private readonly record struct Entry(byte[] Name, Oid Oid);
}
