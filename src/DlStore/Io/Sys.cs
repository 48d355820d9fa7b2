using System.Runtime.InteropServices;
using System.Text;

namespace DlStore.Io;

/// <summary>
/// <see cref="Posix"/> with spans in place of pointers, EINTR retried, and errors as <see cref="DlsException"/> that name the path. Names
/// given
/// as spans need no terminating NUL. Descriptors are plain numbers because the hot loops open one per file; each is closed where it was
/// opened.
/// </summary>
internal static unsafe class Sys
{
    private const int SymlinkNoFollow = 0x100;
    private const uint BasicStats = 0x7ff;

    public static int OpenDirectory(string path)
    {
        int fd = OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly | Posix.Directory | Posix.CloseOnExec);
        return fd >= 0 ? fd : throw Error("open directory", path);
    }

    /// <summary>
    /// Opens relative to a directory; the last name is never followed if flags say so. Returns -1 with errno set on failure. To read it
    /// never waits: a pipe in the place of a file
    /// opens at once and reads as empty.
    /// </summary>
    public static int OpenAt(int directory, ReadOnlySpan<byte> name, int flags, uint mode = 0)
    {
        byte* terminated = stackalloc byte[name.Length + 1];
        Terminate(name, terminated);
        int wait = (flags & (Posix.WriteOnly | Posix.ReadWrite)) == 0 ? Posix.NonBlock : 0;
        int fd;
        do
        {
            fd = Posix.OpenAt(directory, terminated, flags | wait | Posix.CloseOnExec, mode);
        }
        while (fd < 0 && Errno == Posix.EIntr);
        return fd;
    }

    public static bool TryStatAt(int directory, ReadOnlySpan<byte> name, out FileStat stat)
    {
        byte* terminated = stackalloc byte[name.Length + 1];
        Terminate(name, terminated);
        return StatX(directory, terminated, SymlinkNoFollow, out stat);
    }

    public static bool TryStat(string path, out FileStat stat) => TryStatAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), out stat);

    public static FileStat StatOpen(int fd)
    {
        byte empty = 0;
        return StatX(fd, &empty, 0x1000, out FileStat stat) ? stat : throw Error("stat", $"descriptor {fd}");
    }

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    public static int ReadFully(int fd, Span<byte> buffer, string path)
    {
        int done = 0;
        fixed (byte* p = buffer)
        {
            while (done < buffer.Length)
            {
                nint n = Posix.Read(fd, p + done, buffer.Length - done);
                if (n == 0)
                {
                    break;
                }

                if (n > 0)
                {
                    done += (int)n;
                }
                else if (Errno != Posix.EIntr)
                {
                    throw Error("read", path);
                }
            }
        }

        return done;
    }

    /// <summary>Reads at an offset until the buffer is full or the file ends.</summary>
    public static int ReadAt(int fd, Span<byte> buffer, long offset, string path)
    {
        int done = 0;
        fixed (byte* p = buffer)
        {
            while (done < buffer.Length)
            {
                nint n = Posix.PRead(fd, p + done, buffer.Length - done, offset + done);
                if (n == 0)
                {
                    break;
                }

                if (n > 0)
                {
                    done += (int)n;
                }
                else if (Errno != Posix.EIntr)
                {
                    throw Error("read", path);
                }
            }
        }

        return done;
    }

    public static void WriteFully(int fd, ReadOnlySpan<byte> bytes, string path)
    {
        fixed (byte* p = bytes)
        {
            int done = 0;
            while (done < bytes.Length)
            {
                nint n = Posix.Write(fd, p + done, bytes.Length - done);
                if (n >= 0)
                {
                    done += (int)n;
                }
                else if (Errno != Posix.EIntr)
                {
                    throw Error("write", path);
                }
            }
        }
    }

    public static void Close(int fd)
    {
        if (fd >= 0)
        {
            _ = Posix.Close(fd);
        }
    }

    public static void Sync(int fd, string path)
    {
        if (Posix.FSync(fd) != 0 && Errno is not Posix.EInval)
        {
            throw Error("flush to disk", path);
        }
    }

    public static void SyncDirectory(string path)
    {
        int fd = OpenDirectory(path);
        try
        {
            Sync(fd, path);
        }
        finally
        {
            Close(fd);
        }
    }

    public static bool UnlinkAt(int directory, ReadOnlySpan<byte> name, bool isDirectory)
    {
        byte* terminated = stackalloc byte[name.Length + 1];
        Terminate(name, terminated);
        return Posix.UnlinkAt(directory, terminated, isDirectory ? Posix.RemoveDir : 0) == 0;
    }

    public static bool MakeDirectoryAt(int directory, ReadOnlySpan<byte> name)
    {
        byte* terminated = stackalloc byte[name.Length + 1];
        Terminate(name, terminated);
        return Posix.MkDirAt(directory, terminated, Permissions.Directory) == 0;
    }

    public static bool SymlinkAt(ReadOnlySpan<byte> target, int directory, ReadOnlySpan<byte> name)
    {
        byte[] to = new byte[target.Length + 1];
        target.CopyTo(to);
        byte* terminated = stackalloc byte[name.Length + 1];
        Terminate(name, terminated);
        fixed (byte* t = to)
        {
            return Posix.SymlinkAt(t, directory, terminated) == 0;
        }
    }

    public static byte[]? ReadLinkAt(int directory, ReadOnlySpan<byte> name)
    {
        byte* terminated = stackalloc byte[name.Length + 1];
        Terminate(name, terminated);
        byte* buffer = stackalloc byte[4097];
        nint n = Posix.ReadLinkAt(directory, terminated, buffer, 4097);
        return n is < 0 or > 4096 ? null : new ReadOnlySpan<byte>(buffer, (int)n).ToArray();
    }

    public static bool RenameAt(int fromDirectory, ReadOnlySpan<byte> from, int toDirectory, ReadOnlySpan<byte> to, bool replace)
    {
        byte* a = stackalloc byte[from.Length + 1];
        Terminate(from, a);
        byte* b = stackalloc byte[to.Length + 1];
        Terminate(to, b);
        return Posix.RenameAt2(fromDirectory, a, toDirectory, b, replace ? 0 : Posix.RenameNoReplace) == 0;
    }

    public static bool ExchangeAt(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        byte* a = stackalloc byte[first.Length + 1];
        Terminate(first, a);
        byte* b = stackalloc byte[second.Length + 1];
        Terminate(second, b);
        return Posix.RenameAt2(Posix.AtFdCwd, a, Posix.AtFdCwd, b, Posix.RenameExchange) == 0;
    }

    public static bool ChangeModeAt(int directory, ReadOnlySpan<byte> name, uint mode)
    {
        byte* terminated = stackalloc byte[name.Length + 1];
        Terminate(name, terminated);
        return Posix.FChModAt(directory, terminated, mode, 0) == 0;
    }

    public static bool ChangeMode(int fd, uint mode) => Posix.FChMod(fd, mode) == 0;

    public static bool IsReadableAt(int directory, ReadOnlySpan<byte> name)
    {
        byte* terminated = stackalloc byte[name.Length + 1];
        Terminate(name, terminated);
        return Posix.FAccessAt(directory, terminated, 4, SymlinkNoFollow | 0x200) == 0;
    }

    public static bool IsWritable(string path)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(path);
        byte* terminated = stackalloc byte[bytes.Length + 1];
        Terminate(bytes, terminated);
        return Posix.FAccessAt(Posix.AtFdCwd, terminated, 2, 0x200) == 0;
    }

    /// <summary>
    /// Makes <paramref name="target"/> share the blocks of <paramref name="source"/>; false where the file system cannot.
    /// </summary>
    public static bool TryClone(int source, int target) => Posix.IoCtl(target, 0x40049409, source) == 0;

    public static int Errno
    {
        get => Marshal.GetLastPInvokeError();
        set => Marshal.SetLastPInvokeError(value);
    }

    public static DlsException Error(string doing, string path)
    {
        int errno = Errno;
        string cause = errno switch
        {
            Posix.ENoSpc => "no space left on device",
            Posix.EAcces => "permission denied",
            Posix.EPerm => "operation not permitted",
            Posix.ENoEnt => "no such file or directory",
            Posix.EExist => "it exists already",
            Posix.ENotDir => "a part of the path is not a directory",
            Posix.ELoop => "a part of the path is a symlink",
            30 => "read-only file system",
            122 => "disk quota exceeded",
            24 => "too many open files",
            _ => Marshal.GetPInvokeErrorMessage(errno).ToLowerInvariant(),
        };
        string? hint = errno is Posix.ENoSpc or 122
            ? "free space there and run the same command again; nothing that was stored is lost" : null;
        return DlsException.Because(ErrorKind.Failed, $"{doing} '{path}'", cause, hint);
    }

    private static bool StatX(int directory, byte* path, int flags, out FileStat stat)
    {
        Posix.StatxBuffer b;
        if (Posix.StatX(directory, path, flags, BasicStats, &b) != 0)
        {
            stat = default;
            return false;
        }

        stat = new FileStat(
            b.Size,
            (b.MtimeSeconds * 1_000_000_000) + b.MtimeNanoseconds,
            (b.CtimeSeconds * 1_000_000_000) + b.CtimeNanoseconds,
            b.Inode,
            b.Mode,
            b.Uid,
            ((ulong)b.DeviceMajor << 32) | b.DeviceMinor)
        { Links = b.LinkCount };
        return true;
    }

    private static void Terminate(ReadOnlySpan<byte> name, byte* terminated)
    {
        name.CopyTo(new Span<byte>(terminated, name.Length));
        terminated[name.Length] = 0;
    }
}
