using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DlStore.Tests.Remotes;

/// <summary>A web server on 127.0.0.1 that answers each request with whatever bytes a test says, wrong ones too; one request a line.</summary>
public sealed class AnsweringServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, NetworkStream, Task> _answer;

    /// <summary>Starts it.</summary>
    /// <param name="answer">Given the head of a request and the line to write to; the line is closed afterwards.</param>
    public AnsweringServer(Func<string, NetworkStream, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Gets the address.</summary>
    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>Gets the heads of the requests so far.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Gets a token that ends with the server, for answers without end.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>Starts one that answers with a text.</summary>
    public static AnsweringServer Of(Func<string, string> answer) =>
        new(async (head, line) => await line.WriteAsync(Encoding.Latin1.GetBytes(answer(head).Replace("\n", "\r\n", StringComparison.Ordinal))));

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream line = client.GetStream();
                StringBuilder head = new();
                byte[] one = new byte[1];
                while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await line.ReadAsync(one) > 0)
                {
                    head.Append((char)one[0]);
                }

                Requests.Enqueue(head.ToString());
                await _answer(head.ToString(), line);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client has had enough.
            }
        }
    }
}
