using System.Text;

namespace DlStore.Io;

/// <summary>A whole file mapped read-only. The length is fixed at open; immutable files only.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private nint _address;
    private readonly long _length;

    private MappedFile(nint address, long length)
    {
        _address = address;
        _length = length;
    }

    ~MappedFile() => Unmap();

    public long Length => _length;

    public static MappedFile Open(string path)
    {
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly);
        if (fd < 0)
        {
            throw Sys.Error("open", path);
        }

        try
        {
            long length = Sys.StatOpen(fd).Size;
            nint address = length == 0 ? 0 : Posix.MMap(0, (nint)length, 1, 1, fd, 0);
            return address == -1 ? throw Sys.Error("map", path) : new MappedFile(address, length);
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    /// <summary>A view of part of the file; valid until it is disposed.</summary>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, _length);
        return new ReadOnlySpan<byte>((byte*)_address + offset, length);
    }

    /// <summary>Gives the pages that were touched back: they stay in the page cache, and the next look maps them again.</summary>
    public void Forget()
    {
        if (_address != 0)
        {
            _ = Posix.MAdvise(_address, (nint)_length, 4);
        }
    }

    public void Dispose()
    {
        Unmap();
        GC.SuppressFinalize(this);
    }

    private void Unmap()
    {
        nint address = Interlocked.Exchange(ref _address, 0);
        if (address != 0)
        {
            _ = Posix.MUnmap(address, (nint)_length);
        }
    }
}
