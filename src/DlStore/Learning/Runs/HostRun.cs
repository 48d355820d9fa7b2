using System.Text;
using DlStore.Ssh;

namespace DlStore.Learning.Runs;

/// <summary>
/// One attempt on its host: a directory <c>ROOT/runs/ID</c> with the supervisor, what it is told, its state, its log and its work. All
/// verbs are scripts that any clone can
/// send; nothing of them is remembered here. What a host answers is untrusted.
/// </summary>
/// <param name="shell">The host.</param>
/// <param name="root">The directory of dls there; absolute, or begins with <c>~/</c>.</param>
/// <param name="id">The attempt's id.</param>
internal sealed class HostRun(HostShell shell, string root, string id)
{
    private const string Prepare =
        """
        case $1 in '~/'*) root=$HOME/${1#'~/'};; *) root=$1;; esac
        run=$root/runs/$2
        mkdir -p -- "$root/runs" && rm -f -- "$run/ready" && mkdir -p -- "$run/work" "$run/spec" "$run/state/kept" "$run/best" || exit 3
        [ ! -d "$run/state/started" ] || { echo "the run has been started" >&2; exit 4; }
        cd -- "$run" && tar xf - || exit 3
        pwd
        """;

    /// <summary>Makes the run's directory and gives its absolute path. May be called again until the run has started.</summary>
    public async Task<string> PrepareAsync(ReadOnlyMemory<byte> spec, CancellationToken cancel)
    {
        HostReply reply = await shell.RequireAsync(new HostScript(Prepare, [root, id]) { What = "prepare the run" }, spec, cancel);
        string path = reply.OutputText().TrimEnd('\n');
        return path.StartsWith('/') && path.EndsWith("/" + id, StringComparison.Ordinal)
            ? path
            : throw new DlsException(
                ErrorKind.Failed, $"prepare the run on host '{shell.Name}': it gives no path", "look at what its login shell prints");
    }

    /// <summary>Starts the run; a second start does nothing.</summary>
    public async Task StartAsync(string directory, CancellationToken cancel)
    {
        _ = await shell.RequireAsync(new HostScript(": > \"$1/ready\"", [directory]) { What = "prepare the run" }, default, cancel);
        _ = await shell.RequireAsync(new HostScript(HostScripts.Read("start.sh"), [root, id]) { What = "start the run" }, default, cancel);
    }

    /// <summary>Asks for the evidence of several runs at once.</summary>
    public static async Task<IReadOnlyList<RunEvidence>> StateAsync(
        HostShell shell, string root, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        HostReply reply = await shell.RequireAsync(
            new HostScript(HostScripts.Read("state.sh"), [root, .. ids]) { What = "ask for the state of runs" }, default, cancel);
        return RunEvidence.Parse(reply.OutputText());
    }

    /// <summary>Asks for the evidence of this run.</summary>
    public async Task<RunEvidence> StateAsync(CancellationToken cancel) =>
        (await StateAsync(shell, root, [id], cancel)).FirstOrDefault(e => e.Id == id)
            ?? throw new DlsException(ErrorKind.Failed,
                $"ask for the state of run '{id}' on host '{shell.Name}': it gives no answer", "look at what its login shell prints");

    /// <summary>Asks the run to end; it saves and ends within a minute, or is ended.</summary>
    public Task StopAsync(CancellationToken cancel) => shell.RequireAsync(
        new HostScript(HostScripts.Read("stop.sh"), [root, id]) { What = "stop the run" }, default, cancel);

    /// <summary>Writes a log as it grows, until the run ends.</summary>
    /// <param name="log"><c>log</c> or <c>test.log</c>.</param>
    /// <param name="skip">Bytes to pass over.</param>
    /// <param name="write">Takes the bytes as they come.</param>
    /// <param name="cancel">Ends it; the run goes on.</param>
    public Task FollowAsync(string log, long skip, Action<ReadOnlyMemory<byte>> write, CancellationToken cancel) => shell.StreamAsync(
        new HostScript(HostScripts.Read("follow.sh"),
            [root, id, log, skip.ToString(System.Globalization.CultureInfo.InvariantCulture)])
        { What = "follow the log" },
        null,
        async (stream, stop) =>
        {
            byte[] buffer = new byte[64 * 1024];
            for (int n; (n = await stream.ReadAsync(buffer, stop)) > 0;)
            {
                write(buffer.AsMemory(0, n));
            }
        },
        cancel);

    /// <summary>Reads a log as it is now.</summary>
    public async Task<byte[]> ReadLogAsync(string log, CancellationToken cancel) => (await shell.RequireAsync(
        new HostScript("case $1 in '~/'*) root=$HOME/${1#'~/'};; *) root=$1;; esac\n[ ! -f "
            + "\"$root/runs/$2/$3\" ] || tail -c 60000000 -- \"$root/runs/$2/$3\"", [root, id, log])
        { What = "read the log" },
            default, cancel)).Output;

    /// <summary>Gives the run's directory as an absolute path, or null if it is not there.</summary>
    public async Task<string?> FindAsync(CancellationToken cancel)
    {
        HostReply reply = await shell.RequireAsync(
            new HostScript("case $1 in '~/'*) root=$HOME/${1#'~/'};; *) root=$1;; esac\ncd -- \"$root/runs/$2\" 2>/dev/null && pwd; true",
                [root, id])
            { What = "find the run" }, default, cancel);
        string path = reply.OutputText().TrimEnd('\n');
        return path.StartsWith('/') ? path : null;
    }

    /// <summary>Reads the small files of the run's state.</summary>
    /// <returns>Lines by file name.</returns>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> FactsAsync(string directory, CancellationToken cancel)
    {
        HostReply reply = await shell.RequireAsync(
            new HostScript(HostScripts.Read("facts.sh"), [directory]) { What = "read the state of the run" }, default, cancel);
        Dictionary<string, IReadOnlyList<string>> files = new(StringComparer.Ordinal);
        List<string>? lines = null;
        foreach (string line in reply.OutputText().Split('\n'))
        {
            if (line.StartsWith("file ", StringComparison.Ordinal))
            {
                files[line[5..]] = lines = [];
            }
            else if (line.StartsWith(' '))
            {
                lines?.Add(line[1..]);
            }
        }

        return files;
    }

    /// <summary>Lists files that the run made and nothing declares.</summary>
    /// <returns><c>path size</c>, escaped, sorted.</returns>
    public async Task<IReadOnlyList<string>> UndeclaredAsync(string directory, CancellationToken cancel)
    {
        HostReply reply = await shell.RequireAsync(
            new HostScript(HostScripts.Read("undeclared.sh"), [directory]) { What = "list what the run made" }, default, cancel);
        return
        [
            .. reply.OutputText().Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(static l => l.Split(' ', 2)).Where(static p => p.Length == 2)
                .Select(static p => $"{Io.EntryName.Show(Encoding.UTF8.GetBytes(p[1]))} {p[0]}").Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Removes the run's directory.</summary>
    /// <exception cref="DlsException">Kind Failed: it is still running.</exception>
    public Task RemoveAsync(CancellationToken cancel) => shell.RequireAsync(
        new HostScript(HostScripts.Read("remove.sh"), [root, id]) { What = "remove the run" }, default, cancel);
}
