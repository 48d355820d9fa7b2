using CommandLine;

namespace DlStore.Cli;

/// <summary>
/// One verb: its options (public properties with [Option] and [Value]) and what it does. To add a verb, write one file in Commands/ and
/// name it in <see cref="CommandTable"/>; help, completion and docs/cli.md follow from that.
/// A command prints its result and returns an <see cref="ExitCode"/>, or throws and prints nothing: with --json that keeps standard
/// output at one document.
/// </summary>
internal abstract class Command
{
    [Option("json", HelpText = "print one JSON document on standard output")]
    public bool Json { get; set; }

    [Option('q', "quiet", HelpText = "print results and errors only")]
    public bool Quiet { get; set; }

    /// <summary>Catches arguments that no property asked for: the parser would drop them without a word.</summary>
    [Value(int.MaxValue, Hidden = true)]
    public IEnumerable<string> Surplus { get; set; } = [];

    public abstract Task<int> RunAsync(Session session, CancellationToken cancel);
}
