namespace DlStore.TestKit;

/// <summary>
/// A computer of its own, as far as the kernel makes one: its own host name and network, in which nothing is but a line to one port of
/// 127.0.0.1 outside. Disposing ends it.
/// </summary>
public sealed class IsolatedHost : IDisposable
{
    // A socket in the file system is the one thing that leads out of a network namespace.
    private const string Relay = """
        import socket, sys, threading
        def listen(at):
            s = socket.socket(socket.AF_UNIX if '/' in at else socket.AF_INET)
            if '/' not in at: s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(at if '/' in at else ('127.0.0.1', int(at)))
            s.listen(64)
            return s
        def reach(at):
            s = socket.socket(socket.AF_UNIX if '/' in at else socket.AF_INET)
            s.connect(at if '/' in at else ('127.0.0.1', int(at)))
            return s
        def pump(a, b):
            try:
                while True:
                    data = a.recv(1 << 16)
                    if not data: break
                    b.sendall(data)
            except OSError: pass
            try: b.shutdown(socket.SHUT_WR)
            except OSError: pass
        server = listen(sys.argv[1])
        print('ready', flush=True)
        while True:
            near, _ = server.accept()
            try: far = reach(sys.argv[2])
            except OSError:
                near.close()
                continue
            for pair in ((near, far), (far, near)):
                threading.Thread(target=pump, args=pair, daemon=True).start()
        """;

    private readonly TempDir _directory = new();
    private readonly Dictionary<string, string> _environment;
    private readonly RunningProgram _outside;
    private readonly RunningProgram _inside;

    /// <summary>Starts it.</summary>
    /// <param name="name">Its host name.</param>
    /// <param name="port">The port that it reaches, under the same number.</param>
    public IsolatedHost(string name, int port)
    {
        _environment = TempRepo.SealedEnvironment(_directory.MakeDirectory("home"));
        string script = _directory.Write("relay.py", Relay);
        string socket = _directory.At("out");
        _outside = RunningProgram.Start("/usr/bin/python3", [script, socket, $"{port}"], "/", _environment);
        _inside = RunningProgram.Start(
            "unshare", ["-n", "-u", "sh", "-c", $"hostname {name}; ip link set lo up; exec /usr/bin/python3 {script} {port} {socket}"], "/", _environment);
        WaitUntilReady(_outside);
        WaitUntilReady(_inside);
    }

    /// <summary>Gets a value indicating whether this machine can make one.</summary>
    public static bool IsPossible => File.Exists("/usr/bin/python3")
        && RunningProgram.Run("sh", ["-c", "unshare -n -u sh -c 'hostname x && ip link set lo up'"], "/", TempRepo.SealedEnvironment("/")).ExitCode == 0;

    /// <summary>Gives the command line that runs a program on it.</summary>
    public string[] CommandLine(params string[] command) => ["nsenter", "-t", $"{_inside.Id}", "-n", "-u", .. command];

    public void Dispose()
    {
        _inside.Dispose();
        _outside.Dispose();
        _directory.Dispose();
    }

    private static void WaitUntilReady(RunningProgram relay)
    {
        Assert.True(
            SpinWait.SpinUntil(() => relay.HasExited || relay.ReadOutputSoFar().Contains("ready", StringComparison.Ordinal), TimeSpan.FromMinutes(1)),
            "the relay did not come up");
        Assert.False(relay.HasExited, "the relay ended");
    }
}
