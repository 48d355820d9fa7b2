using System.Text;

namespace DlStore.Cli.Manual;

/// <summary>The help of dls as plain text of at most 100 columns, made from the command table and the options' attributes.</summary>
internal static class HelpPage
{
    public const int Columns = 100;
    private const int Indent = 2;
    private const int LeftMax = 34;

    /// <summary>
    /// Gives the page for the words of a command or a noun; the overview for none. An unknown word throws a DlsException of kind Usage.
    /// </summary>
    public static string Text(IReadOnlyList<string> words)
    {
        string name = string.Join(' ', words);
        return words.Count == 0 ? Overview()
            : words is [var path] && ManualPages.IsPath(path) && ManualPages.Find(path) is { } asked ? asked
            : CommandTable.Find(name) is { } entry ? Page(entry)
            : CommandTable.Under(name) is { Count: > 0 } verbs ? Noun(name, verbs)
            : words is [ManualPages.ListWord] ? ManualPages.List()
            : words is [var page] && ManualPages.Find(page) is { } text ? text
            : throw Surplus(words) ?? Unknown(words);
    }

    /// <summary>Of <c>status x</c> and <c>kind-file x</c> what stands first is whole, and nothing belongs behind it.</summary>
    private static DlsException? Surplus(IReadOnlyList<string> words)
    {
        int whole = CommandTable.Match(words, out int used) is not null ? used : ManualPages.Find(words[0]) is not null ? 1 : words.Count;
        string before = string.Join(' ', words.Take(whole));
        return whole == words.Count ? null : new DlsException(
            ErrorKind.Usage, $"unexpected word '{words[whole]}' after 'dls help {before}'", $"`dls help {before}` prints that page");
    }

    /// <summary>Says that no command has these words, and which one is near.</summary>
    public static DlsException Unknown(IReadOnlyList<string> words)
    {
        if (words.Count == 1 && CommandTable.Under(words[0]) is { Count: > 0 } verbs)
        {
            string all = string.Join(", ", verbs.Select(static v => v.Words.Split(' ')[1]).Distinct());
            return new DlsException(ErrorKind.Usage, $"missing command after 'dls {words[0]}'", $"write one of {all}");
        }

        // 'dls remote ad x': the noun is known, so the second word is the wrong one. Otherwise only the first word can be meant.
        bool nounKnown = words.Count > 1 && CommandTable.Under(words[0]).Count > 0;
        string typed = nounKnown ? $"{words[0]} {words[1]}" : words[0];
        IEnumerable<string> known = CommandTable.Visible.Select(e => nounKnown ? e.Words : e.Words.Split(' ')[0]).Distinct();
        string? page = nounKnown ? null : Suggestion.Nearest(typed, ManualPages.Names);
        string hint = Suggestion.Nearest(typed, known) is { } near ? $"did you mean `dls {near}`?"
            : page is not null ? $"did you mean `dls help {page}`?"
            : nounKnown ? $"`dls help {words[0]}` lists the commands"
            : "`dls help` lists the commands, `dls help pages` the pages about files and formats";
        return new DlsException(ErrorKind.Usage, $"unknown command 'dls {typed}'", hint);
    }

    private static string Overview()
    {
        StringBuilder text = new();
        text.Append("usage: dls COMMAND [OPTION...] [ARGUMENT...]\n\nKeeps large files "
            + "beside git: git holds small pointers, dls holds the bytes.\n");
        int left = LeftWidth(CommandTable.Visible.Select(static e => e.Words));
        foreach (IGrouping<string, CommandEntry> group in CommandTable.Visible.GroupBy(static e => e.Group))
        {
            text.Append('\n').Append(group.Key).Append('\n');
            foreach (CommandEntry entry in group)
            {
                Row(text, entry.Words, entry.Summary, left);
            }
        }

        text.Append("\n`dls help COMMAND` or `dls COMMAND --help` shows a command in full.\n");
        text.Append("`dls help pages` lists the pages about files and formats.\n");
        return text.ToString();
    }

    private static string Noun(string noun, IReadOnlyList<CommandEntry> verbs)
    {
        StringBuilder text = new();
        text.Append($"usage: dls {noun} COMMAND [OPTION...] [ARGUMENT...]\n\ncommands\n");
        int left = LeftWidth(verbs.Select(static e => e.FullName));
        foreach (CommandEntry entry in verbs)
        {
            Row(text, entry.FullName, entry.Summary, left);
        }

        text.Append($"\n`dls help {noun} COMMAND` shows a command in full.\n");
        return text.ToString();
    }

    private static string Page(CommandEntry entry)
    {
        CommandShape shape = CommandShape.Of(entry);
        StringBuilder text = new();
        Paragraph(text, "usage: ", shape.UsageParts);
        text.Append('\n');
        Paragraph(text, "", [.. $"{char.ToUpperInvariant(entry.Summary[0])}{entry.Summary[1..]}. {shape.Details}".Split(
            ' ', StringSplitOptions.RemoveEmptyEntries)]);

        OptionShape[] own = [.. shape.VisibleOptions.Where(static o => !o.Shared)];
        OptionShape[] shared = [.. shape.VisibleOptions.Where(static o => o.Shared)];
        int left = LeftWidth([.. shape.Values.Select(static v => v.Name), .. shape.VisibleOptions.Select(static o => o.Listed)]);
        Section(text, "arguments", shape.Values.Select(static v => (v.Name, WithChoices(v.Help, v.Choices))), left);
        Section(text, "options", own.Select(static o => (o.Listed, WithChoices(o.Help, o.Choices))), left);
        Section(
            text, "options of every command", shared.Select(static o => (o.Listed, o.Help)).Append(("    --help", "show this page")), left);
        Section(text, "exit codes", shape.ExitCodes.Select(static c => ($"{c}", ExitCode.Meaning(c))), 3);
        Examples(text, shape.Examples);
        return text.ToString();
    }

    private static void Examples(StringBuilder text, IReadOnlyList<ExampleAttribute> examples)
    {
        text.Append(examples.Count == 0 ? "" : "\nexamples\n");
        foreach (ExampleAttribute example in examples)
        {
            text.Append($"  {example.Line}\n      {example.Meaning}\n");
        }
    }

    private static void Section(StringBuilder text, string title, IEnumerable<(string Left, string Right)> rows, int left)
    {
        bool first = true;
        foreach ((string name, string help) in rows)
        {
            text.Append(first ? $"\n{title}\n" : "");
            Row(text, name, help, left);
            first = false;
        }
    }

    private static string WithChoices(string help, IReadOnlyList<string> choices) => choices.Count == 0
        ? help : $"{help} ({string.Join(", ", choices)})";

    private static int LeftWidth(
        IEnumerable<string> names) => Math.Min(LeftMax, names.Select(static n => n.Length).DefaultIfEmpty(0).Max());

    private static void Row(StringBuilder text, string left, string right, int leftWidth)
    {
        string lead = new string(' ', Indent) + left;
        int column = Indent + leftWidth + 2;
        if (lead.Length + 2 > column)
        {
            text.Append(lead).Append('\n');
            lead = "";
        }

        Paragraph(text, lead.PadRight(column), right.Split(' '));
    }

    /// <summary>Appends words, wrapped; later lines are indented as far as the first one's lead.</summary>
    private static void Paragraph(StringBuilder text, string lead, IReadOnlyList<string> words)
    {
        string line = lead;
        bool empty = true;
        foreach (string word in words)
        {
            if (!empty && line.Length + 1 + word.Length > Columns)
            {
                text.Append(line).Append('\n');
                line = new string(' ', lead.Length);
                empty = true;
            }

            line += empty ? word : " " + word;
            empty = false;
        }

        text.Append(line.TrimEnd()).Append('\n');
    }
}
