using CommandLine;
using DlStore.Data.Findings;
using DlStore.Data.Lint;
using DlStore.Operations.Datasets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls dataset lint NAME|DIR</c>.</summary>
[Details("Looks at every list, annotation and image of a data set, or of any directory in VOC, darknet, Ultralytics or COCO "
    + "layout, and prints what is wrong as `CODE severity file:line message`. With --for it also follows the rules of "
    + "a reader: which list it opens, how many images it gets, which ids it gives, where it stops and what it drops "
    + "without a word. `dls help lint` lists the codes. Exit 4 if an error is left that nobody accepted.")]
[Example("dls dataset lint game", "what is wrong with a data set")]
[Example("dls dataset lint game --for ssd,resnet34", "and what two readers would make of it")]
[Example("dls dataset lint game --write-baseline", "accept what is found now, in datasets/game.lint")]
[Exits(ExitCode.Findings, ExitCode.NoRepository, ExitCode.Missing)]
internal sealed class DatasetLintCommand : Command
{
    [Value(0, MetaName = "NAME-OR-DIR", Required = true, HelpText = "a data set, or a directory")]
    public string Target { get; set; } = "";

    [Option("canvas", MetaValue = "SIZE", HelpText = "one canvas only")]
    public string? Canvas { get; set; }

    [Option("for", MetaValue = "READER,...", HelpText = "ssd, resnet34, darknet, ultralytics or torchvision, several with commas")]
    public string? Consumers { get; set; }

    [Option("accept", MetaValue = "CODE,...", HelpText = "codes that do not count, with commas")]
    public string? Accept { get; set; }

    [Option("write-baseline", HelpText = "accept what is found now from now on")]
    public bool WriteBaseline { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<DatasetLintResult> results;
        using (ProgressLine progress = session.StartProgress())
        {
            DatasetLintOptions options = new()
            {
                Target = Target,
                Canvas = Canvas,
                Consumers = [.. Values(Consumers).Select(LintOptions.ParseConsumer)],
                Accept = Values(Accept),
                WriteBaseline = WriteBaseline,
                Progress = progress,
            };
            results = DatasetLintRun.Run(session.Repo, options, cancel);
        }

        int code = results.Sum(static r => r.Errors) > 0 && !WriteBaseline ? ExitCode.Findings : ExitCode.Done;
        if (Json)
        {
            session.Terminal.WriteJson(results, ResultJson.Default.IReadOnlyListDatasetLintResult);
            return Task.FromResult(code);
        }

        foreach (DatasetLintResult result in results)
        {
            Print(session.Terminal, result);
        }

        return Task.FromResult(code);
    }

    private static void Print(Terminal terminal, DatasetLintResult result)
    {
        foreach (string saw in result.Saw)
        {
            terminal.Note(saw);
        }

        FindingReport.Print(terminal, result.Findings);
        foreach (LintView view in result.Views)
        {
            terminal.Result($"{LintOptions.NameOf(view.Consumer)}: {ViewText(view)}", Ink.Strong);
        }

        string boxes = string.Join(", ", result.Boxes.Take(12).Select(static b => $"{b.Key} {Format.Count(b.Value)}"));
        terminal.Result($"{result.Name}: {Format.Count(result.Images, "image")} (train {Format.Count(result.Sides[0])}, "
            + $"val {Format.Count(result.Sides[1])}, test {Format.Count(result.Sides[2])}), {Format.Count(result.Distinct)}"
            + $" distinct; boxes {boxes}{(result.Boxes.Count > 12 ? ", ..." : "")}");
        string ceiling = result.Ceiling < 1
            ? $"; with these labels no classifier can get more than {Math.Min(99.9, result.Ceiling * 100):0.0} % right" : "";
        string accepted = result.Accepted > 0 ? $", {Format.Count(result.Accepted)} accepted" : "";
        terminal.Result($"{Format.Count(result.Errors, "error")}, "
            + $"{Format.Count(result.Findings.Count(static f => f.Severity == Severity.Warning), "warning")}{accepted}{ceiling}",
            result.Errors > 0 ? Ink.Bad : Ink.Good);
    }

    private static string ViewText(
        LintView view) => $"opens {view.List}, gets {Format.Count(view.Items, "image")}, drops {Format.Count(view.Dropped)}"
        + $", {Format.Count(view.Classes.Count, "class", "classes")}";
}
