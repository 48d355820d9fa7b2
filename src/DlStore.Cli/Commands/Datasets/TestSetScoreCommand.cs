using CommandLine;
using DlStore.Cli.Commands.Tasks;
using DlStore.Learning.Scores;
using DlStore.Operations.Datasets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls testset score NAME FILE</c>.</summary>
[Details("Scores a file of results of any program against the stored truth. Rows are parted by tabs: image, truth or nothing, "
    + "found or nothing, score; or for boxes image, class, score, xmin, ymin, xmax, ymax, which gives the average precision "
    + "of each class at half overlap. Images without a row count as missed and are listed. Nothing is written.")]
[Example("dls testset score games-2023 results.tsv --threshold 0.9", "found right, wrong and missed")]
[Exits(ExitCode.NoRepository, ExitCode.Missing)]
internal sealed class TestSetScoreCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the test set")]
    public string Name { get; set; } = "";

    [Value(1, MetaName = "FILE", Required = true, HelpText = "rows of results")]
    public string File { get; set; } = "";

    [Option("threshold", MetaValue = "X", HelpText = "the score from which an answer counts; default all do")]
    public string? Threshold { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        TestSetScoreResult result = TestSetScore.Run(session.Repo, Name, File, Threshold);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.TestSetScoreResult);
            return Task.FromResult(ExitCode.Done);
        }

        Terminal terminal = session.Terminal;
        terminal.Result($"test set {result.TestSet}, {Format.Count(result.Images, "image")}; "
            + $"counted are {(result.Form == "boxes" ? "boxes" : "images")}");
        ScoreTable.Print(terminal, result.Rows);
        if (result.Form == "boxes")
        {
            foreach (ClassPrecision one in result.Precisions)
            {
                terminal.Result($"AP of {terminal.Name(one.Class)}: {one.AveragePrecision ?? "none, no image holds it"}"
                    + $" ({Format.Count(one.Truths, "object")}, {Format.Count(one.Found)} found)");
            }

            terminal.Result($"mean AP: {result.Mean ?? "none"}", Ink.Strong);
        }

        ScoreTable.PrintOthers(terminal, result.Missing, result.Strangers);
        ScoreTable.List(terminal, result.Disagreed, "whose rows say another truth than the test set, which counts");
        return Task.FromResult(ExitCode.Done);
    }
}
