using CommandLine;
using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls host import FILE</c>.</summary>
[Details("Makes hosts from a buildrc (shell assignments such as SSD_HOST=, SSD_USER=) or an easy_sshscp_config.py. Passwords are dropped: "
    + "their keys are named, their values are neither kept nor shown. The file is only read; nothing in it is executed.")]
[Example("dls host import buildrc", "take over the servers of an old project")]
[Exits(ExitCode.Findings, ExitCode.NoRepository)]
internal sealed class HostImportCommand : Command
{
    [Value(0, MetaName = "FILE", Required = true, HelpText = "a buildrc, or a .py file")]
    public string File { get; set; } = "";

    [Option("dry-run", HelpText = "read and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        HostImportResult result = HostImport.Run(session.Repo, File, DryRun);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.HostImportResult);
        }
        else
        {
            Print(session.Terminal, result);
        }

        return Task.FromResult(result.Problems.Count > 0 ? ExitCode.Findings : ExitCode.Done);
    }

    private void Print(Terminal terminal, HostImportResult result)
    {
        foreach (HostSetting host in result.Hosts)
        {
            terminal.Result($"{(DryRun ? "would add" : "added")} host {host.Name}: {host.Destination}");
        }

        foreach (string key in result.Dropped)
        {
            terminal.Result($"  dropped {key}: dls keeps no secrets; use keys and an agent, or `askpass = true`");
        }

        foreach (string key in result.Unused)
        {
            terminal.Result($"  not used: {key}");
        }

        foreach (string problem in result.Problems)
        {
            terminal.Result($"  {problem}", Ink.Bad);
        }

        foreach (string command in result.Homes)
        {
            terminal.Note($"to put weights to use there: `{command}`");
        }
    }
}
