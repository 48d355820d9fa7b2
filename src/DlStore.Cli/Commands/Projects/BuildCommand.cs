using CommandLine;
using DlStore.Data.Recipes;
using DlStore.Operations.Projects;

namespace DlStore.Cli.Commands.Projects;

/// <summary><c>dls build [PROJECT...]</c>.</summary>
[Details("Makes the images of projects whose masters, annotations or recipe changed, into projects/NAME/build/CANVAS/, and "
    + "nothing else: builds that are up to date are left alone, and no file that git tracks is touched. A canvas is "
    + "WIDTHxHEIGHT or `own`, the master's size; without --canvas, those count that data sets ask for. A recipe that is "
    + "a program runs only after `dls trust`, in a private copy, without a terminal and with a time limit.")]
[Example("dls build", "bring every project up to date")]
[Example("dls build close --canvas 400x400 --preview", "one project, with a contact sheet of the result")]
[Example("dls build --kind ssd", "what the data set of a kind needs, at its canvas")]
[Exits(ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing, ExitCode.Untrusted)]
internal sealed class BuildCommand : Command
{
    [Value(0, MetaName = "PROJECT", HelpText = "projects by name; all if none is given")]
    public IEnumerable<string> Projects { get; set; } = [];

    [Option("canvas", MetaValue = "SIZE,...", HelpText = "the size of the pictures: WIDTHxHEIGHT or own, several with commas")]
    public string? Canvases { get; set; }

    [Option("kind", MetaValue = "KIND", HelpText = "build what the data set of this kind needs, at its canvas")]
    public string? Kind { get; set; }

    [Option("algo", MetaValue = "KIND", Hidden = true, HelpText = "the same as --kind")]
    public string? Algo { get; set; }

    [Option("dataset", MetaValue = "NAME", HelpText = "build what this data set needs")]
    public string? Dataset { get; set; }

    [Option("preview", HelpText = "write a contact sheet with boxes beside each build")]
    public bool Preview { get; set; }

    [Option("force", HelpText = "build again even if nothing changed")]
    public bool Force { get; set; }

    [Option("check-deterministic", HelpText = "run each recipe twice and fail if the images differ")]
    public bool CheckDeterministic { get; set; }

    [Option("dry-run", HelpText = "show what would be built and why")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        BuildResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            BuildOptions options = new()
            {
                Projects = [.. Projects],
                Kind = Kind ?? Algo,
                Dataset = Dataset,
                Canvases = [.. Values(Canvases).Select(Canvas.Parse)],
                Preview = Preview,
                Force = Force,
                CheckDeterministic = CheckDeterministic,
                DryRun = DryRun,
                Progress = progress,
            };
            result = Build.Run(session.Repo, options, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.BuildResult);
            return Task.FromResult(ExitCode.Done);
        }

        BuildReport.Print(session.Terminal, result, DryRun);
        return Task.FromResult(ExitCode.Done);
    }
}
