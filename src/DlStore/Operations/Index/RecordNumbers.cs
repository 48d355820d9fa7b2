using System.Globalization;
using System.Text;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Lineage;

namespace DlStore.Operations.Index;

/// <summary>What tables of runs show of records: numbers, curves in a few numbers, memos.</summary>
internal static class RecordNumbers
{
    /// <summary>A number that the test program printed.</summary>
    public const string Test = "test";

    /// <summary>The last number of a metric of the log.</summary>
    public const string Log = "log";

    private const int MemoMax = 4_000;

    /// <summary>Gives the numbers of an attempt's record.</summary>
    public static IEnumerable<IndexRow> OfAttempt(AttemptRecord record) =>
        record.Metrics.Select(m => new IndexRow("number", record.Id, Log, m.Key, m.Value))
            .Concat((record.Result?.Metrics ?? new Dictionary<string, string>())
                .Select(m => new IndexRow("number", record.Id, Test, m.Key, m.Value)));

    /// <summary>Gives a row for each curve: its least and greatest finite values, and at which steps they are.</summary>
    public static IReadOnlyList<IndexRow> OfCurve(MetricSeries series, string path)
    {
        string[] parts = path.Split('/');
        long n = long.Parse(parts[3], CultureInfo.InvariantCulture);
        return [.. series.Metrics.Select(name =>
        {
            MetricSummary found = series.Summarise(name)!;
            return new IndexRow("curve", parts[1], n, name, (long)found.Count,
                found.Min?.Value, found.Min?.Step, found.Max?.Value, found.Max?.Step);
        })];
    }

    /// <summary>Gives the beginning of a memo.</summary>
    public static IndexRow OfMemo(byte[] bytes, string path)
    {
        string text = Encoding.UTF8.GetString(bytes);
        return new IndexRow("memo", path.Split('/')[1], text.Length > MemoMax ? text[..MemoMax] + "…" : text);
    }
}
