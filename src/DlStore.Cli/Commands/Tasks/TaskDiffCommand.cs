using CommandLine;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task diff</c>.</summary>
[Details("Compares two attempts: parameters, commits, sources, class lists, data sets with their item counts, initial weights; "
    + "then the last numbers of their logs and tests side by side. --images lists the images that one gets right and "
    + "the other wrong, from the stored rows of both tests. TASK#N names an attempt by its number. "
    + "--svg draws the curves of both into one file.")]
[Example("dls task diff try11 try12", "what was done differently, and what came of it")]
[Example("dls task diff try11/ssd try12/ssd --images", "which images were gained and lost")]
[Example("dls task diff try11 try12 --svg curves.svg", "the curves of both")]
[Exits(ExitCode.NoRepository, ExitCode.Findings, ExitCode.Missing)]
internal sealed class TaskDiffCommand : Command
{
    [Value(0, MetaName = "A", Required = true, HelpText = "TASK, TASK/KIND or TASK#N")]
    public string A { get; set; } = "";

    [Value(1, MetaName = "B", Required = true, HelpText = "TASK, TASK/KIND or TASK#N")]
    public string B { get; set; } = "";

    [Option("images", HelpText = "list the images gained and lost")]
    public bool Images { get; set; }

    [Option("svg", MetaValue = "FILE", HelpText = "draw the curves of both into a file .svg")]
    public string? Svg { get; set; }

    [Option("exit-code", HelpText = "exit 4 if they differ")]
    public bool ExitWithCode { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        TaskDiffResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = await TaskDiff.RunAsync(
                session.Repo, new TaskDiffOptions { A = A, B = B, Images = Images, Svg = Svg, Progress = progress }, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.TaskDiffResult);
        }
        else
        {
            Print(session.Terminal, result);
        }

        return ExitWithCode && result.Differs ? ExitCode.Findings : ExitCode.Done;
    }

    private static void Print(Terminal terminal, TaskDiffResult result)
    {
        terminal.Result($"A {result.A}", Ink.Strong);
        terminal.Result($"B {result.B}", Ink.Strong);
        foreach (TaskDifference one in result.Differences)
        {
            terminal.Result($"{one.Section} {terminal.Name(one.Name)}", Ink.Strong);
            terminal.Result($"  A  {terminal.Name(one.A ?? "none")}");
            terminal.Result($"  B  {terminal.Name(one.B ?? "none")}");
        }

        if (result.Numbers.Count > 0)
        {
            terminal.Table(
                [new("NUMBER"), new("A", Right: true), new("B", Right: true), new("B - A", Right: true)],
                [.. result.Numbers.Select(
                    n => (IReadOnlyList<string>)[$"{n.Section} {terminal.Name(n.Name)}", n.A ?? "-", n.B ?? "-", n.Change ?? ""])]);
        }

        if (result.Images is { } images)
        {
            Print(terminal, images);
        }

        if (result.Svg is { } svg)
        {
            terminal.Note($"wrote {svg}");
        }

        if (!result.Differs)
        {
            terminal.Note("no differences");
        }
    }

    private static void Print(Terminal terminal, ComparedImages images)
    {
        terminal.Result(
            $"images: {Format.Count(images.Both)} in both, {Format.Count(images.RightInA)} right in A, {Format.Count(images.RightInB)}"
            + $" right in B; {Format.Count(images.Gained.Count)} gained, {Format.Count(images.Lost.Count)} lost");
        foreach (ChangedImage one in images.Gained)
        {
            terminal.Result($"gained  {terminal.Name(one.Image)}  {Truth(one)}: {one.A} -> {one.B}", Ink.Good);
        }

        foreach (ChangedImage one in images.Lost)
        {
            terminal.Result($"lost    {terminal.Name(one.Image)}  {Truth(one)}: {one.A} -> {one.B}", Ink.Bad);
        }

        if (images.OnlyInA.Count + images.OnlyInB.Count > 0)
        {
            terminal.Warn($"{Format.Count(images.OnlyInA.Count, "image")} only in A, {Format.Count(images.OnlyInB.Count)}"
                + " only in B: they were not tested on the same images");
        }
    }

    private static string Truth(ChangedImage one) => one.Truth.Length == 0 ? "nothing there" : one.Truth;
}
