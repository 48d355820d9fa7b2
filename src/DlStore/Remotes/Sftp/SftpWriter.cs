namespace DlStore.Remotes.Sftp;

/// <summary>Writes an open file in order, many requests at once.</summary>
/// <param name="connection">Where.</param>
/// <param name="handle">The file.</param>
/// <param name="window">The most bytes under way.</param>
internal sealed class SftpWriter(SftpConnection connection, byte[] handle, int window)
{
    private readonly Queue<Task<SftpReply>> _underWay = new();

    /// <summary>Gets a value indicating whether the handle was given back: its number may be another file's by now.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Writes everything, and closes the file; flush and close are asked for without waiting for the writes.</summary>
    /// <param name="from">Where the first byte goes.</param>
    /// <param name="fill">Fills a buffer as far as there are bytes; 0 at the end.</param>
    /// <param name="flush">Ask for the bytes to be on disk.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="SftpException">The server refused a write, the flush, or the close: some say only there that the bytes did not
    /// fit.</exception>
    public async Task RunAsync(long from, Func<Memory<byte>, int> fill, bool flush, CancellationToken cancel)
    {
        int piece = connection.WriteMax;
        int ahead = Math.Max(1, window / piece);
        long at = from;
        while (TryMake(fill, piece, at, out int length) is { } write)
        {
            at += length;
            _underWay.Enqueue(connection.Send(write));
            while (_underWay.Count >= ahead || (_underWay.TryPeek(out Task<SftpReply>? oldest) && oldest.IsCompleted))
            {
                await TakeAsync(cancel);
            }

            cancel.ThrowIfCancellationRequested();
        }

        if (flush)
        {
            _underWay.Enqueue(connection.Send(SftpRequest.Extended("fsync@openssh.com").Bytes(handle)));
        }

        IsClosed = true;
        _underWay.Enqueue(connection.Send(new SftpRequest(SftpCode.Close).Bytes(handle)));

        while (_underWay.Count > 0)
        {
            await TakeAsync(cancel);
        }
    }

    private SftpRequest? TryMake(Func<Memory<byte>, int> fill, int piece, long at, out int length)
    {
        SftpRequest write = new SftpRequest(SftpCode.Write, piece + 512).Bytes(handle).Number64(at);
        length = 0;
        try
        {
            length = fill(write.Fill(piece));
            write.Shorten(piece, length);
            return length > 0 ? write : null;
        }
        finally
        {
            if (length == 0)
            {
                write.Dispose();
            }
        }
    }

    private async Task TakeAsync(CancellationToken cancel)
    {
        using SftpReply reply = await _underWay.Dequeue().WaitAsync(cancel);
        reply.RequireOk();
    }
}
