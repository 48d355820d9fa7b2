using DlStore.Io;

namespace DlStore.Ssh;

/// <summary>
/// Runs shell scripts on a host: the one way in which dls reaches hosts, this machine among them. The same small program runs everywhere,
/// <c>sh -c 'eval "$(dd bs=1 count=N)"'</c>: it reads N bytes of script from its standard input, evaluates them, and leaves the rest of the
/// input to the script. So no
/// script or argument passes through the login shell (which may be csh or fish), and nothing that is sent can be seen in a list of
/// processes.
/// </summary>
/// <remarks>
/// ssh runs in a session of its own: it cannot ask on the terminal, and cancelling ends it with all it started. A script on another host
/// that waits for nothing notices a
/// lost connection only when it reads or writes. Any number of scripts may run at once. A host's answers are untrusted.
/// </remarks>
/// <param name="address">Where.</param>
/// <param name="environment">The process environment: PATH, HOME, SSH_AUTH_SOCK, SSH_ASKPASS.</param>
/// <param name="sshConfig">ssh's configuration file instead of the user's own, absolute, or null.</param>
internal sealed class HostShell(HostAddress address, IReadOnlyDictionary<string, string> environment, string? sshConfig)
{
    /// <summary>The most that a script may write to standard output when it is not read as a stream: 64 MiB.</summary>
    public const int OutputMax = 64 * 1024 * 1024;

    private const int ErrorMax = 4 * 1024 * 1024;
    private const int SshFailed = 255;

    /// <summary>Gets where this is.</summary>
    public HostAddress Address => address;

    /// <summary>Gets the host's name.</summary>
    public string Name => address.Name;

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">What to run.</param>
    /// <param name="input">Its whole standard input.</param>
    /// <param name="cancel">Ends the script's shell, or the connection to it.</param>
    /// <returns>How it ended, whatever its exit code.</returns>
    /// <exception cref="DlsException">Kind Failed: the host cannot be reached, or the connection was lost; the hint says what to
    /// do.</exception>
    public Task<HostReply> RunAsync(HostScript script, ReadOnlyMemory<byte> input = default, CancellationToken cancel = default)
        => StreamAsync(script, async (stream, stop) => await stream.WriteAsync(input, stop), null, cancel);

    /// <summary>Runs a script that must succeed.</summary>
    /// <param name="script">What to run.</param>
    /// <param name="input">Its whole standard input.</param>
    /// <param name="cancel">Ends the script's shell, or the connection to it.</param>
    /// <returns>Its reply; the exit code is 0.</returns>
    /// <exception cref="DlsException">Kind Failed: as <see cref="RunAsync"/>, or the exit code is not 0: the message has the last lines of
    /// its standard error.</exception>
    public async Task<HostReply> RequireAsync(HostScript script, ReadOnlyMemory<byte> input = default, CancellationToken cancel = default)
        => RequireDone(script, await RunAsync(script, input, cancel));

    /// <summary>Runs a script to its end while its input is written and its output is read, each on a thread of its own.</summary>
    /// <param name="script">What to run.</param>
    /// <param name="writeInput">Writes its standard input, which ends when this returns; null for none. Bytes that the script does not read
    /// are dropped.</param>
    /// <param name="readOutput">Reads its standard output; null to collect it. What it leaves unread is read to the end, but no more than
    /// 64 MiB of it.</param>
    /// <param name="cancel">Ends the script's shell, or the connection to it.</param>
    /// <returns>How it ended, whatever its exit code.</returns>
    /// <exception cref="DlsException">Kind Failed: as <see cref="RunAsync"/>. What the two functions throw is passed on, unless the lost
    /// connection explains it.</exception>
    public async Task<HostReply> StreamAsync(
        HostScript script, Func<Stream,
            CancellationToken, Task>? writeInput, Func<Stream, CancellationToken, Task>? readOutput, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        byte[] text = script.Encode(address.Root);
        using ChildProcess child = Start(text.Length);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using CancellationTokenRegistration kill = stop.Token.Register(child.Kill);
        ChildOutput output = new(child, stop.Token);
        byte[] collected = [];
#pragma warning disable CA2025 // EndAsync waits for both threads before anything is disposed
        Task write = OnThread(() => WriteAsync(child, text, writeInput, stop.Token));
        Task read = OnThread(async () =>
        {
            if (readOutput is null)
            {
                collected = Collect(script, child, output);
            }
            else
            {
                await readOutput(output, stop.Token);
                Drain(output);
            }
        });
#pragma warning restore CA2025
        await EndAsync(child, output, write, read, stop);
        cancel.ThrowIfCancellationRequested();
        if (write.Exception?.InnerException is { } own and not OperationCanceledException)
        {
            // Bytes that could not be read here: all that followed there comes from that.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(own);
        }

        HostReply reply = new(child.WaitForExit(), collected, child.ReadError());
        RequireWhole(script, reply, read, output);
        await read;
        return reply;
    }

    /// <summary>Refuses a reply that the connection, or a script that ended too early, has cut short.</summary>
    private void RequireWhole(HostScript script, HostReply reply, Task read, ChildOutput output)
    {
        if (reply.ExitCode == SshFailed && !address.IsLocal)
        {
            throw HostFailure.Explain(address, script.What, reply, read.Exception?.InnerException);
        }

        // A stream that ends too early is the lesser news: the script says why it ended.
        if (reply.ExitCode != 0 && read.IsFaulted && output.AtEnd)
        {
            throw Failure(script, reply, read.Exception!.InnerException);
        }
    }

    /// <summary>Refuses a reply whose exit code is not 0.</summary>
    /// <param name="script">What was run.</param>
    /// <param name="reply">What it said.</param>
    /// <returns>The same reply.</returns>
    /// <exception cref="DlsException">Kind Failed: the exit code is not 0.</exception>
    public HostReply RequireDone(HostScript script, HostReply reply) => reply.ExitCode == 0 ? reply : throw Failure(script, reply, null);

    private DlsException Failure(HostScript script, HostReply reply, Exception? inner)
        => new(ErrorKind.Failed, $"{script.What} on host '{Name}': {reply.Why()}", null, inner);

    private static async Task WriteAsync(
        ChildProcess child, byte[] text, Func<Stream, CancellationToken, Task>? writeInput, CancellationToken stop)
    {
        try
        {
            ChildInput input = new(child);
            await input.WriteAsync(text, stop);
            if (writeInput is not null)
            {
                await writeInput(input, stop);
            }
        }
        catch
        {
            // Half an input that ends in good order could be taken for a whole one.
            child.Kill();
            throw;
        }
        finally
        {
            child.CloseInput();
        }
    }

    private byte[] Collect(HostScript script, ChildProcess child, ChildOutput output)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[64 * 1024];
        for (int read; (read = output.Read(buffer)) > 0;)
        {
            all.Write(buffer, 0, read);
            if (all.Length > OutputMax || child.ErrorLength > ErrorMax)
            {
                throw new DlsException(ErrorKind.Failed, $"{script.What} on host '{Name}': it says more than {OutputMax} bytes");
            }
        }

        return all.ToArray();
    }

    private static void Drain(ChildOutput output)
    {
        byte[] buffer = new byte[64 * 1024];
        for (long total = 0, read; total < OutputMax && (read = output.Read(buffer)) > 0; total += read)
        {
        }
    }

    /// <summary>Waits for the child and both threads; none of them is left running.</summary>
    private static async Task EndAsync(ChildProcess child, ChildOutput output, Task write, Task read, CancellationTokenSource stop)
    {
        await ((Task)read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!output.AtEnd)
        {
            // The reader gave up, or has all it wants: nobody would empty the pipe.
            await stop.CancelAsync();
        }

        for (int delayMs = 1; !child.HasEnded; delayMs = Math.Min(delayMs * 2, 50))
        {
            if (child.ErrorLength > ErrorMax)
            {
                child.Kill();
            }

            await Task.Delay(delayMs, CancellationToken.None);
        }

        await ((Task)write).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static Task OnThread(Func<Task> work)
        => Task.Factory.StartNew(
            () => work().GetAwaiter().GetResult(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private ChildProcess Start(int scriptBytes)
    {
        if (!address.IsLocal && !SshSettings.HasProgram(environment))
        {
            throw new DlsException(
                ErrorKind.Missing, $"reach host '{Name}': there is no ssh program in PATH",
                "install OpenSSH's client (`apt-get install openssh-client`): the built-in client carries remotes, not hosts");
        }

        string program = $"eval \"$(dd bs=1 count={scriptBytes} 2>/dev/null)\"";
        return ChildProcess.Start(address.IsLocal
            ? new ChildCommand { Program = "sh", Arguments = ["-c", program], Environment = environment, OwnSession = true }
            : SshCommand.Shell(address, environment, sshConfig, $"exec sh -c '{program}'"));
    }
}
