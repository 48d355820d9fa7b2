using DlStore.Objects;

namespace DlStore.Remotes;

/// <summary>
/// Keeps what goes to a remote and comes from it below a rate: who reports bytes waits until they would be through. Single pieces still go
/// as fast as the line; the average holds.
/// </summary>
/// <param name="inner">The remote; closed with this one.</param>
/// <param name="pace">The pace, one for all calls.</param>
internal sealed class PacedRemote(IRemote inner, Pace pace) : WrappedRemote(inner)
{
    /// <inheritdoc/>
    public override async Task<byte[]?> ReadAsync(string name, int lengthMax, CancellationToken cancel)
    {
        byte[]? bytes = await Inner.ReadAsync(name, lengthMax, cancel);
        await Task.Delay(pace.Take(bytes?.Length ?? 0), cancel);
        return bytes;
    }

    /// <inheritdoc/>
    public override async Task ReadRangeAsync(string name, long offset, Memory<byte> buffer, CancellationToken cancel)
    {
        await Inner.ReadRangeAsync(name, offset, buffer, cancel);
        await Task.Delay(pace.Take(buffer.Length), cancel);
    }

    /// <inheritdoc/>
    public override Task<Oid> DownloadAsync(string name, string path, long lengthMax, Action<long>? done, CancellationToken cancel) =>
        Inner.DownloadAsync(name, path, lengthMax, Paced(done, cancel), cancel);

    /// <inheritdoc/>
    public override Task<PutResult> PutFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel) =>
        Inner.PutFileAsync(name, path, oid, Paced(done, cancel), cancel);

    /// <inheritdoc/>
    public override Task<PutResult> ReplaceFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel) =>
        Inner.ReplaceFileAsync(name, path, oid, Paced(done, cancel), cancel);

    /// <inheritdoc/>
    public override async Task<PutResult> PutAsync(string name, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancel)
    {
        PutResult result = await Inner.PutAsync(name, bytes, replace, cancel);
        await Task.Delay(pace.Take(bytes.Length), cancel);
        return result;
    }

    private Action<long> Paced(Action<long>? done, CancellationToken cancel) => bytes =>
    {
        done?.Invoke(bytes);
        if (pace.Take(bytes) is { Ticks: > 0 } wait)
        {
            cancel.WaitHandle.WaitOne(wait);
            cancel.ThrowIfCancellationRequested();
        }
    };
}
