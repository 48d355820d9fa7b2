using System.Text;

namespace DlStore.Cli.Manual;

/// <summary>The pages for man, section 1, in roff: <c>dls(1)</c> and one a command, <c>dls-remote-add(1)</c>; installed by
/// install.sh.</summary>
internal static class ManPage
{
    /// <summary>Gives the page of a command, or that of dls for no words.</summary>
    /// <param name="words">The words of a command.</param>
    /// <exception cref="DlsException">Kind Usage: there is no such command.</exception>
    public static string Text(IReadOnlyList<string> words) => words.Count == 0 ? Overview()
        : CommandTable.Find(string.Join(' ', words)) is { } entry ? Page(CommandShape.Of(entry)) : throw HelpPage.Unknown(words);

    private static string Overview()
    {
        StringBuilder text = Begin("dls", "keep large files beside git");
        text.Append(".SH SYNOPSIS\n.B dls\n.I COMMAND\n[\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n.SH DESCRIPTION\n");
        Paragraph(
            text, "Git holds small pointers, dls holds the bytes. Each command has a page of its own: dls-add(1), dls-remote-add(1).");
        foreach (IGrouping<string, CommandEntry> group in CommandTable.Visible.GroupBy(static e => e.Group))
        {
            text.Append(".SH ").Append(Escape(group.Key).ToUpperInvariant()).Append('\n');
            foreach (CommandEntry entry in group)
            {
                text.Append(".TP\n.BR ").Append(Escape(Name(entry))).Append(" (1)\n").Append(Escape(entry.Summary)).Append('\n');
            }
        }

        text.Append(".SH EXIT STATUS\n");
        Codes(text, ExitCode.All);
        return text.ToString();
    }

    private static string Page(CommandShape shape)
    {
        StringBuilder text = Begin(Name(shape.Entry), shape.Entry.Summary);
        text.Append(".SH SYNOPSIS\n").Append(Escape(shape.Usage)).Append("\n.SH DESCRIPTION\n");
        Paragraph(text, $"{char.ToUpperInvariant(shape.Entry.Summary[0])}{shape.Entry.Summary[1..]}. {shape.Details}");
        if (shape.Values.Count > 0)
        {
            text.Append(".SH ARGUMENTS\n");
            Rows(text, shape.Values.Select(static v => (v.Name, v.Help)));
        }

        text.Append(".SH OPTIONS\n");
        Rows(text, shape.VisibleOptions.Select(static o => (o.Listed.Trim(), o.Help)));
        if (shape.Examples.Count > 0)
        {
            text.Append(".SH EXAMPLES\n");
            Rows(text, shape.Examples.Select(static e => (e.Line, e.Meaning)));
        }

        text.Append(".SH EXIT STATUS\n");
        Codes(text, shape.ExitCodes);
        text.Append(".SH SEE ALSO\n.BR dls (1)\n");
        return text.ToString();
    }

    private static StringBuilder Begin(string name, string summary) => new StringBuilder()
        .Append($".TH \"{Escape(name).ToUpperInvariant()}\" 1 \"\" \"dls {Escape(ProductVersion.Text)}\"\n")
        .Append($".SH NAME\n{Escape(name)} \\- {Escape(summary)}\n");

    private static string Name(CommandEntry entry) => entry.FullName.Replace(' ', '-');

    private static void Codes(StringBuilder text, IEnumerable<int> codes) =>
        Rows(text, codes.Select(static c => ($"{c}", ExitCode.Meaning(c))));

    private static void Rows(StringBuilder text, IEnumerable<(string Name, string Text)> rows)
    {
        foreach ((string name, string about) in rows)
        {
            text.Append(".TP\n.B ").Append(Escape(name)).Append('\n').Append(Line(about)).Append('\n');
        }
    }

    private static void Paragraph(StringBuilder text, string words) => text.Append(Line(words)).Append('\n');

    /// <summary>A line of text that begins with a dot or a quote would be a request.</summary>
    private static string Line(string text) => Escape(text) is { Length: > 0 } escaped
        ? (escaped[0] is '.' or '\'' ? "\\&" : "") + escaped : "\\&";

    private static string Escape(string text) => text.Replace("\\", "\\e", StringComparison.Ordinal)
        .Replace("-", "\\-", StringComparison.Ordinal).Replace("`", "\\(ga", StringComparison.Ordinal).Replace('\n', ' ');
}
