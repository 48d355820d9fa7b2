using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace DlStore.Remotes.Sftp;

/// <summary>
/// One packet from the server, read field by field. Not trusted: whatever does not fit is a broken connection. Dispose it.
/// </summary>
internal sealed class SftpReply : IDisposable
{
    private readonly byte[] _bytes;
    private readonly int _length;
    private int _at;

    /// <summary>Takes a packet's fields after type and id.</summary>
    /// <param name="code">Its type.</param>
    /// <param name="body">The fields; copied.</param>
    public SftpReply(SftpCode code, ReadOnlySpan<byte> body)
    {
        Code = code;
        _length = body.Length;
        _bytes = ArrayPool<byte>.Shared.Rent(_length);
        body.CopyTo(_bytes);
    }

    public SftpCode Code { get; }

    public bool AtEnd => _at == _length;

    /// <summary>Gives the code of a status without using it up.</summary>
    public SftpStatus PeekStatus() => (SftpStatus)BinaryPrimitives.ReadInt32BigEndian(_length >= 4 ? _bytes : throw Broken());

    public int Number() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public long Number64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public ReadOnlySpan<byte> Bytes()
    {
        int length = Number();
        return length >= 0 ? Take(length) : throw Broken();
    }

    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>Reads a file's attributes; what is not told is zero.</summary>
    public SftpAttributes Attributes()
    {
        int flags = Number();
        long size = (flags & 1) != 0 ? Number64() : 0;
        _ = (flags & 2) != 0 ? Number64() : 0;
        int mode = (flags & 4) != 0 ? Number() : 0;
        _ = (flags & 8) != 0 ? Number() : 0;
        long changed = (flags & 8) != 0 ? (uint)Number() : 0;
        for (int more = flags < 0 ? Number() : 0; more > 0; more--)
        {
            _ = Bytes();
            _ = Bytes();
        }

        return size >= 0 ? new SftpAttributes(size, mode, DateTimeOffset.FromUnixTimeSeconds(changed)) : throw Broken();
    }

    /// <summary>Reads a status; anything but success is thrown.</summary>
    /// <exception cref="SftpException">The server refused.</exception>
    public void RequireOk()
    {
        if (Status() is { Status: not SftpStatus.Ok } refused)
        {
            throw refused;
        }
    }

    /// <summary>Requires a packet of a type; a status in its place is thrown.</summary>
    public SftpReply Require(SftpCode code)
    {
        if (Code != code)
        {
            throw Code == SftpCode.Status ? Status() : Broken();
        }

        return this;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

    private SftpException Status()
    {
        if (Code != SftpCode.Status)
        {
            throw Broken();
        }

        SftpStatus status = (SftpStatus)Number();
        return new SftpException(status, AtEnd ? "" : Text());
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _length - _at)
        {
            throw Broken();
        }

        _at += length;
        return _bytes.AsSpan(_at - length, length);
    }

    private SftpLostException Broken() => new($"the server sent a packet of type {(int)Code} that makes no sense");
}

/// <summary>What the server says of a file.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Mode">POSIX mode with the file's type; 0 if it was not told.</param>
/// <param name="Changed">When it was last written.</param>
internal readonly record struct SftpAttributes(long Size, int Mode, DateTimeOffset Changed)
{
    private const int TypeMask = 0xF000;

    public bool IsDirectory => (Mode & TypeMask) == 0x4000;

    public bool IsFile => (Mode & TypeMask) == 0x8000;
}
