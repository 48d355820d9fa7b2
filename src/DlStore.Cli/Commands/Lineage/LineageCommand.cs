using CommandLine;
using DlStore.Operations.Lineage;

namespace DlStore.Cli.Commands.Lineage;

/// <summary><c>dls lineage X</c>.</summary>
[Details("X is a file on disk (by its bytes), a digest or at least six hex digits of one, a task (NAME or NAME/KIND), a "
    + "data set (NAME or NAME@REV), a project, a master, a target. If a word means several things, say which: `dls "
    + "lineage task NAME`. Upward, to what it was made of; with --down, to everything made of it and where that is "
    + "live. What is live is what the newest copy of a target's journal in git says; no target is asked.")]
[Example("dls lineage 8f14e45f", "from weights to task, source, data set and masters")]
[Example("dls lineage master closegb --down", "what has to be learned again when this project changes")]
[Example("dls lineage game1 --dot | dot -Tsvg > game1.svg", "a picture of it")]
[Example("dls lineage try12 --mermaid", "text for a block of mermaid, which GitHub and GitLab draw")]
[Exits(ExitCode.NoRepository)]
internal sealed class LineageCommand : Command
{
    [Value(0, MetaName = "X", Required = true, HelpText = "what to trace, or a kind (task, dataset, project, master, target) and a name")]
    public IEnumerable<string> What { get; set; } = [];

    [Option("down", HelpText = "to what was made of it, instead of what it was made of")]
    public bool Down { get; set; }

    [Option("dot", HelpText = "print a graph for Graphviz")]
    public bool Dot { get; set; }

    [Option("mermaid", HelpText = "print a flowchart for Mermaid")]
    public bool Mermaid { get; set; }

    [Option("depth", MetaValue = "N", HelpText = "steps to go at most")]
    public int? Depth { get; set; }

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        What = words;
        return words.Count > 0;
    }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Dot && Mermaid)
        {
            throw new DlsException(
                ErrorKind.Usage, "lineage: --dot and --mermaid exclude each other", "give the one of the program that draws it");
        }

        LineageOptions options = new() { What = [.. What], Down = Down };
        LineageResult result = LineageTrace.Run(session.Repo, Depth is { } depth ? options with { DepthMax = depth } : options, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.LineageResult);
        }
        else if (Dot)
        {
            LineageDrawing.PrintDot(session.Terminal, result);
            LineageReport.PrintProblems(session.Terminal, result);
        }
        else if (Mermaid)
        {
            LineageDrawing.PrintMermaid(session.Terminal, result);
            LineageReport.PrintProblems(session.Terminal, result);
        }
        else
        {
            new LineageReport(session.Terminal, result).Print();
        }

        return Task.FromResult(ExitCode.Done);
    }
}
