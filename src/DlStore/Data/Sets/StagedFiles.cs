using System.Text;
using DlStore.Io;

namespace DlStore.Data.Sets;

/// <summary>
/// Files in a private directory that the caller renames into place when it is whole: nothing is flushed file by file. Existing names are
/// never written over, every file has mode 0644.
/// </summary>
internal static class StagedFiles
{

    /// <summary>Writes a new file.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        int fd = Create(path);
        try
        {
            Sys.WriteFully(fd, bytes, path);
            SetMode(fd, path);
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    /// <summary>Writes a new text file.</summary>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Copies a regular file: a reflink where the file system can.</summary>
    public static void Copy(string source, string path)
    {
        int from = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(source), Posix.ReadOnly | Posix.NoFollow | Posix.NonBlock);
        if (from < 0)
        {
            throw Sys.Error("read", source);
        }

        try
        {
            if (!Sys.StatOpen(from).IsFile)
            {
                throw new DlsException(ErrorKind.Failed, $"read '{source}': it is a {Sys.StatOpen(from).Describe()}");
            }

            CopyOpen(from, source, path);
        }
        finally
        {
            Sys.Close(from);
        }
    }

    /// <summary>Makes a directory of mode 0755 with its parents.</summary>
    public static void MakeDirectory(string path) => Directory.CreateDirectory(path);

    private static void CopyOpen(int from, string source, string path)
    {
        int to = Create(path);
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            int n = Sys.TryClone(from, to) ? 0 : Sys.ReadFully(from, buffer, source);
            while (n > 0)
            {
                Sys.WriteFully(to, buffer.AsSpan(0, n), path);
                n = Sys.ReadFully(from, buffer, source);
            }

            SetMode(to, path);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
            Sys.Close(to);
        }
    }

    private static int Create(string path)
    {
        int fd = Sys.OpenAt(
            Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.WriteOnly | Posix.Create | Posix.Exclusive, Permissions.File);
        return fd >= 0 ? fd : throw Sys.Error("write", path);
    }

    // The umask took bits away from what open was given; a data set is the same everywhere.
    private static void SetMode(int fd, string path)
    {
        if (!Sys.ChangeMode(fd, Permissions.File))
        {
            throw Sys.Error("set mode of", path);
        }
    }
}
