using System.Text;

namespace DlStore.Io;

/// <summary>
/// Writes whole small files so that a reader, or a machine that lost power, sees the old content or the new: temp file beside the target,
/// write,
/// fsync, rename, fsync of the directory. The temp name begins with <c>.dls-tmp-</c>; a leftover is never read and may be deleted.
/// </summary>
public static class AtomicFile
{
    /// <summary>Replaces or creates a file. Durable when it returns.</summary>
    /// <param name="path">Absolute path; its directory must exist.</param>
    /// <param name="content">The new content.</param>
    /// <exception cref="DlsException">Kind Failed: the file cannot be written; the old content is still there.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string directory = System.IO.Path.GetDirectoryName(path)!;
        string temp = System.IO.Path.Combine(directory, $".dls-tmp-{TempName.Next()}");
        WriteNew(temp, content, flush: true);
        Rename(temp, path, replace: true);
        Sys.SyncDirectory(directory);
    }

    /// <summary>Replaces or creates a text file (UTF-8, no byte-order mark). Durable when it returns.</summary>
    /// <param name="path">Absolute path; its directory must exist.</param>
    /// <param name="content">The new content.</param>
    public static void Write(string path, string content) => Write(path, Encoding.UTF8.GetBytes(content));

    /// <summary>
    /// Replaces or creates a text file that may be lost: a reader sees the old content or the new, a loss of power may leave neither.
    /// </summary>
    /// <param name="path">Absolute path; its directory must exist.</param>
    /// <param name="content">The new content.</param>
    public static void WriteCache(string path, string content) => WriteCache(path, Encoding.UTF8.GetBytes(content));

    /// <inheritdoc cref="WriteCache(string, string)"/>
    public static void WriteCache(string path, ReadOnlySpan<byte> content)
    {
        string temp = $"{path}.dls-tmp-{TempName.Next()}";
        WriteNew(temp, content, flush: false);
        Rename(temp, path, replace: true);
    }

    /// <summary>Writes a new file of a staging directory that is thrown away if anything fails: no temp name, nothing flushed.</summary>
    /// <param name="path">Absolute path; nothing may be there.</param>
    /// <param name="content">The content.</param>
    /// <exception cref="DlsException">Kind Failed: it cannot be written, or exists.</exception>
    public static void WriteStaged(string path, ReadOnlySpan<byte> content) => WriteNew(path, content, flush: false);

    /// <summary>Writes a new file whose content is durable when it returns; its name is once its directory was flushed.</summary>
    /// <param name="path">Absolute path; nothing may be there.</param>
    /// <param name="content">The content.</param>
    /// <exception cref="DlsException">Kind Failed: it cannot be written, or exists.</exception>
    public static void WriteFlushed(string path, ReadOnlySpan<byte> content) => WriteNew(path, content, flush: true);

    /// <summary>Lets two paths of one file system change places in one step, so that each name always exists.</summary>
    /// <param name="first">Absolute path; something is there.</param>
    /// <param name="second">Absolute path; something is there.</param>
    /// <exception cref="DlsException">Kind Failed: the file system cannot, or one is missing.</exception>
    public static void Exchange(string first, string second)
    {
        if (!Sys.ExchangeAt(Encoding.UTF8.GetBytes(first), Encoding.UTF8.GetBytes(second)))
        {
            throw Sys.Error("exchange with", second);
        }
    }

    /// <summary>Renames within one file system. Not durable until the directory is flushed.</summary>
    /// <param name="from">Absolute path of a complete, flushed file.</param>
    /// <param name="to">Absolute path.</param>
    /// <param name="replace">False: fail if <paramref name="to"/> exists.</param>
    /// <returns>False if <paramref name="to"/> exists and may not be replaced.</returns>
    public static bool Rename(string from, string to, bool replace)
    {
        if (Sys.RenameAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(from), Posix.AtFdCwd, Encoding.UTF8.GetBytes(to), replace))
        {
            return true;
        }

        return !replace && Sys.Errno == Posix.EExist ? false : throw Sys.Error("rename to", to);
    }

    /// <summary>Flushes a directory, so that the names in it survive a loss of power.</summary>
    /// <param name="path">Absolute path.</param>
    public static void FlushDirectory(string path) => Sys.SyncDirectory(path);

    /// <summary>Makes a directory and its missing parents; what was made is durable when it returns.</summary>
    /// <param name="path">Absolute path.</param>
    public static void MakeDirectory(string path)
    {
        if (System.IO.Directory.Exists(path))
        {
            return;
        }

        string? parent = System.IO.Path.GetDirectoryName(path);
        if (parent is not null)
        {
            MakeDirectory(parent);
        }

        if (!Sys.MakeDirectoryAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path)) && Sys.Errno != Posix.EExist)
        {
            throw Sys.Error("make directory", path);
        }

        if (parent is not null)
        {
            Sys.SyncDirectory(parent);
        }
    }

    private static void WriteNew(string temp, ReadOnlySpan<byte> content, bool flush)
    {
        int fd = Sys.OpenAt(
            Posix.AtFdCwd, Encoding.UTF8.GetBytes(temp), Posix.WriteOnly | Posix.Create | Posix.Exclusive, Permissions.UserFile);
        if (fd < 0)
        {
            throw Sys.Error("write", temp);
        }

        try
        {
            Sys.WriteFully(fd, content, temp);
            if (flush)
            {
                Sys.Sync(fd, temp);
            }
        }
        catch
        {
            System.IO.File.Delete(temp);
            throw;
        }
        finally
        {
            Sys.Close(fd);
        }
    }
}
