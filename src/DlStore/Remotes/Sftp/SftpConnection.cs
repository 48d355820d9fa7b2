using System.Buffers.Binary;
using System.Collections.Concurrent;
using DlStore.Io;

namespace DlStore.Remotes.Sftp;

/// <summary>
/// One SFTP connection: requests are sent without waiting for the answers of earlier ones, and a thread of its own hands each answer to
/// whoever waits for it. Safe for several threads. What the server sends is not trusted: packets have a limit and must answer a request.
/// </summary>
internal sealed class SftpConnection : IDisposable
{
    /// <summary>The most bytes of a packet that is accepted; a server's own limit for READ is 256 KiB at OpenSSH.</summary>
    public const int PacketMax = 1 << 20;

    private const int ReadLength = 512 * 1024;
    private const int FarewellMs = 2_000;
    private static readonly TimeSpan StallLimitDefault = TimeSpan.FromMinutes(2);
    private readonly ChildProcess _child;
    private readonly TimeSpan _stallLimit;
    private readonly Lock _writing = new();
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<SftpReply>> _waiting = new();
    private readonly TaskCompletionSource<SftpReply> _version = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, string> _extensions = new(StringComparer.Ordinal);
    private readonly Timer _watch;
    private readonly Thread _reader;
    private long _lastSign = Environment.TickCount64;
    private uint _nextId;
    private volatile Exception? _lost;

    private SftpConnection(ChildProcess child, TimeSpan stallLimit)
    {
        _child = child;
        _stallLimit = stallLimit;
        _reader = new Thread(ReadAll) { IsBackground = true, Name = "sftp" };
        _reader.Start();
        _watch = new Timer(_ => Watch(), null, stallLimit / 20, stallLimit / 20);
    }

    /// <summary>Gets a value indicating whether the connection is lost: nothing more can be asked.</summary>
    public bool IsLost => _lost is not null;

    /// <summary>Gets the most bytes of one READ.</summary>
    public int ReadMax { get; private set; } = 32 * 1024;

    /// <summary>Gets the most bytes of one WRITE.</summary>
    public int WriteMax { get; private set; } = 32 * 1024;

    /// <summary>Connects and agrees on the protocol.</summary>
    /// <param name="command">A program that speaks SFTP on its standard input and output.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <param name="stallLimit">How long the server may leave everything unanswered; null for two minutes.</param>
    /// <returns>The connection; dispose it.</returns>
    /// <exception cref="SftpOpenException">It ended before it answered, or it speaks something else.</exception>
    public static async Task<SftpConnection> OpenAsync(ChildCommand command, CancellationToken cancel, TimeSpan? stallLimit = null)
    {
        SftpConnection connection = new(ChildProcess.Start(command), stallLimit ?? StallLimitDefault);
        try
        {
            await connection.GreetAsync(cancel);
            return connection;
        }
        catch (SftpLostException e)
        {
            (int exitCode, string said) = connection.Farewell();
            connection.Dispose();
            throw new SftpOpenException(exitCode, said, e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Tells whether the server offers an extension.</summary>
    public bool Offers(string extension) => _extensions.ContainsKey(extension);

    /// <summary>Sends a request; returns when it is on its way.</summary>
    /// <param name="request">The request; disposed here.</param>
    /// <returns>A task that ends with the answer, which the caller disposes.</returns>
    /// <exception cref="SftpLostException">The connection is lost.</exception>
    public Task<SftpReply> Send(SftpRequest request)
    {
        using (request)
        {
            TaskCompletionSource<SftpReply> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_writing)
            {
                uint id = ++_nextId;
                _waiting[id] = answer;
                if (_lost is null)
                {
                    Write(request.Finish(id));
                }
            }

            if (_lost is { } lost)
            {
                FailAll(lost);
            }

            return answer.Task;
        }
    }

    /// <summary>Gives what the program that carries the connection said, once it is lost.</summary>
    /// <returns>Its exit code and the text.</returns>
    public (int ExitCode, string Error) Farewell()
    {
        for (int waitedMs = 0; !_child.HasEnded && waitedMs < FarewellMs; waitedMs += 10)
        {
            Thread.Sleep(10);
        }

        _child.Kill();
        return (_child.WaitForExit(), _child.ReadError());
    }

    public void Dispose()
    {
        Lose(new SftpLostException("the connection was closed"));
        _watch.Dispose();
        _child.Kill();
        _reader.Join();
        _child.Dispose();
    }

    private async Task GreetAsync(CancellationToken cancel)
    {
        byte[] hello = new byte[9];
        BinaryPrimitives.WriteInt32BigEndian(hello, 5);
        hello[4] = (byte)SftpCode.Init;
        BinaryPrimitives.WriteInt32BigEndian(hello.AsSpan(5), 3);
        lock (_writing)
        {
            Write(hello);
        }

        using (SftpReply version = await _version.Task.WaitAsync(cancel))
        {
            int number = version.Number();
            while (!version.AtEnd)
            {
                _extensions[version.Text()] = version.Text();
            }

            if (number < 3)
            {
                throw new SftpLostException($"the server speaks version {number} of SFTP, and dls needs 3");
            }
        }

        if (Offers("limits@openssh.com"))
        {
            // Nobody waits for it: what is asked next is smaller than any limit, and its answer comes after this one.
            _ = TakeLimitsAsync(Send(SftpRequest.Extended("limits@openssh.com")));
        }
    }

    private async Task TakeLimitsAsync(Task<SftpReply> asked)
    {
        try
        {
            using SftpReply limits = await asked;
            _ = limits.Require(SftpCode.ExtendedReply).Number64();
            ReadMax = (int)Math.Clamp(limits.Number64(), 4096, PacketMax - 1024);
            WriteMax = (int)Math.Clamp(limits.Number64(), 4096, PacketMax - 1024);
        }
        catch (Exception e) when (e is SftpException or SftpLostException)
        {
            // The small packets that every server takes are used; a lost line is told to whoever asks next.
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _child.Input.Write(bytes);
            Volatile.Write(ref _lastSign, Environment.TickCount64);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Lose(new SftpLostException("the connection ended"));
        }
    }

    private void ReadAll()
    {
        byte[] buffer = new byte[ReadLength];
        int filled = 0;
        try
        {
            while (true)
            {
                int read = _child.Output.Read(buffer.AsSpan(filled));
                if (read == 0)
                {
                    throw new SftpLostException("the connection ended");
                }

                Volatile.Write(ref _lastSign, Environment.TickCount64);
                filled += read;
                int used = 0;
                int length;
                while (filled - used >= 5 && filled - used - 4 >= (length = LengthAt(buffer, used)))
                {
                    Take(buffer.AsSpan(used + 4, length));
                    used += 4 + length;
                }

                buffer.AsSpan(used, filled - used).CopyTo(buffer);
                filled -= used;
                if (filled >= 4 && LengthAt(buffer, 0) + 4 > buffer.Length)
                {
                    Array.Resize(ref buffer, PacketMax + 4);
                }
            }
        }
        catch (Exception e) when (e is SftpLostException or IOException or ObjectDisposedException)
        {
            Lose(e as SftpLostException ?? new SftpLostException("the connection ended"));
        }
    }

    private static int LengthAt(byte[] buffer, int at)
    {
        int length = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(at));
        return length is > 0 and <= PacketMax ? length
            : throw new SftpLostException("what came is no SFTP; a login script of the server may print something");
    }

    private void Take(ReadOnlySpan<byte> packet)
    {
        SftpCode code = (SftpCode)packet[0];
        if (code == SftpCode.Version)
        {
            _version.TrySetResult(new SftpReply(code, packet[1..]));
            return;
        }

        if (packet.Length < 5 || !_waiting.TryRemove(BinaryPrimitives.ReadUInt32BigEndian(packet[1..]), out var waiting))
        {
            throw new SftpLostException("the server answered what nobody asked");
        }

        SftpReply reply = new(code, packet[5..]);
        if (!waiting.TrySetResult(reply))
        {
            reply.Dispose();
        }
    }

    /// <summary>A server that answers nothing for long, though nothing more is being sent, is as good as gone.</summary>
    private void Watch()
    {
        bool isWaiting = !_waiting.IsEmpty || !_version.Task.IsCompleted;
        if (isWaiting && Environment.TickCount64 - Volatile.Read(ref _lastSign) > _stallLimit.TotalMilliseconds)
        {
            Lose(new SftpLostException($"the server has not answered for {_stallLimit.TotalSeconds:0} seconds"));
            _child.Kill();
        }
    }

    private void Lose(SftpLostException why)
    {
        _lost ??= why;
        FailAll(_lost);
    }

    private void FailAll(Exception why)
    {
        _version.TrySetException(why);
        foreach (uint id in _waiting.Keys)
        {
            if (_waiting.TryRemove(id, out TaskCompletionSource<SftpReply>? waiting))
            {
                waiting.TrySetException(why);
            }
        }
    }
}
