using System.Text;

namespace DlStore.Cli.Tests;

/// <summary>A session whose two streams are kept, on a pretended terminal or not.</summary>
internal sealed class Captured
{
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _talk = new();

    public Captured(bool terminal = false, bool colour = false, int columns = 80, TimeProvider? clock = null, Stream? output = null)
    {
        Terminal shown = new(output ?? _output, _talk, new TerminalTraits(terminal, terminal, colour, () => columns));
        Session = new Session(shown, Environment, "/", clock ?? TimeProvider.System);
    }

    public Dictionary<string, string> Environment { get; } = [];

    public Session Session { get; }

    public Terminal Terminal => Session.Terminal;

    public string Output
    {
        get
        {
            Terminal.Flush();
            return Encoding.UTF8.GetString(_output.ToArray());
        }
    }

    public string Talk => Encoding.UTF8.GetString(_talk.ToArray());

    /// <summary>Runs a command line inside this process and gives the exit code.</summary>
    public static (int Code, string Output, string Talk) Run(params string[] args)
    {
        Captured captured = new();
        int code = Program.RunAsync(args, captured.Session, CancellationToken.None).GetAwaiter().GetResult();
        return (code, captured.Output, captured.Talk);
    }
}
