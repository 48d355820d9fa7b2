using CommandLine;
using DlStore.Io;
using DlStore.Learning.Logs;
using DlStore.Operations.Tables;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls plot TASK... [METRIC...]</c>.</summary>
[Details("Draws the curves of the metrics that the logs of tasks had, in the terminal or with --svg into a file. A word that is no task is "
    + "the name of a metric; without one, all metrics are drawn. The points are those of metrics.jsonl, at most 2,000 an attempt, the "
    + "least and greatest of each metric among them.")]
[Example("dls plot game1", "every curve of a task")]
[Example("dls plot game1/ssd game2/ssd loss", "one curve of two tasks, with the same axes")]
[Example("dls plot game1 game2 --svg curves.svg", "as a picture")]
[Exits(ExitCode.NoRepository, ExitCode.Corrupt)]
internal sealed class PlotCommand : Command
{
    [Value(0, MetaName = "WORD", Required = true, HelpText = "TASK, TASK/KIND or TASK#N, and metrics")]
    public IEnumerable<string> Plotted { get; set; } = [];

    [Option("svg", MetaValue = "FILE", HelpText = "draw into a file .svg, at most 6 tasks")]
    public string? Svg { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Svg is { } named && !named.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
        {
            throw new DlsException(ErrorKind.Usage, $"plot into '{named}': its name is not that of an SVG file", "end the name with .svg");
        }

        RunCurveSet curves = RunCurves.Find(session.Repo, [.. Plotted]);
        if (Svg is { } file)
        {
            if (curves.Sources.Count > CurveSvg.TasksMax)
            {
                throw new DlsException(ErrorKind.Usage,
                    $"plot {curves.Sources.Count} tasks into '{file}': a picture holds {CurveSvg.TasksMax}", "name fewer tasks");
            }

            string path = Path.GetFullPath(Path.Combine(session.Repo.StartDirectory, file));
            AtomicFile.Write(path, CurveSvg.Draw(curves.Sources, curves.Metrics));
        }

        if (Json)
        {
            session.Terminal.WriteJson(new PlotResult(
                [.. curves.Sources.SelectMany(s => curves.Metrics.SelectMany(m => s.Series.PointsOf(m).Select(
                    p => new PlottedPoint(s.Name, m, p.Step, double.IsFinite(p.Value) ? p.Value : null))))], Svg),
                ResultJson.Default.PlotResult);
        }
        else if (Svg is { } written)
        {
            session.Terminal.Note($"wrote {written}");
        }
        else
        {
            Print(session.Terminal, curves);
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static void Print(Terminal terminal, RunCurveSet curves)
    {
        if (curves.Metrics.Count == 0)
        {
            terminal.Note($"the {(curves.Sources.Count == 1 ? "log has" : "logs have")} no numbers; "
                + "`log.metrics` of the kind names the patterns that find them");
        }

        foreach (string metric in curves.Metrics)
        {
            foreach ((string line, Ink ink) in CurvePlot.Lines(curves.Sources, metric, terminal.Columns))
            {
                terminal.Result(line, ink);
            }
        }
    }
}

/// <summary>The curves of <c>dls plot --json</c>.</summary>
/// <param name="Points">In the order of tasks, metrics and logs.</param>
/// <param name="Svg">The file, if one was asked for.</param>
internal sealed record PlotResult(IReadOnlyList<PlottedPoint> Points, string? Svg);

/// <summary>A point of a curve.</summary>
/// <param name="Run">The attempt.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Step">The step, or null if the log named none.</param>
/// <param name="Value">The value; null if it is no finite number.</param>
internal sealed record PlottedPoint(string Run, string Metric, long? Step, double? Value);
