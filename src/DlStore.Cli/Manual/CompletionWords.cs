using System.Text;

namespace DlStore.Cli.Manual;

/// <summary>What the three completion scripts share: which words lead to a command, and quoting.</summary>
internal static class CompletionWords
{
    /// <summary>Every beginning of a command (<c>remote</c>, <c>remote add</c>), sorted; the scripts walk along these.</summary>
    public static IReadOnlyList<string> Paths { get; } =
        [.. CommandTable.Visible.SelectMany(static e => Beginnings(e.Words)).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The next words after a path (<c>""</c> is the start), each with a summary.</summary>
    public static IReadOnlyList<(string Word, string Summary)> Next(string path)
    {
        string lead = path.Length == 0 ? "" : path + " ";
        return [.. Paths.Where(p => p.StartsWith(lead, StringComparison.Ordinal)
            && p.Length > lead.Length && !p[lead.Length..].Contains(' ', StringComparison.Ordinal))
            .Select(p => (p[lead.Length..], CommandTable.Find(p)?.Summary ?? string.Join(", ", Next(p).Select(static n => n.Word))))];
    }

    /// <summary>The commands with their shapes, in the order of <see cref="Paths"/>.</summary>
    public static IReadOnlyList<CommandShape> Shapes { get; } =
        [.. CommandTable.Visible.OrderBy(static e => e.Words, StringComparer.Ordinal).Select(CommandShape.Of)];

    /// <summary>Quotes for bash and zsh.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>The shell case patterns of all steps along <see cref="Paths"/>, written <c>'remote|add'</c>.</summary>
    public static IEnumerable<string> Steps => Paths.Select(
        static p => p.LastIndexOf(' ') is var i and >= 0 ? $"'{p[..i]}|{p[(i + 1)..]}'" : $"'|{p}'");

    public static void Comment(
        StringBuilder text, string shell) => text.Append($"# {shell} completion for dls, made by `dls completion {shell}`\n");

    private static IEnumerable<string> Beginnings(string words)
    {
        for (int i = words.IndexOf(' ', StringComparison.Ordinal); i >= 0; i = words.IndexOf(' ', i + 1))
        {
            yield return words[..i];
        }

        yield return words;
    }
}
