using System.Globalization;
using CommandLine;
using DlStore.Operations.Tables;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task best KIND --by METRIC</c>.</summary>
[Details("Finds the best attempts of a kind by a number: one of the test (test.map), the best value of a metric of the log (log.loss), or "
    + "a parameter. Every attempt counts, not only the newest. Less is better where the name says so (loss, error, seconds, fp ...); "
    + "--min and --max decide it. Attempts without the number are counted and told.")]
[Example("dls task best ssd --by map", "the attempts with the best mAP")]
[Example("dls task best ssd --by log.loss --where 'dataset = game' --limit 1", "the least loss on one data set")]
[Exits(ExitCode.NoRepository, ExitCode.Findings)]
internal sealed class TaskBestCommand : Command
{
    [Value(0, MetaName = "KIND", Required = true, HelpText = "the kind")]
    public string Kind { get; set; } = "";

    [Option("by", MetaValue = "NUMBER", Required = true, HelpText = "a column of numbers; `dls task list --columns help` lists them")]
    public string By { get; set; } = "";

    [Option("min", HelpText = "less is better")]
    public bool Min { get; set; }

    [Option("max", HelpText = "more is better")]
    public bool Max { get; set; }

    [Option("where", MetaValue = "FILTER", HelpText = "count these only, as 'lr < 0.1 and dataset = game'")]
    public string? Where { get; set; }

    [Option("limit", MetaValue = "N", Default = 5, HelpText = "the most attempts")]
    public int Limit { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if ((Min && Max) || Limit < 1)
        {
            throw new DlsException(
                ErrorKind.Usage, Limit < 1 ? "find the best: --limit is less than 1" : "find the best: --min and --max exclude each other");
        }

        RunTable table = RunTable.Load(session.Repo, cancel);
        BestRuns best = BestRun.Find(table, Kind, By, Min ? true : Max ? false : null, Where, Limit);
        if (Json)
        {
            session.Terminal.WriteJson(best, ResultJson.Default.BestRuns);
        }
        else
        {
            Print(session.Terminal, table.Fields.Get(best.By, "measure by"), best);
        }

        return Task.FromResult(best.Measured == 0 ? ExitCode.Findings : ExitCode.Done);
    }

    private void Print(Terminal terminal, RunField field, BestRuns best)
    {
        if (best.Measured > 0)
        {
            terminal.Table(
                [new("", Right: true), new("TASK"), new("#", Right: true), new(best.By.ToUpperInvariant(), Right: true), new("STATE"),
                    new("CREATED")],
                [.. best.Runs.Select((r, i) => (IReadOnlyList<string>)[(i + 1).ToString(CultureInfo.InvariantCulture), $"{r.Task}/{r.Kind}",
                    r.N.ToString(CultureInfo.InvariantCulture), field.Of(r).Text, r.State, r.Created])]);
        }

        int without = best.Of - best.Measured;
        string others = without == 0 ? "" : $", {Format.Count(without)} {(without == 1 ? "has" : "have")} not";
        terminal.Note($"{best.By}, {(best.IsLow ? "less" : "more")} is better; {Format.Count(best.Measured)} of "
            + $"{Format.Count(best.Of, "attempt")} of {Kind} {(best.Measured == 1 ? "has" : "have")} the number{others}");
        if (best.Runs is [var first, var second, ..])
        {
            terminal.Note($"`dls task diff {second.Task}/{Kind} {first.Task}/{Kind}` says what was done differently");
        }
    }
}
