using CommandLine;
using DlStore.Learning.Scores;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task eval</c>.</summary>
[Details("Counts the scores that an attempt left at thresholds: for each class how many images are found right, found wrong and missed, "
    + "precision, recall and F1, and the threshold with the best F1. Nothing is run. What comes out is added beside the attempt; nothing "
    + "else changes, and the same evaluation twice is one. The program's own table of thresholds is reproduced where it printed one.")]
[Example("dls task eval try12 --thresholds 0.1,0.5,0.9..1.0", "from the rows that the test left")]
[Example("dls task eval try12 --scores check_close.log=close,check_other.log= --name 990=close", "from files of pairs (990, 0.97)")]
[Exits(ExitCode.NoRepository, ExitCode.Missing)]
internal sealed class TaskEvalCommand : Command
{
    [Value(0, MetaName = "TASK", Required = true, HelpText = "TASK or TASK/KIND")]
    public string Name { get; set; } = "";

    [Option("thresholds",
        MetaValue = "X,...", HelpText = "numbers and ranges: 0.5, 0.9..1.0 (steps of 0.01), 0.1..0.9:0.1; default 0.1 to 0.9, 0.95, 0.99")]
    public string? Thresholds { get; set; }

    [Option("scores", MetaValue = "FILE=CLASS,...",
        HelpText = "collected files of pairs (class, score) and what their images are; FILE= for none of the classes")]
    public string? Scores { get; set; }

    [Option("name", MetaValue = "N=CLASS,...", HelpText = "names of class numbers in such files; default the attempt's class list")]
    public string? Names { get; set; }

    [Option("testset", MetaValue = "NAME", HelpText = "take the truth from this test set; images without scores count as missed")]
    public string? TestSet { get; set; }

    [Option('m', "memo", MetaValue = "TEXT", HelpText = "what it was for")]
    public string? Memo { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        TaskEvalResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            TaskEvalOptions options = new()
            {
                Name = Name,
                Thresholds = Values(Thresholds),
                Scores = Values(Scores),
                Names = Values(Names),
                TestSet = TestSet,
                Memo = Memo,
                Progress = progress
            };
            result = await TaskEval.RunAsync(session.Repo, options, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.TaskEvalResult);
            return ExitCode.Done;
        }

        Print(session.Terminal, result);
        return ExitCode.Done;
    }

    private static void Print(Terminal terminal, TaskEvalResult result)
    {
        Evaluation e = result.Evaluation;
        terminal.Result($"{e.Task}: {Format.Count(e.Images, "image")} with scores of "
            + $"{string.Join(", ", e.Scores.Select(s => terminal.Name(s.Path)))}"
            + $"{(e.TestSet is null ? "" : $", truth of test set {e.TestSet}")}");
        ScoreTable.Print(terminal, e.Rows);
        foreach (BestThreshold best in e.Best)
        {
            terminal.Result($"best for {terminal.Name(best.Class)}: threshold {best.Threshold}, F1 {best.F1}", Ink.Good);
        }

        foreach (IGrouping<string, ReproducedRow> table in e.Table.GroupBy(static r => r.File))
        {
            int agree = table.Count(static r => r.From is not null);
            terminal.Result(
                $"the program's own table in {terminal.Name(table.Key)}: {agree} of {Format.Count(table.Count(), "row")} reproduced",
                agree == table.Count() ? Ink.Good : Ink.Bad);
            foreach (ReproducedRow row in table.Where(static r => r.From is null))
            {
                terminal.Warn($"threshold {row.Threshold}, {terminal.Name(row.Class)}: it printed {row.First}, "
                    + $"{row.Second.ToString(System.Globalization.CultureInfo.InvariantCulture)}; the stored scores do not come to that");
            }
        }

        ScoreTable.PrintOthers(terminal, result.Missing, result.Strangers);
        terminal.Note(result.IsNew ? $"added {result.Path}; staged, run `git commit`" : $"it is there already: {result.Path}");
    }
}
