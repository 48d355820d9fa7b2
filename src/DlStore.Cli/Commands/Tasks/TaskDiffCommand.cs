using CommandLine;
using DlStore.Operations.Tables;
using DlStore.Operations.Tasks;
using DlStore.Operations.Views;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task diff</c>.</summary>
[Details("Compares two attempts or more: parameters, commits, sources, class lists, data sets with their item counts, initial weights; "
    + "then the last numbers of their logs and tests side by side. --images lists the images that one gets right and "
    + "the other wrong, from the stored rows of both tests. TASK#N names an attempt by its number. "
    + "--svg draws the curves of both into one file.")]
[Example("dls task diff try11 try12", "what was done differently, and what came of it")]
[Example("dls task diff try11/ssd try12/ssd --images", "which images were gained and lost")]
[Example("dls task diff try11 try12 --svg curves.svg", "the curves of both")]
[Example("dls task diff try11 try12 'try12#1'", "three runs in one table")]
[Example("dls task diff try11 try12 --html diff.html", "a page to mail, with curves and pictures in it")]
[Exits(ExitCode.NoRepository, ExitCode.Findings, ExitCode.Missing)]
internal sealed class TaskDiffCommand : Command
{
    [Value(0, MetaName = "A", Required = true, HelpText = "TASK, TASK/KIND or TASK#N")]
    public string A { get; set; } = "";

    [Value(1, MetaName = "B", Required = true, HelpText = "TASK, TASK/KIND or TASK#N")]
    public string B { get; set; } = "";

    [Value(2, MetaName = "MORE", HelpText = "further ones: then one table of all, without images and classes")]
    public IEnumerable<string> More { get; set; } = [];

    [Option("images", HelpText = "list the images gained and lost")]
    public bool Images { get; set; }

    [Option("svg", MetaValue = "FILE", HelpText = "draw the curves of both into a file .svg")]
    public string? Svg { get; set; }

    [Option("html", MetaValue = "FILE", HelpText = "write the comparison as a page that stands alone, and nothing else")]
    public string? Html { get; set; }

    [Option("exit-code", HelpText = "exit 4 if they differ")]
    public bool ExitWithCode { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        string[] more = [.. More];
        if (Html is { } page)
        {
            return WritePage(session, page, [A, B, .. more]);
        }

        if (more.Length > 0)
        {
            return RunMany(session, [A, B, .. more]);
        }

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

    private int WritePage(Session session, string file, string[] names)
    {
        if (!file.EndsWith(".html", StringComparison.OrdinalIgnoreCase) || Json || Images || Svg is not null || ExitWithCode)
        {
            throw new DlsException(ErrorKind.Usage, $"write a page to '{file}': {(file.EndsWith(".html", StringComparison.OrdinalIgnoreCase)
                ? "--html goes with no other option" : "its name is not that of a page")}", "run `dls task diff A B --html FILE.html`");
        }

        IReadOnlyList<string> runs = RunComparison.Find(session.Repo, names);
        session.Terminal.Flush();
        throw PageProgram.Become(PageProgram.Find(AppContext.BaseDirectory),
            ["page", Path.GetFullPath(Path.Combine(session.CurrentDirectory, file)), "compare", .. runs.Select(static r => "t=" + r)],
            session.Environment);
    }

    private int RunMany(Session session, string[] names)
    {
        if (Images)
        {
            throw new DlsException(ErrorKind.Usage, $"compare the images of {names.Length} runs: --images goes with two",
                "`dls ui` shows the images of two and the numbers of any number");
        }

        RunComparisonResult result = RunComparison.Run(session.Repo, names, Svg);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.RunComparisonResult);
        }
        else
        {
            Print(session.Terminal, result);
        }

        return ExitWithCode && result.Differs ? ExitCode.Findings : ExitCode.Done;
    }

    private static void Print(Terminal terminal, RunComparisonResult result)
    {
        Column[] columns = [new(""), .. result.Runs.Select(static r => new Column(r))];
        IEnumerable<ComparedRow> rows = result.Differences.Concat(result.Numbers);
        terminal.Table(columns, [.. rows.Select(r => (IReadOnlyList<string>)
            [$"{r.Section} {terminal.Name(r.Name)}", .. r.Values.Select(v => v is null ? "-" : Short(terminal.Name(v)))])]);
        if (result.Svg is { } svg)
        {
            terminal.Note($"wrote {svg}");
        }

        if (!result.Differs)
        {
            terminal.Note("no differences");
        }
    }

    /// <summary>A digest needs twelve digits here, and a command line its beginning; --json has all of both.</summary>
    private static string Short(string value) => value.StartsWith("sha256:", StringComparison.Ordinal) && value.Length == 71
        ? value["sha256:".Length..][..12] : value.Length > 40 ? value[..39] + "…" : value;

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
