namespace DlStore.Io;

/// <summary>
/// Writes a child's standard input. When the child has stopped reading, further bytes are dropped and <see cref="Broken"/> is set: the
/// child's exit code tells why, and
/// the writer may end early. Writing blocks the thread, also in the asynchronous form: it belongs on a thread of its own.
/// </summary>
/// <param name="child">The running child.</param>
internal sealed class ChildInput(ChildProcess child) : Stream
{
    /// <summary>Gets a value indicating whether the child reads no more.</summary>
    public bool Broken { get; private set; }

    /// <summary>Gets the number of bytes that the pipe took.</summary>
    public long Written { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => Written;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Broken || buffer.IsEmpty)
        {
            return;
        }

        try
        {
            child.Input.Write(buffer);
            Written += buffer.Length;
        }
        catch (IOException)
        {
            Broken = true; // EPIPE
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
