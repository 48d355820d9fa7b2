using CommandLine;
using DlStore.Cli.Commands.Projects;
using DlStore.Data.Sets;
using DlStore.Operations.Datasets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls dataset build NAME</c>.</summary>
[Details("Builds the projects that datasets/NAME.yaml names as far as they are out of date, divides their images into train and val, and "
    + "writes datasets/NAME/CANVAS/data_set in VOC layout, the pointer of it, and datasets/NAME.lock with the hash that anyone "
    + "can recompute. Staged, never committed. The same sources give the same hash on any machine with the same engine.")]
[Example("dls dataset build game", "bring the data set up to date")]
[Example("dls dataset build game --add-classes", "after a project with a new class was added")]
[Exits(ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing, ExitCode.Untrusted)]
internal sealed class DatasetBuildCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the data set, datasets/NAME.yaml")]
    public string Name { get; set; } = "";

    [Option("add-classes", HelpText = "append classes that are not in the class list yet")]
    public bool AddClasses { get; set; }

    [Option("allow-unreviewed", HelpText = "take in projects that nobody has reviewed; the lock says so")]
    public bool AllowUnreviewed { get; set; }

    [Option("force", HelpText = "make it again even if nothing changed")]
    public bool Force { get; set; }

    [Option("dry-run", HelpText = "show what would be done and why")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        DatasetBuildResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            DatasetBuildOptions options = new()
            {
                Name = DatasetReport.NameOf(session, "build", Name),
                AddClasses = AddClasses,
                AllowUnreviewed = AllowUnreviewed,
                Force = Force,
                DryRun = DryRun,
                Progress = progress
            };
            result = DatasetBuild.Run(session.Repo, options, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.DatasetBuildResult);
            return Task.FromResult(ExitCode.Done);
        }

        Print(session.Terminal, result);
        return Task.FromResult(ExitCode.Done);
    }

    private void Print(Terminal terminal, DatasetBuildResult result)
    {
        PrintSources(terminal, result);
        string state = result.Why is null ? "is up to date" : DryRun ? $"would be built ({result.Why})" : $"built ({result.Why})";
        terminal.Result($"data set {result.Name} {state}", Ink.Good);
        foreach ((string canvas, LockedCanvas locked) in result.Lock?.Canvases ?? new Dictionary<string, LockedCanvas>())
        {
            DatasetReport.Print(terminal, canvas, locked);
        }

        foreach (string drop in result.Drops)
        {
            terminal.Warn($"less than before: {drop}");
        }

        foreach ((string canvas, int images) in result.CrossTwins.Where(static c => c.Value > 0))
        {
            terminal.Note(
                $"{canvas}: {Format.Count(images, "image")} with bytes that several projects share; each such group is on one side");
        }

        if (result.Why is not null && !DryRun)
        {
            terminal.Note("staged; run `git commit`, then `dls push`");
        }
    }

    private void PrintSources(Terminal terminal, DatasetBuildResult result)
    {
        if (result.Builds.Builds.Any(static b => b.Why is not null))
        {
            BuildReport.Print(terminal, result.Builds, DryRun);
        }

        if (result.LeftOut.Count > 0)
        {
            terminal.Warn($"left out, because nobody has reviewed them or somebody refused them: {string.Join(", ", result.LeftOut)}");
        }

        if (result.NewClasses.Count > 0)
        {
            terminal.Result($"{(DryRun ? "would add" : "added")} {Format.Count(result.NewClasses.Count, "class", "classes")}: "
                + $"{string.Join(", ", result.NewClasses.Take(20))}{(result.NewClasses.Count > 20 ? ", ..." : "")}");
        }
    }
}
