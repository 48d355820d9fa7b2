using System.Text;
using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>
/// The part of a pointer's tree whose listings are here, as a tree of its own: what a pull writes when some listings are lost. Where one is
/// lacking, what was written out
/// before stands in for what it may name, so that nothing is taken for deleted.
/// </summary>
/// <param name="store">Where listings are.</param>
/// <param name="nodes">Takes the new nodes.</param>
internal sealed class WholePart(ObjectStore store, NodeBuffer nodes)
{
    /// <summary>Gets directories with a listing that is not here, or not whole; each ends in <c>/</c>.</summary>
    public List<string> Lacking { get; } = [];

    /// <summary>Gives the part.</summary>
    /// <param name="named">What the pointer names.</param>
    /// <param name="wasOut">What was last written out at that path, or an absent entry.</param>
    /// <param name="path">The path, for <see cref="Lacking"/>.</param>
    /// <returns>The same entry if all of it is here; absent if nothing is.</returns>
    public PathEntry Of(in PathEntry named, in PathEntry wasOut, string path) => Of(named, wasOut, path, 0);

    private PathEntry Of(in PathEntry named, in PathEntry wasOut, string path, int depth)
    {
        if (!named.IsDirectory)
        {
            return named;
        }

        TreeNode.RequireDepth(depth, path);
        SortedDictionary<byte[], PathEntry> entries = new(Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b)));
        bool isWhole = Read(named.Oid, int.MaxValue, entries);
        SortedDictionary<byte[], PathEntry> before = new(entries.Comparer);
        bool isKnown = !wasOut.IsDirectory || Read(wasOut.Oid, int.MaxValue, before);
        if (!isKnown)
        {
            throw ObjectStore.NotHere(wasOut.Oid);
        }

        if (!isWhole)
        {
            Lacking.Add(path + "/");
        }

        bool isSame = isWhole;
        SortedDictionary<byte[], PathEntry> part = new(entries.Comparer);
        foreach ((byte[] name, PathEntry entry) in entries)
        {
            PathEntry old = before.GetValueOrDefault(name);
            PathEntry below = Of(entry, old, $"{path}/{EntryName.Show(name)}", depth + 1);
            isSame &= below.Same(entry);
            part[name] = below;
        }

        foreach ((byte[] name, PathEntry entry) in isWhole ? [] : before)
        {
            part.TryAdd(name, entry);
        }

        return isSame ? named : part.Values.Any(e => e.IsPresent) ? PathEntry.OfDirectory(Write(part)) : wasOut;
    }

    /// <summary>Reads a directory's entries as far as they are here.</summary>
    /// <returns>False if a node is not.</returns>
    private bool Read(Oid oid, int levelAbove, SortedDictionary<byte[], PathEntry> entries)
    {
        if (store.Find(oid) is null)
        {
            return false;
        }

        TreeNode node = TreeNode.Open(store.Read(oid), oid);
        if (node.Level >= levelAbove)
        {
            throw new DlsException(ErrorKind.Corrupt, $"read tree node '{oid}': its level does not fall");
        }

        bool whole = true;
        int level = node.Level;
        while (node.Next())
        {
            if (level > 0)
            {
                whole &= Read(node.Oid, level, entries);
            }
            else if (!entries.TryAdd(
                node.Name.ToArray(), new PathEntry(node.Mode, node.Oid, node.Size, node.Mode == TreeMode.Directory ? node.Files : 1)))
            {
                throw new DlsException(ErrorKind.Corrupt, $"read tree node '{oid}': it names '{Encoding.UTF8.GetString(node.Name)}' twice");
            }
        }

        return whole;
    }

    private TreeTotals Write(SortedDictionary<byte[], PathEntry> part)
    {
        TreeWriter writer = new(nodes.Put);
        foreach ((byte[] name, PathEntry entry) in part)
        {
            if (entry.IsPresent)
            {
                writer.Add(name, entry.Mode, entry.Size, entry.Oid, entry.Files);
            }
        }

        return writer.Finish();
    }
}
