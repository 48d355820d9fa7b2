using DlStore.Objects;

namespace DlStore.WorkTree.Merges;

/// <summary>
/// Writes the tree that three sides come to. Directories in which nothing is decided, and that two sides have alike, are taken as they are.
/// </summary>
internal sealed class MergedTree
{
    private static readonly Oid Empty = new TreeWriter(static (_, _) => { }).Finish().Oid;
    private readonly Func<Oid, byte[]> _read;
    private readonly TreeWriter.NodeSink _put;
    private readonly Dictionary<string, PathEntry> _decided;

    /// <summary>The directories in which something is decided.</summary>
    private readonly HashSet<string> _above = new(StringComparer.Ordinal);

    /// <summary>Initializes a new instance of the <see cref="MergedTree"/> class.</summary>
    /// <param name="read">Gives tree nodes.</param>
    /// <param name="put">Takes new nodes.</param>
    /// <param name="decided">What certain paths come to, whatever the sides have; none lies below another one that is present.</param>
    public MergedTree(Func<Oid, byte[]> read, TreeWriter.NodeSink put, Dictionary<string, PathEntry> decided)
    {
        _read = read;
        _put = put;
        _decided = decided;
        foreach (string path in decided.Keys.Where(static p => p.Length > 0))
        {
            string at = path;
            do
            {
                at = at.LastIndexOf('/') is var slash and > 0 ? at[..slash] : "";
            }
            while (_above.Add(at) && at.Length > 0);
        }
    }

    public PathEntry Write(in PathEntry before, in PathEntry ours, in PathEntry theirs) => Merge("", before, ours, theirs, 0);

    private PathEntry Merge(string path, in PathEntry before, in PathEntry ours, in PathEntry theirs, int depth)
    {
        TreeNode.RequireDepth(depth, path);
        if (_decided.TryGetValue(path, out PathEntry decided))
        {
            return decided;
        }

        bool isAbove = _above.Contains(path);
        if (!isAbove && LeafMerge.TryMerge(before, ours, theirs, out PathEntry merged))
        {
            return merged;
        }

        // What clashes is decided, so here are directories, or a base that is one.
        if (ours.IsDirectory || theirs.IsDirectory || (isAbove && before.IsDirectory))
        {
            return MergeNames(path, before, ours, theirs, depth);
        }

        _ = LeafMerge.TryMerge(before.AsLeaf(), ours, theirs, out merged);
        return merged;
    }

    private PathEntry MergeNames(string path, in PathEntry before, in PathEntry ours, in PathEntry theirs, int depth)
    {
        TreeWriter writer = new(_put);
        EntrySide? b = EntrySide.OfTree(_read, before);
        EntrySide? o = EntrySide.OfTree(_read, ours);
        EntrySide? t = EntrySide.OfTree(_read, theirs);
        byte[] name = new byte[Io.EntryName.LengthMax];
        bool any = false;
        while (ThreeWay.TryNext(b, o, t, name, out int length))
        {
            ReadOnlySpan<byte> bytes = name.AsSpan(0, length);
            PathEntry eb = ThreeWay.Take(b, bytes);
            PathEntry eo = ThreeWay.Take(o, bytes);
            PathEntry et = ThreeWay.Take(t, bytes);
            PathEntry entry = Merge(TreeMerge.Join(path, bytes), eb, eo, et, depth + 1);
            if (entry.IsPresent)
            {
                any = true;
                writer.Add(bytes, entry.Mode, entry.Size, entry.Oid, entry.Files);
            }
        }

        // A directory that lost all its files is gone, as after `dls rm`; one that a side keeps empty on purpose stays.
        return any || path.Length == 0 || IsEmpty(ours) || IsEmpty(theirs) ? PathEntry.OfDirectory(writer.Finish()) : default;
    }

    private static bool IsEmpty(in PathEntry entry) => entry.IsDirectory && entry.Oid == Empty;
}
