using CommandLine;
using DlStore.Cli.Manual;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls help</c>: the overview, a noun's verbs, or one command in full.</summary>
[Example("dls help", "list every command")]
[Example("dls help completion", "show one command in full")]
internal sealed class HelpCommand : Command
{
    [Value(0, MetaName = "COMMAND", HelpText = "words of a command, or the first word of several")]
    public IEnumerable<string> Words { get; set; } = [];

    [Option("markdown", Hidden = true, HelpText = "print docs/cli.md")]
    public bool Markdown { get; set; }

    [Option("roff", Hidden = true, HelpText = "print the page for man")]
    public bool Roff { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Json)
        {
            session.Terminal.WriteJson(new HelpDocument([.. CommandTable.Visible.Select(Row)]), CliJson.Default.HelpDocument);
        }
        else
        {
            session.Terminal.ResultText(Markdown ? MarkdownManual.Text() : Roff ? ManPage.Text([.. Words]) : HelpPage.Text([.. Words]));
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static HelpDocument.Row Row(
        CommandEntry entry) => new(entry.FullName, entry.Group, entry.Summary, CommandShape.Of(entry).Usage);
}
