using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>Makes new trees out of pointer, base and disk. Nodes go to the sink; directories that stay as they are cost nothing.</summary>
/// <param name="read">Gives tree nodes.</param>
/// <param name="put">Takes new nodes.</param>
internal sealed class TreeMerge(Func<Oid, byte[]> read, TreeWriter.NodeSink put)
{
    /// <summary>
    /// The tree that <c>add</c> records: what is on disk, plus what the pointer names but was never written out here. A path that was
    /// written out and is gone from
    /// disk was deleted by the user.
    /// </summary>
    /// <param name="wasOut">The base, or an absent entry.</param>
    /// <param name="pointer">The pointer's tree, or an absent entry.</param>
    /// <param name="disk">The sealed scan; its nodes were put already.</param>
    /// <returns>The tree to point at.</returns>
    public TreeTotals Recorded(in PathEntry wasOut, in PathEntry pointer, DiskTree disk) =>
        MergeDirectory(wasOut, pointer, disk, disk.Find(""), 0).Totals;

    /// <summary>
    /// What the base becomes after a checkout that left some paths out: a path that is on disk as the pointer names it is out in that
    /// version; where the disk has
    /// something else, what was out before still was, or a file that is stale would be taken for the user's change and added back.
    /// </summary>
    /// <param name="wasOut">The base before.</param>
    /// <param name="pointer">A directory.</param>
    /// <param name="disk">The scan, sealed, after the checkout; null if nothing is there.</param>
    /// <param name="staysDeleted">Tells whether the user deleted a path and the checkout left it so: what was out there still was, or the
    /// deletion could not be recorded.</param>
    /// <returns>The tree.</returns>
    public TreeTotals Present(in PathEntry wasOut, in PathEntry pointer, DiskTree? disk, Func<string, bool> staysDeleted) =>
        PresentDirectory(wasOut, pointer, disk, "", staysDeleted, 0).Totals;

    /// <summary>A tree with one path replaced, added or removed; other paths keep their entries.</summary>
    /// <param name="root">The tree, or an absent entry.</param>
    /// <param name="path">Names joined by <c>/</c>, not empty.</param>
    /// <param name="entry">The new entry, or an absent one to remove the path.</param>
    /// <returns>The new tree.</returns>
    public TreeTotals Set(in PathEntry root, string path, in PathEntry entry)
    {
        int slash = path.IndexOf('/', StringComparison.Ordinal);
        byte[] first = System.Text.Encoding.UTF8.GetBytes(slash < 0 ? path : path[..slash]);
        PathEntry child = slash < 0 ? entry : Nested(Find(root, path[..slash]), path[(slash + 1)..], entry);
        TreeWriter writer = new(put);
        EntrySide? side = EntrySide.OfTree(read, root);
        bool done = false;
        for (; side is { HasCurrent: true }; side.Step())
        {
            int c = done ? 1 : side.Name.SequenceCompareTo(first);
            if (c >= 0 && !done)
            {
                done = true;
                AddIfPresent(writer, first, child);
            }

            if (c != 0)
            {
                AddIfPresent(writer, side.Name, side.Entry);
            }
        }

        if (!done)
        {
            AddIfPresent(writer, first, child);
        }

        return writer.Finish();
    }

    /// <summary>Finds a path in a tree.</summary>
    /// <param name="root">The tree, or an absent entry.</param>
    /// <param name="path">Names joined by <c>/</c>; empty for the root.</param>
    /// <returns>Its entry, or an absent one.</returns>
    public PathEntry Find(in PathEntry root, string path)
    {
        PathEntry at = root;
        foreach (string name in path.Length == 0 ? [] : path.Split('/'))
        {
            at = at.IsDirectory ? TreeLookup.Find(read, at.Oid, System.Text.Encoding.UTF8.GetBytes(name)) : default;
        }

        return at;
    }

    private PathEntry Nested(in PathEntry directory, string rest, in PathEntry entry)
    {
        TreeTotals totals = Set(directory.IsDirectory ? directory : default, rest, entry);
        return !entry.IsPresent && totals.Oid == EmptyTree ? default : PathEntry.OfDirectory(totals);
    }

    private static readonly Oid EmptyTree = new TreeWriter((_, _) => { }).Finish().Oid;

    private (TreeTotals Totals, bool Any) MergeDirectory(
        in PathEntry wasOut, in PathEntry pointer, DiskTree disk, DirListing? listing, int depth)
    {
        TreeNode.RequireDepth(depth, listing?.Path ?? disk.Root);
        TreeWriter writer = new(put);
        EntrySide? b = EntrySide.OfTree(read, wasOut);
        EntrySide? p = EntrySide.OfTree(read, pointer);
        EntrySide? d = EntrySide.OfDisk(listing);
        byte[] name = new byte[Io.EntryName.LengthMax];
        bool any = false;
        while (ThreeWay.TryNext(b, p, d, name, out int length))
        {
            ReadOnlySpan<byte> bytes = name.AsSpan(0, length);
            PathEntry eb = ThreeWay.Take(b, bytes);
            PathEntry ep = ThreeWay.Take(p, bytes);
            PathEntry ed = ThreeWay.Take(d, bytes);
            PathEntry entry = MergeEntry(eb, ep, ed, disk, listing is null ? "" : listing.Path, bytes, depth);
            any |= entry.IsPresent;
            AddIfPresent(writer, bytes, entry);
        }

        return (writer.Finish(), any);
    }

    private PathEntry MergeEntry(
        in PathEntry eb, in PathEntry ep, in PathEntry ed, DiskTree disk, string directory, ReadOnlySpan<byte> name, int depth)
    {
        if (ed.IsPresent)
        {
            if (!ed.IsDirectory || !ep.IsDirectory || ep.Oid == ed.Oid)
            {
                return ed;
            }

            DirListing? below = disk.Find(Join(directory, name));
            return PathEntry.OfDirectory(MergeDirectory(eb, ep, disk, below, depth + 1).Totals);
        }

        if (!ep.IsPresent || !eb.IsPresent)
        {
            return ep;
        }

        if (ep.IsDirectory != eb.IsDirectory)
        {
            // What was written out and is gone was of another kind; of what the pointer names now nothing was ever here.
            return ep;
        }

        if (!ep.IsDirectory)
        {
            return default;
        }

        (TreeTotals totals, bool any) = MergeDirectory(eb, ep, disk, null, depth + 1);
        return any ? PathEntry.OfDirectory(totals) : default;
    }

    private (TreeTotals Totals, bool Any) PresentDirectory(
        in PathEntry wasOut, in PathEntry pointer, DiskTree? disk, string path, Func<string, bool> staysDeleted, int depth)
    {
        TreeNode.RequireDepth(depth, path);
        TreeWriter writer = new(put);
        EntrySide? b = EntrySide.OfTree(read, wasOut);
        EntrySide? p = EntrySide.OfTree(read, pointer);
        EntrySide? d = EntrySide.OfDisk(disk?.Find(path));
        byte[] name = new byte[Io.EntryName.LengthMax];
        bool any = false;
        while (ThreeWay.TryNext(b, p, d, name, out int length))
        {
            ReadOnlySpan<byte> bytes = name.AsSpan(0, length);
            PathEntry eb = ThreeWay.Take(b, bytes);
            PathEntry ep = ThreeWay.Take(p, bytes);
            PathEntry ed = ThreeWay.Take(d, bytes);
            PathEntry entry = ep.IsPresent ? PresentEntry(eb, ep, ed, disk, Join(path, bytes), staysDeleted, depth) : default;
            any |= entry.IsPresent;
            AddIfPresent(writer, bytes, entry);
        }

        return (writer.Finish(), any);
    }

    private PathEntry PresentEntry(
        in PathEntry eb, in PathEntry ep, in PathEntry ed, DiskTree? disk, string path, Func<string, bool> staysDeleted, int depth)
    {
        if (ep.Same(ed) || (!ed.IsPresent && staysDeleted(path)))
        {
            return ep;
        }

        if (ep.IsDirectory && (ed.IsDirectory || (!ed.IsPresent && eb.IsDirectory)))
        {
            (TreeTotals totals, bool any) = PresentDirectory(eb, ep, disk, path, staysDeleted, depth + 1);
            return any || ed.IsDirectory ? PathEntry.OfDirectory(totals) : default;
        }

        return ed.IsPresent && !ed.IsDirectory ? eb.AsLeaf() : default;
    }

    /// <summary>Gives the path of a name in a directory; an empty directory is the top.</summary>
    internal static string Join(string directory, ReadOnlySpan<byte> name)
    {
        string text = System.Text.Encoding.UTF8.GetString(name);
        return directory.Length == 0 ? text : directory + "/" + text;
    }

    private static void AddIfPresent(TreeWriter writer, ReadOnlySpan<byte> name, in PathEntry entry)
    {
        if (entry.IsPresent)
        {
            writer.Add(name, entry.Mode, entry.Size, entry.Oid, entry.Files);
        }
    }
}
