using Amazon.Runtime;

namespace DlStore.Remotes.S3;

/// <summary>
/// Passes on what of a body was sent. The SDK tells it on a thread of its own, from the beginning again when it repeats a request, and
/// perhaps after the request: no byte is told twice, and all are told when the request has ended.
/// </summary>
/// <param name="done">Told of bytes; null if nobody wants to know.</param>
/// <param name="length">Bytes of the body.</param>
internal sealed class Told(Action<long>? done, long length)
{
    private readonly Lock _gate = new();
    private long _told;

    /// <summary>Takes what the SDK tells.</summary>
    public void Moved(object? sender, StreamTransferProgressArgs e) => Tell(Math.Min(e.TransferredBytes, length));

    /// <summary>Tells the rest.</summary>
    public void Ended() => Tell(length);

    private void Tell(long at)
    {
        lock (_gate)
        {
            if (at > _told)
            {
                long more = at - _told;
                _told = at;
                done?.Invoke(more);
            }
        }
    }
}
