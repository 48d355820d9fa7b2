using System.Text;
using System.Threading.Channels;
using DlStore.Ssh;

namespace DlStore.Remotes.Sftp;

/// <summary>
/// A shell on the host of an ssh remote that hashes and flushes what lies there: one connection that takes one line at a time. Many hosts
/// give no shell; then every question is answered by null.
/// </summary>
/// <param name="runScript">The way to run scripts there.</param>
/// <param name="directory">The remote's directory, as SFTP is given it.</param>
internal sealed class FarShell(ScriptRunner runScript, string directory) : IDisposable
{
    private const string Greeting = "dls shell";

    // Some servers neither start a shell nor refuse to.
    private static readonly TimeSpan GreetingLimit = TimeSpan.FromMinutes(1);

    // The words of a line are names that FarShell has checked: no quoting is needed, and none is done.
    private const string Script = """
        case $1 in /*) root=$1 ;; *) root=$PWD/$1 ;; esac
        sum() {
            if command -v sha256sum >/dev/null 2>&1; then sha256sum
            elif command -v shasum >/dev/null 2>&1; then shasum -a 256
            else sha256 -q; fi 2>/dev/null
        }
        printf '%s\n' 'dls shell'
        while IFS= read -r line; do
            set -f; set -- $line; set +f
            verb=$1; name=$2
            if ! cd -- "$root" 2>/dev/null || ! test -f "$name"; then printf 'absent\n'; continue; fi
            case $verb in
                hash) h=$(sum <"$name"); printf 'hash %s\n' "${h%% *}" ;;
                head) h=$(head -c "$3" <"$name" | sum); printf 'hash %s\n' "${h%% *}" ;;
                sync) shift 2; sync -- "$@" 2>/dev/null || sync; printf 'done\n' ;;
                *) printf 'what\n' ;;
            esac
        done
        """;

    private readonly Channel<string> _questions = Channel.CreateUnbounded<string>();
    private readonly Queue<TaskCompletionSource<string?>> _waiting = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task? _run;
    private bool _ended;

    /// <summary>Gets a value indicating whether a shell has answered: there is one, or was.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Gets a value indicating whether it answers nothing more.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                return _ended;
            }
        }
    }

    /// <summary>Gets how many questions wait for an answer.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Begins to connect, if that was not done yet.</summary>
    public void Start()
    {
        lock (_gate)
        {
            _run ??= Task.Run(RunAsync);
        }
    }

    /// <summary>Hashes a file there.</summary>
    /// <param name="name">Its name on the remote.</param>
    /// <param name="length">Only so many of its first bytes; null for all.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>SHA-256 in hex; null if there is no shell, or no such file where the shell looks.</returns>
    public async Task<string?> HashAsync(string name, long? length, CancellationToken cancel) =>
        HashIn(await AskAsync(length is { } first ? $"head {name} {first}" : $"hash {name}", [name], cancel));

    /// <summary>Hashes a whole file there, and tells a file that is not there from a question that got no answer.</summary>
    /// <param name="name">Its name on the remote.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>SHA-256 in hex, null if there is none; and whether the shell has answered: it may be asked again if not.</returns>
    public async Task<(string? Hash, bool IsAnswer)> FindHashAsync(string name, CancellationToken cancel)
    {
        string? answer = await AskAsync($"hash {name}", [name], cancel);
        string? hash = HashIn(answer);
        return (hash, hash is not null || answer == "absent");
    }

    private static string? HashIn(string? answer)
    {
        const string said = "hash ";
        return answer is not null && answer.StartsWith(said, StringComparison.Ordinal) && answer.Length == said.Length + 64
            ? answer[said.Length..] : null;
    }

    /// <summary>Flushes files and directories there.</summary>
    /// <param name="proof">A file that was put: it shows that the shell sees the same place.</param>
    /// <param name="names">What to flush.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>False if there is no shell, or it sees another place.</returns>
    public async Task<bool> SyncAsync(string proof, IReadOnlyCollection<string> names, CancellationToken cancel) =>
        await AskAsync($"sync {proof} {string.Join(' ', names)}", [proof, .. names], cancel) == "done";

    public void Dispose()
    {
        _questions.Writer.TryComplete();
        _stop.Cancel();
        _run?.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        _stop.Dispose();
    }

    private async Task<string?> AskAsync(string line, IReadOnlyCollection<string> names, CancellationToken cancel)
    {
        if (!names.All(IsPlain))
        {
            return null;
        }

        Start();
        TaskCompletionSource<string?> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_ended)
            {
                return null;
            }

            _waiting.Enqueue(answer);
            _questions.Writer.TryWrite(line + "\n");
        }

        return await answer.Task.WaitAsync(cancel);
    }

    private static bool IsPlain(string name) =>
        name.Length > 0 && name[0] != '-' && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-');

    private async Task RunAsync()
    {
        try
        {
            HostScript script = new(Script, [directory]) { What = "start a shell" };
            _stop.CancelAfter(GreetingLimit);
            await runScript(script, WriteAsync, ReadAsync, _stop.Token);
        }
        catch (Exception e) when (e is DlsException or OperationCanceledException or IOException)
        {
            // No shell there, or none any more: what it would have said is not known.
        }
        finally
        {
            End();
        }
    }

    private async Task WriteAsync(Stream stream, CancellationToken cancel)
    {
        await foreach (string question in _questions.Reader.ReadAllAsync(cancel))
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(question), cancel);
        }
    }

    private Task ReadAsync(Stream stream, CancellationToken cancel)
    {
        try
        {
            ReadLines(stream);
            return Task.CompletedTask;
        }
        finally
        {
            // Whoever writes waits for questions, and none will be answered.
            End();
        }
    }

    private void ReadLines(Stream stream)
    {
        StringBuilder line = new();
        byte[] buffer = new byte[512];
        bool greeted = false;
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            foreach (byte b in buffer.AsSpan(0, read))
            {
                if (b != '\n')
                {
                    line.Append((char)b);
                    continue;
                }

                // A login script may print something first.
                if (greeted)
                {
                    Answer(line.ToString());
                }

                if (!greeted && line.ToString() == Greeting)
                {
                    greeted = true;
                    HasAnswered = true;
                    _stop.CancelAfter(Timeout.InfiniteTimeSpan);
                }

                line.Clear();
            }

            if (line.Length > 4096)
            {
                throw new DlsException(ErrorKind.Failed, "read a shell's answer: it is longer than 4096 bytes");
            }
        }
    }

    private void Answer(string line)
    {
        lock (_gate)
        {
            if (_waiting.TryDequeue(out TaskCompletionSource<string?>? waiting))
            {
                waiting.TrySetResult(line);
            }
        }
    }

    private void End()
    {
        lock (_gate)
        {
            _ended = true;
            _questions.Writer.TryComplete();
            while (_waiting.TryDequeue(out TaskCompletionSource<string?>? waiting))
            {
                waiting.TrySetResult(null);
            }
        }
    }
}
