namespace DlStore.Io;

/// <summary>
/// Reads a child's standard output. It ends when the child has ended and the pipe is empty, even if something the child left in the
/// background still holds the pipe
/// open. Reading blocks the thread, also in the asynchronous form: it belongs on a thread of its own.
/// </summary>
/// <param name="child">The running child.</param>
/// <param name="cancel">Ends a read that waits.</param>
internal sealed class ChildOutput(ChildProcess child, CancellationToken cancel) : Stream
{
    private const int LookEveryMs = 100;

    /// <summary>Gets a value indicating whether the end was reached.</summary>
    public bool AtEnd { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (buffer.Length > 0 && !AtEnd)
        {
            cancel.ThrowIfCancellationRequested();

            // The order matters: what an ended child wrote is in the pipe before its end can be seen.
            bool ended = child.HasEnded;
            if (SpawnNative.WaitReadable(child.Output.SafeFileHandle, ended ? 0 : LookEveryMs))
            {
                int read = child.Output.Read(buffer);
                AtEnd = read == 0;
                return read;
            }

            AtEnd = ended;
        }

        return 0;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
