namespace DlStore.Remotes.Sftp;

/// <summary>Reads a range of an open file in order, many requests at once.</summary>
/// <param name="connection">Where.</param>
/// <param name="handle">The file.</param>
/// <param name="from">The first byte.</param>
/// <param name="to">The byte after the last one; the file may end earlier.</param>
/// <param name="window">The most bytes under way.</param>
internal sealed class SftpReader(SftpConnection connection, byte[] handle, long from, long to, int window)
{
    private readonly Queue<(long At, int Length, Task<SftpReply> Answer)> _underWay = new();
    private long _next = from;

    /// <summary>Reads to the end of the range or the file.</summary>
    /// <param name="take">Given each piece.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task RunAsync(Action<ReadOnlySpan<byte>> take, CancellationToken cancel)
    {
        Ask();
        while (_underWay.TryDequeue(out (long At, int Length, Task<SftpReply> Answer) oldest))
        {
            int got = await TakeAsync(oldest.Answer, oldest.Length, take, cancel);
            for (int filled = got; got > 0 && filled < oldest.Length; filled += got)
            {
                // A server may give less than was asked for in the middle of a file.
                got = await TakeAsync(Read(oldest.At + filled, oldest.Length - filled), oldest.Length - filled, take, cancel);
            }

            if (got == 0)
            {
                return;
            }

            Ask();
        }
    }

    private void Ask()
    {
        int piece = connection.ReadMax;
        while (_next < to && _underWay.Count * (long)piece < window)
        {
            int length = (int)Math.Min(piece, to - _next);
            _underWay.Enqueue((_next, length, Read(_next, length)));
            _next += length;
        }
    }

    private Task<SftpReply> Read(long at, int length) =>
        connection.Send(new SftpRequest(SftpCode.Read).Bytes(handle).Number64(at).Number(length));

    /// <summary>Takes one answer; 0 at the end of the file.</summary>
    private static async Task<int> TakeAsync(
        Task<SftpReply> answer, int lengthMax, Action<ReadOnlySpan<byte>> take, CancellationToken cancel)
    {
        using SftpReply reply = await answer.WaitAsync(cancel);
        if (reply.Code == SftpCode.Status && reply.PeekStatus() == SftpStatus.Eof)
        {
            return 0;
        }

        ReadOnlySpan<byte> bytes = reply.Require(SftpCode.Data).Bytes();
        if (bytes.Length == 0 || bytes.Length > lengthMax)
        {
            throw new SftpLostException($"the server sent {bytes.Length} bytes where {lengthMax} were asked for");
        }

        take(bytes);
        return bytes.Length;
    }
}
