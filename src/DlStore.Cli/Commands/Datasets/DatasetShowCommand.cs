using CommandLine;
using DlStore.Data.Sets;
using DlStore.Objects;
using DlStore.Operations.Datasets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls dataset show NAME|NAME@REV|HASH</c>.</summary>
[Details("What a version of a data set holds and what it was made of: its projects with counts, labels, recipe hash "
    + "and the commit that last changed each. A version is the one in the work tree, one at a commit, or the "
    + "one whose directory hash or tree begins with at least 8 given digits, here or in any commit.")]
[Example("dls dataset show game", "the data set as it is here")]
[Example("dls dataset show game@v1", "as it was at a tag")]
[Example("dls dataset show 5e1af60c", "whichever had that hash")]
[Exits(ExitCode.NoRepository)]
internal sealed class DatasetShowCommand : Command
{
    private const int DigestShown = 19;

    [Value(0, MetaName = "VERSION", Required = true, HelpText = "a name, NAME@REV, or digits of a hash")]
    public string Version { get; set; } = "";

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        ShownDataset shown = DatasetShow.Run(session.Repo, Version);
        if (Json)
        {
            session.Terminal.WriteJson(shown, ResultJson.Default.ShownDataset);
            return Task.FromResult(ExitCode.Done);
        }

        Terminal terminal = session.Terminal;
        terminal.Result($"data set {shown.Label}", Ink.Strong);
        terminal.Result($"  tree    {shown.Tree}");
        terminal.Result($"  recipe  {shown.Recipe}");
        terminal.Result($"  split   {shown.Split}{(shown.ImportedFrom is { } from ? $", imported from {from}" : "")}");
        foreach (ShownCanvas canvas in shown.Canvases)
        {
            DatasetReport.Print(terminal, canvas.Canvas, canvas.Locked);
            terminal.Table(
                [new("SOURCE"), new("LABELS"), new("IMAGES"), new("DISTINCT"), new("RECIPE"), new("COMMIT")],
                [.. canvas.Sources.Select(static s => (IReadOnlyList<string>)
                [
                    s.Source.Kind == ImageOrigin.Real ? $"{s.Source.Name} (real)" : s.Source.Name,
                        Labels(s.Source), Format.Count(s.Source.Images), Format.Count(s.Source.Distinct), Short(s.Source.Recipe),
                    s.Commit is { } c ? c[..12] + (s.IsDirty ? " + changes" : "")
                        : s.Source.Kind == ImageOrigin.Real ? "" : "not committed",
                ])]);
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static string Labels(LockedSource source) => source.Labels.Count <= 3
        ? string.Join(',', source.Labels) : $"{source.Labels[0]},... ({source.Labels.Count})";

    private static string Short(Oid? digest) => digest?.ToString()[..DigestShown] ?? "";
}
