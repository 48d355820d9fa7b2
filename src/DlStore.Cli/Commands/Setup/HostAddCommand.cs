using CommandLine;
using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls host add NAME DESTINATION</c>.</summary>
[Details("Writes the host into .dlstore/config, which is committed. dls reaches it by your own ssh: its configuration, keys, agent and "
    + "known hosts. Nothing is installed there. Passwords are never stored: with --askpass ssh asks the program that SSH_ASKPASS names.")]
[Example("dls host add gpu me@gpu.lab", "a machine to train on")]
[Example("dls host add gpu2 me@10.0.0.7:2222 --root /data/me/dls", "another port, and another disk for what dls keeps there")]
[Exits(ExitCode.NoRepository)]
internal sealed class HostAddCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "letters, digits, '.', '_' and '-'")]
    public string Name { get; set; } = "";

    [Value(1, MetaName = "DESTINATION", Required = true, HelpText = "[user@]host[:port], or an alias of your ssh configuration")]
    public string Destination { get; set; } = "";

    [Option("root", MetaValue = "PATH", HelpText = "where dls keeps its files there; ~/.dls if not given")]
    public string? Root { get; set; }

    [Option("askpass", HelpText = "let ssh ask for a password through SSH_ASKPASS")]
    public bool Askpass { get; set; }

    [Option("dry-run", HelpText = "check and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        HostSetting host = HostSettings.Add(session.Repo, Name, Destination, Root, Askpass, DryRun);
        if (Json)
        {
            session.Terminal.WriteJson(host, ResultJson.Default.HostSetting);
        }
        else
        {
            session.Terminal.Result($"{(DryRun ? "would add" : "added")} host {host.Name}: {host.Destination}");
            session.Terminal.Note(
                $"run `dls host check {host.Name}` to see whether all is there; the host is in .dlstore/config, which is staged");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
