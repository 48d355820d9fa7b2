using System.Buffers.Binary;
using System.IO.Hashing;

namespace DlStore.Archives;

/// <summary>
/// Writes a gzip file (RFC 1952) of stored blocks (RFC 1951, 3.2.4) of 65,535 bytes: what is written decides every byte of it. The stream
/// below stays open.
/// </summary>
internal sealed class StoredGzip
{
    private const int BlockMax = 65_535;

    // Deflate, no flags, no time, no extra flags, operating system 255 (unknown).
    private static readonly byte[] Header = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];
    private readonly Stream _target;
    private readonly Crc32 _crc = new();
    private readonly byte[] _block = new byte[BlockMax];
    private int _filled;
    private long _length;

    public StoredGzip(Stream target)
    {
        _target = target;
        target.Write(Header);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _crc.Append(bytes);
        _length += bytes.Length;
        while (!bytes.IsEmpty)
        {
            // A full block is kept back until more comes: the last one is marked.
            if (_filled == BlockMax)
            {
                WriteBlock(isLast: false);
            }

            int n = Math.Min(BlockMax - _filled, bytes.Length);
            bytes[..n].CopyTo(_block.AsSpan(_filled));
            _filled += n;
            bytes = bytes[n..];
        }
    }

    /// <summary>Writes zeros up to a multiple of a size, counted from the start.</summary>
    public void PadTo(int multiple)
    {
        int over = (int)(_length % multiple);
        if (over > 0)
        {
            Write(new byte[multiple - over]);
        }
    }

    /// <summary>Writes the last block and the end.</summary>
    public void Finish()
    {
        WriteBlock(isLast: true);
        Span<byte> end = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(end, _crc.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(end[4..], (uint)_length);
        _target.Write(end);
    }

    private void WriteBlock(bool isLast)
    {
        Span<byte> head = [(byte)(isLast ? 1 : 0), 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(head[1..], (ushort)_filled);
        BinaryPrimitives.WriteUInt16LittleEndian(head[3..], (ushort)~_filled);
        _target.Write(head);
        _target.Write(_block.AsSpan(0, _filled));
        _filled = 0;
    }
}
