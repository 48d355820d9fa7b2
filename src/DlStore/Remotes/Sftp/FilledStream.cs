namespace DlStore.Remotes.Sftp;

/// <summary>A stream that is filled by a function: what an upload of the built-in client reads from.</summary>
/// <param name="fill">Fills a buffer as far as there are bytes; 0 at the end.</param>
/// <param name="cancel">Ends it in the middle.</param>
internal sealed class FilledStream(Func<Memory<byte>, int> fill, CancellationToken cancel) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        cancel.ThrowIfCancellationRequested();
        return fill(buffer.AsMemory(offset, count));
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
