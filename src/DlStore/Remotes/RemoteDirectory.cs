using System.Text;
using DlStore.Io;
using DlStore.Objects;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes;

/// <summary>
/// What lies in the directory of a remote: its files are named, opened, compared and listed here. Links are not followed below the
/// directory and only regular files are read.
/// </summary>
/// <param name="remote">The remote's name, for messages.</param>
/// <param name="root">Absolute path of the directory; it need not be there.</param>
internal sealed class RemoteDirectory(string remote, string root)
{
    private const int DepthMax = 4;

    /// <summary>Gets the remote's name.</summary>
    public string Remote => remote;

    /// <summary>Gets the absolute path of the directory.</summary>
    public string Root => root;

    /// <summary>Gives the absolute path of a file.</summary>
    /// <exception cref="DlsException">Kind Corrupt: the name could lead out of the directory.</exception>
    public string PathOf(string name) => Path.Combine(root, RemoteName.Require(name));

    /// <summary>Opens a regular file for reading.</summary>
    /// <returns>Its descriptor; close it.</returns>
    /// <exception cref="DlsException">Kind Missing: it is not there. Kind Corrupt: it is something else.</exception>
    public int OpenRead(string name)
    {
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(PathOf(name)), Posix.ReadOnly | Posix.NonBlock);
        if (fd >= 0)
        {
            try
            {
                _ = RequireFile(fd, name);
                return fd;
            }
            catch
            {
                Sys.Close(fd);
                throw;
            }
        }

        throw Sys.Errno == Posix.ENoEnt
            ? new DlsException(ErrorKind.Missing, $"read '{name}' of remote '{remote}': it is not there", "run `dls remote check`")
            : Error("read", name);
    }

    /// <summary>Requires a regular file.</summary>
    /// <returns>Its size in bytes.</returns>
    /// <exception cref="DlsException">Kind Corrupt: it is something else.</exception>
    public long RequireFile(int fd, string name)
    {
        FileStat stat = Sys.StatOpen(fd);
        return stat.IsFile ? stat.Size : throw new DlsException(ErrorKind.Corrupt,
            $"read '{name}' of remote '{remote}': it is a {stat.Describe()}", "remove it there; a remote holds regular files");
    }

    /// <summary>
    /// Reads a whole file there and compares; one that cannot be read is taken for a wrong one, because it serves nobody.
    /// </summary>
    public bool HashesTo(string name, Oid oid, CancellationToken cancel)
    {
        try
        {
            return FindHash(name, cancel) == oid;
        }
        catch (DlsException)
        {
            return false;
        }
    }

    /// <summary>Hashes a whole file there.</summary>
    /// <returns>SHA-256, or null if it is not there.</returns>
    /// <exception cref="DlsException">It cannot be read.</exception>
    public Oid? FindHash(string name, CancellationToken cancel)
    {
        int fd = -1;
        try
        {
            fd = OpenRead(name);
            return PartFile.Copy(new CopyEnd(fd, PathOf(name)), CopyEnd.Nowhere, 0, null, cancel);
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Missing)
        {
            return null;
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    /// <summary>Compares a file that is there with bytes.</summary>
    public bool IsSame(string name, ReadOnlySpan<byte> bytes)
    {
        byte[] there = new byte[bytes.Length + 1];
        int fd = OpenRead(name);
        try
        {
            return Sys.ReadAt(fd, there, 0, PathOf(name)) == bytes.Length && bytes.SequenceEqual(there.AsSpan(0, bytes.Length));
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    /// <summary>Lists the files below a directory that may not be there, file by file.</summary>
    /// <param name="directory">Below the root.</param>
    /// <exception cref="DlsException">Kind Failed: it cannot be listed.</exception>
    public IEnumerable<RemoteFile> List(string directory)
    {
        string path = PathOf(directory);
        if (!Directory.Exists(path))
        {
            yield break;
        }

        using IEnumerator<FileInfo> files = Walk(path, directory);
        while (MoveNext(files, directory))
        {
            FileInfo file = files.Current;
            if (!file.Name.StartsWith('.') && file.LinkTarget is null)
            {
                yield return new RemoteFile(
                    Path.GetRelativePath(root, file.FullName).Replace('\\', '/'), file.Length, file.LastWriteTimeUtc);
            }
        }
    }

    /// <summary>Gives the error of the system call that failed last.</summary>
    /// <param name="doing">A verb, such as <c>read</c>.</param>
    /// <param name="name">The file.</param>
    public DlsException Error(string doing, string name)
    {
        DlsException e = Sys.Error(doing, $"{root}/{name}");
        return new DlsException(e.Kind, $"{e.Message} (remote '{remote}')", e.Hint) { Remote = remote };
    }

    /// <summary>
    /// Walks file by file, no deeper than any layout goes and into no link: a directory that leads back to itself must not be listed for
    /// ever.
    /// </summary>
    private IEnumerator<FileInfo> Walk(string path, string directory)
    {
        EnumerationOptions options = new()
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = DepthMax,
            AttributesToSkip = FileAttributes.ReparsePoint,
            IgnoreInaccessible = false
        };
        try
        {
            return new DirectoryInfo(path).EnumerateFiles("*", options).GetEnumerator();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotListed(directory, e);
        }
    }

    private bool MoveNext(IEnumerator<FileInfo> files, string directory)
    {
        try
        {
            return files.MoveNext();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotListed(directory, e);
        }
    }

    private DlsException NotListed(string directory, Exception e) =>
        new(ErrorKind.Failed, $"list '{directory}' of remote '{remote}' ({root}): {e.Message}", null, e);
}
