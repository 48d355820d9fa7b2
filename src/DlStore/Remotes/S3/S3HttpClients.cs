using System.Net.Sockets;
using Amazon.Runtime;

namespace DlStore.Remotes.S3;

/// <summary>
/// The one HTTP client of a remote. The SDK's own has one limit for a whole request, and a file may take hours: here the kernel says when
/// a line is dead, by unanswered bytes or unanswered probes, and <see cref="S3Watch"/> when nothing moves.
/// </summary>
internal sealed class S3HttpClients : HttpClientFactory, IDisposable
{
    private const int DeadAfterSeconds = 30;

    /// <summary>TCP_USER_TIMEOUT of tcp(7), in milliseconds: how long sent bytes may stay unanswered.</summary>
    private const int TcpUserTimeout = 18;

    /// <summary>Bytes that may wait in the kernel: enough for 100 Mbit/s at 50 ms, and few enough that progress is real.</summary>
    private const int SendBuffer = 1 << 20;

    /// <summary>What is longer waits for the service to say that it wants the bytes; for less, that is a round trip too many.</summary>
    private const long AskFirst = 1 << 20;

    private readonly HttpClient _client = new(new Eager(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        MaxConnectionsPerServer = 32,
        ConnectCallback = ConnectAsync,
    }))
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _client.Dispose();

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendBufferSize = SendBuffer };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 10);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, BitConverter.GetBytes(DeadAfterSeconds * 1000));
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends short bodies at once; the SDK would ask before each.</summary>
    private sealed class Eager(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content?.Headers.ContentLength is <= AskFirst)
            {
                request.Headers.ExpectContinue = false;
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
