using CommandLine;
using DlStore.Operations.Deploys;

namespace DlStore.Cli.Commands.Deploys;

/// <summary><c>dls target remove NAME</c>.</summary>
[Details("Takes a target out of .dlstore/config. What is live there stays live, and its journal stays there: a target that is added again "
    + "with the same home goes on with it.")]
[Example("dls target remove front", "forget a target")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class TargetRemoveCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the target")]
    public string Name { get; set; } = "";

    [Option("dry-run", HelpText = "check and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        TargetSetting target = TargetSettings.Remove(session.Repo, Name, DryRun);
        if (Json)
        {
            session.Terminal.WriteJson(target, ResultJson.Default.TargetSetting);
        }
        else
        {
            session.Terminal.Result($"{(DryRun ? "would remove" : "removed")} target {target.Name} from the configuration; "
                + $"what is live in {target.Home} on {target.Host} stays");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
