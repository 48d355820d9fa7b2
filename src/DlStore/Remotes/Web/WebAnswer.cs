using System.Net;
using System.Net.Http.Headers;

namespace DlStore.Remotes.Web;

/// <summary>What a web server answered: its head, and the body as it comes.</summary>
/// <param name="site">Where it came from, for messages.</param>
/// <param name="name">The file's name, for messages.</param>
/// <param name="response">The answer; closed with this one.</param>
internal sealed class WebAnswer(WebSite site, string name, HttpResponseMessage response) : IDisposable
{
    private const int PieceLength = 256 * 1024;
    private Stream? _body;

    /// <summary>Gets a value indicating whether the file is there.</summary>
    public bool IsThere => response.IsSuccessStatusCode;

    /// <summary>Gets a value indicating whether the range lies beyond the file's end.</summary>
    public bool IsPastEnd => response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable;

    /// <summary>Gets a value indicating whether the server does not answer such a question at all.</summary>
    public bool IsRefused => response.StatusCode is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented
        or HttpStatusCode.Forbidden;

    /// <summary>Gets the part that comes, or null if it is the whole file.</summary>
    public ContentRangeHeaderValue? Range => response.StatusCode is HttpStatusCode.PartialContent or
        HttpStatusCode.RequestedRangeNotSatisfiable ? response.Content.Headers.ContentRange : null;

    /// <summary>Gets a value indicating whether only a part comes.</summary>
    public bool IsPart => response.StatusCode == HttpStatusCode.PartialContent;

    /// <summary>Gets the length of the body as it is announced, or null.</summary>
    public long? Length => response.Content.Headers.ContentLength;

    /// <summary>Gets the kind of the body, for example <c>text/html</c>, or an empty text.</summary>
    public string MediaType => response.Content.Headers.ContentType?.MediaType ?? "";

    /// <summary>Gets when the file was last written, or null.</summary>
    public DateTimeOffset? Changed => response.Content.Headers.LastModified;

    /// <summary>Gets the tag that differs whenever a byte of the file does, or null: weak tags promise less.</summary>
    public EntityTagHeaderValue? Tag => response.Headers.ETag is { IsWeak: false } tag ? tag : null;

    /// <summary>Reads a piece of the body; a server that sends nothing for too long is given up.</summary>
    /// <param name="buffer">Filled from its start.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The bytes read; 0 at the end.</returns>
    /// <exception cref="DlsException">Kind Failed, passing: the line was cut, or is silent.</exception>
    public Task<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel) => site.WatchedAsync(
        name,
        async token =>
        {
            _body ??= await response.Content.ReadAsStreamAsync(token);
            return await _body.ReadAsync(buffer, token);
        },
        cancel);

    /// <summary>Reads until the buffer is full or the body ends.</summary>
    /// <param name="buffer">Filled from its start.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The bytes read.</returns>
    public async Task<int> ReadFullyAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        int done = 0;
        for (int n = -1; done < buffer.Length && n != 0; done += n)
        {
            n = await ReadAsync(buffer[done..], cancel);
        }

        return done;
    }

    /// <summary>Reads the body to its end, no more than so many bytes.</summary>
    /// <param name="lengthMax">The most bytes to accept.</param>
    /// <param name="take">Given each piece.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="DlsException">Kind Corrupt: there are more.</exception>
    public async Task CopyAsync(long lengthMax, Action<ReadOnlyMemory<byte>> take, CancellationToken cancel)
    {
        if (Length > lengthMax)
        {
            throw site.TooLong(name, Length.Value, lengthMax);
        }

        byte[] buffer = new byte[(int)Math.Min(PieceLength, lengthMax + 1)];
        long left = lengthMax;
        for (int n; (n = await ReadAsync(buffer, cancel)) > 0; left -= n)
        {
            take(n <= left ? buffer.AsMemory(0, n) : throw site.TooLong(name, lengthMax + 1, lengthMax));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _body?.Dispose();
        response.Dispose();
    }
}
