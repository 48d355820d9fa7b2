using System.Runtime.CompilerServices;
using System.Text;
using DlStore.Io;
using DlStore.Objects;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes;

/// <summary>
/// A remote that is a directory on a mounted file system: <see cref="RemoteDirectory"/> is what lies there, <see cref="DirectorySend"/>
/// how files come to it.
/// </summary>
public sealed class DirectoryRemote : IRemote
{
    private readonly RemoteDirectory _directory;
    private readonly DirectorySend _send;

    /// <summary>Makes a remote of a directory; it is created when the first file is put.</summary>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="url">Where it is.</param>
    public DirectoryRemote(string name, DirectoryUrl url)
    {
        Name = name;
        Location = url.Text;
        _directory = new RemoteDirectory(name, url.Directory);
        _send = new DirectorySend(_directory);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Location { get; }

    /// <inheritdoc/>
    public int ParallelMax => 4;

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public HashSource HashSource => HashSource.ReadHere;

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(CancellationToken cancel) => Task.FromResult(Directory.Exists(_directory.Root));

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string name, int lengthMax, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        string path = _directory.PathOf(name);
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly | Posix.NonBlock);
        if (fd < 0)
        {
            return Sys.Errno is Posix.ENoEnt or Posix.ENotDir ? Task.FromResult<byte[]?>(null) : throw _directory.Error("read", name);
        }

        try
        {
            long size = _directory.RequireFile(fd, name);
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
        Task.FromResult<long?>(Sys.TryStat(_directory.PathOf(name), out FileStat stat) && stat.IsFile ? stat.Size : null);

    /// <inheritdoc/>
    public Task ReadRangeAsync(string name, long offset, Memory<byte> buffer, CancellationToken cancel) => Task.Run(() =>
    {
        int fd = _directory.OpenRead(name);
        try
        {
            if (Sys.ReadAt(fd, buffer.Span, offset, _directory.PathOf(name)) < buffer.Length)
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
        int source = _directory.OpenRead(name);
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
            Oid oid = PartFile.Copy(new CopyEnd(source, _directory.PathOf(name)), new CopyEnd(cloned ? -1 : target, path),
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
    public Task<PutResult> PutFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel) =>
        Task.Run(() => Named(name, () => _send.PutFile(name, path, oid, done, cancel)), cancel);

    /// <inheritdoc/>
    public Task<PutResult> PutAsync(string name, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancel) =>
        Task.Run(() => Named(name, () => _send.Put(name, bytes.Span, replace)), cancel);

    /// <inheritdoc/>
    public Task<Durability> FlushAsync(CancellationToken cancel) => Task.Run(
        () =>
        {
            _send.Flush();
            return Durability.Confirmed;
        },
        cancel);

    /// <inheritdoc/>
    public Task<Oid?> FindHashAsync(string name, CancellationToken cancel) => Task.Run(() => _directory.FindHash(name, cancel), cancel);

    /// <inheritdoc/>
    public Task<bool> MoveAsync(string name, string newName, CancellationToken cancel) =>
        Task.Run(() => Named(name, () => _send.Move(name, newName)), cancel);

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(string name, CancellationToken cancel) =>
        Task.Run(() => Named(name, () => _send.Remove(name)), cancel);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RemoteFile> ListAsync(string directory, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.Yield();
        foreach (RemoteFile file in _directory.List(directory))
        {
            cancel.ThrowIfCancellationRequested();
            yield return file;
        }
    }

    /// <summary>Does nothing: nothing is held open.</summary>
    public void Dispose()
    {
    }

    private DlsException TooLong(string name, long size, long lengthMax) =>
        new(ErrorKind.Corrupt, $"read '{name}' of remote '{Name}': it has {size} bytes, more than {lengthMax}",
            $"run `dls verify --remote {Name}`; nothing of it was used");

    /// <summary>Runs one put; its errors name the file and the remote.</summary>
    private T Named<T>(string name, Func<T> put)
    {
        try
        {
            return put();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or DlsException { Kind: ErrorKind.Failed, Remote: null })
        {
            string reason = e is DlsException ? e.Message : "permission denied";
            throw new DlsException(
                ErrorKind.Failed, $"send '{name}' to remote '{Name}': {reason}", (e as DlsException)?.Hint ?? WhoMayWrite(name), e)
            { Remote = Name };
        }
    }

    private string? WhoMayWrite(string name)
    {
        string at = Path.GetDirectoryName(_directory.PathOf(name))!;
        string there = Directory.Exists(at) ? at : _directory.Root;
        return Sys.IsWritable(there) ? null : $"you need the right to write in '{there}'; its owner can give it to a group: `chmod g+ws`";
    }
}
