namespace DlStore.Remotes.S3;

/// <summary>Ends a call in which nothing has moved for a while.</summary>
internal sealed class S3Watch : IDisposable
{
    /// <summary>How long the answer to what was sent may take: what the kernel still holds goes out in that time too.</summary>
    public static readonly TimeSpan Answer = TimeSpan.FromMinutes(2);

    /// <summary>How long the service may work on something by itself, such as a copy.</summary>
    public static readonly TimeSpan Work = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource _source;
    private readonly TimeSpan _idle;

    /// <summary>Begins to watch.</summary>
    /// <param name="idle">How long nothing may move.</param>
    /// <param name="limit">How long nothing may move at first.</param>
    /// <param name="cancel">The caller's.</param>
    public S3Watch(TimeSpan idle, TimeSpan limit, CancellationToken cancel)
    {
        _idle = idle;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _source.CancelAfter(limit);
    }

    /// <summary>Gets what is cancelled when nothing moves, or when the caller cancels.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Tells that something moved.</summary>
    public void Moved() => _source.CancelAfter(_idle);

    /// <summary>Tells that all was sent, and only the answer is waited for.</summary>
    public void Sent() => _source.CancelAfter(Answer);

    /// <summary>Tells that a step of what the service does by itself is done.</summary>
    public void Working() => _source.CancelAfter(Work);

    public void Dispose() => _source.Dispose();
}
