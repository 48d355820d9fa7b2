using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace DlStore.Remotes.Sftp;

/// <summary>
/// One packet to the server, laid out as it goes out; the connection fills in length and id. Dispose it after it was sent.
/// </summary>
internal sealed class SftpRequest : IDisposable
{
    /// <summary>Bytes before a request's own fields: length, type, id.</summary>
    public const int HeaderLength = 9;

    private byte[] _bytes;
    private int _length = HeaderLength;

    public SftpRequest(SftpCode code, int roomFor = 512)
    {
        _bytes = ArrayPool<byte>.Shared.Rent(HeaderLength + roomFor);
        _bytes[4] = (byte)code;
    }

    /// <summary>Gives a request with the name of an extension.</summary>
    public static SftpRequest Extended(string name) => new SftpRequest(SftpCode.Extended).Text(name);

    public SftpRequest Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    /// <summary>Adds a string: its length and its bytes.</summary>
    public SftpRequest Bytes(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        bytes.CopyTo(Room(bytes.Length));
        return this;
    }

    public SftpRequest Number(int number)
    {
        BinaryPrimitives.WriteInt32BigEndian(Room(4), number);
        return this;
    }

    public SftpRequest Number64(long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(Room(8), number);
        return this;
    }

    /// <summary>Adds a string of a length, to be filled by the caller before anything else is added.</summary>
    public Memory<byte> Fill(int length)
    {
        Number(length);
        Room(length);
        return _bytes.AsMemory(_length - length, length);
    }

    /// <summary>Cuts the last string, which <see cref="Fill"/> made, to what was filled of it.</summary>
    public void Shorten(int from, int to)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(_length - from - 4), to);
        _length -= from - to;
    }

    /// <summary>Gives the whole packet.</summary>
    public ReadOnlySpan<byte> Finish(uint id)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes, _length - 4);
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(5), id);
        return _bytes.AsSpan(0, _length);
    }

    public void Dispose()
    {
        byte[] bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private Span<byte> Room(int length)
    {
        if (_length + length > _bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(_length + length);
            _bytes.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        _length += length;
        return _bytes.AsSpan(_length - length, length);
    }
}
