using CommandLine;
using DlStore.Operations.Datasets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls dataset rm NAME</c>.</summary>
[Details("Stops managing a data set: its recipe, lock and directory go to the trash, its "
    + "pointer goes from git's index. Stored objects and the class list stay.")]
[Example("dls dataset rm old", "remove a data set; `dls trash restore` brings it back")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class DatasetRmCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the data set")]
    public string Name { get; set; } = "";

    [Option("dry-run", HelpText = "show what would go")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        DatasetRmResult result = DatasetRm.Run(session.Repo, DatasetReport.NameOf(Name), DryRun);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.DatasetRmResult);
            return Task.FromResult(ExitCode.Done);
        }

        session.Terminal.Result($"{(DryRun ? "would remove" : "removed")} data set {result.Name}: {string.Join(", ", result.Files)}");
        foreach (WorkTree.TrashEntry entry in result.Trashed)
        {
            session.Terminal.Note($"in the trash: `dls trash restore {entry.Id}` brings {Format.Count(entry.Paths.Count, "path")} back");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
