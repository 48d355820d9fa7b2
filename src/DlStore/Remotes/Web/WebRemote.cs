using System.Collections.Concurrent;
using System.Net.Http.Headers;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes.Web;

/// <summary>
/// A remote that any static web server gives out; it is only read. Files and parts of them come by name; a file that changes while it is
/// read is noticed by its tag; what the server says of lengths is checked against what comes. Listings are <see cref="WebListing"/>'s.
/// </summary>
internal sealed class WebRemote : IRemote
{
    /// <summary>How long a server may send nothing.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private const int PieceLength = 256 * 1024;
    private const int TagsMax = 10_000;

    /// <summary>The most bytes that are read and dropped to come to a part, where a server gives whole files only.</summary>
    private const long SkipMax = 64 << 20;

    private readonly WebSite _site;
    private readonly WebUrl _url;
    private readonly ConcurrentDictionary<string, EntityTagHeaderValue> _tags = new(StringComparer.Ordinal);

    /// <summary>Makes a remote of a place on a web server; nothing is contacted yet.</summary>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="url">Where it is.</param>
    /// <param name="silence">How long the server may send nothing.</param>
    public WebRemote(string name, WebUrl url, TimeSpan silence)
    {
        Name = name;
        _url = url;
        _site = new WebSite(name, url, silence, 2 * ParallelMax);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Location => _url.Text;

    /// <inheritdoc/>
    public int ParallelMax => 8;

    /// <inheritdoc/>
    public bool IsReadOnly => true;

    /// <inheritdoc/>
    public async Task<bool> ExistsAsync(CancellationToken cancel) => await FindSizeAsync(RemoteLayout.Format, cancel) is not null;

    /// <inheritdoc/>
    public async Task<byte[]?> ReadAsync(string name, int lengthMax, CancellationToken cancel)
    {
        using WebAnswer answer = await _site.AskAsync(HttpMethod.Get, RemoteName.Require(name), null, null, cancel);
        return answer.IsThere ? await ReadWholeAsync(answer, lengthMax, cancel) : null;
    }

    /// <inheritdoc/>
    public async Task<long?> FindSizeAsync(string name, CancellationToken cancel) => (await FindAsync(name, cancel))?.Size;

    /// <inheritdoc/>
    public async Task ReadRangeAsync(string name, long offset, Memory<byte> buffer, CancellationToken cancel)
    {
        _ = RemoteName.Require(name);
        if (buffer.IsEmpty)
        {
            return;
        }

        RangeHeaderValue range = new(offset, offset + buffer.Length - 1);
        using WebAnswer answer = await _site.AskAsync(HttpMethod.Get, name, range, null, cancel);
        if (!answer.IsThere)
        {
            throw answer.IsPastEnd ? _site.EndsEarly(name) : _site.NotThere(name);
        }

        RequireSameTag(name, answer.Tag);
        if (answer.IsPart)
        {
            RequirePart(name, answer, offset, buffer.Length);
        }
        else
        {
            await SkipAsync(name, answer, offset, cancel);
        }

        if (await answer.ReadFullyAsync(buffer, cancel) < buffer.Length)
        {
            throw answer.IsPart ? _site.Cut(name) : _site.EndsEarly(name);
        }
    }

    /// <inheritdoc/>
    public Task<Oid> DownloadAsync(string name, string path, long lengthMax, Action<long>? done, CancellationToken cancel) =>
        new WebDownload(_site, RemoteName.Require(name), lengthMax).RunAsync(path, done, cancel);

    /// <inheritdoc/>
    public Task<PutResult> PutFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel) =>
        Task.FromException<PutResult>(Refusal("send", name));

    /// <inheritdoc/>
    public Task<PutResult> PutAsync(string name, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancel) =>
        Task.FromException<PutResult>(Refusal("send", name));

    /// <inheritdoc/>
    public Task<Durability> FlushAsync(CancellationToken cancel) => Task.FromException<Durability>(Refusal("send", "what was put"));

    /// <inheritdoc/>
    public Task<Oid?> FindHashAsync(string name, CancellationToken cancel)
    {
        try
        {
            _ = RemoteName.Require(name);
            return Task.FromResult<Oid?>(null);
        }
        catch (DlsException e)
        {
            return Task.FromException<Oid?>(e);
        }
    }

    /// <inheritdoc/>
    public Task<bool> MoveAsync(string name, string newName, CancellationToken cancel) =>
        Task.FromException<bool>(Refusal("move", name));

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(string name, CancellationToken cancel) => Task.FromException<bool>(Refusal("remove", name));

    /// <inheritdoc/>
    public IAsyncEnumerable<RemoteFile> ListAsync(string directory, CancellationToken cancel) =>
        new WebListing(this).ListAsync(RemoteName.Require(directory), cancel);

    /// <inheritdoc/>
    public void Dispose() => _site.Dispose();

    /// <summary>Asks how long a file is and when it was written; where the server does not answer that, by its first byte.</summary>
    /// <returns>Null if it is not there.</returns>
    internal async Task<(long Size, DateTimeOffset Changed)?> FindAsync(string name, CancellationToken cancel)
    {
        _ = RemoteName.Require(name);
        using (WebAnswer head = await _site.AskAsync(HttpMethod.Head, name, null, null, cancel))
        {
            if (head is { IsThere: true, Length: { } length })
            {
                return (length, head.Changed ?? DateTimeOffset.UnixEpoch);
            }

            if (head is { IsThere: false, IsRefused: false })
            {
                return null;
            }
        }

        using WebAnswer answer = await _site.AskAsync(HttpMethod.Get, name, new RangeHeaderValue(0, 0), null, cancel);
        long? size = answer.IsPart || answer.IsPastEnd ? answer.Range?.Length : answer.Length;
        return !answer.IsThere && !answer.IsPastEnd ? null
            : size is { } known ? (known, answer.Changed ?? DateTimeOffset.UnixEpoch)
            : throw _site.Failure(name, "the server does not say how long it is", "serve the files as they are, not through a program");
    }

    /// <summary>Asks for a directory as the server shows it.</summary>
    internal Task<WebAnswer> AskDirectoryAsync(string directory, CancellationToken cancel) =>
        _site.AskAsync(HttpMethod.Get, directory.Length == 0 ? "" : directory + "/", null, null, cancel);

    /// <summary>Reads a body that has to be small.</summary>
    internal async Task<byte[]> ReadWholeAsync(WebAnswer answer, int lengthMax, CancellationToken cancel)
    {
        using MemoryStream all = new();
        await answer.CopyAsync(lengthMax, piece => all.Write(piece.Span), cancel);
        return all.ToArray();
    }

    /// <summary>Makes a failure that names the file and the remote.</summary>
    internal DlsException Failure(string name, string why, string hint) => _site.Failure(name, why, hint);

    private async Task SkipAsync(string name, WebAnswer answer, long offset, CancellationToken cancel)
    {
        if (answer.Length <= offset)
        {
            throw _site.EndsEarly(name);
        }

        if (offset > SkipMax)
        {
            throw _site.Failure(name, $"the server gives no parts of files, and byte {offset} is too far from the first",
                "switch ranges on there; every common web server has them");
        }

        byte[] buffer = new byte[PieceLength];
        for (long left = offset; left > 0;)
        {
            int n = await answer.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancel);
            left = n > 0 ? left - n : throw _site.EndsEarly(name);
        }
    }

    /// <summary>Requires that the server sends the part that it was asked for.</summary>
    private void RequirePart(string name, WebAnswer answer, long offset, int length)
    {
        if (answer.Range is not { From: { } from, To: { } to } || from != offset || to >= offset + length)
        {
            throw _site.OtherPart(name, answer);
        }

        if (to < offset + length - 1)
        {
            throw _site.EndsEarly(name);
        }

        if (answer.Length is { } announced && announced != length)
        {
            throw _site.Failure(name, $"the server announces {announced} bytes for a part of {length}", "check the server");
        }
    }

    /// <summary>Parts of one file have one tag, for as long as the file is the same.</summary>
    private void RequireSameTag(string name, EntityTagHeaderValue? tag)
    {
        if (_tags.Count >= TagsMax)
        {
            _tags.Clear();
        }

        if (tag is not null && !_tags.GetOrAdd(name, tag).Equals(tag))
        {
            _tags.TryRemove(name, out _);
            throw _site.HasChanged(name);
        }
    }

    private DlsException Refusal(string doing, string name) => new(
        ErrorKind.Failed, $"{doing} '{RemoteName.Require(name)}' to remote '{Name}': '{Location}' can only be read",
        "write to the place that it serves, over ssh, S3 or a mount; `dls remote list` shows the remotes")
    { Remote = Name };
}
