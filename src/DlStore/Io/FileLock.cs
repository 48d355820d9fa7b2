using System.Text;

namespace DlStore.Io;

/// <summary>
/// A lock that the kernel drops when its holder dies: flock on a file whose text names the last exclusive holder (pid, host, user, start).
/// The file
/// stays; only the lock on it counts.
/// </summary>
public sealed class FileLock : IDisposable
{
    private const int Shared = 1;
    private int _fd;

    private FileLock(int fd) => _fd = fd;

    /// <summary>Takes the lock together with any number of other sharers.</summary>
    /// <param name="path">Absolute path of the lock file; made if missing.</param>
    /// <param name="wait">How long to wait for an exclusive holder.</param>
    /// <returns>The lock; dispose it to release.</returns>
    /// <exception cref="DlsException">Kind Locked: names the holder.</exception>
    public static FileLock TakeShared(string path, TimeSpan wait) => Take(path, Shared, wait, null);

    /// <summary>Takes the lock alone.</summary>
    /// <param name="path">Absolute path of the lock file; made if missing.</param>
    /// <param name="wait">How long to wait for other holders.</param>
    /// <param name="holder">One line that names this process, shown to whoever has to wait.</param>
    /// <returns>The lock; dispose it to release.</returns>
    /// <exception cref="DlsException">Kind Locked: names the holder.</exception>
    public static FileLock TakeExclusive(string path, TimeSpan wait, string holder) => Take(path, Posix.LockExclusive, wait, holder);

    /// <summary>Takes the lock alone if nobody has it.</summary>
    /// <param name="path">Absolute path of the lock file; made if missing.</param>
    /// <returns>The lock, or null.</returns>
    public static FileLock? TryExclusive(string path)
    {
        int fd = Open(path);
        if (Posix.FLock(fd, Posix.LockExclusive | Posix.LockNoWait) == 0)
        {
            return new FileLock(fd);
        }

        Sys.Close(fd);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Sys.Close(Interlocked.Exchange(ref _fd, -1));
    }

    private static FileLock Take(string path, int mode, TimeSpan wait, string? holder)
    {
        int fd = Open(path);
        long deadline = Environment.TickCount64 + (long)wait.TotalMilliseconds;
        int pauseMs = 1;
        while (Posix.FLock(fd, mode | Posix.LockNoWait) != 0)
        {
            if (Sys.Errno is not (Posix.EAgain or Posix.EIntr))
            {
                DlsException error = Sys.Error("lock", path);
                Sys.Close(fd);
                throw error;
            }

            if (Environment.TickCount64 >= deadline)
            {
                string by = ReadHolder(fd);
                Sys.Close(fd);
                throw new DlsException(
                    ErrorKind.Locked, $"lock '{path}': held by {by}", "wait for it to end, or stop it, then run the command again");
            }

            Thread.Sleep(pauseMs);
            pauseMs = Math.Min(pauseMs * 2, 50);
        }

        if (holder is not null)
        {
            _ = Posix.FTruncate(fd, 0);
            Sys.WriteFully(fd, Encoding.UTF8.GetBytes(holder + "\n"), path);
        }

        return new FileLock(fd);
    }

    private static int Open(string path)
    {
        int fd = Sys.OpenAt(
            Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadWrite | Posix.Create | Posix.NoFollow, Permissions.UserFile);
        return fd >= 0 ? fd : throw Sys.Error("open lock", path);
    }

    private static string ReadHolder(int fd)
    {
        byte[] text = new byte[512];
        int n = Sys.ReadAt(fd, text, 0, "lock");
        string line = Encoding.UTF8.GetString(text, 0, n).Split('\n')[0].Trim();
        return line.Length == 0 ? "another dls that shares it" : line;
    }
}
