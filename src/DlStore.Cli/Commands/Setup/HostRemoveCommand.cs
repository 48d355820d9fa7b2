using CommandLine;
using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls host remove NAME</c>.</summary>
[Details("Takes a host out of .dlstore/config, if no target and no kind names it. What is on the host stays there, runs included: "
    + "collect them first.")]
[Example("dls host remove old", "forget a host")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class HostRemoveCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the host")]
    public string Name { get; set; } = "";

    [Option("dry-run", HelpText = "check and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        HostSetting host = HostSettings.Remove(session.Repo, Name, DryRun);
        if (Json)
        {
            session.Terminal.WriteJson(host, ResultJson.Default.HostSetting);
        }
        else
        {
            session.Terminal.Result(
                $"{(DryRun ? "would remove" : "removed")} host {host.Name} from the configuration; what is in {host.Root} there stays");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
