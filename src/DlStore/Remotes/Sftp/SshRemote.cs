using System.Runtime.CompilerServices;
using DlStore.Ssh;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes.Sftp;

/// <summary>
/// A remote that is a directory on a host that ssh reaches. Bytes go over SFTP, which needs no shell and no program of ours there; where a
/// shell is allowed too, it hashes and flushes. The first call connects.
/// </summary>
internal sealed class SshRemote : IRemote
{
    private const int DepthMax = 4;
    private readonly string _directory;
    private readonly HostAddress _host;
    private readonly SftpPool _pool;
    private readonly FarShells _shells;
    private readonly SftpSend _send;
    private readonly SftpFailure _failure;

    /// <summary>Makes a remote; its directory is created when the first file is put.</summary>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="url">Where it is.</param>
    /// <param name="options">What else is configured of it.</param>
    /// <param name="around">The outside.</param>
    public SshRemote(string name, SshUrl url, RemoteOptions options, RemoteSurroundings around)
    {
        Name = name;
        Location = url.Text;
        _directory = url.Directory;
        _host = url.Host with { Askpass = options.Askpass, Key = $"remote.{name}.url" };
        SftpClients clients = SftpClients.Choose(_host, around);
        _pool = new SftpPool(clients.Open);
        _shells = new FarShells(() => new FarShell(clients.RunScript, _directory));
        _send = new SftpSend(this, _shells.First, around.Clock);
        _failure = new SftpFailure(name, _host, _directory);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Location { get; }

    /// <inheritdoc/>
    public int ParallelMax => SftpPool.ConnectionsMax;

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public HashSource HashSource => HashSource.ReadThere;

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(CancellationToken cancel) => RunAsync(
        "look at", "", async sftp => await sftp.FindAsync(_directory, cancel) is not null, cancel);

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string name, int lengthMax, CancellationToken cancel)
    {
        string path = PathOf(name);
        return RunAsync("read", name, async sftp =>
        {
            using MemoryStream all = new();
            long length = 0;
            bool isThere = await sftp.DownloadAsync(
                path,
                lengthMax,
                piece =>
                {
                    length += piece.Length;
                    if (length > lengthMax)
                    {
                        throw new DlsException(
                            ErrorKind.Corrupt, $"read '{name}' of remote '{Name}': it has more than {lengthMax} bytes")
                        { Remote = Name };
                    }

                    all.Write(piece);
                },
                cancel);
            return isThere ? all.ToArray() : null;
        }, cancel);
    }

    /// <inheritdoc/>
    public Task<long?> FindSizeAsync(string name, CancellationToken cancel)
    {
        string path = PathOf(name);
        return RunAsync<long?>(
            "look for", name, async sftp => await sftp.FindAsync(path, cancel) is { IsFile: true } file ? file.Size : null, cancel);
    }

    /// <inheritdoc/>
    public Task ReadRangeAsync(string name, long offset, Memory<byte> buffer, CancellationToken cancel)
    {
        string path = PathOf(name);
        return RunAsync("read", name, async sftp => await sftp.ReadAsync(path, offset, buffer, cancel) switch
        {
            null => throw NotThere(name),
            int n when n < buffer.Length => throw new DlsException(
                ErrorKind.Missing, $"read '{name}' of remote '{Name}': it ends early", "run `dls remote check`")
            { Remote = Name },
            _ => true,
        }, cancel);
    }

    /// <inheritdoc/>
    public Task<Oid> DownloadAsync(string name, string path, long lengthMax, Action<long>? done, CancellationToken cancel)
    {
        string source = PathOf(name);
        return RunAsync("read", name, async sftp =>
        {
            using SftpReceive receive = new(this, name, path, lengthMax, done);
            return await receive.RunAsync(sftp, source, cancel);
        }, cancel);
    }

    /// <inheritdoc/>
    public Task<PutResult> PutFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel)
    {
        _ = PathOf(name);
        return RunAsync("send", name, sftp => _send.PutFileAsync(sftp, name, path, oid, done, cancel), cancel);
    }

    /// <inheritdoc/>
    public Task<PutResult> PutAsync(string name, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancel)
    {
        _ = PathOf(name);
        return RunAsync("send", name, sftp => _send.PutAsync(sftp, name, bytes, replace, cancel), cancel);
    }

    /// <inheritdoc/>
    public Task<Durability> FlushAsync(CancellationToken cancel) => _send.FlushAsync(cancel);

    /// <inheritdoc/>
    public async Task<Oid?> FindHashAsync(string name, CancellationToken cancel)
    {
        _ = PathOf(name);
        return await _shells.HashAsync(name, cancel) is { } hex && Oid.TryParseHex(hex, out Oid oid) ? oid : null;
    }

    /// <inheritdoc/>
    public Task<bool> MoveAsync(string name, string newName, CancellationToken cancel)
    {
        string from = PathOf(name);
        _ = PathOf(newName);
        return RunAsync("move", name, sftp => _send.MoveAsync(sftp, from, newName, cancel), cancel);
    }

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(string name, CancellationToken cancel)
    {
        string path = PathOf(name);
        return RunAsync("remove", name, sftp => sftp.RemoveAsync(path, cancel), cancel);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RemoteFile> ListAsync(string directory, [EnumeratorCancellation] CancellationToken cancel)
    {
        string path = PathOf(directory);
        using SftpLoan loan = await _pool.BorrowAsync(cancel);
        await using IAsyncEnumerator<SftpFile> files = loan.Sftp.ListAsync(path, DepthMax, cancel).GetAsyncEnumerator(cancel);
        while (await NextAsync())
        {
            yield return new RemoteFile(
                NameOf(files.Current.Path), files.Current.Attributes.Size, files.Current.Attributes.Changed);
        }

        async Task<bool> NextAsync()
        {
            try
            {
                return await files.MoveNextAsync();
            }
            catch (Exception e) when (e is SftpException or SftpLostException)
            {
                throw _failure.Explain("list", directory, loan.Sftp, e);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _shells.Dispose();
        _pool.Dispose();
    }

    /// <summary>Gives the path of a name, as SFTP takes it.</summary>
    /// <exception cref="DlsException">Kind Corrupt: the name could lead out of the directory.</exception>
    internal string PathOf(string name) => $"{_directory}/{RemoteName.Require(name)}";

    /// <summary>Gives the name of a path that SFTP has listed.</summary>
    internal string NameOf(string path) => path[(_directory.Length + 1)..];

    /// <summary>Makes the remote's directory, its parents, and directories below it.</summary>
    /// <param name="sftp">The connection.</param>
    /// <param name="path">The innermost one.</param>
    /// <param name="cancel">Stops it.</param>
    internal async Task MakeDirectoryAsync(ISftp sftp, string path, CancellationToken cancel)
    {
        if (await sftp.TryMakeDirectoryAsync(path, cancel))
        {
            return;
        }

        int slash = path.LastIndexOf('/');
        if (slash <= 0)
        {
            throw new SftpException(SftpStatus.NoSuchFile, $"the directory above '{path}' is not there");
        }

        await MakeDirectoryAsync(sftp, path[..slash], cancel);
        if (!await sftp.TryMakeDirectoryAsync(path, cancel))
        {
            throw new SftpException(SftpStatus.NoSuchFile, $"directory '{path}' cannot be made");
        }
    }

    /// <summary>Connects and runs one call; its errors name the remote and the file.</summary>
    internal async Task<T> RunAsync<T>(string doing, string name, Func<ISftp, Task<T>> work, CancellationToken cancel)
    {
        using SftpLoan loan = await _pool.BorrowAsync(cancel);
        try
        {
            return await work(loan.Sftp);
        }
        catch (Exception e) when (e is SftpException or SftpLostException)
        {
            throw _failure.Explain(doing, name, loan.Sftp, e);
        }
    }

    /// <summary>Makes the error of a file that is not there.</summary>
    internal DlsException NotThere(string name) =>
        new(ErrorKind.Missing, $"read '{name}' of remote '{Name}': it is not there", "run `dls remote check`") { Remote = Name };
}
