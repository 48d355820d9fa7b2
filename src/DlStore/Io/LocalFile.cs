using System.Text;

namespace DlStore.Io;

/// <summary>A new file that is written in order and flushed before it counts.</summary>
internal sealed class LocalFile : IDisposable
{
    private const long PartLength = 8 << 20;
    private readonly string _path;
    private long _length;
    private long _started;
    private int _fd;

    private LocalFile(string path, int fd)
    {
        _path = path;
        _fd = fd;
    }

    /// <summary>Makes a file that is not there; read only for everybody once it is closed.</summary>
    /// <param name="path">Absolute path.</param>
    /// <exception cref="DlsException">It cannot be made.</exception>
    public static LocalFile Create(string path)
    {
        int fd = Sys.OpenAt(
            Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadWrite | Posix.Create | Posix.Exclusive, Permissions.ReadOnly);
        return fd >= 0 ? new LocalFile(path, fd) : throw Sys.Error("write", path);
    }

    /// <summary>Writes at the end; now and then the kernel is told to begin with the disk, so that the flush is short.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Sys.WriteFully(_fd, bytes, _path);
        _length += bytes.Length;
        if (_length - _started >= PartLength)
        {
            _ = Posix.SyncFileRange(_fd, _started, _length - _started, Posix.StartWriting);
            _started = _length;
        }
    }

    /// <summary>Makes what was written survive a loss of power.</summary>
    public void Flush() => Sys.Sync(_fd, _path);

    public void Dispose()
    {
        int fd = Interlocked.Exchange(ref _fd, -1);
        if (fd >= 0)
        {
            Sys.Close(fd);
        }
    }
}
