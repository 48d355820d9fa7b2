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

    /// <summary>
    /// Gets a value indicating whether the pre-push hook is seen to when the command has written something; not by the verbs that are about
    /// the hook.
    /// </summary>
    public virtual bool SeesToHook => true;

    /// <summary>Catches arguments that no property asked for: the parser would drop them without a word.</summary>
    [Value(int.MaxValue, Hidden = true)]
    public IEnumerable<string> Surplus { get; set; } = [];

    /// <summary>
    /// Takes a command line that holds words only, so that the parser need not be loaded (it costs as much again as the start of dls).
    /// For the verbs that hooks and prompts run often; what it sets must be what the parser would set, and a test compares the two.
    /// </summary>
    /// <param name="words">The arguments without --json and --quiet; none begins with a dash.</param>
    /// <returns>False to leave the line to the parser, always so for a line that is wrong.</returns>
    public virtual bool TryTakeWords(IReadOnlyList<string> words) => false;

    /// <summary>Takes an option of several values, <c>--canvas 400x400,own</c>, apart.</summary>
    /// <param name="text">As typed, or null if the option is not given.</param>
    /// <returns>The values; empty ones do not count.</returns>
    /// <exception cref="DlsException">Kind Usage: it is given and names nothing; that is not the same as leaving it out.</exception>
    protected static IReadOnlyList<string> Values(string? text)
    {
        string[] values = text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        return text is null || values.Length > 0 ? values : throw new DlsException(
            ErrorKind.Usage, "read the options: one that lists names is given and names nothing",
            "leave it out, or name something; a variable of the shell that is not set looks like this");
    }

    public abstract Task<int> RunAsync(Session session, CancellationToken cancel);
}
