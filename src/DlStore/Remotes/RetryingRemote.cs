using System.Runtime.CompilerServices;
using DlStore.Objects;

using Jitter = System.Security.Cryptography.RandomNumberGenerator;

namespace DlStore.Remotes;

/// <summary>
/// Makes calls again that failed for a passing reason: a line that was cut, a server that is busy. Every call of a remote may be repeated,
/// so nothing is done twice; the wait doubles each time and differs by chance, so that clients do not come back all at once.
/// </summary>
/// <param name="inner">The remote; closed with this one.</param>
/// <param name="first">The wait before the second try.</param>
internal sealed class RetryingRemote(IRemote inner, TimeSpan first) : WrappedRemote(inner)
{
    /// <summary>The most tries of one call.</summary>
    public const int TriesMax = 4;

    /// <inheritdoc/>
    public override Task<bool> ExistsAsync(CancellationToken cancel) => RunAsync(() => Inner.ExistsAsync(cancel), cancel);

    /// <inheritdoc/>
    public override Task<byte[]?> ReadAsync(string name, int lengthMax, CancellationToken cancel) =>
        RunAsync(() => Inner.ReadAsync(name, lengthMax, cancel), cancel);

    /// <inheritdoc/>
    public override Task<long?> FindSizeAsync(string name, CancellationToken cancel) =>
        RunAsync(() => Inner.FindSizeAsync(name, cancel), cancel);

    /// <inheritdoc/>
    public override Task ReadRangeAsync(string name, long offset, Memory<byte> buffer, CancellationToken cancel) => RunAsync(
        async () =>
        {
            await Inner.ReadRangeAsync(name, offset, buffer, cancel);
            return true;
        },
        cancel);

    /// <inheritdoc/>
    public override Task<Oid> DownloadAsync(string name, string path, long lengthMax, Action<long>? done, CancellationToken cancel) =>
        RunAsync(told => Inner.DownloadAsync(name, path, lengthMax, told, cancel), done, cancel);

    /// <inheritdoc/>
    public override Task<PutResult> PutFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel) =>
        RunAsync(told => Inner.PutFileAsync(name, path, oid, told, cancel), done, cancel);

    /// <inheritdoc/>
    public override Task<PutResult> ReplaceFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel) =>
        RunAsync(told => Inner.ReplaceFileAsync(name, path, oid, told, cancel), done, cancel);

    /// <inheritdoc/>
    public override Task<PutResult> PutAsync(string name, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancel) =>
        RunAsync(() => Inner.PutAsync(name, bytes, replace, cancel), cancel);

    /// <inheritdoc/>
    public override Task<Durability> FlushAsync(CancellationToken cancel) => RunAsync(() => Inner.FlushAsync(cancel), cancel);

    /// <inheritdoc/>
    public override Task<Oid?> FindHashAsync(string name, CancellationToken cancel) =>
        RunAsync(() => Inner.FindHashAsync(name, cancel), cancel);

    /// <inheritdoc/>
    public override Task<bool> MoveAsync(string name, string newName, CancellationToken cancel) =>
        RunAsync(() => Inner.MoveAsync(name, newName, cancel), cancel);

    /// <inheritdoc/>
    public override Task<bool> RemoveAsync(string name, CancellationToken cancel) =>
        RunAsync(() => Inner.RemoveAsync(name, cancel), cancel);

    /// <summary>Lists; begins again only while nothing was handed on, because a listing has no order.</summary>
    /// <inheritdoc/>
    public override async IAsyncEnumerable<RemoteFile> ListAsync(string directory, [EnumeratorCancellation] CancellationToken cancel)
    {
        IAsyncEnumerator<RemoteFile>? files = null;
        try
        {
            bool any = await RunAsync(
                async () =>
                {
                    if (files is not null)
                    {
                        await files.DisposeAsync();
                    }

                    files = Inner.ListAsync(directory, cancel).GetAsyncEnumerator(cancel);
                    return await files.MoveNextAsync();
                },
                cancel);
            for (; any; any = await files!.MoveNextAsync())
            {
                yield return files!.Current;
            }
        }
        finally
        {
            if (files is not null)
            {
                await files.DisposeAsync();
            }
        }
    }

    private Task<T> RunAsync<T>(Func<Action<long>?, Task<T>> call, Action<long>? done, CancellationToken cancel)
    {
        long told = 0;
        return RunAsync(
            () =>
            {
                // What an earlier try has told did not come to anything: bars count bytes that did.
                done?.Invoke(-Interlocked.Exchange(ref told, 0));
                return call(done is null ? null : n =>
                {
                    Interlocked.Add(ref told, n);
                    done(n);
                });
            },
            cancel);
    }

    private async Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancel)
    {
        TimeSpan wait = first;
        for (int tries = 1; ; tries++)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                return await call();
            }
            catch (DlsException e) when (e.IsPassing && tries < TriesMax && !cancel.IsCancellationRequested)
            {
                TimeSpan ours = wait * (Jitter.GetInt32(500, 1500) / 1000.0);
                await Task.Delay(ours > e.RetryAfter ? ours : e.RetryAfter, cancel);
                wait *= 3;
            }
        }
    }
}
