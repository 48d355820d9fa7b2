using CommandLine;
using DlStore.Operations.Deploys;

namespace DlStore.Cli.Commands.Deploys;

/// <summary><c>dls undeploy TARGET...</c>.</summary>
[Details("Brings back what was live before, by the journal on the target: after A, B, undeploy, C, undeploy "
    + "it is A again, and once more what was there before dls came. What is in place is compared "
    + "by hash first; bytes that nobody recorded are kept on the target and named.")]
[Example("dls undeploy gaa", "take the last deployment back")]
[Example("dls undeploy gaa --kind ssd --dry-run", "see what would come back")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Locked, ExitCode.Corrupt)]
internal sealed class UndeployCommand : Command
{
    [Value(0, MetaName = "TARGET", Required = true, HelpText = "the targets")]
    public IEnumerable<string> Targets { get; set; } = [];

    [Option("kind", MetaValue = "KIND,...", HelpText = "these kinds; needed if several are live there")]
    public string? Kind { get; set; }

    [Option("algo", MetaValue = "KIND,...", Hidden = true, HelpText = "the same as --kind")]
    public string? Algo { get; set; }

    [Option("all", HelpText = "all kinds that are live there")]
    public bool All { get; set; }

    [Option("dry-run", HelpText = "show the plan and change nothing")]
    public bool DryRun { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        UndeployOptions options = new() { Targets = [.. Targets], Kinds = [.. Values(Kind), .. Values(Algo)], All = All, DryRun = DryRun };
        UndeployResult result = await Undeploy.RunAsync(session.Repo, options, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.UndeployResult);
            return ExitCode.Done;
        }

        DeployReport.PrintAll(session.Terminal, result.Units, result.Notes, result.Copies);
        return ExitCode.Done;
    }
}
