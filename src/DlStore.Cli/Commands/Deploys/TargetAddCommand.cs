using CommandLine;
using DlStore.Operations.Deploys;

namespace DlStore.Cli.Commands.Deploys;

/// <summary><c>dls target add NAME --host HOST --kind KIND --home PATH</c>.</summary>
[Details("Writes the target into .dlstore/config, which is committed. A target is a directory "
    + "on a host from which the weights of one or more kinds are used. The kinds must be there, and no other target may have that home.")]
[Example("dls target add front --host web --kind ssd,resnet34 --home /srv/app", "a program that uses two kinds of weights")]
[Exits(ExitCode.NoRepository)]
internal sealed class TargetAddCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "letters, digits, '.', '_' and '-'")]
    public string Name { get; set; } = "";

    [Option("host", MetaValue = "HOST", Default = "local", HelpText = "the host it is on")]
    public string Host { get; set; } = "local";

    [Option("kind", Required = true, MetaValue = "KIND[,KIND]", HelpText = "the kinds whose weights it takes")]
    public string? Kind { get; set; }

    [Option("home", Required = true, MetaValue = "PATH", HelpText = "its directory there, absolute")]
    public string Home { get; set; } = "";

    [Option("dry-run", HelpText = "check and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        TargetSetting target = TargetSettings.Add(session.Repo, new TargetSetting(Name, Host, Values(Kind), Home), DryRun);
        if (Json)
        {
            session.Terminal.WriteJson(target, ResultJson.Default.TargetSetting);
        }
        else
        {
            session.Terminal.Result($"{(DryRun ? "would add" : "added")} target {target.Name}: {target.Home}"
                + $" on {target.Host} for {string.Join(", ", target.Kinds)}");
            session.Terminal.Note($"run `dls target check {target.Name}` to see whether it can be "
                + "written; the target is in .dlstore/config, which is staged");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
