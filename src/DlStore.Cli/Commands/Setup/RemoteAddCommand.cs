using CommandLine;
using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls remote add NAME URL [--default]</c>.</summary>
[Details("Writes the remote into .dlstore/config, which is committed, so that every clone knows it. The URL "
    + "is a directory: absolute, relative to the work tree, or file://. It need not exist yet.")]
[Example("dls remote add lab /mnt/lab/dls --default", "a directory on a mounted disk, used when none is named")]
[Exits(ExitCode.NoRepository)]
internal sealed class RemoteAddCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "letters, digits, '.', '_' and '-'")]
    public string Name { get; set; } = "";

    [Value(1, MetaName = "URL", Required = true, HelpText = "where it is")]
    public string Location { get; set; } = "";

    [Option("default", HelpText = "push and pull use it when none is named")]
    public bool Default { get; set; }

    [Option("dry-run", HelpText = "check and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        RemoteSetting remote = RemoteSettings.Add(session.Repo, Name, Location, Default, DryRun);
        if (Json)
        {
            session.Terminal.WriteJson(remote, ResultJson.Default.RemoteSetting);
        }
        else
        {
            session.Terminal.Result(
                $"{(DryRun ? "would add" : "added")} remote {remote.Name}: {remote.Location}{(remote.IsDefault ? " (default)" : "")}");
            session.Terminal.Note("it is in .dlstore/config, which is staged; commit it so that clones know the remote");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
