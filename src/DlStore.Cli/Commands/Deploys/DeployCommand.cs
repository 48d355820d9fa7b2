using CommandLine;
using DlStore.Operations.Deploys;

namespace DlStore.Cli.Commands.Deploys;

/// <summary><c>dls deploy TASK</c>.</summary>
[Details("Puts the weights of a task to use on targets, with their class list and data set, at the paths that the kind's "
    + "file names. Everything is checked on all targets before anything is touched: state of the attempt, bytes, class "
    + "lists, trust, reach, locks. Then it is staged in HOME/.dls, hashed there, tried by the kind's smoke command, "
    + "and switched by renames: a weight file is the old one or the new one at every moment. If one target fails, "
    + "those before it are taken back. What was there before is kept, and `dls undeploy` brings it back.")]
[Example("dls deploy game12 --target gaa", "deploy what the target takes of this task")]
[Example("dls deploy game12 --kind ssd --dry-run", "check everything and show the plan")]
[Example("dls deploy game12 --target gaa --threshold 0.85", "with the threshold that `dls task eval` came to")]
[Exits(ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing, ExitCode.Corrupt, ExitCode.Untrusted)]
internal sealed class DeployCommand : Command
{
    [Value(0, MetaName = "TASK", Required = true, HelpText = "the task")]
    public string Name { get; set; } = "";

    [Option("target", MetaValue = "TARGET,...", HelpText = "these targets; else every one that takes the kinds")]
    public string? Target { get; set; }

    [Option("kind", MetaValue = "KIND,...", HelpText = "these kinds; else every one the task has a part for")]
    public string? Kind { get; set; }

    [Option("algo", MetaValue = "KIND,...", Hidden = true, HelpText = "the same as --kind")]
    public string? Algo { get; set; }

    [Option("all", HelpText = "several targets or kinds are meant, though none is named")]
    public bool All { get; set; }

    [Option("attempt", MetaValue = "N", HelpText = "this attempt instead of the newest of its kind")]
    public int? Attempt { get; set; }

    [Option("allow-untested", HelpText = "deploy weights that were not tested; the record says so")]
    public bool AllowUntested { get; set; }

    [Option("unread", HelpText = "deploy weights that dls could not look into")]
    public bool Unread { get; set; }

    [Option("allow-inherited", HelpText = "deploy weights that the run did not make itself; the record says so")]
    public bool AllowInherited { get; set; }

    [Option("threshold", MetaValue = "NUMBER", HelpText = "record this threshold instead of the attempt's; short for --accept threshold=N")]
    public string? Threshold { get; set; }

    [Option("accept", MetaValue = "NAME=VALUE,...", HelpText = "record what the weights are good for instead of what the attempt says")]
    public string? Accept { get; set; }

    [Option("dry-run", HelpText = "check everything, show the plan, change nothing")]
    public bool DryRun { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        DeployResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            DeployOptions options = new()
            {
                Task = Name,
                Targets = Values(Target),
                Kinds = [.. Values(Kind), .. Values(Algo)],
                All = All,
                Attempt = Attempt,
                AllowUntested = AllowUntested,
                Unread = Unread,
                AllowInherited = AllowInherited,
                Accept = Values(Accept),
                Threshold = Threshold,
                DryRun = DryRun,
                Progress = progress,
                Planned = plan =>
                {
                    foreach (DeployUnit unit in plan.Units)
                    {
                        session.Terminal.Note($"plan: kind {unit.Kind} to target {unit.Target} on {unit.Host}");
                    }
                },
            };
            result = await Deploy.RunAsync(session.Repo, options, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.DeployResult);
            return ExitCode.Done;
        }

        DeployReport.PrintAll(session.Terminal, result.Units, result.Notes, result.Copies);
        return ExitCode.Done;
    }
}
