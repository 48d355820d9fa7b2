using CommandLine;
using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls remote remove NAME</c>.</summary>
[Details("Takes the remote out of .dlstore/config, or, where this clone has one of its own of that name, out of git's configuration: then "
    + "the committed one counts again. What is stored there stays there.")]
[Example("dls remote remove lab", "forget a remote")]
[Exits(ExitCode.NoRepository)]
internal sealed class RemoteRemoveCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the remote")]
    public string Name { get; set; } = "";

    [Option("dry-run", HelpText = "check and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        RemoteSettings.Remove(session.Repo, Name, DryRun);
        IReadOnlyList<RemoteSetting> left = RemoteSettings.List(session.Repo);
        if (Json)
        {
            session.Terminal.WriteJson(left, ResultJson.Default.IReadOnlyListRemoteSetting);
        }
        else
        {
            session.Terminal.Result(
                $"{(DryRun ? "would remove" : "removed")} remote {Name} from the configuration; its bytes stay where they are");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
