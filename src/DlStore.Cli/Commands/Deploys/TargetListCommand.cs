using DlStore.Operations.Deploys;

namespace DlStore.Cli.Commands.Deploys;

/// <summary><c>dls target list</c>.</summary>
[Example("dls target list", "names, hosts, kinds and homes")]
[Exits(ExitCode.NoRepository)]
internal sealed class TargetListCommand : Command
{
    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<TargetSetting> targets = TargetSettings.List(session.Repo);
        if (Json)
        {
            session.Terminal.WriteJson(targets, ResultJson.Default.IReadOnlyListTargetSetting);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (TargetSetting target in targets)
        {
            session.Terminal.Result($"{target.Name}  {string.Join(',', target.Kinds)}  {target.Host}  {target.Home}");
        }

        if (targets.Count == 0)
        {
            session.Terminal.Note("no target is configured; run `dls target add NAME --host HOST --kind KIND --home PATH`");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
