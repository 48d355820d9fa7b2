using System.Diagnostics;

namespace DlStore.TestKit;

/// <summary>A program that a test started: argument list, sealed environment, both streams read from the start, a time limit.</summary>
public sealed class RunningProgram : IDisposable
{
    /// <summary>
    /// How long a program may take unless told otherwise: far more than any machine needs, however busy, so that only a hang reaches it.
    /// </summary>
    public static readonly TimeSpan TimeLimitDefault = TimeSpan.FromMinutes(10);

    private readonly Process _process;
    private readonly string _command;
    private readonly string _directory;
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _error = new();
    private readonly Lock _gate = new();
    private readonly Task _reading;

    private RunningProgram(Process process, string command, string directory)
    {
        _process = process;
        _command = command;
        _directory = directory;
        _reading = Task.WhenAll(
            CopyAsync(process.StandardOutput.BaseStream, _output),
            CopyAsync(process.StandardError.BaseStream, _error));
    }

    /// <summary>Gets the process id.</summary>
    public int Id => _process.Id;

    /// <summary>Gets a value indicating whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Gets its standard input; <see cref="Wait"/> closes it.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Gives what it has written to standard output so far.</summary>
    public string ReadOutputSoFar()
    {
        lock (_gate)
        {
            return System.Text.Encoding.UTF8.GetString(_output.ToArray());
        }
    }

    /// <summary>Starts a program and comes back at once.</summary>
    public static RunningProgram Start(
        string program, IReadOnlyList<string> arguments, string directory, IReadOnlyDictionary<string, string> environment)
    {
        ProcessStartInfo info = new(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        info.Environment.Clear();
        foreach ((string name, string value) in environment)
        {
            info.Environment[name] = value;
        }

        return new RunningProgram(Process.Start(info)!, $"{program} {string.Join(' ', arguments)}", directory);
    }

    /// <summary>Runs a program to its end.</summary>
    public static RunResult Run(
        string program,
        IReadOnlyList<string> arguments,
        string directory,
        IReadOnlyDictionary<string, string> environment,
        byte[]? input = null,
        TimeSpan? timeLimit = null)
    {
        using RunningProgram running = Start(program, arguments, directory, environment);
        return running.Wait(input, timeLimit);
    }

    /// <summary>Writes and closes its input and waits for its end; a program that takes too long is killed and fails the test.</summary>
    public RunResult Wait(byte[]? input = null, TimeSpan? timeLimit = null)
    {
        try
        {
            Input.Write(input ?? []);
            Input.Close();
        }
        catch (IOException)
        {
            // It ended or closed its input before it had read everything.
        }

        TimeSpan limit = timeLimit ?? TimeLimitDefault;
        bool inTime = _process.WaitForExit(limit);
        if (!inTime)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _reading.Wait();
        RunResult result = new(
            _command, _directory, _process.ExitCode, _output.ToArray(), System.Text.Encoding.UTF8.GetString(_error.ToArray()));
        if (!inTime)
        {
            Assert.Fail($"took longer than {limit.TotalSeconds} s\n{result}");
        }

        return result;
    }

    private async Task CopyAsync(Stream from, MemoryStream to)
    {
        byte[] buffer = new byte[65536];
        for (int n; (n = await from.ReadAsync(buffer)) > 0;)
        {
            lock (_gate)
            {
                to.Write(buffer, 0, n);
            }
        }
    }

    /// <summary>Asks it to end (SIGTERM).</summary>
    public void Terminate() => _ = Io.Posix.Kill(Id, 15);

    /// <summary>Ends it at once, by SIGKILL; the process is gone when this returns.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
        _output.Dispose();
        _error.Dispose();
    }
}
