using DlStore.Objects;

namespace DlStore.Remotes;

/// <summary>A remote around another: every call goes on to it. What differs is overridden.</summary>
/// <param name="inner">The remote inside; closed with this one.</param>
public abstract class WrappedRemote(IRemote inner) : IRemote
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <inheritdoc/>
    public int ParallelMax => inner.ParallelMax;

    /// <inheritdoc/>
    public virtual bool IsReadOnly => inner.IsReadOnly;

    /// <summary>Gets a value indicating whether the configuration, and not the place, says that it is only read.</summary>
    internal virtual bool IsMarkedReadOnly => inner is WrappedRemote { IsMarkedReadOnly: true };

    /// <inheritdoc/>
    public HashSource HashSource => inner.HashSource;

    /// <summary>Gets the remote inside.</summary>
    protected IRemote Inner => inner;

    /// <inheritdoc/>
    public virtual Task<bool> HasExclusiveCreateAsync(CancellationToken cancel) => inner.HasExclusiveCreateAsync(cancel);

    /// <inheritdoc/>
    public virtual Task<bool> ExistsAsync(CancellationToken cancel) => inner.ExistsAsync(cancel);

    /// <inheritdoc/>
    public virtual Task<byte[]?> ReadAsync(string name, int lengthMax, CancellationToken cancel) =>
        inner.ReadAsync(name, lengthMax, cancel);

    /// <inheritdoc/>
    public virtual Task<long?> FindSizeAsync(string name, CancellationToken cancel) => inner.FindSizeAsync(name, cancel);

    /// <inheritdoc/>
    public virtual Task ReadRangeAsync(string name, long offset, Memory<byte> buffer, CancellationToken cancel) =>
        inner.ReadRangeAsync(name, offset, buffer, cancel);

    /// <inheritdoc/>
    public virtual Task<Oid> DownloadAsync(string name, string path, long lengthMax, Action<long>? done, CancellationToken cancel) =>
        inner.DownloadAsync(name, path, lengthMax, done, cancel);

    /// <inheritdoc/>
    public virtual Task<PutResult> PutFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel) =>
        inner.PutFileAsync(name, path, oid, done, cancel);

    /// <inheritdoc/>
    public virtual Task<PutResult> ReplaceFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel) =>
        inner.ReplaceFileAsync(name, path, oid, done, cancel);

    /// <inheritdoc/>
    public virtual Task<PutResult> PutAsync(string name, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancel) =>
        inner.PutAsync(name, bytes, replace, cancel);

    /// <inheritdoc/>
    public virtual Task<Durability> FlushAsync(CancellationToken cancel) => inner.FlushAsync(cancel);

    /// <inheritdoc/>
    public virtual Task<Oid?> FindHashAsync(string name, CancellationToken cancel) => inner.FindHashAsync(name, cancel);

    /// <inheritdoc/>
    public virtual Task<bool> MoveAsync(string name, string newName, CancellationToken cancel) => inner.MoveAsync(name, newName, cancel);

    /// <inheritdoc/>
    public virtual Task<bool> RemoveAsync(string name, CancellationToken cancel) => inner.RemoveAsync(name, cancel);

    /// <inheritdoc/>
    public virtual IAsyncEnumerable<RemoteFile> ListAsync(string directory, CancellationToken cancel) => inner.ListAsync(directory, cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the remote inside.</summary>
    /// <param name="disposing">False from a finalizer, of which there is none.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
    }
}
