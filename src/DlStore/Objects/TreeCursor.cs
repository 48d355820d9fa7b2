namespace DlStore.Objects;

/// <summary>
/// Reads one directory's entries in name order, across however many nodes it has. Holds one node per level in memory. Nodes are asked for
/// as they are
/// reached, so a missing node is found only when its names are needed.
/// </summary>
/// <param name="read">Gives a node's bytes, already checked against its oid; throws DlsException (Missing, Corrupt).</param>
/// <param name="root">The tree's root node.</param>
public sealed class TreeCursor(Func<Oid, byte[]> read, Oid root)
{
    private readonly Stack<Frame> _stack = new();
    private byte[] _leaf = [];
    private int _at;
    private int _left;
    private bool _opened;
    private int _nameAt;
    private int _nameLength;

    /// <summary>Gets the current entry's mode.</summary>
    public TreeMode Mode { get; private set; }

    /// <summary>Gets the current entry's size in bytes.</summary>
    public long Size { get; private set; }

    /// <summary>Gets the current entry's oid.</summary>
    public Oid Oid { get; private set; }

    /// <summary>Gets the files and symlinks at or below the current entry.</summary>
    public long Files { get; private set; }

    /// <summary>Gets the current entry's name; valid until the next step.</summary>
    public ReadOnlySpan<byte> Name => _leaf.AsSpan(_nameAt, _nameLength);

    /// <summary>Steps to the next entry.</summary>
    /// <returns>False after the last one.</returns>
    public bool Next()
    {
        if (!_opened)
        {
            _opened = true;
            Descend(root, int.MaxValue);
        }

        while (_left == 0)
        {
            if (!_stack.TryPeek(out Frame? frame))
            {
                return false;
            }

            if (frame.Next == frame.Children.Count)
            {
                _stack.Pop();
                continue;
            }

            Descend(frame.Children[frame.Next++], frame.Level);
        }

        ReadOnlySpan<byte> b = _leaf.AsSpan(_at);
        Mode = (TreeMode)b[0];
        Size = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(b[1..]);
        Oid = new Oid(b[9..]);
        bool isDirectory = Mode == TreeMode.Directory;
        Files = isDirectory ? System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(b[41..]) : 1;
        int fixedLength = isDirectory ? TreeNode.LeafFixed + 8 : TreeNode.LeafFixed;
        _nameLength = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(b[(fixedLength - 2)..]);
        _nameAt = _at + fixedLength;
        _at = _nameAt + _nameLength;
        _left--;
        return true;
    }

    /// <summary>Goes down to the leaf that holds the first name below a node. Levels must fall, so a hostile cycle ends.</summary>
    private void Descend(Oid oid, int levelAbove)
    {
        byte[] bytes = read(oid);
        TreeNode node = TreeNode.Open(bytes, oid);
        if (node.Level >= levelAbove)
        {
            throw new DlsException(ErrorKind.Corrupt, $"read tree node '{oid}': its level does not fall");
        }

        if (node.Level == 0)
        {
            // Without this a few nodes that name each other a thousand times over could be walked for ever.
            if (levelAbove != int.MaxValue && !Follows(node))
            {
                throw new DlsException(ErrorKind.Corrupt, $"read tree node '{oid}': its names do not follow those of the node before it");
            }

            _leaf = bytes;
            _at = TreeNode.HeaderLength;
            _left = node.Count;
            return;
        }

        Frame frame = new(node.Level);
        while (node.Next())
        {
            frame.Children.Add(node.Oid);
        }

        _stack.Push(frame);
    }

    private bool Follows(TreeNode leaf) => leaf.Next() && (_nameLength == 0 || leaf.Name.SequenceCompareTo(Name) > 0);

    private sealed class Frame(int level)
    {
        public int Level => level;

        public int Next { get; set; }

        public List<Oid> Children { get; } = [];
    }
}
