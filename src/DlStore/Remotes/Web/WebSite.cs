using System.Net;
using System.Net.Http.Headers;

namespace DlStore.Remotes.Web;

/// <summary>
/// Asks a web server. Redirects are followed within the host only, no cookie and no password is sent or kept, bodies come as they lie there
/// (no content encoding), and a server that is silent for too long is given up.
/// </summary>
internal sealed class WebSite : IDisposable
{
    private const int RedirectsMax = 5;
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AskedWaitMax = TimeSpan.FromMinutes(1);
    private readonly HttpClient _client;
    private readonly WebUrl _url;
    private readonly TimeSpan _silence;

    /// <summary>Makes the way to a server; nothing is contacted yet.</summary>
    /// <param name="remote">The remote's name, for messages.</param>
    /// <param name="url">Where it is.</param>
    /// <param name="silence">How long it may send nothing.</param>
    /// <param name="connectionsMax">The most connections at once.</param>
    public WebSite(string remote, WebUrl url, TimeSpan silence, int connectionsMax)
    {
        Remote = remote;
        _url = url;
        _silence = silence;
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = ConnectLimit,
            MaxConnectionsPerServer = connectionsMax,
            UseCookies = false,
            UseProxy = !url.Address.IsLoopback,
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Gets the remote's name.</summary>
    public string Remote { get; }

    /// <summary>Asks for a file, or about it.</summary>
    /// <param name="method">Get or Head.</param>
    /// <param name="name">Its name on the remote; a directory's ends with a slash, the root's is empty.</param>
    /// <param name="range">Which bytes, or null for all.</param>
    /// <param name="onlyIf">The part counts only while the file has this tag; otherwise the whole comes.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The answer; dispose it. A file that is not there, a range beyond the end and a refused Head are answers too.</returns>
    /// <exception cref="DlsException">Kind Failed: no answer, or one that is of no use.</exception>
    public async Task<WebAnswer> AskAsync(
        HttpMethod method, string name, RangeHeaderValue? range, EntityTagHeaderValue? onlyIf, CancellationToken cancel)
    {
        Uri address = AddressOf(name);
        for (int redirects = 0; ; redirects++)
        {
            using HttpRequestMessage request = Request(method, address, range, onlyIf);
            HttpResponseMessage response = await WatchedAsync(
                name, token => _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), cancel);
            bool keeps = false;
            try
            {
                if ((int)response.StatusCode is < 300 or >= 400)
                {
                    RequireUsable(response, method, name);
                    keeps = true;
                    return new WebAnswer(this, name, response);
                }

                Uri next = RedirectOf(response, address, name, redirects);
                if (!name.EndsWith('/') && next.AbsolutePath == address.AbsolutePath + "/")
                {
                    // So servers answer for a directory: no file has the name.
                    response.StatusCode = HttpStatusCode.NotFound;
                    keeps = true;
                    return new WebAnswer(this, name, response);
                }

                address = next;
            }
            finally
            {
                if (!keeps)
                {
                    response.Dispose();
                }
            }
        }
    }

    /// <summary>Runs one step of talking to the server; it may take as long as the server may be silent.</summary>
    /// <exception cref="DlsException">Kind Failed: it is silent, cannot be reached, or the line was cut.</exception>
    public async Task<T> WatchedAsync<T>(string name, Func<CancellationToken, Task<T>> step, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_silence);
        try
        {
            return await step(limit.Token);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            string why = limit.IsCancellationRequested ? $"the server has sent nothing for {_silence.TotalSeconds:0.#} s"
                : $"no connection within {ConnectLimit.TotalSeconds:0} s";
            throw Failure(name, why, "check the network and the server, then run the command again", e, isPassing: true);
        }
        catch (HttpRequestException e)
        {
            bool isPassing = e.HttpRequestError is not (HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
                or HttpRequestError.ConfigurationLimitExceeded);
            Exception cause = e.HttpRequestError == HttpRequestError.SecureConnectionError && e.InnerException is { } inner ? inner : e;
            throw Failure(name, cause.Message, "check the URL (`dls remote list`) and the network", e, isPassing);
        }
        catch (IOException e)
        {
            throw Failure(name, "the line was cut", "run the command again", e, isPassing: true);
        }
    }

    /// <summary>Makes a failure that names the file and the remote.</summary>
    public DlsException Failure(string name, string why, string? hint, Exception? cause = null, bool isPassing = false) =>
        new(ErrorKind.Failed, $"{Doing(name)}: {why}", hint, cause) { Remote = Remote, IsPassing = isPassing };

    /// <summary>The failure of a file that was another one a moment ago.</summary>
    public DlsException HasChanged(string name) =>
        Failure(name, "it has changed while it was read", "run the command again", null, isPassing: true);

    /// <summary>The failure of a body that ended before its announced end.</summary>
    public DlsException Cut(string name) => Failure(name, "the line was cut", "run the command again", null, isPassing: true);

    /// <summary>The failure of an answer to another question.</summary>
    public DlsException OtherPart(string name, WebAnswer answer) => Failure(
        name, $"the server sent another part than it was asked for ({answer.Range?.ToString() ?? "it does not say which"})",
        "check the server, or a proxy on the way");

    /// <summary>The failure of a file that is not there.</summary>
    public DlsException NotThere(string name) =>
        new(ErrorKind.Missing, $"{Doing(name)}: it is not there", "run `dls remote check`") { Remote = Remote };

    /// <summary>The failure of a file that is shorter than it should be.</summary>
    public DlsException EndsEarly(string name) =>
        new(ErrorKind.Missing, $"{Doing(name)}: it ends early", "run `dls remote check`") { Remote = Remote };

    /// <summary>The failure of a file that is longer than it may be.</summary>
    public DlsException TooLong(string name, long size, long lengthMax) => new(
        ErrorKind.Corrupt, $"{Doing(name)}: it has {size} bytes, more than {lengthMax}",
        $"run `dls verify --remote {Remote}`; nothing of it was used")
    { Remote = Remote };

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage Request(HttpMethod method, Uri address, RangeHeaderValue? range, EntityTagHeaderValue? onlyIf)
    {
        HttpRequestMessage request = new(method, address);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        request.Headers.Range = range;
        request.Headers.IfRange = onlyIf is null ? null : new RangeConditionHeaderValue(onlyIf);
        return request;
    }

    private string Doing(string name) => $"read '{(name.Length == 0 ? "/" : name)}' of remote '{Remote}'";

    private Uri AddressOf(string name)
    {
        string plain = name.EndsWith('/') ? name[..^1] : name;
        string path = name.Length == 0 ? "" : string.Join('/', RemoteName.Require(plain).Split('/').Select(Uri.EscapeDataString));
        return new Uri(_url.Address.AbsoluteUri + path + (name.EndsWith('/') ? "/" : ""));
    }

    /// <summary>Lets through what the caller can use; everything else is told.</summary>
    private void RequireUsable(HttpResponseMessage response, HttpMethod method, string name)
    {
        if (response.IsSuccessStatusCode)
        {
            string encoding = string.Join(", ", response.Content.Headers.ContentEncoding);
            if (encoding is not ("" or "identity"))
            {
                throw Failure(name, $"the server sends it encoded as {encoding}, although it was asked not to",
                    "switch compression off there for this directory");
            }

            return;
        }

        int status = (int)response.StatusCode;
        bool isDirectory = name.Length == 0 || name.EndsWith('/');
        if (status is 404 or 410 or 416 || ((isDirectory || method == HttpMethod.Head) && status is 403 or 405 or 501))
        {
            return;
        }

        string why = $"the server answered {status} {response.ReasonPhrase}".TrimEnd();
        TimeSpan? asked = status is 429 or 503 ? response.Headers.RetryAfter?.Delta : null;
        if (asked > AskedWaitMax)
        {
            throw Failure(name, $"{why} and asks to come back in {asked.Value.TotalSeconds:0} s", "run the command again then");
        }

        bool isPassing = status is 408 or 425 or 429 or 500 or 502 or 503 or 504;
        DlsException failure = Failure(name, why, isPassing ? "run the command again in a minute"
            : "a web remote is read without logging in: whoever runs the server has to open this place to everybody", null, isPassing);
        throw asked is null ? failure
            : new DlsException(failure.Kind, failure.Message, failure.Hint) { Remote = Remote, IsPassing = true, RetryAfter = asked.Value };
    }

    private Uri RedirectOf(HttpResponseMessage response, Uri address, string name, int redirects)
    {
        if (response.Headers.Location is not { } location || !Uri.TryCreate(address, location, out Uri? next))
        {
            throw Failure(name, $"the server answered {(int)response.StatusCode} and no place to go to", "check the URL");
        }

        bool isSame = next.Host == address.Host && (next.Scheme == address.Scheme ? next.Port == address.Port
            : next.Scheme == Uri.UriSchemeHttps && next.IsDefaultPort && address.IsDefaultPort);
        if (!isSame)
        {
            throw Failure(name, $"the server leads to '{next.GetLeftPart(UriPartial.Authority)}', which is not '{address.Authority}'",
                "if you trust that place, give its own URL to `dls remote add`");
        }

        return redirects < RedirectsMax ? next
            : throw Failure(name, $"the server led from place to place {RedirectsMax} times", "check the URL");
    }
}
