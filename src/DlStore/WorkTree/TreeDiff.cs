using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>One difference between two trees.</summary>
/// <param name="Path">Names joined by <c>/</c>, from the top of the work tree.</param>
/// <param name="Kind">How it differs.</param>
/// <param name="OldSize">Bytes before; 0 for an added path.</param>
/// <param name="NewSize">Bytes after; 0 for a removed path.</param>
/// <param name="From">For a rename, the old path.</param>
public sealed record DiffLine(string Path, DiffKind Kind, long OldSize, long NewSize, string? From);

/// <summary>
/// Compares trees by their nodes alone: equal subtrees are passed over, no file is read. A removed and an added path with the same bytes
/// are one rename.
/// </summary>
internal sealed class TreeDiff(Func<Oid, byte[]> read) : ThreeWayVisitor
{
    private readonly List<(string Path, PathEntry Entry)> _removed = [];
    private readonly List<(string Path, PathEntry Entry)> _added = [];
    private readonly List<DiffLine> _lines = [];
    private string _prefix = "";

    /// <summary>Compares what one managed path named with what it names; either may be absent.</summary>
    public void Compare(string prefix, in PathEntry before, in PathEntry after)
    {
        if (before.Same(after))
        {
            return;
        }

        _prefix = prefix;
        if (!before.AsLeaf().Same(after.AsLeaf()))
        {
            Take("", before.AsLeaf(), after.AsLeaf());
        }

        Walk(read, before, after, Take);
    }

    /// <summary>Compares with another comparison's nodes and takes its lines in, before renames are paired.</summary>
    public void TakeAll(TreeDiff other, string prefix, in PathEntry before, in PathEntry after)
    {
        other.Compare(prefix, before, after);
        _added.AddRange(other._added);
        _removed.AddRange(other._removed);
        _lines.AddRange(other._lines);
    }

    /// <summary>Compares a managed path's tree with a scanned directory.</summary>
    public void CompareDisk(string prefix, in PathEntry before, DiskTree? disk)
    {
        _prefix = prefix;
        new ThreeWay(read, disk).Walk(default, before, this);
    }

    public override void Visit(string path, in PathEntry wasOut, in PathEntry pointer, in PathEntry disk) => Take(path, pointer, disk);

    public void Take(string path, in PathEntry before, in PathEntry after)
    {
        string full = path.Length == 0 ? _prefix : $"{_prefix}/{path}";
        if (!before.IsPresent)
        {
            _added.Add((full, after));
        }
        else if (!after.IsPresent)
        {
            _removed.Add((full, before));
        }
        else
        {
            _lines.Add(new DiffLine(full, before.Oid == after.Oid ? DiffKind.Mode : DiffKind.Changed, before.Size, after.Size, null));
        }
    }

    /// <summary>Pairs renames and gives all lines sorted by path.</summary>
    public IReadOnlyList<DiffLine> Finish()
    {
        Dictionary<Oid, Queue<(string Path, PathEntry Entry)>> gone = [];
        foreach ((string path, PathEntry entry) in _removed)
        {
            if (!gone.TryGetValue(entry.Oid, out Queue<(string Path, PathEntry Entry)>? queue))
            {
                gone[entry.Oid] = queue = new();
            }

            queue.Enqueue((path, entry));
        }

        foreach ((string path, PathEntry entry) in _added)
        {
            bool isRename = gone.TryGetValue(entry.Oid, out Queue<(string Path, PathEntry Entry)>? queue)
                && queue.Count > 0 && entry.Size > 0;
            _lines.Add(isRename ? new DiffLine(path, DiffKind.Renamed, entry.Size, entry.Size, queue!.Dequeue().Path)
                : new DiffLine(path, DiffKind.Added, 0, entry.Size, null));
        }

        _lines.AddRange(gone.Values.SelectMany(q => q).Select(r => new DiffLine(r.Path, DiffKind.Removed, r.Entry.Size, 0, null)));
        return [.. _lines.OrderBy(l => l.Path, StringComparer.Ordinal)];
    }

    /// <summary>Walks the directories of two entries in step, and passes over what is equal in both.</summary>
    /// <param name="read">Gives tree nodes.</param>
    /// <param name="before">The one; what is no directory counts as none.</param>
    /// <param name="after">The other.</param>
    /// <param name="take">Told each path below where they differ, directories left out: a leaf or nothing on either side.</param>
    public static void Walk(Func<Oid, byte[]> read, in PathEntry before, in PathEntry after, LeafSink take) => Walk(
        read, "", before.IsDirectory ? before : default, after.IsDirectory ? after : default, take, 0);

    private static void Walk(Func<Oid, byte[]> read, string path, in PathEntry before, in PathEntry after, LeafSink take, int depth)
    {
        TreeNode.RequireDepth(depth, path);
        EntrySide? a = EntrySide.OfTree(read, before);
        EntrySide? b = EntrySide.OfTree(read, after);
        byte[] name = new byte[Io.EntryName.LengthMax];
        while (ThreeWay.TryNext(a, b, null, name, out int length))
        {
            PathEntry ea = ThreeWay.Take(a, name.AsSpan(0, length));
            PathEntry eb = ThreeWay.Take(b, name.AsSpan(0, length));
            if (ea.Same(eb))
            {
                continue;
            }

            string child = TreeMerge.Join(path, name.AsSpan(0, length));
            if (!ea.AsLeaf().Same(eb.AsLeaf()))
            {
                take(child, ea.AsLeaf(), eb.AsLeaf());
            }

            if (ea.IsDirectory || eb.IsDirectory)
            {
                Walk(read, child, ea.IsDirectory ? ea : default, eb.IsDirectory ? eb : default, take, depth + 1);
            }
        }
    }

    /// <summary>Takes a path at which two trees differ.</summary>
    public delegate void LeafSink(string path, in PathEntry before, in PathEntry after);
}
