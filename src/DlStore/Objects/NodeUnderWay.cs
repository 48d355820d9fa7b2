using System.Buffers.Binary;
using DlStore.Io;

namespace DlStore.Objects;

/// <summary>The node that a <see cref="TreeWriter"/> fills at one level: its entries so far, and their sums.</summary>
internal sealed class NodeUnderWay
{
    private byte[] _bytes = new byte[4096];
    private int _length = TreeNode.HeaderLength;

    public int Count { get; private set; }

    public long Entries { get; set; }

    public long Files { get; set; }

    public long Bytes { get; set; }

    public byte[] FirstName { get; } = new byte[EntryName.LengthMax];

    public int FirstNameLength { get; private set; }

    public byte[] LastName { get; } = new byte[EntryName.LengthMax];

    public int LastNameLength { get; private set; }

    public Span<byte> Reserve(int length, ReadOnlySpan<byte> name)
    {
        if (_length + length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + length));
        }

        if (Count++ == 0)
        {
            name.CopyTo(FirstName);
            FirstNameLength = name.Length;
        }

        name.CopyTo(LastName);
        LastNameLength = name.Length;
        Span<byte> room = _bytes.AsSpan(_length, length);
        _length += length;
        return room;
    }

    public ReadOnlySpan<byte> Close(int level)
    {
        "DLT1"u8.CopyTo(_bytes);
        _bytes[4] = (byte)level;
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(5), Count);
        return _bytes.AsSpan(0, _length);
    }

    public void Clear()
    {
        _length = TreeNode.HeaderLength;
        Count = 0;
        Entries = Files = Bytes = 0;
    }
}
