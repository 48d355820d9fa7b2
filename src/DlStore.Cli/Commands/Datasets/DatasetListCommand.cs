using DlStore.Operations.Datasets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls dataset list</c>.</summary>
[Details("The data sets of the work tree and what each came to. Looks at their own files only, so it does not "
    + "say whether their sources have changed since; `dls dataset build NAME --dry-run` does.")]
[Example("dls dataset list", "every data set")]
[Exits(ExitCode.NoRepository)]
internal sealed class DatasetListCommand : Command
{
    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<ListedDataset> all = DatasetList.Run(session.Repo);
        if (Json)
        {
            session.Terminal.WriteJson(all, ResultJson.Default.IReadOnlyListListedDataset);
            return Task.FromResult(ExitCode.Done);
        }

        List<IReadOnlyList<string>> rows = [];
        foreach (ListedDataset one in all)
        {
            foreach ((string canvas, Data.Sets.LockedCanvas locked) in one.Canvases)
            {
                rows.Add([one.Name, canvas, Format.Count(locked.Images),
                    Format.Count(locked.Classes.Count), $"{locked.Sides[0]}/{locked.Sides[1]}/{locked.Sides[2]}",
                    $"{locked.Lint.Errors}", locked.DirHash.ToShort(), one.State]);
            }

            if (one.Canvases.Count == 0)
            {
                rows.Add([one.Name, "", "", "", "", "", "", one.State]);
            }
        }

        if (rows.Count > 0)
        {
            session.Terminal.Table([new("NAME"),
                new("CANVAS"), new("IMAGES"), new("CLASSES"), new("TRAIN/VAL/TEST"), new("ERRORS"), new("DIRHASH"), new("STATE")], rows);
        }
        else
        {
            session.Terminal.Note("no data set; write datasets/NAME.yaml with `projects:`, or import one with `dls dataset import`");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
