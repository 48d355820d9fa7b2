using DlStore.Io;

namespace DlStore.Remotes.S3;

/// <summary>Part of an open local file as a stream: read at offsets, so that several parts can be under way at once.</summary>
/// <param name="source">The file.</param>
/// <param name="offset">Where the part begins.</param>
/// <param name="length">Its bytes.</param>
/// <param name="watch">Told of every piece that is read.</param>
internal sealed class FilePart(LocalFile source, long offset, long length, S3Watch watch) : Stream
{
    private long _at;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _at;
        set => _at = value;
    }

    public override int Read(Span<byte> buffer)
    {
        watch.Token.ThrowIfCancellationRequested();
        int wanted = (int)Math.Min(buffer.Length, length - _at);
        int n = wanted <= 0 ? 0 : Sys.ReadAt(source.Fd, buffer[..wanted], offset + _at, source.Path);
        _at += n;
        if (_at < length)
        {
            watch.Moved();
        }
        else
        {
            watch.Sent();
        }

        return n;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override long Seek(long offset, SeekOrigin origin) => _at = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _at + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
