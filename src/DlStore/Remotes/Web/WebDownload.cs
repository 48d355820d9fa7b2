using System.Net.Http.Headers;
using DlStore.Objects;

namespace DlStore.Remotes.Web;

/// <summary>
/// Brings one file here. A line that is cut on the way costs nothing that has come: the rest is asked for, as long as the server's tag says
/// that the file is the same.
/// </summary>
/// <param name="site">The server.</param>
/// <param name="name">The file's name on the remote.</param>
/// <param name="lengthMax">The most bytes to accept.</param>
internal sealed class WebDownload(WebSite site, string name, long lengthMax)
{
    private const int ResumesMax = 20;
    private EntityTagHeaderValue? _tag;
    private long _length;

    /// <summary>Runs it.</summary>
    /// <param name="path">Absolute path of a new file.</param>
    /// <param name="done">Told the bytes of each piece.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>SHA-256 of the bytes that came.</returns>
    public async Task<Oid> RunAsync(string path, Action<long>? done, CancellationToken cancel)
    {
        using ReceivedFile file = new(path, done);
        await ReceiveAsync(
            piece =>
            {
                _length += piece.Length;
                file.Take(piece.Span);
            },
            cancel);
        return file.Finish();
    }

    private async Task ReceiveAsync(Action<ReadOnlyMemory<byte>> take, CancellationToken cancel)
    {
        for (int resumes = 0; ; resumes++)
        {
            long before = _length;
            try
            {
                using WebAnswer answer = await OpenAsync(cancel);
                _tag = answer.Tag;
                await answer.CopyAsync(lengthMax - _length, take, cancel);
                return;
            }
            catch (DlsException e) when (e.IsPassing && _tag is not null && _length > before && resumes < ResumesMax)
            {
                // What has come stays.
            }
        }
    }

    /// <summary>Asks for the file from where it stands; the rest of one that has changed is not the rest.</summary>
    private async Task<WebAnswer> OpenAsync(CancellationToken cancel)
    {
        bool goesOn = _length > 0;
        WebAnswer answer = await site.AskAsync(
            HttpMethod.Get, name, goesOn ? new RangeHeaderValue(_length, null) : null, goesOn ? _tag : null, cancel);
        DlsException? wrong = !answer.IsThere ? answer.IsPastEnd ? site.HasChanged(name) : site.NotThere(name)
            : goesOn && (!answer.IsPart || !Equals(answer.Tag, _tag)) ? site.HasChanged(name)
            : answer.IsPart != goesOn || (goesOn && answer.Range?.From != _length) ? site.OtherPart(name, answer)
            : answer.Length is { } rest && _length + rest > lengthMax ? site.TooLong(name, _length + rest, lengthMax) : null;
        if (wrong is not null)
        {
            answer.Dispose();
            throw wrong;
        }

        return answer;
    }
}
