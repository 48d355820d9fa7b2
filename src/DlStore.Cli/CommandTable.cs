using DlStore.Cli.Commands;

namespace DlStore.Cli;

/// <summary>Every command of dls, in the order in which help shows them. The only list of commands: dispatch, help, completion and the manual read it.</summary>
internal static class CommandTable
{
    private const string Start = "Start here";
    private const string About = "About dls";

    /// <summary>The longest command in words.</summary>
    private const int WordsMax = 3;

    public static IReadOnlyList<CommandEntry> All { get; } =
    [
        new("completion", Start, "print the completion script of a shell", static () => new CompletionCommand()),
        new("help", About, "show the commands, or one command in full", static () => new HelpCommand()),
        new("version", About, "print the version", static () => new VersionCommand()),
    ];

    public static IEnumerable<CommandEntry> Visible => All.Where(static entry => !entry.Hidden);

    public static CommandEntry? Find(string words) => All.FirstOrDefault(entry => entry.Words == words);

    /// <summary>Finds the command whose words the arguments begin with; the longest wins.</summary>
    /// <param name="args">The command line after <c>dls</c>.</param>
    /// <param name="used">How many arguments are the command's words.</param>
    public static CommandEntry? Match(IReadOnlyList<string> args, out int used)
    {
        for (used = Math.Min(WordsMax, args.Count); used > 0; used--)
        {
            if (Find(string.Join(' ', args.Take(used))) is { } entry)
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>Lists the visible commands below a noun (<c>remote</c>), or nothing if there is no such noun.</summary>
    public static IReadOnlyList<CommandEntry> Under(string noun) =>
        [.. Visible.Where(entry => entry.Words.StartsWith(noun + " ", StringComparison.Ordinal))];
}
