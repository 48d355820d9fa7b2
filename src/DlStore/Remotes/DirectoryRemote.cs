using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using DlStore.Io;
using DlStore.Objects;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes;

/// <summary>
/// A remote that is a directory on a mounted file system. Files are made in <c>tmp/</c>, hashed while they are copied, flushed, and renamed
/// into place; only a file whose
/// bytes were found to be wrong is replaced. Links are not followed below the directory and only regular files are read. Files above 8 MiB
/// keep a named part file, so that a send that was killed goes on; its parts are compared before they count.
/// </summary>
public sealed class DirectoryRemote : IRemote
{
    private const int DepthMax = 4;
    private readonly string _root;
    private readonly ConcurrentDictionary<string, bool> _unflushed = new(StringComparer.Ordinal);

    /// <summary>Makes a remote of a directory; it is created when the first file is put.</summary>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="url">Where it is.</param>
    public DirectoryRemote(string name, RemoteUrl url)
    {
        Name = name;
        Location = url.Text;
        _root = url.Directory;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Location { get; }

    /// <inheritdoc/>
    public int ParallelMax => 4;

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(CancellationToken cancel) => Task.FromResult(Directory.Exists(_root));

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string name, int lengthMax, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        string path = PathOf(name);
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly | Posix.NonBlock);
        if (fd < 0)
        {
            return Sys.Errno is Posix.ENoEnt or Posix.ENotDir ? Task.FromResult<byte[]?>(null) : throw Error("read", name);
        }

        try
        {
            long size = RequireFile(fd, name);
            if (size > lengthMax)
            {
                throw new DlsException(ErrorKind.Corrupt, $"read '{name}' of remote '{Name}': it has {size} bytes, more than {lengthMax}");
            }

            byte[] bytes = new byte[size];
            int n = Sys.ReadFully(fd, bytes, path);
            return Task.FromResult<byte[]?>(n == size ? bytes : bytes[..n]);
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    /// <inheritdoc/>
    public Task<long?> FindSizeAsync(string name, CancellationToken cancel) =>
        Task.FromResult<long?>(Sys.TryStat(PathOf(name), out FileStat stat) && stat.IsFile ? stat.Size : null);

    /// <inheritdoc/>
    public Task ReadRangeAsync(string name, long offset, Memory<byte> buffer, CancellationToken cancel) => Task.Run(() =>
    {
        int fd = OpenRead(name);
        try
        {
            if (Sys.ReadAt(fd, buffer.Span, offset, PathOf(name)) < buffer.Length)
            {
                throw new DlsException(ErrorKind.Missing, $"read '{name}' of remote '{Name}': it ends early", "run `dls remote check`");
            }
        }
        finally
        {
            Sys.Close(fd);
        }
    }, cancel);

    /// <inheritdoc/>
    public Task<Oid> DownloadAsync(string name, string path, long lengthMax, Action<long>? done, CancellationToken cancel) => Task.Run(() =>
    {
        int source = OpenRead(name);
        int target = -1;
        try
        {
            if (Sys.StatOpen(source).Size is var size && size > lengthMax)
            {
                throw TooLong(name, size, lengthMax);
            }

            target = Sys.OpenAt(
                Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadWrite | Posix.Create | Posix.Exclusive, Permissions.ReadOnly);
            if (target < 0)
            {
                throw Sys.Error("write", path);
            }

            bool cloned = Sys.TryClone(source, target);
            long left = lengthMax;
            Oid oid = PartFile.Copy(new CopyEnd(source, PathOf(name)), new CopyEnd(cloned ? -1 : target, path),
                0, n => { left = left >= n ? left - n : throw TooLong(name, lengthMax + 1, lengthMax); done?.Invoke(n); }, cancel);
            Sys.Sync(target, path);
            return oid;
        }
        finally
        {
            Sys.Close(source);
            Sys.Close(target);
        }
    }, cancel);

    /// <inheritdoc/>
    public Task<PutResult> PutFileAsync(
        string name, string path, Oid oid, Action<long>? done, CancellationToken cancel) => Task.Run(() => Named(name, () =>
    {
        int source = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly);
        if (source < 0)
        {
            throw Sys.Error("open", path);
        }

        try
        {
            long size = Sys.StatOpen(source).Size;
            bool isThere = Sys.TryStat(PathOf(name), out FileStat there) && there.IsFile;
            if (isThere && there.Size == size && HashesTo(name, oid, cancel))
            {
                NoteUnflushed(name);
                done?.Invoke(size);
                return PutResult.AlreadyThere;
            }

            Send(source, size, name, path, oid, replace: isThere, done, cancel);
            return PutResult.Sent;
        }
        finally
        {
            Sys.Close(source);
        }
    }), cancel);

    /// <inheritdoc/>
    public Task<PutResult> PutAsync(
        string name, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancel) => Task.Run(() => Named(name, () =>
    {
        bool isThere = Sys.TryStat(PathOf(name), out FileStat there);
        if (isThere && (!replace || (there.IsFile && IsSame(name, bytes.Span))))
        {
            NoteUnflushed(name);
            return PutResult.AlreadyThere;
        }

        string temp = NewTemp();
        AtomicFile.Write(temp, bytes.Span);
        return Publish(temp, name, lengthKnown: -1, replace && isThere) ? PutResult.Sent : PutResult.AlreadyThere;
    }), cancel);

    /// <inheritdoc/>
    public Task FlushAsync(CancellationToken cancel) => Task.Run(() =>
    {
        foreach (string directory in _unflushed.Keys)
        {
            // Removed first: what is put meanwhile stays noted.
            _unflushed.TryRemove(directory, out _);
            AtomicFile.FlushDirectory(directory);
        }
    }, cancel);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RemoteFile> ListAsync(string directory, [EnumeratorCancellation] CancellationToken cancel)
    {
        string path = PathOf(directory);
        if (!Directory.Exists(path))
        {
            yield break;
        }

        await Task.Yield();
        using IEnumerator<FileInfo> files = Walk(path, directory);
        while (MoveNext(files, directory))
        {
            cancel.ThrowIfCancellationRequested();
            FileInfo file = files.Current;
            if (!file.Name.StartsWith('.') && file.LinkTarget is null)
            {
                yield return new RemoteFile(Path.GetRelativePath(_root, file.FullName).Replace('\\', '/'), file.Length);
            }
        }
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
        new(ErrorKind.Failed, $"list '{directory}' of remote '{Name}' ({_root}): {e.Message}", null, e);

    private DlsException TooLong(string name, long size, long lengthMax) =>
        new(ErrorKind.Corrupt, $"read '{name}' of remote '{Name}': it has {size} bytes, more than {lengthMax}",
            $"run `dls verify --remote {Name}`; nothing of it was used");

    /// <summary>
    /// Reads a whole file there and compares; one that cannot be read is taken for a wrong one, because it serves nobody.
    /// </summary>
    private bool HashesTo(string name, Oid oid, CancellationToken cancel)
    {
        int fd = -1;
        try
        {
            fd = OpenRead(name);
            return PartFile.Copy(new CopyEnd(fd, PathOf(name)), CopyEnd.Nowhere, 0, null, cancel) == oid;
        }
        catch (DlsException)
        {
            return false;
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    private bool IsSame(string name, ReadOnlySpan<byte> bytes)
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

    private long RequireFile(int fd, string name)
    {
        FileStat stat = Sys.StatOpen(fd);
        return stat.IsFile ? stat.Size : throw new DlsException(ErrorKind.Corrupt,
            $"read '{name}' of remote '{Name}': it is a {stat.Describe()}", "remove it there; a remote holds regular files");
    }

    private void Send(int source, long size, string name, string path, Oid oid, bool replace, Action<long>? done, CancellationToken cancel)
    {
        bool resumable = size > PartFile.Length;
        string temp = resumable ? Path.Combine(MakeTempDirectory(), oid.ToHex() + ".part") : NewTemp();
        int target = Sys.OpenAt(
            Posix.AtFdCwd, Encoding.UTF8.GetBytes(temp), Posix.ReadWrite | Posix.Create | Posix.NoFollow, Permissions.File);
        if (target >= 0
            && resumable && (Posix.FLock(target, Posix.LockExclusive | Posix.LockNoWait) != 0 || !PartFile.IsStill(temp, target)))
        {
            // Somebody else is sending the same bytes, or has just renamed this file to its final name: send our own copy, the rename
            // decides.
            Sys.Close(target);
            temp = NewTemp();
            target = Sys.OpenAt(
                Posix.AtFdCwd, Encoding.UTF8.GetBytes(temp), Posix.ReadWrite | Posix.Create | Posix.Exclusive, Permissions.File);
        }

        if (target < 0)
        {
            throw Error("write", name);
        }

        bool keep = resumable;
        try
        {
            long from = resumable ? PartFile.ComparedParts(source, target, path) : 0;
            _ = Posix.FTruncate(target, from);
            bool cloned = from == 0 && Sys.TryClone(source, target);
            Oid sent = PartFile.Copy(new CopyEnd(source, path), new CopyEnd(cloned ? -1 : target, name), from, done, cancel);
            if (sent != oid)
            {
                keep = false;
                throw new DlsException(ErrorKind.Corrupt, $"send '{path}' to remote '{Name}': its bytes do not hash to '{oid}'",
                    "run `dls verify`; the damaged file was not sent");
            }

            CrashPoint.Hit("remote.copied");
            _ = Posix.FChMod(target, Permissions.ReadOnly);
            Sys.Sync(target, temp);
            Publish(temp, name, size, replace);
            keep = true;
        }
        finally
        {
            Sys.Close(target);
            if (!keep)
            {
                File.Delete(temp);
            }
        }
    }

    /// <summary>Gives a complete, flushed file its name.</summary>
    /// <param name="temp">The file.</param>
    /// <param name="name">Its name on the remote.</param>
    /// <param name="lengthKnown">The length that the name stands for: a file of another length under it is a damaged one, and replaced; -1
    /// keeps what is there.</param>
    /// <param name="replace">What is there was read and is wrong.</param>
    private bool Publish(string temp, string name, long lengthKnown, bool replace)
    {
        string final = PathOf(name);
        AtomicFile.MakeDirectory(Path.GetDirectoryName(final)!);
        bool sent = AtomicFile.Rename(temp, final, replace);
        if (!sent && lengthKnown >= 0 && Sys.TryStat(final, out FileStat there) && (!there.IsFile || there.Size != lengthKnown))
        {
            // A link or a socket in that place is nobody's upload either; a directory cannot be replaced and is an error.
            sent = AtomicFile.Rename(temp, final, replace: true);
        }

        if (!sent)
        {
            File.Delete(temp);
        }

        NoteUnflushed(name);
        CrashPoint.Hit("remote.renamed");
        return sent;
    }

    /// <summary>
    /// Notes a file whose name may not be on disk yet: also one that was found, because its sender may have died before it flushed.
    /// </summary>
    private void NoteUnflushed(string name) => _unflushed[Path.GetDirectoryName(PathOf(name))!] = true;

    /// <summary>Runs one put; its errors name the file and the remote.</summary>
    private T Named<T>(string name, Func<T> put)
    {
        try
        {
            return put();
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Failed && e.Remote is null)
        {
            throw new DlsException(e.Kind, $"send '{name}' to remote '{Name}': {e.Message}", e.Hint, e) { Remote = Name };
        }
    }

    private int OpenRead(string name)
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
            ? new DlsException(ErrorKind.Missing, $"read '{name}' of remote '{Name}': it is not there", "run `dls remote check`")
            : Error("read", name);
    }

    private string NewTemp() => Path.Combine(MakeTempDirectory(), TempName.Next());

    private string MakeTempDirectory()
    {
        string directory = Path.Combine(_root, "tmp");
        AtomicFile.MakeDirectory(directory);
        return directory;
    }

    private DlsException Error(string doing, string name)
    {
        DlsException e = Sys.Error(doing, $"{_root}/{name}");
        return new DlsException(e.Kind, $"{e.Message} (remote '{Name}')", e.Hint) { Remote = Name };
    }

    private string PathOf(string name)
    {
        bool safe = name.Length > 0 && !name.StartsWith('/') && !name.Split('/').Any(p => p is "" or "." or "..");
        return safe ? Path.Combine(_root, name) : throw new DlsException(ErrorKind.Corrupt, $"refuse remote file name '{name}'");
    }
}
