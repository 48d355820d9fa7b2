using DlStore.Objects;

namespace DlStore.WorkTree.Merges;

/// <summary>
/// Walks base, ours and theirs in step and finds what the three-way rule alone does not decide. Where two sides have the same tree nothing
/// below it is read. Writes nothing.
/// </summary>
/// <param name="read">Gives tree nodes.</param>
internal sealed class MergeWalk(Func<Oid, byte[]> read)
{
    /// <summary>Gets the paths where the sides clash, before renames are followed; by path.</summary>
    public List<MergeClash> Clashes { get; } = [];

    /// <summary>Gets the files that both sides have no more under the name they had: deleted, or renamed.</summary>
    public List<(string Path, PathEntry Entry)> Gone { get; } = [];

    public void Walk(in PathEntry before, in PathEntry ours, in PathEntry theirs) => Walk("", before, ours, theirs, 0);

    private void Walk(string path, in PathEntry before, in PathEntry ours, in PathEntry theirs, int depth)
    {
        TreeNode.RequireDepth(depth, path);
        if (ours.Same(theirs))
        {
            if (!ours.IsPresent)
            {
                TakeGone(path, before, depth);
            }

            return;
        }

        if (ours.Same(before) || theirs.Same(before))
        {
            return;
        }

        if (ours.IsPresent && theirs.IsPresent && ours.IsDirectory != theirs.IsDirectory)
        {
            Clashes.Add(MergeClash.Of(path, before, ours, theirs));
        }
        else if (ours.IsDirectory || theirs.IsDirectory)
        {
            WalkNames(path, before, ours, theirs, depth);
        }
        else if (!LeafMerge.TryMerge(before.AsLeaf(), ours, theirs, out _))
        {
            Clashes.Add(MergeClash.Of(path, before.AsLeaf(), ours, theirs));
        }
    }

    private void WalkNames(string path, in PathEntry before, in PathEntry ours, in PathEntry theirs, int depth)
    {
        EntrySide? b = EntrySide.OfTree(read, before);
        EntrySide? o = EntrySide.OfTree(read, ours);
        EntrySide? t = EntrySide.OfTree(read, theirs);
        byte[] name = new byte[Io.EntryName.LengthMax];
        while (ThreeWay.TryNext(b, o, t, name, out int length))
        {
            ReadOnlySpan<byte> bytes = name.AsSpan(0, length);
            PathEntry eb = ThreeWay.Take(b, bytes);
            PathEntry eo = ThreeWay.Take(o, bytes);
            PathEntry et = ThreeWay.Take(t, bytes);
            if (!eo.Same(et) || !eo.IsPresent)
            {
                Walk(TreeMerge.Join(path, bytes), eb, eo, et, depth + 1);
            }
        }
    }

    private void TakeGone(string path, in PathEntry before, int depth)
    {
        TreeNode.RequireDepth(depth, path);
        if (!before.IsDirectory)
        {
            Gone.Add((path, before));
            return;
        }

        for (EntrySide side = EntrySide.OfTree(read, before)!; side.HasCurrent; side.Step())
        {
            TakeGone(TreeMerge.Join(path, side.Name), side.Entry, depth + 1);
        }
    }
}
