using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls host list</c>.</summary>
[Example("dls host list", "names and destinations")]
[Exits(ExitCode.NoRepository)]
internal sealed class HostListCommand : Command
{
    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<HostSetting> hosts = HostSettings.List(session.Repo);
        if (Json)
        {
            session.Terminal.WriteJson(hosts, ResultJson.Default.IReadOnlyListHostSetting);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (HostSetting host in hosts)
        {
            session.Terminal.Result($"{host.Name}  {host.Destination}  {host.Root}{(host.Askpass ? "  (asks for a password)" : "")}");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
