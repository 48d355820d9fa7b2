using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DlStore.Io;

/// <summary>
/// A program that dls started, by posix_spawn. System.Diagnostics.Process is not used: its first start costs about 14 ms.
/// </summary>
/// <remarks>
/// Standard error always goes to a nameless file in memory, and so does the standard output of a program run to its end: no pipe can fill
/// up while the
/// other is being read, no thread is needed, and a background grandchild that keeps an end open cannot make us wait for it.
/// Every descriptor of this process is close-on-exec, so a child gets exactly 0, 1 and 2. Children share our process group: Ctrl-C reaches
/// them.
/// One thread may write, one read, and any may end the child or ask whether it ended; otherwise not thread safe. Different instances may be
/// used at once.
/// </remarks>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>How long <see cref="Dispose"/> waits for a child to end by itself once its input is closed, in milliseconds.</summary>
    public const int EndTimeoutMs = 5_000;

    private const int ErrorBytesMax = 16 * 1024 * 1024;
    private readonly int _pid;
    private readonly SafeFileHandle _error;
    private readonly bool _ownSession;
    private readonly Lock _gate = new();
    private int? _status;

    private ChildProcess(int pid, bool ownSession, SafeFileHandle input, SafeFileHandle output, SafeFileHandle error)
    {
        _pid = pid;
        _ownSession = ownSession;
        _error = error;
        InputSize = SpawnNative.PipeSize(input);
        Input = new FileStream(input, FileAccess.Write, bufferSize: 0);
        Output = new FileStream(output, FileAccess.Read, bufferSize: 0);
    }

    /// <summary>Gets the process id.</summary>
    public int Id => _pid;

    /// <summary>Gets the stream to the child's standard input, unbuffered.</summary>
    public FileStream Input { get; }

    /// <summary>Gets the stream from the child's standard output, unbuffered.</summary>
    public FileStream Output { get; }

    /// <summary>Gets the number of bytes that can be written to an empty <see cref="Input"/> without waiting for the child.</summary>
    public int InputSize { get; }

    /// <summary>Gets a value indicating whether the child has ended. May be asked from any thread.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                return (_status ??= ChildSpawn.TryWait(_pid, SpawnNative.NoHang)) is not null;
            }
        }
    }

    /// <summary>Gets the number of bytes that the child has written to standard error.</summary>
    public long ErrorLength => RandomAccess.GetLength(_error);

    /// <summary>Starts a program that is talked to through <see cref="Input"/> and <see cref="Output"/>.</summary>
    /// <param name="command">What to start.</param>
    /// <returns>The running child; dispose it.</returns>
    /// <exception cref="DlsException">Kind Missing: there is no such program. Kind Failed: it cannot be started.</exception>
    public static ChildProcess Start(ChildCommand command)
    {
        (SafeFileHandle inputRead, SafeFileHandle inputWrite) = SpawnNative.MakePipe();
        (SafeFileHandle outputRead, SafeFileHandle outputWrite) = SpawnNative.MakePipe();
        SafeFileHandle error = SpawnNative.MakeMemoryFile();
        bool started = false;
        try
        {
            int pid = ChildSpawn.Start(command, inputRead, outputWrite, error);
            started = true;
            return new ChildProcess(pid, command.OwnSession, inputWrite, outputRead, error);
        }
        finally
        {
            inputRead.Dispose();
            outputWrite.Dispose();
            if (!started)
            {
                inputWrite.Dispose();
                outputRead.Dispose();
                error.Dispose();
            }
        }
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="input">Its whole standard input; empty for none.</param>
    /// <returns>How it ended and what it said.</returns>
    /// <exception cref="DlsException">Kind Missing: there is no such program. Kind Failed: it cannot be started.</exception>
    public static ChildResult RunToEnd(ChildCommand command, ReadOnlySpan<byte> input = default)
    {
        using SafeFileHandle inputFile = SpawnNative.MakeMemoryFile();
        RandomAccess.Write(inputFile, input, 0);
        using SafeFileHandle output = SpawnNative.MakeMemoryFile();
        using SafeFileHandle error = SpawnNative.MakeMemoryFile();
        int status = ChildSpawn.Wait(ChildSpawn.Start(command, inputFile, output, error));
        return Result(status, output, error);
    }

    /// <summary>Runs a program to its end while a stream is copied to its standard input.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="input">Read to its end, unless the child stops reading earlier.</param>
    /// <returns>How it ended and what it said.</returns>
    /// <exception cref="DlsException">Kind Missing: there is no such program. Kind Failed: it cannot be started.</exception>
    public static ChildResult RunToEnd(ChildCommand command, Stream input)
    {
        (SafeFileHandle inputRead, SafeFileHandle inputWrite) = SpawnNative.MakePipe();
        using FileStream pipe = new(inputWrite, FileAccess.Write, bufferSize: 0);
        using SafeFileHandle output = SpawnNative.MakeMemoryFile();
        using SafeFileHandle error = SpawnNative.MakeMemoryFile();
        int pid;
        using (inputRead)
        {
            pid = ChildSpawn.Start(command, inputRead, output, error);
        }

        int status;
        try
        {
            Feed(input, pipe);
        }
        finally
        {
            pipe.Dispose();
            status = ChildSpawn.Wait(pid);
        }

        return Result(status, output, error);
    }

    /// <summary>Runs a program to its end with this process's own streams: it may talk with the user, and what it says is seen.</summary>
    /// <param name="command">What to run.</param>
    /// <returns>Its exit code, or 128 + the signal's number.</returns>
    /// <exception cref="DlsException">Kind Missing: there is no such program. Kind Failed: it cannot be started.</exception>
    public static int RunBefore(ChildCommand command)
    {
        using SafeFileHandle input = new(0, ownsHandle: false);
        using SafeFileHandle output = new(1, ownsHandle: false);
        using SafeFileHandle error = new(2, ownsHandle: false);
        return ExitCode(ChildSpawn.Wait(ChildSpawn.Start(command, input, output, error)));
    }

    /// <summary>
    /// Runs a program that is not ours to its end, or ends it: standard input is empty, it has no terminal, standard output and error go to
    /// one file, and when it takes too
    /// long or the user stops dls, it is killed with everything it started.
    /// </summary>
    /// <param name="command">What to run.</param>
    /// <param name="log">Absolute path of a new file that takes both streams.</param>
    /// <param name="timeLimit">How long it may run.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <returns>Its exit code, 128 + the signal's number, or null if the time limit ended it.</returns>
    /// <exception cref="DlsException">It cannot be started.</exception>
    public static int? RunLimited(ChildCommand command, string log, TimeSpan timeLimit, CancellationToken cancel)
    {
        using SafeFileHandle input = SpawnNative.MakeMemoryFile();
        using SafeFileHandle both = File.OpenHandle(log, FileMode.CreateNew, FileAccess.Write);
        int pid = ChildSpawn.Start(command with { OwnSession = true }, input, both, both);
        long deadline = Environment.TickCount64 + (long)timeLimit.TotalMilliseconds;
        int delayMs = 1;
        int? status;
        while ((status = ChildSpawn.TryWait(pid, SpawnNative.NoHang)) is null
            && Environment.TickCount64 < deadline && !cancel.IsCancellationRequested)
        {
            Thread.Sleep(delayMs);
            delayMs = Math.Min(delayMs + 1, 20);
        }

        // What it left running in the background ends with it: it could go on writing into a directory that is taken for complete.
        SpawnNative.kill(-pid, SpawnNative.SignalKill);
        if (status is null)
        {
            _ = ChildSpawn.Wait(pid);
            cancel.ThrowIfCancellationRequested();
        }

        return status is { } ended ? ExitCode(ended) : null;
    }

    /// <summary>Gives what the child has written to standard error so far (the first 16 MiB of it).</summary>
    /// <returns>UTF-8 text.</returns>
    public string ReadError() => Encoding.UTF8.GetString(ReadAll(_error, ErrorBytesMax));

    /// <summary>Closes the child's input and waits for it to end.</summary>
    /// <returns>Exit code, or 128 + the signal's number.</returns>
    public int WaitForExit()
    {
        CloseInput();
        return ExitCode(_status ??= ChildSpawn.Wait(_pid));
    }

    /// <summary>
    /// Ends the child at once, by SIGKILL; with a session of its own, also what it started there. May be called from any thread, at any
    /// time.
    /// </summary>
    public void Kill()
    {
        // Under the lock, so that the number cannot have been given to another process: it is ours until it was waited for.
        lock (_gate)
        {
            if (_status is null)
            {
                SpawnNative.kill(_ownSession ? -_pid : _pid, SpawnNative.SignalKill);
            }
        }
    }

    /// <summary>Closes both streams, gives the child <see cref="EndTimeoutMs"/> to end, then kills it. Never leaves a zombie.</summary>
    public void Dispose()
    {
        CloseInput();
        Output.Dispose();
        for (int waitedMs = 0, delayMs = 0; !HasEnded && waitedMs < EndTimeoutMs; waitedMs += delayMs)
        {
            delayMs = Math.Min(delayMs + 1, 20);
            Thread.Sleep(delayMs);
        }

        Kill();
        _status ??= ChildSpawn.Wait(_pid);
        _error.Dispose();
    }

    /// <summary>Closes the child's input: it reads the end. May be called twice.</summary>
    public void CloseInput()
    {
        try
        {
            Input.Dispose();
        }
        catch (IOException)
        {
            // The child is gone already; its exit code tells why.
        }
    }

    private static void Feed(Stream input, FileStream pipe)
    {
        byte[] buffer = new byte[64 * 1024];
        for (int read; (read = input.Read(buffer)) > 0;)
        {
            try
            {
                pipe.Write(buffer, 0, read);
            }
            catch (IOException)
            {
                return; // The child reads no more (EPIPE); its exit code tells why.
            }
        }
    }

    private static ChildResult Result(int status, SafeFileHandle output, SafeFileHandle error)
        => new(ExitCode(status), status & 0x7f, ReadAll(output, Array.MaxLength), Encoding.UTF8.GetString(ReadAll(error, ErrorBytesMax)));

    private static int ExitCode(int status) => (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);

    private static byte[] ReadAll(SafeFileHandle file, int lengthMax)
    {
        byte[] bytes = new byte[Math.Min(RandomAccess.GetLength(file), lengthMax)];
        int filled = 0;
        for (int read; filled < bytes.Length && (read = RandomAccess.Read(file, bytes.AsSpan(filled), filled)) > 0; filled += read)
        {
        }

        return filled == bytes.Length ? bytes : bytes[..filled];
    }
}
