using System.Runtime.CompilerServices;
using DlStore.Io;
using DlStore.Ssh;

namespace DlStore.Remotes.Sftp;

/// <summary>
/// Files over one <see cref="SftpConnection"/> of the system's ssh. Reads and writes keep 2 MiB under way, so that the time to the server
/// and back does not count for each piece.
/// </summary>
internal sealed class SftpSession : ISftp
{
    private const int WindowLength = 2 << 20;
    private const int FileMode = 0x1A4; // rw-r--r--, less what the server's umask takes
    private readonly SftpConnection _connection;
    private readonly HostAddress _host;

    private SftpSession(SftpConnection connection, HostAddress host)
    {
        _connection = connection;
        _host = host;
    }

    /// <inheritdoc/>
    public bool IsLost => _connection.IsLost;

    /// <inheritdoc/>
    public bool Flushes => _connection.Offers("fsync@openssh.com");

    /// <inheritdoc/>
    public bool CopiesPrefixes => _connection.Offers("copy-data");

    /// <summary>Connects.</summary>
    /// <exception cref="DlsException">Kind Failed: it cannot be reached, or has no SFTP.</exception>
    public static async Task<ISftp> OpenAsync(HostAddress host, ChildCommand ssh, CancellationToken cancel)
    {
        SftpConnection? connection = null;
        try
        {
            connection = await SftpConnection.OpenAsync(ssh, cancel);
            return new SftpSession(connection, host);
        }
        catch (SftpOpenException e)
        {
            throw SftpFailure.OfConnection(host, "connect", e.ExitCode, e.Said, e);
        }
    }

    /// <inheritdoc/>
    public DlsException Explain(string what, Exception lost)
    {
        (int exitCode, string said) = _connection.Farewell();
        return SftpFailure.OfConnection(_host, what, exitCode, said, lost);
    }

    /// <inheritdoc/>
    public async Task<SftpAttributes?> FindAsync(string path, CancellationToken cancel)
    {
        using SftpReply reply = await AskAsync(new SftpRequest(SftpCode.LStat).Text(path), cancel);
        return IsAbsent(reply) ? null : reply.Require(SftpCode.Attributes).Attributes();
    }

    /// <inheritdoc/>
    public async Task<int?> ReadAsync(string path, long offset, Memory<byte> buffer, CancellationToken cancel)
    {
        byte[]? handle = await OpenAsync(path, cancel);
        if (handle is null)
        {
            return null;
        }

        int filled = 0;
        try
        {
            SftpReader reader = new(_connection, handle, offset, offset + buffer.Length, WindowLength);
            await reader.RunAsync(
                piece =>
                {
                    piece.CopyTo(buffer.Span[filled..]);
                    filled += piece.Length;
                },
                cancel);
            return filled;
        }
        finally
        {
            Close(handle);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DownloadAsync(string path, long lengthMax, Action<ReadOnlySpan<byte>> take, CancellationToken cancel)
    {
        byte[]? handle = await OpenAsync(path, cancel);
        if (handle is null)
        {
            return false;
        }

        try
        {
            long end = lengthMax == long.MaxValue ? lengthMax : lengthMax + 1;
            await new SftpReader(_connection, handle, 0, end, WindowLength).RunAsync(take, cancel);
            return true;
        }
        finally
        {
            Close(handle);
        }
    }

    /// <inheritdoc/>
    public async Task UploadAsync(string path, SftpPrefix? prefix, Func<Memory<byte>, int> fill, CancellationToken cancel)
    {
        const int writeCreateExclusive = 0x02 | 0x08 | 0x20;
        SftpRequest open = new SftpRequest(SftpCode.Open).Text(path).Number(writeCreateExclusive).Number(4).Number(FileMode);
        byte[] handle = Handle(await AskAsync(open, cancel));
        SftpWriter writer = new(_connection, handle, WindowLength);
        try
        {
            long from = prefix is { } given ? await CopyPrefixAsync(given, handle, cancel) : 0;
            await writer.RunAsync(from, fill, Flushes, cancel);
        }
        finally
        {
            if (!writer.IsClosed)
            {
                Close(handle);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<bool> TryRenameAsync(string path, string newPath, CancellationToken cancel)
    {
        try
        {
            // OpenSSH makes a hard link and removes the old name: it fails if the new name is taken, in one step.
            await RequireOkAsync(_connection.Send(new SftpRequest(SftpCode.Rename).Text(path).Text(newPath)), cancel);
            return true;
        }
        catch (SftpException e) when (e.Status is SftpStatus.Failure)
        {
            return await FindAsync(newPath, cancel) is not null ? false : throw new SftpException(e.Status, e.Message);
        }
    }

    /// <inheritdoc/>
    public async Task ReplaceAsync(string path, string newPath, CancellationToken cancel)
    {
        if (!_connection.Offers("posix-rename@openssh.com"))
        {
            throw new SftpException(SftpStatus.Unsupported, "the server offers no posix-rename, so nothing can be replaced in one step");
        }

        await RequireOkAsync(_connection.Send(SftpRequest.Extended("posix-rename@openssh.com").Text(path).Text(newPath)), cancel);
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(string path, CancellationToken cancel)
    {
        using SftpReply reply = await AskAsync(new SftpRequest(SftpCode.Remove).Text(path), cancel);
        if (IsAbsent(reply))
        {
            return false;
        }

        reply.RequireOk();
        return true;
    }

    /// <inheritdoc/>
    public async Task<bool> TryMakeDirectoryAsync(string path, CancellationToken cancel)
    {
        using SftpReply reply = await AskAsync(new SftpRequest(SftpCode.MakeDir).Text(path).Number(0), cancel);
        if (IsAbsent(reply))
        {
            return false;
        }

        try
        {
            reply.RequireOk();
            return true;
        }
        catch (SftpException e) when (e.Status == SftpStatus.Failure)
        {
            return await FindAsync(path, cancel) is { IsFile: false } ? true : throw new SftpException(e.Status, e.Said);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SftpFile> ListAsync(string path, int depthMax, [EnumeratorCancellation] CancellationToken cancel)
    {
        const int startedMax = 32;
        Queue<(string Path, int Depth)> waiting = new([(path, 0)]);
        Queue<(SftpDirectory Scan, int Depth)> started = new();
        while (waiting.Count + started.Count > 0)
        {
            while (started.Count < startedMax && waiting.TryDequeue(out (string Path, int Depth) next))
            {
                started.Enqueue((new SftpDirectory(_connection, next.Path), next.Depth));
            }

            (SftpDirectory scan, int depth) = started.Dequeue();
            await foreach (SftpFile file in scan.ReadAsync(cancel))
            {
                if (file.Attributes.IsFile)
                {
                    yield return file;
                }
                else if (file.Attributes.IsDirectory && depth < depthMax)
                {
                    waiting.Enqueue((file.Path, depth + 1));
                }
            }
        }
    }

    /// <inheritdoc/>
    public async Task<long?> FindFreeAsync(string path, CancellationToken cancel)
    {
        if (!_connection.Offers("statvfs@openssh.com"))
        {
            return null;
        }

        using SftpReply reply = await AskAsync(SftpRequest.Extended("statvfs@openssh.com").Text(path), cancel);
        if (reply.Code != SftpCode.ExtendedReply)
        {
            return null;
        }

        _ = reply.Number64();
        long fragment = reply.Number64();
        _ = reply.Number64();
        _ = reply.Number64();
        return reply.Number64() * fragment;
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private async Task<byte[]?> OpenAsync(string path, CancellationToken cancel)
    {
        SftpReply reply = await AskAsync(new SftpRequest(SftpCode.Open).Text(path).Number(0x01).Number(0), cancel);
        if (!IsAbsent(reply))
        {
            return Handle(reply);
        }

        reply.Dispose();
        return null;
    }

    private async Task<long> CopyPrefixAsync(SftpPrefix prefix, byte[] handle, CancellationToken cancel)
    {
        byte[] from = await OpenAsync(prefix.Path, cancel) ?? throw new SftpException(SftpStatus.NoSuchFile, prefix.Path);
        SftpRequest copy = SftpRequest.Extended("copy-data")
            .Bytes(from).Number64(0).Number64(prefix.Length).Bytes(handle).Number64(0);
        await RequireOkAsync(_connection.Send(copy), cancel);
        Close(from);
        return prefix.Length;
    }

    private async Task<SftpReply> AskAsync(SftpRequest request, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return await _connection.Send(request).WaitAsync(cancel);
    }

    private static async Task RequireOkAsync(Task<SftpReply> answer, CancellationToken cancel)
    {
        using SftpReply reply = await answer.WaitAsync(cancel);
        reply.RequireOk();
    }

    /// <summary>Closes a handle that was read from: nobody waits for the answer.</summary>
    private void Close(byte[] handle) => _ = _connection.Send(new SftpRequest(SftpCode.Close).Bytes(handle));

    private static byte[] Handle(SftpReply reply)
    {
        using (reply)
        {
            return reply.Require(SftpCode.Handle).Bytes().ToArray();
        }
    }

    /// <summary>Tells whether an answer says that there is no such file, without using it up.</summary>
    private static bool IsAbsent(SftpReply reply) => reply.Code == SftpCode.Status && reply.PeekStatus() == SftpStatus.NoSuchFile;
}
