using CommandLine;
using DlStore.Operations.Transfers;

namespace DlStore.Cli.Commands.Transfers;

/// <summary><c>dls remote publish [NAME]</c>.</summary>
[Details("For a store that others read over http or https. Readers have to know which index files there are, and most web servers show no "
    + "list of a directory. This writes the lists as files of the store; from then on every push to it keeps them. It is run for the "
    + "remote that can be written: the directory, host or bucket behind the web server. Safe to repeat.")]
[Example("dls remote publish lab", "once; then others run `dls remote add pub https://host/path` and pull")]
[Exits(ExitCode.NoRepository)]
internal sealed class RemotePublishCommand : Command
{
    [Value(0, MetaName = "NAME", HelpText = "the remote; the default one if not given")]
    public string? Name { get; set; }

    [Option("dry-run", HelpText = "look and write nothing")]
    public bool DryRun { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        PublishResult result = await Publish.RunAsync(session.Repo, Name, DryRun, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.PublishResult);
        }
        else
        {
            session.Terminal.Result($"{(DryRun ? "would publish" : "published")} {result.Remote}: "
                + $"the index and the pins of {Format.Count(result.Repositories, "repository", "repositories")} are listed");
            session.Terminal.Note(result.WasPublished
                ? "it was published before; pushes keep the lists" : "from now on pushes keep the lists");
        }

        return ExitCode.Done;
    }
}
