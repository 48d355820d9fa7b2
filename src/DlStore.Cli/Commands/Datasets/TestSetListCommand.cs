using DlStore.Operations.Datasets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls testset list</c>.</summary>
[Details("The test sets of the work tree.")]
[Example("dls testset list", "every test set")]
[Exits(ExitCode.NoRepository)]
internal sealed class TestSetListCommand : Command
{
    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<ShownTestSet> all = TestSetShow.List(session.Repo);
        if (Json)
        {
            session.Terminal.WriteJson(all, ResultJson.Default.IReadOnlyListShownTestSet);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (ShownTestSet set in all)
        {
            string count = set.Count < 0 ? "its listing was not fetched" : Format.Count(set.Count, "image");
            session.Terminal.Result($"{set.Name}  {count}{(set.Description.Length > 0 ? "  " + set.Description : "")}");
        }

        if (all.Count == 0)
        {
            session.Terminal.Note("no test set; `dls testset add NAME DIR` makes one");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
