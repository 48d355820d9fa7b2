using CommandLine;
using DlStore.Operations.Datasets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls testset rm NAME</c>.</summary>
[Details("Stops managing a test set: its images, annotations and file go to the trash, its pointer goes from git's index. Stored objects "
    + "stay, and so do the scores that were made with it.")]
[Example("dls testset rm old", "remove a test set; `dls trash restore` brings it back")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class TestSetRmCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the test set")]
    public string Name { get; set; } = "";

    [Option("dry-run", HelpText = "show what would go")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        DatasetRmResult result = TestSetRm.Run(session.Repo, Name, DryRun);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.DatasetRmResult);
            return Task.FromResult(ExitCode.Done);
        }

        session.Terminal.Result($"{(DryRun ? "would remove" : "removed")} test set {result.Name}: {string.Join(", ", result.Files)}");
        foreach (WorkTree.TrashEntry entry in result.Trashed)
        {
            session.Terminal.Note($"in the trash: `dls trash restore {entry.Id}` brings {Format.Count(entry.Paths.Count, "path")} back");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
