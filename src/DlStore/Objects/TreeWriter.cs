using System.Buffers.Binary;
using System.Security.Cryptography;
using DlStore.Io;

namespace DlStore.Objects;

/// <summary>
/// Makes the nodes of one directory's tree from its entries in name order, and hands each finished node on. The cuts depend on the names
/// alone (docs/formats/tree-node.md), so equal content has equal oids whatever its history. Reusable after <see cref="Finish"/>; not
/// thread safe.
/// </summary>
/// <param name="put">Takes each finished node: its oid and bytes, valid only during the call. Children come before their parents.</param>
public sealed class TreeWriter(TreeWriter.NodeSink put)
{
    private readonly List<NodeUnderWay> _levels = [new()];
    private readonly byte[] _hash = new byte[Oid.Length];

    /// <summary>Takes a finished node.</summary>
    /// <param name="oid">The node's oid.</param>
    /// <param name="node">Its bytes; valid only during the call.</param>
    public delegate void NodeSink(Oid oid, ReadOnlySpan<byte> node);

    /// <summary>Adds the next entry.</summary>
    /// <param name="name">1 to 255 bytes, greater than the last name, checked by <see cref="EntryName"/>.</param>
    /// <param name="mode">Its mode.</param>
    /// <param name="size">Bytes; for a directory the sum below.</param>
    /// <param name="oid">Blob or directory root.</param>
    /// <param name="files">For a directory the files below, else ignored.</param>
    public void Add(ReadOnlySpan<byte> name, TreeMode mode, long size, Oid oid, long files)
    {
        NodeUnderWay leaf = _levels[0];
        if (leaf.Count > 0 && leaf.LastName.AsSpan(0, leaf.LastNameLength).SequenceCompareTo(name) >= 0)
        {
            throw new InvalidOperationException($"tree entry '{EntryName.Show(name)}' is out of order");
        }

        SHA256.HashData(name, _hash);
        if (leaf.Count > 0 && (_hash[0] == 0 || leaf.Count == TreeNode.EntriesMax))
        {
            Cut(0);
        }

        bool isDirectory = mode == TreeMode.Directory;
        int fixedLength = isDirectory ? TreeNode.LeafFixed + 8 : TreeNode.LeafFixed;
        Span<byte> b = leaf.Reserve(fixedLength + name.Length, name);
        b[0] = (byte)mode;
        BinaryPrimitives.WriteInt64BigEndian(b[1..], size);
        oid.CopyTo(b[9..]);
        if (isDirectory)
        {
            BinaryPrimitives.WriteInt64BigEndian(b[41..], files);
        }

        WriteName(b, fixedLength, name);
        leaf.Entries++;
        leaf.Files += isDirectory ? files : 1;
        leaf.Bytes += size;
    }

    /// <summary>Ends the directory and starts anew.</summary>
    /// <returns>The root and its totals.</returns>
    public TreeTotals Finish()
    {
        for (int i = 0; ; i++)
        {
            NodeUnderWay level = _levels[i];
            bool isTop = i == _levels.Count - 1 || _levels[i + 1].Count == 0;
            if (isTop)
            {
                TreeTotals totals = new(Emit(i), level.Bytes, level.Files);
                level.Clear();
                return totals;
            }

            Cut(i);
        }
    }

    /// <summary>Ends the node under way at a level and adds it to the level above.</summary>
    private void Cut(int index)
    {
        NodeUnderWay level = _levels[index];
        Oid oid = Emit(index);
        if (_levels.Count == index + 1)
        {
            _levels.Add(new NodeUnderWay());
        }

        NodeUnderWay above = _levels[index + 1];
        ReadOnlySpan<byte> first = level.FirstName.AsSpan(0, level.FirstNameLength);
        Span<byte> hash = stackalloc byte[Oid.Length];
        SHA256.HashData(first, hash);
        if (above.Count > 0 && (hash[index + 1] == 0 || above.Count == TreeNode.EntriesMax))
        {
            Cut(index + 1);
        }

        Span<byte> b = above.Reserve(TreeNode.BranchFixed + first.Length, first);
        oid.CopyTo(b);
        BinaryPrimitives.WriteInt64BigEndian(b[32..], level.Entries);
        BinaryPrimitives.WriteInt64BigEndian(b[40..], level.Files);
        BinaryPrimitives.WriteInt64BigEndian(b[48..], level.Bytes);
        WriteName(b, TreeNode.BranchFixed, first);
        above.Entries += level.Entries;
        above.Files += level.Files;
        above.Bytes += level.Bytes;
        level.Clear();
    }

    private Oid Emit(int index)
    {
        ReadOnlySpan<byte> node = _levels[index].Close(index);
        Oid oid = Oid.Of(node);
        put(oid, node);
        return oid;
    }

    private static void WriteName(Span<byte> b, int fixedLength, ReadOnlySpan<byte> name)
    {
        BinaryPrimitives.WriteUInt16BigEndian(b[(fixedLength - 2)..], (ushort)name.Length);
        name.CopyTo(b[fixedLength..]);
    }
}
