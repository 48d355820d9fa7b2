using CommandLine;
using DlStore.Io;
using DlStore.Operations.Exports;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task export csv [TASK...]</c>.</summary>
[Details("Writes attempts as a table for spreadsheets and for what reads CSV: one row an attempt, the newest last, with data set, commit, "
    + "weights and memo, and a column for each parameter (param.NAME), each metric of the logs (log.NAME, its last value) and each "
    + "number of the tests (test.NAME). It reads records only and asks no host; an attempt that is not home has no results. A text that "
    + "a spreadsheet would compute (it begins with = + - @) has a ' before it; numbers are as they were recorded. With --json the cells "
    + "are as they were recorded.")]
[Example("dls task export csv --out runs.csv", "every attempt of every task")]
[Example("dls task export csv try11 try12/ssd", "two of them, to standard output")]
[Exits(ExitCode.NoRepository)]
internal sealed class TaskExportCsvCommand : Command
{
    private const int NamedMax = 5;

    [Value(0, MetaName = "TASK", HelpText = "tasks or TASK/KIND; default all")]
    public IEnumerable<string> Names { get; set; } = [];

    [Option("out", MetaValue = "FILE", HelpText = "where to write it; default standard output")]
    public string? Out { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        CsvExportResult result = CsvExport.Run(session.Repo, [.. Names]);
        string text = CsvText.Of(result.Columns, result.Rows);
        if (Out is { } file)
        {
            AtomicFile.Write(Path.GetFullPath(Path.Combine(session.CurrentDirectory, file)), text);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.CsvExportResult);
            return Task.FromResult(ExitCode.Done);
        }

        if (Out is null)
        {
            session.Terminal.ResultText(text);
        }
        else
        {
            session.Terminal.Result($"wrote {session.Terminal.Name(Out)}  {Format.Count(result.Rows.Count, "attempt")}, "
                + Format.Count(result.Columns.Count, "column"));
        }

        if (result.NotHome.Count > 0)
        {
            session.Terminal.Warn($"{Format.Count(result.NotHome.Count)} of {Format.Count(result.Rows.Count, "attempt")} "
                + $"{(result.NotHome.Count == 1 ? "is" : "are")} not home and without results: "
                + $"{string.Join(", ", result.NotHome.Take(NamedMax))}{(result.NotHome.Count > NamedMax ? ", ..." : "")}; "
                + "`dls task collect` brings home what has ended");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
