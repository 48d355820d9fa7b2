using CommandLine;
using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls host check [NAME]</c>.</summary>
[Details(
    "Reaches each host and looks for the programs dls needs there, the difference of its clock, and free disk. Nothing is changed there.")]
[Example("dls host check", "all hosts")]
[Example("dls host check gpu", "one host")]
[Exits(ExitCode.Findings, ExitCode.NoRepository)]
internal sealed class HostCheckCommand : Command
{
    [Value(0, MetaName = "NAME", HelpText = "the host; all of them if not given")]
    public string? Name { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<HostCheckResult> hosts = await HostCheck.RunAsync(session.Repo, Name, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(hosts, ResultJson.Default.IReadOnlyListHostCheckResult);
        }
        else
        {
            foreach (HostCheckResult host in hosts)
            {
                Print(session.Terminal, host);
            }
        }

        return hosts.Any(static h => h.Problems.Count > 0) ? ExitCode.Findings : ExitCode.Done;
    }

    private static void Print(Terminal terminal, HostCheckResult host)
    {
        string free = host.DiskFree < 0 ? "free disk unknown" : $"{Format.Bytes(host.DiskFree)} free";
        terminal.Result(host.Reached ? $"{host.Name}  {host.Destination}: {host.System}, {free}"
            : $"{host.Name}  {host.Destination}: not reached", host.Problems.Count > 0 ? Ink.Bad : Ink.Good);
        foreach ((string program, string version) in host.Programs.Where(static p => p.Value.Length > 0))
        {
            terminal.Result($"  {program}: {version}");
        }

        foreach (string problem in host.Problems)
        {
            terminal.Result($"  {problem}", Ink.Bad);
        }
    }
}
