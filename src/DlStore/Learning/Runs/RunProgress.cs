using System.Globalization;
using System.Text;
using DlStore.Learning.Kinds;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;

namespace DlStore.Learning.Runs;

/// <summary>How far a run is, by the end of its log.</summary>
/// <param name="Step">The last step, or null.</param>
/// <param name="Last">The last value of the metric that counts, with its name, or null.</param>
/// <param name="LeftSeconds">The time that is left, or null.</param>
internal sealed record RunProgress(long? Step, string? Last, long? LeftSeconds)
{
    /// <summary>Reads it.</summary>
    public static RunProgress Read(RunEvidence evidence, AttemptStart start, Kind? kind)
    {
        if (kind is null || evidence.LogTail.Length == 0)
        {
            return new RunProgress(null, null, null);
        }

        LogReader reader = new(kind.Log);
        MetricSeries series = new();
        series.AddAll(reader.Feed(Encoding.UTF8.GetBytes(evidence.LogTail)).Metrics);
        series.AddAll(reader.Finish().Metrics);
        string? name = kind.Log.Loss is { } loss && series.Metrics.Contains(loss)
            ? loss : series.Metrics.Count > 0 ? series.Metrics[0] : null;
        MetricLine? last = name is null ? null : series.Summarise(name)!.Last;
        return new RunProgress(reader.Step, last is { } l
            ? $"{name} {l.Value.ToString("G6", CultureInfo.InvariantCulture)}" : null, Left(evidence, start, kind, series, reader.Step));
    }

    /// <summary>The program's own estimate if it prints one, else the rate of steps since it began.</summary>
    private static long? Left(RunEvidence evidence, AttemptStart start, Kind kind, MetricSeries series, long? step)
    {
        if (evidence.End > 0 || evidence.Start == 0)
        {
            return null;
        }

        if (series.Metrics.Contains("left") && LogNumber.Hours(series.Summarise("left")!.Last.Value) is { } own)
        {
            return (long)own.TotalSeconds;
        }

        string? steps = kind.Steps is { } key ? start.Parameters.GetValueOrDefault(key) ?? key : null;
        long ran = evidence.Now - evidence.LogAge - evidence.Start;
        return long.TryParse(steps, CultureInfo.InvariantCulture, out long total) && step is > 0 and var at && ran > 0
            ? (long)((double)ran / at * Math.Max(0, total - at)) : null;
    }
}
