using System.Globalization;
using System.Text;
using DlStore.Io;
using DlStore.Learning.Kinds;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Learning.Runs;
using DlStore.Learning.Scores;
using DlStore.Learning.Weights;
using DlStore.Objects;
using DlStore.Ssh;

namespace DlStore.Operations.Tasks;

/// <summary>
/// Reads what a run left: its log for metrics and results, its weights for what their bytes say. Everything is untrusted; nothing is
/// executed.
/// </summary>
internal sealed class OutputReading(Repo repo, AttemptStart start, Kind? kind, CapturedTree tree)
{
    private const string LogName = "log";
    private const string TestLogName = "test.log";

    /// <summary>Completes a record.</summary>
    /// <param name="record">State and times.</param>
    /// <param name="facts">The small files of the run's state.</param>
    public AttemptRecord Complete(AttemptRecord record, IReadOnlyDictionary<string, IReadOnlyList<string>> facts)
    {
        IReadOnlyList<BestVersion> best = ReadBest(facts);
        BestVersion? weights = best.LastOrDefault(static b => !b.Inherited) ?? (best.Count > 0 ? best[^1] : null);
        record = record with
        {
            Log = Find(LogName)?.Oid,
            Outputs = tree.Oid,
            Files = [.. tree.Entries.Where(static f => f.Path.StartsWith("work/", StringComparison.Ordinal))
                .Select(static f => new OutputFile(f.Path["work/".Length..], f.Oid, f.Size))],
            Best = best,
            Weights = weights,
            Alarms = [.. Lines(facts, "alarms").Select(RunEvidence.ParseAlarm).OfType<AttemptAlarm>()],
            Metrics = LastValues(),
            Result = ReadResult(record),
            WeightFacts = weights is null ? record.WeightFacts : ReadFacts(repo, weights),
        };
        return Judge(record with { Alarms = [.. record.Alarms, .. ClassAlarm(record)] });
    }

    /// <summary>Weights that tell another number of classes apart than the class list has would give every answer a wrong name.</summary>
    private IEnumerable<AttemptAlarm> ClassAlarm(AttemptRecord record) =>
        start.Classes.Count > 0 && record.WeightFacts.TryGetValue("classes", out string? found)
            && found != start.Classes.Count.ToString(CultureInfo.InvariantCulture)
            ? [new AttemptAlarm("classes", "warn",
                record.Finished ?? start.Created, 0, $"the weights tell {found} classes apart, the class list has {start.Classes.Count}")]
            : [];

    /// <summary>Reads the metrics of a stored log.</summary>
    public static MetricSeries ReadMetrics(Repo repo, Oid log, Kind kind)
    {
        LogReader reader = new(kind.Log);
        MetricSeries series = new();
        using Stream stream = Open(repo, log);
        byte[] buffer = new byte[1 << 20];
        for (int n; (n = stream.Read(buffer)) > 0;)
        {
            series.AddAll(reader.Feed(buffer.AsSpan(0, n)).Metrics);
        }

        series.AddAll(reader.Finish().Metrics);
        return series;
    }

    /// <summary>Opens a stored blob for reading.</summary>
    public static Stream Open(Repo repo, Oid oid) => repo.Store.Large.Contains(oid)
        ? File.OpenRead(repo.Store.Large.PathOf(oid)) : new MemoryStream(repo.Store.Read(oid), writable: false);

    private CapturedFile? Find(string path) => tree.Entries.FirstOrDefault(f => f.Path == path);

    /// <summary>A program that says it ended well has not, if it left no weights or only those it was given.</summary>
    private AttemptRecord Judge(AttemptRecord record)
    {
        bool ended = RunStates.Parse(record.State) is RunState.Done or RunState.DoneUntested;
        return !ended ? record
            : kind?.BestFile is { } file && record.Weights is null ? record
                with
            { State = RunStates.Name(RunState.Failed), Why = $"its program ended well and left no weights '{file}'" }
            : record.WeightFacts.TryGetValue("nan", out string? nan)
                && nan == "yes" ? record with { State = RunStates.Name(RunState.Failed), Why = "its weights hold NaN" }
            : record is { State: "done", Result: null } && start.Test is not null ? record
                with
            { State = RunStates.Name(RunState.DoneUntested), Why = "its test ended well and gave no result" }
            : record;
    }

    private IReadOnlyList<BestVersion> ReadBest(IReadOnlyDictionary<string, IReadOnlyList<string>> facts)
    {
        HashSet<Oid> sent = [.. start.Inputs.Select(static i => i.Oid), .. start.Initial is { } initial ? (Oid[])[initial.Oid] : []];
        IReadOnlyList<KeyValuePair<long, string>> chosen = FindChoices();
        List<BestVersion> versions = [];
        foreach (string line in Lines(facts, "best"))
        {
            // Time, line of the log, size, digest, whether the run made the file, path.
            if (line.Split('\t', 6) is not [string seen, string n, _, string hex, string made, string path]
                || !Oid.TryParseHex(hex, out Oid oid) || Find($"best/{hex}") is not { } kept || kept.Oid != oid)
            {
                continue;
            }

            long number = Number(n);
            KeyValuePair<long, string> choice = chosen.LastOrDefault(c => c.Key <= number);
            bool inherited = made != "made" || sent.Contains(oid);
            versions.Add(new BestVersion(EntryName.Show(Encoding.UTF8.GetBytes(path)), oid,
                kept.Size, RunEvidence.TimeText(Number(seen)), choice.Value is null ? number : choice.Key, choice.Value ?? "", inherited));
        }

        return versions;
    }

    /// <summary>Lists the lines of the log that announce better weights; without such a pattern none.</summary>
    private List<KeyValuePair<long, string>> FindChoices()
    {
        List<KeyValuePair<long, string>> chosen = [];
        if (kind is null || Find(LogName) is not { } log)
        {
            return chosen;
        }

        LogReader reader = new(kind.Log);
        using Stream stream = Open(repo, log.Oid);
        byte[] buffer = new byte[1 << 20];
        for (int n; (n = stream.Read(buffer)) > 0;)
        {
            chosen.AddRange(Best(reader.Feed(buffer.AsSpan(0, n))));
        }

        chosen.AddRange(Best(reader.Finish()));
        return chosen;
    }

    private static IEnumerable<KeyValuePair<long, string>> Best(LogBatch batch) => batch.Events.Where(
        static e => e.Kind == LogEventKind.Best).Select(static e => new KeyValuePair<long, string>(e.LineNumber, e.Text));

    private SortedDictionary<string, string> LastValues()
    {
        SortedDictionary<string, string> last = new(StringComparer.Ordinal);
        if (kind is not null && Find(LogName) is { } log)
        {
            MetricSeries series = ReadMetrics(repo, log.Oid, kind);
            foreach (string metric in series.Metrics)
            {
                last[metric] = Text(series.Summarise(metric)!.Last.Value);
            }
        }

        return last;
    }

    private AttemptResult? ReadResult(AttemptRecord record)
    {
        if (record.TestExitCode is not 0 && kind?.Test is not null)
        {
            return null;
        }

        CapturedFile? file = kind?.Results is { } results ? Find("work/" + results) : null;
        file ??= Find(TestLogName) ?? (start.Test is null ? Find(LogName) : null);
        if (file is null)
        {
            return null;
        }

        using Stream stream = Open(repo, file.Oid);
        TestResult found = ResultReader.Read(stream);
        return found.IsEmpty ? null : new AttemptResult(new SortedDictionary<string, string>(TestScores.MetricsOf(
            found).ToDictionary(static m => m.Key, static m => Text(m.Value)), StringComparer.Ordinal), found.Images.Count);
    }

    /// <summary>Says what the bytes of stored weights tell.</summary>
    public static SortedDictionary<string, string> ReadFacts(Repo repo, BestVersion weights)
    {
        using Stream stream = Open(repo, weights.Oid);
        WeightFacts facts = WeightFile.Inspect(stream, weights.Path);
        SortedDictionary<string, string> all = new(StringComparer.Ordinal)
        {
            ["format"] = facts.Format,
            ["tensors"] = facts.Tensors.Count.ToString(CultureInfo.InvariantCulture),
            ["numbers"] = facts.Numbers.ToString(CultureInfo.InvariantCulture),
        };
        if (facts.Format != WeightFacts.Unknown)
        {
            all["nan"] = facts.HasNan ? "yes" : "no";
        }

        if (ClassCount.Guess(facts).Count is { } count)
        {
            all["classes"] = count.ToString(CultureInfo.InvariantCulture);
        }

        return all;
    }

    private static IReadOnlyList<string> Lines(IReadOnlyDictionary<string, IReadOnlyList<string>> facts, string file) => facts.TryGetValue(
        file, out IReadOnlyList<string>? lines) ? lines : [];

    private static long Number(
        string text) => long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long n) ? n : 0;

    public static string Text(double value) => double.IsNaN(value) ? "nan" : value.ToString("R", CultureInfo.InvariantCulture);
}
