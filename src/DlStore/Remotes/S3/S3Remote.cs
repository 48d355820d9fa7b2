using DlStore.Objects;

namespace DlStore.Remotes.S3;

/// <summary>
/// A remote that is a prefix in a bucket of an S3 service. Nothing is contacted, and no key looked for, before the first call. What S3
/// means for each promise of <see cref="IRemote"/> is written in docs/formats/remote-layout.md.
/// </summary>
public sealed class S3Remote : IRemote
{
    /// <summary>Above this it is asked first whether the file is there, rather than sent in vain.</summary>
    private const long LookFirst = 8 << 20;

    private readonly S3Session _session;
    private readonly S3Reading _reading;
    private readonly S3Writing _writing;
    private readonly S3Multipart _multipart;
    private readonly S3Listing _listing;
    private readonly S3Moving _moving;
    private readonly S3Sizes _sizes;

    /// <summary>Makes a remote of a bucket.</summary>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="url">Bucket and prefix.</param>
    /// <param name="options">The service's address, region and profile.</param>
    /// <param name="environment">The process environment.</param>
    public S3Remote(string name, S3Url url, RemoteOptions options, IReadOnlyDictionary<string, string> environment)
        : this(name, url, options, environment, S3Sizes.Usual)
    {
    }

    internal S3Remote(
        string name, S3Url url, RemoteOptions options, IReadOnlyDictionary<string, string> environment, S3Sizes sizes)
    {
        Name = name;
        Location = options.LocationOf(url.Text);
        _sizes = sizes;
        _session = new S3Session(name, url, options, environment, sizes.Idle);
        _reading = new S3Reading(_session);
        _writing = new S3Writing(_session, _reading);
        _multipart = new S3Multipart(_session, _reading, sizes);
        _listing = new S3Listing(_session);
        _moving = new S3Moving(_session, _reading, sizes);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Location { get; }

    /// <inheritdoc/>
    public int ParallelMax => 8;

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public HashSource HashSource => HashSource.Stored;

    /// <inheritdoc/>
    public Task<bool> HasExclusiveCreateAsync(CancellationToken cancel) => _writing.HasExclusiveCreateAsync(cancel);

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(CancellationToken cancel) => _listing.HasAnyAsync(cancel);

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string name, int lengthMax, CancellationToken cancel) => _reading.ReadAsync(name, lengthMax, cancel);

    /// <inheritdoc/>
    public async Task<long?> FindSizeAsync(string name, CancellationToken cancel) =>
        (await _reading.FindAsync(S3Call.Read(name), cancel))?.Size;

    /// <inheritdoc/>
    public Task ReadRangeAsync(string name, long offset, Memory<byte> buffer, CancellationToken cancel) =>
        _reading.ReadRangeAsync(name, offset, buffer, cancel);

    /// <inheritdoc/>
    public Task<Oid> DownloadAsync(string name, string path, long lengthMax, Action<long>? done, CancellationToken cancel) =>
        _reading.DownloadAsync(name, path, lengthMax, done, cancel);

    /// <inheritdoc/>
    public Task<PutResult> PutFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel) =>
        SendFileAsync(name, path, oid, isReplacing: false, done, cancel);

    /// <inheritdoc/>
    public Task<PutResult> ReplaceFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel) =>
        SendFileAsync(name, path, oid, isReplacing: true, done, cancel);

    private async Task<PutResult> SendFileAsync(
        string name, string path, Oid oid, bool isReplacing, Action<long>? done, CancellationToken cancel)
    {
        _ = _session.KeyOf(name);
        cancel.ThrowIfCancellationRequested();
        using LocalFile file = new(path, oid);
        bool isSingle = file.Size <= _sizes.SingleMax;
        if (isSingle)
        {
            await Task.Run(() => file.RequireRight(Name, cancel), cancel);
        }

        if ((isReplacing || file.Size > LookFirst) && await _reading.FindAsync(S3Call.Send(name), cancel) is { } there
            && await _writing.IsRightAsync(name, isReplacing ? there with { Hash = null } : there, file, cancel))
        {
            done?.Invoke(file.Size);
            return PutResult.AlreadyThere;
        }

        bool sent = isSingle
            ? await _writing.PutFileAsync(name, file, isReplacing, done, cancel)
            : await _multipart.SendAsync(name, file, isReplacing, done, cancel);
        return sent ? PutResult.Sent : PutResult.AlreadyThere;
    }

    /// <inheritdoc/>
    public Task<PutResult> PutAsync(string name, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancel) =>
        _writing.PutAsync(name, bytes, replace, cancel);

    /// <summary>S3 answers a put when the file would survive: nothing is left to do.</summary>
    /// <inheritdoc/>
    public Task<Durability> FlushAsync(CancellationToken cancel) => Task.FromResult(Durability.Confirmed);

    /// <inheritdoc/>
    public async Task<Oid?> FindHashAsync(string name, CancellationToken cancel) =>
        (await _reading.FindAsync(S3Call.Read(name), cancel))?.Hash;

    /// <inheritdoc/>
    public Task<bool> MoveAsync(string name, string newName, CancellationToken cancel) => _moving.MoveAsync(name, newName, cancel);

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(string name, CancellationToken cancel)
    {
        await _moving.RemoveAsync(name, cancel);
        return true;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RemoteFile> ListAsync(string directory, CancellationToken cancel) => _listing.ListAsync(directory, cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        _multipart.Dispose();
        _session.Dispose();
    }
}
