using CommandLine;
using DlStore.Operations.Projects;

namespace DlStore.Cli.Commands.Projects;

/// <summary><c>dls project harvest DIR</c>.</summary>
[Details("Makes a numbered project of every crop in a directory whose bytes no project has yet, whether git or a pointer holds them. "
    + "Numbers go on from the largest that any branch or tag has. The projects are unreviewed: data sets leave them out until "
    + "`dls project review` says otherwise. Leftovers of an interrupted harvest stop it. With --list only the files are taken "
    + "that a list of lines `file, True` or `file, False` marks true. Exits with 3 if a file was no usable image.")]
[Example("dls project harvest crops --prefix autogenclose --label close", "projects autogenclose_0, autogenclose_1, ... for what is new")]
[Example("dls project harvest crops --prefix autogenclose --label close --list sorted.txt", "those that a list marks True")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class ProjectHarvestCommand : Command
{
    [Value(0, MetaName = "DIR", Required = true, HelpText = "the directory of crops, JPEG files named .jpg")]
    public string Directory { get; set; } = "";

    [Option("prefix", MetaValue = "NAME", Required = true, HelpText = "what the projects' names begin with; _0, _1, ... follows")]
    public string Prefix { get; set; } = "";

    [Option("label", MetaValue = "LABEL", Required = true, HelpText = "the class of all of them")]
    public string Label { get; set; } = "";

    [Option("list", MetaValue = "FILE", HelpText = "lines of `file, True` or `file, False`; false ones are left out")]
    public string? List { get; set; }

    [Option("placement", MetaValue = "CORNERS", HelpText = "where on a larger canvas: lu, ru or lu,ru")]
    public string? Placement { get; set; }

    [Option("count", MetaValue = "N", Default = 99, HelpText = "images of each step of the recipe")]
    public int Count { get; set; } = 99;

    [Option("dry-run", HelpText = "show what would be made and make nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        ProjectHarvestResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            ProjectHarvestOptions options = new()
            {
                Directory = Directory,
                Prefix = Prefix,
                Label = Label,
                List = List,
                Placements = ProjectArguments.Placements(Placement, "--placement"),
                Count = Count,
                DryRun = DryRun,
                Progress = progress,
            };
            result = ProjectHarvest.Run(session.Repo, options, cancel);
        }

        int code = result.Refused.Count > 0 ? ExitCode.Partial : ExitCode.Done;
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.ProjectHarvestResult);
            return Task.FromResult(code);
        }

        Print(session.Terminal, result);
        return Task.FromResult(code);
    }

    private void Print(Terminal terminal, ProjectHarvestResult result)
    {
        foreach (HarvestedCrop crop in result.Crops)
        {
            string file = terminal.Name(crop.File);
            terminal.Result(crop.IsNew ? $"{(DryRun ? "would make" : "made")} {crop.Project}  {file}"
                : $"already added as {crop.Project}  {file}", crop.IsNew ? Ink.Good : Ink.Dim);
        }

        foreach (RefusedFile refused in result.Refused)
        {
            terminal.Warn($"left out {terminal.Name(refused.File)}: {refused.Reason}");
        }

        foreach (string remark in result.Remarks)
        {
            terminal.Warn(remark);
        }

        int made = result.Crops.Count(static c => c.IsNew);
        terminal.Note($"{Format.Count(made, "new project")}, {Format.Count(result.Crops.Count - made)} known already"
            + $"{(result.Rejected > 0 ? $", {Format.Count(result.Rejected)} marked false" : "")}"
            + $"{(made > 0 && !DryRun ? "; look at them with `dls project review --sheet review.jpg`" : "")}");
    }
}
