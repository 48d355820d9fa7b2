using System.Net;
using System.Net.Sockets;

namespace DlStore.TestKit;

/// <summary>
/// A line between a client and a server on 127.0.0.1 that can be cut after so many bytes, or that swallows what the server answers to a
/// request: the server has done it, and nobody hears.
/// </summary>
public sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _target;
    private long _answerBytes;
    private long _requestBytes;
    private int _requests;

    public CuttingProxy(string target)
    {
        _target = new Uri(target);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Gets the line's address.</summary>
    public string Endpoint => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Gets or sets after how many bytes of answers a connection is cut; each cut takes one from <see cref="Cuts"/>.</summary>
    public long CutAfter { get; set; } = long.MaxValue;

    /// <summary>Gets or sets how many cuts are left.</summary>
    public int Cuts { get; set; }

    /// <summary>Gets or sets a word: the answer to the request that has it in its head is lost, once.</summary>
    public string? LoseAnswerTo { get; set; }

    /// <summary>Gets or sets a value indicating whether nothing passes any more, and nothing is closed.</summary>
    public bool IsDead { get; set; }

    /// <summary>Gets how many requests have passed.</summary>
    public int Requests => _requests;

    /// <summary>Gets how many bytes the client has sent.</summary>
    public long RequestBytes => _requestBytes;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using TcpClient server = new();
        bool lose = false;
        try
        {
            await server.ConnectAsync(_target.Host, _target.Port);
#pragma warning disable CA2025 // Closing the two ends is what ends the copies.
            Task requests = CopyAsync(client, server, piece =>
            {
                string head = System.Text.Encoding.Latin1.GetString(piece.Span);
                Interlocked.Add(ref _requestBytes, piece.Length);
                Interlocked.Add(ref _requests, head.Split(" HTTP/1.1\r\n").Length - 1);
                if (LoseAnswerTo is { } word && head.Contains(word, StringComparison.Ordinal))
                {
                    LoseAnswerTo = null;
                    lose = true;
                }

                return true;
            });
            Task answers = CopyAsync(server, client, piece =>
            {
                if (lose && !piece.Span.StartsWith("HTTP/1.1 100"u8))
                {
                    return false;
                }

                if (Interlocked.Add(ref _answerBytes, piece.Length) <= CutAfter || Cuts <= 0)
                {
                    return true;
                }

                Cuts--;
                _answerBytes = 0;
                return false;
            });
#pragma warning restore CA2025
            await Task.WhenAny(requests, answers);
        }
        catch (SocketException)
        {
            // The server is away: so is this line.
        }
        finally
        {
            client.Dispose();
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, Func<ReadOnlyMemory<byte>, bool> passes)
    {
        byte[] buffer = new byte[65536];
        try
        {
            for (int n; (n = await from.GetStream().ReadAsync(buffer)) > 0;)
            {
                while (IsDead)
                {
                    await Task.Delay(100);
                }

                if (!passes(buffer.AsMemory(0, n)))
                {
                    return;
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, n));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One end is closed.
        }
    }
}
