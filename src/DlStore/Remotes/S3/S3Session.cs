using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace DlStore.Remotes.S3;

/// <summary>
/// The connection to a bucket: one client, made at the first call, and the one place where calls are made, watched and their failures put
/// into words.
/// </summary>
internal sealed class S3Session : IDisposable
{
    /// <summary>How often the SDK repeats a request that failed on the line or with HTTP 5xx: about ten seconds in all.</summary>
    private const int RetriesMax = 7;

    private readonly Lock _gate = new();
    private readonly RemoteOptions _options;
    private readonly S3Url _url;
    private readonly TimeSpan _idle;
    private readonly S3Credentials _credentials;
    private S3HttpClients? _http;
    private AmazonS3Client? _client;

    /// <summary>Names a bucket; nothing is contacted yet.</summary>
    /// <param name="remote">The remote's name.</param>
    /// <param name="url">The bucket and the prefix.</param>
    /// <param name="options">What else is configured.</param>
    /// <param name="environment">The process environment.</param>
    /// <param name="idle">How long nothing may move in a call.</param>
    public S3Session(
        string remote, S3Url url, RemoteOptions options, IReadOnlyDictionary<string, string> environment, TimeSpan idle)
    {
        _idle = idle;
        Remote = remote;
        _url = url;
        _options = options;
        _credentials = new S3Credentials(remote, options, environment);
    }

    /// <summary>Gets the remote's name.</summary>
    public string Remote { get; }

    /// <summary>Gets the URL as configured.</summary>
    public string Url => _url.Text;

    public string Bucket => _url.Bucket;

    /// <summary>Gets what all keys begin with; empty, or ends with a slash.</summary>
    public string Prefix => _url.Prefix;

    /// <summary>Gets the service as messages name it.</summary>
    public string Place => _options.Endpoint is { } endpoint ? $"'{endpoint}'" : "Amazon S3";

    public string Region { get; private set; } = "";

    /// <summary>Gives the key of a file.</summary>
    /// <exception cref="DlsException">Kind Corrupt: the name could lead out of the prefix.</exception>
    public string KeyOf(string name) => IsSafe(name) ? _url.Prefix + name
        : throw new DlsException(ErrorKind.Corrupt, $"refuse remote file name '{name}'");

    /// <summary>Tells whether a name stays below the prefix and is one that dls writes.</summary>
    public static bool IsSafe(string name) =>
        name.Length > 0 && !name.Split('/').Any(static p => p is "" or "." or "..") && !name.Any(char.IsControl);

    /// <summary>Makes a call.</summary>
    /// <param name="call">What it does, for messages.</param>
    /// <param name="run">Makes it.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="limit">How long nothing may move.</param>
    /// <returns>What the call gave.</returns>
    /// <exception cref="DlsException">It failed.</exception>
    public async Task<T> CallAsync<T>(
        S3Call call, Func<AmazonS3Client, S3Watch, Task<T>> run, CancellationToken cancel, TimeSpan? limit = null)
    {
        cancel.ThrowIfCancellationRequested();
        using S3Watch watch = new(_idle, limit ?? _idle, cancel);
        try
        {
            // Finding the keys may ask the machine: not on the caller's thread.
            AmazonS3Client client = _client ?? await Task.Run(Client, watch.Token).WaitAsync(watch.Token);
            return await run(client, watch);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw S3Failure.Stalled(this, call, e);
        }
        catch (Exception e) when (S3Failure.IsExpected(e))
        {
            cancel.ThrowIfCancellationRequested();
            throw watch.Token.IsCancellationRequested ? S3Failure.Stalled(this, call, e) : S3Failure.Of(this, call, e);
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        _http?.Dispose();
    }

    private AmazonS3Client Client()
    {
        lock (_gate)
        {
            return _client ??= new AmazonS3Client(_credentials.Find(), Configure());
        }
    }

    private AmazonS3Config Configure()
    {
        Region = _credentials.Region();
        AmazonS3Config config = new()
        {
            HttpClientFactory = _http = new S3HttpClients(),
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = RetriesMax,
            // Its budget is shared by all requests: after an outage of seconds the first of many would give up at once.
            ThrottleRetries = false,
            DisableLogging = true,
            // Only the committed configuration says where bytes go.
            IgnoreConfiguredEndpointUrls = true,
            // The SDK's CRC trailers are refused by services that are not Amazon's. Every request carries the SHA-256 of its body anyway.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            ForcePathStyle = _options.PathStyle ?? _options.Endpoint is not null,
        };
        if (_options.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = Region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(Region);
        }

        return config;
    }
}
