using System.Buffers.Binary;

namespace DlStore.Io;

/// <summary>
/// Reads the names of one directory into a single byte array, sorted bytewise: no object per name. Reusable; not thread safe.
/// </summary>
internal sealed unsafe class DirectoryReader
{
    private const int RecordHeader = 19;
    private readonly byte[] _records = new byte[64 * 1024];
    private byte[] _names = new byte[16 * 1024];
    private int _namesLength;
    private Name[] _entries = new Name[256];

    /// <summary>One name: its bytes, what readdir said it is, and its first bytes for sorting.</summary>
    public readonly struct Name(ulong head, int offset, ushort length, byte type)
    {
        public readonly ulong Head = head;
        public readonly int Offset = offset;
        public readonly ushort Length = length;
        public readonly byte Type = type;
    }

    public int Count { get; private set; }

    public ReadOnlySpan<byte> NameOf(int i) => _names.AsSpan(_entries[i].Offset, _entries[i].Length);

    public bool IsDirectory(int i) => _entries[i].Type == 4;

    public int NamesLength => _namesLength;

    /// <summary>Tells whether a name of ASCII is there and not that of a directory.</summary>
    public bool Has(string name)
    {
        Span<byte> bytes = stackalloc byte[name.Length];
        _ = System.Text.Encoding.ASCII.GetBytes(name, bytes);
        for (int i = 0; i < Count; i++)
        {
            if (NameOf(i).SequenceEqual(bytes))
            {
                return !IsDirectory(i);
            }
        }

        return false;
    }

    /// <summary>Reads an open directory to its end.</summary>
    public void Read(int fd, string path)
    {
        Count = 0;
        _namesLength = 0;
        while (true)
        {
            nint n;
            fixed (byte* p = _records)
            {
                n = Posix.GetDents64(fd, p, _records.Length);
            }

            if (n < 0)
            {
                throw Sys.Error("list directory", path);
            }

            if (n == 0)
            {
                break;
            }

            TakeRecords(_records.AsSpan(0, (int)n));
        }

        byte[] names = _names;
        _entries.AsSpan(0, Count).Sort((a, b) =>
        {
            int c = a.Head.CompareTo(b.Head);
            return c != 0 ? c : names.AsSpan(a.Offset, a.Length).SequenceCompareTo(names.AsSpan(b.Offset, b.Length));
        });
    }

    private void TakeRecords(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(records[16..]);
            ReadOnlySpan<byte> name = records[RecordHeader..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                Take(name, records[18]);
            }

            records = records[length..];
        }
    }

    private void Take(ReadOnlySpan<byte> name, byte type)
    {
        if (_namesLength + name.Length > _names.Length)
        {
            Array.Resize(ref _names, _names.Length * 2);
        }

        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        name.CopyTo(_names.AsSpan(_namesLength));
        Span<byte> head = stackalloc byte[8];
        head.Clear();
        name[..Math.Min(8, name.Length)].CopyTo(head);
        _entries[Count++] = new Name(BinaryPrimitives.ReadUInt64BigEndian(head), _namesLength, (ushort)name.Length, type);
        _namesLength += name.Length;
    }
}
