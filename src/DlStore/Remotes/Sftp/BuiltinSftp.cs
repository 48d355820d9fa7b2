using System.Runtime.CompilerServices;
using DlStore.Ssh.Builtin;
using Renci.SshNet;
using Renci.SshNet.Sftp;

namespace DlStore.Remotes.Sftp;

/// <summary>
/// Files on an SFTP server by SSH.NET, where there is no ssh program. Its uploads and downloads keep several requests of 255 KB under way.
/// It asks the server for the real path before each call, so links are followed; it cannot flush or copy on the server. A call that gets no
/// answer for 30 seconds means that the connection is lost.
/// </summary>
/// <remarks>
/// The calls that take a path are the blocking ones, each on a thread: the library's asynchronous ones can go to another path,
/// <c>a/b/b</c> for <c>a/b</c>, when somebody makes directory <c>a</c> at that moment (GetCanonicalPathAsync of 2026.0.0 asks twice).
/// </remarks>
internal sealed class BuiltinSftp : ISftp
{
    private const uint PieceLength = 255 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly BuiltinClient _client;
    private readonly SftpClient _sftp;
    private volatile bool _lost;

    private BuiltinSftp(BuiltinClient client, SftpClient sftp)
    {
        _client = client;
        _sftp = sftp;
    }

    /// <inheritdoc/>
    public bool IsLost => _lost || !_sftp.IsConnected;

    /// <inheritdoc/>
    public bool Flushes => false;

    /// <inheritdoc/>
    public bool CopiesPrefixes => false;

    /// <summary>Connects.</summary>
    /// <exception cref="DlsException">Kind Failed: it cannot be reached, or has no SFTP.</exception>
    public static async Task<ISftp> OpenAsync(BuiltinClient client, CancellationToken cancel)
    {
        SftpClient sftp = await client.ConnectAsync(
            "connect",
            static info => new SftpClient(info) { BufferSize = PieceLength, OperationTimeout = Limit },
            cancel);
        sftp.KeepAliveInterval = TimeSpan.FromSeconds(10);
        return new BuiltinSftp(client, sftp);
    }

    /// <inheritdoc/>
    public DlsException Explain(string what, Exception lost) => _client.Failure.Lost(what, lost.InnerException ?? lost);

    /// <inheritdoc/>
    public Task<SftpAttributes?> FindAsync(string path, CancellationToken cancel) => UnlessAbsentAsync<SftpAttributes?>(
        null, () => CallAsync<SftpAttributes?>(() => Take(_sftp.GetAttributes(path)), cancel), cancel);

    /// <inheritdoc/>
    public Task<int?> ReadAsync(string path, long offset, Memory<byte> buffer, CancellationToken cancel) => UnlessAbsentAsync<int?>(
        null,
        async () =>
        {
            await using SftpFileStream file = await CallAsync(() => _sftp.Open(path, FileMode.Open, FileAccess.Read), cancel);
            file.Seek(offset, SeekOrigin.Begin);
            return await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        },
        cancel);

    /// <inheritdoc/>
    public Task<bool> DownloadAsync(string path, long lengthMax, Action<ReadOnlySpan<byte>> take, CancellationToken cancel) =>
        UnlessAbsentAsync(
            false,
            async () =>
            {
                await using SftpFileStream file = await CallAsync(() => _sftp.Open(path, FileMode.Open, FileAccess.Read), cancel);
                byte[] buffer = new byte[PieceLength];
                long length = 0;
                for (int read; length <= lengthMax && (read = await file.ReadAsync(buffer, cancel)) > 0; length += read)
                {
                    take(buffer.AsSpan(0, read));
                }

                return true;
            },
            cancel);

    /// <inheritdoc/>
    public Task UploadAsync(string path, SftpPrefix? prefix, Func<Memory<byte>, int> fill, CancellationToken cancel) => GuardAsync(
        () => Task.Factory.StartNew(
            () =>
            {
                using FilledStream source = new(fill, cancel);
                _sftp.UploadFile(source, path, canOverride: false);
                return true;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default),
        cancel);

    /// <inheritdoc/>
    public async Task<bool> TryRenameAsync(string path, string newPath, CancellationToken cancel)
    {
        try
        {
            return await GuardAsync(() => CallAsync(() => _sftp.RenameFile(path, newPath), cancel), cancel);
        }
        catch (SftpException e) when (e.Status == SftpStatus.Failure)
        {
            return await FindAsync(newPath, cancel) is not null ? false : throw new SftpException(e.Status, e.Said);
        }
    }

    /// <inheritdoc/>
    public Task ReplaceAsync(string path, string newPath, CancellationToken cancel) =>
        GuardAsync(() => CallAsync(() => _sftp.RenameFile(path, newPath, isPosix: true), cancel), cancel);

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(string path, CancellationToken cancel) =>
        UnlessAbsentAsync(false, () => CallAsync(() => _sftp.DeleteFile(path), cancel), cancel);

    /// <inheritdoc/>
    public async Task<bool> TryMakeDirectoryAsync(string path, CancellationToken cancel)
    {
        try
        {
            return await UnlessAbsentAsync(false, () => CallAsync(() => _sftp.CreateDirectory(path), cancel), cancel);
        }
        catch (SftpException e) when (e.Status == SftpStatus.Failure)
        {
            return await FindAsync(path, cancel) is { IsFile: false } ? true : throw new SftpException(e.Status, e.Said);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SftpFile> ListAsync(string path, int depthMax, [EnumeratorCancellation] CancellationToken cancel)
    {
        Queue<(string Path, int Depth)> waiting = new([(path, 0)]);
        while (waiting.TryDequeue(out (string Path, int Depth) next))
        {
            if (await FindAsync(next.Path, cancel) is not { IsDirectory: true })
            {
                continue;
            }

            await using IAsyncEnumerator<ISftpFile> files = _sftp.ListDirectoryAsync(next.Path, cancel).GetAsyncEnumerator(cancel);
            while (await UnlessAbsentAsync(false, async () => await files.MoveNextAsync(), cancel))
            {
                string name = files.Current.Name;
                if (!RemoteName.CanBeEntry(name))
                {
                    continue;
                }

                SftpFile file = new($"{next.Path}/{name}", Take(files.Current.Attributes));
                if (file.Attributes.IsFile)
                {
                    yield return file;
                }
                else if (file.Attributes.IsDirectory && next.Depth < depthMax)
                {
                    waiting.Enqueue((file.Path, next.Depth + 1));
                }
            }
        }
    }

    /// <inheritdoc/>
    public Task<long?> FindFreeAsync(string path, CancellationToken cancel) => UnlessAbsentAsync<long?>(
        null,
        () => CallAsync<long?>(
            () =>
            {
                SftpFileSystemInformation system = _sftp.GetStatus(path);
                return (long)(system.AvailableBlocks * system.BlockSize);
            },
            cancel),
        cancel);

    /// <inheritdoc/>
    public void Dispose() => _sftp.Dispose();

    private static SftpAttributes Take(SftpFileAttributes given) => new(
        Math.Max(0, given.Size),
        given.IsRegularFile ? 0x8000 : given.IsDirectory ? 0x4000 : 0,
        new DateTimeOffset(DateTime.SpecifyKind(given.LastWriteTimeUtc, DateTimeKind.Utc)));

    private static Task<T> CallAsync<T>(Func<T> call, CancellationToken cancel) => Task.Run(call, cancel).WaitAsync(cancel);

    private static async Task<bool> CallAsync(Action call, CancellationToken cancel)
    {
        await Task.Run(call, cancel).WaitAsync(cancel);
        return true;
    }

    private async Task<T> UnlessAbsentAsync<T>(T absent, Func<Task<T>> work, CancellationToken cancel)
    {
        try
        {
            return await GuardAsync(work, cancel);
        }
        catch (SftpException e) when (e.Status == SftpStatus.NoSuchFile)
        {
            return absent;
        }
    }

    /// <summary>Makes the library's errors ours.</summary>
    private async Task<T> GuardAsync<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            return await work();
        }
        catch (Renci.SshNet.Common.SftpException e)
        {
            throw new SftpException((SftpStatus)(int)e.StatusCode, e.Message);
        }
        catch (NotSupportedException e)
        {
            throw new SftpException(SftpStatus.Unsupported, e.Message);
        }
        catch (Exception e) when (BuiltinClient.IsLost(e))
        {
            _lost = true;
            throw new SftpLostException(e.Message, e);
        }
    }
}
