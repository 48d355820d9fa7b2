using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DlStore.Io;
using DlStore.Learning.Kinds;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Learning.Runs;
using DlStore.Learning.Scores;
using DlStore.Learning.Weights;
using DlStore.Objects;
using DlStore.Operations.Store;
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
    private const long NumbersLengthMax = 16 << 20;

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
            WeightFacts = weights is null ? record.WeightFacts : ReadFacts(repo, weights, FindCfg()),
        };
        return Judge(record with { Alarms = [.. record.Alarms, .. ClassAlarm(record)] });
    }

    /// <summary>Weights that tell another number of classes apart than the class list has would give every answer a wrong name.</summary>
    private IEnumerable<AttemptAlarm> ClassAlarm(AttemptRecord record) =>
        start.Classes.Count > 0 && record.WeightFacts.TryGetValue("classes", out string? found)
            && found != start.Classes.Count.ToString(CultureInfo.InvariantCulture)
            ? [new AttemptAlarm("classes", StopAction.Warn,
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
        bool ended = record.State is RunState.Done or RunState.DoneUntested;
        return !ended ? record
            : kind?.BestFiles is [var file, ..] && record.Weights is null ? record
                with
            { State = RunState.Failed, Why = $"its program ended well and left no weights '{file}'" }
            : record.WeightFacts.TryGetValue("nan", out string? nan)
                && nan == "yes" ? record with { State = RunState.Failed, Why = "its weights hold NaN" }
            : record is { State: RunState.Done, Result: null } && start.Test is not null ? record
                with
            { State = RunState.DoneUntested, Why = $"its test ended well and gave no result{WhereResult()}" }
            : record is { State: RunState.DoneUntested, ExitCode: 0, TestExitCode: null } && start.Test is null && kind?.Result.Count > 0
                ? record.Result is null ? record with { Why = $"its kind has no test, and it gave no result{WhereResult()}" }
                : record with { State = RunState.Done, Why = null }
            : record;
    }

    private string WhereResult() => kind?.Result.Count > 0 ? " where `result` of the kind looks for it" : "";

    private IReadOnlyList<BestVersion> ReadBest(IReadOnlyDictionary<string, IReadOnlyList<string>> facts)
    {
        HashSet<Oid> sent = [.. start.Inputs.Select(static i => i.Oid), .. start.Initial is { } initial ? (Oid[])[initial.Oid] : []];
        List<BestVersion> versions = [];
        List<NoticedVersion> noticed = [];
        foreach (string line in Lines(facts, "best"))
        {
            // Time, line of the log, size, digest, whether the run made the file, path.
            if (line.Split('\t', 6) is not [string seen, string n, _, string hex, string made, string path]
                || !Oid.TryParseHex(hex, out Oid oid) || Find($"best/{hex}") is not { } kept || kept.Oid != oid)
            {
                continue;
            }

            string shown = EntryName.Show(Encoding.UTF8.GetBytes(path));
            bool inherited = made != "made" || sent.Contains(oid);
            versions.Add(new BestVersion(shown, oid, kept.Size, RunEvidence.TimeText(Number(seen)), 0, "", inherited));
            noticed.Add(new NoticedVersion(shown, Number(n), IsAnnounced(shown)));
        }

        if (kind is null || versions.Count == 0 || Find(LogName) is not { } log)
        {
            return versions;
        }

        using Stream stream = Open(repo, log.Oid);
        IReadOnlyList<KeyValuePair<long, string>> chosen = ChosenLines.Find(stream, kind.Log, noticed);
        return [.. versions.Zip(chosen, static (v, c) => v.Inherited ? v : v with { Line = c.Key, Text = c.Value })];
    }

    /// <summary>What the log calls the best are files of the first pattern; the others are written whatever they are worth.</summary>
    private bool IsAnnounced(string path) => kind?.BestFiles is [var first, ..]
        && new Regex(GlobExpression.ToExtended(first), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant).IsMatch(path);

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

        CapturedFile? printed = Find(TestLogName) ?? (start.Test is null ? Find(LogName) : null);
        CapturedFile? file = (kind?.Results is { } results ? Find("work/" + results) : null) ?? printed;
        SortedDictionary<string, double> declared = new(StringComparer.Ordinal);
        foreach (ResultRule rule in kind?.Result ?? [])
        {
            foreach (CapturedFile at in rule.File is { } named ? Matching(named) : printed is null ? [] : [printed])
            {
                ReadDeclared(rule, at, declared);
            }
        }

        using Stream? stream = file is null ? null : Open(repo, file.Oid);
        return AttemptResult.Of(stream is null ? null : ResultReader.Read(stream), declared);
    }

    /// <summary>Files of the work directory that a glob names, in the order of their paths.</summary>
    private IEnumerable<CapturedFile> Matching(string glob)
    {
        Regex regex = new(GlobExpression.ToExtended("work/" + glob), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        return tree.Entries.Where(f => regex.IsMatch(f.Path));
    }

    private void ReadDeclared(ResultRule rule, CapturedFile file, SortedDictionary<string, double> into)
    {
        if (rule.Pattern is { } pattern)
        {
            using Stream stream = Open(repo, file.Oid);
            pattern.ReadAll(stream, into);
        }
        else if (file.Size <= NumbersLengthMax)
        {
            foreach ((string name, double value) in NumberFile.Read(StoredFile.Read(repo, file.Oid), file.Path))
            {
                into[name] = value;
            }
        }
    }

    /// <summary>Finds the cfg of the network: among what came home, else in the program that was sent.</summary>
    private DarknetCfg? FindCfg()
    {
        if (kind is null)
        {
            return null;
        }

        const string Work = "work/";
        NetworkCfg? home = NetworkCfg.Find(kind, start.Train,
            tree.Entries.Where(static f => f.Path.StartsWith(Work, StringComparison.Ordinal)).Select(static f => f.Path[Work.Length..]),
            path => Find(Work + path) is { } file && repo.Store.Contains(file.Oid) ? StoredFile.Read(repo, file.Oid) : null);
        NetworkCfg? sent = home ?? start.Sources.Select(
            s => NetworkCfg.Find(repo, kind, start.Train, s.Tree)).FirstOrDefault(static c => c is not null);
        return sent?.Cfg;
    }

    /// <summary>Says what the bytes of stored weights tell.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="cfg">The cfg of the network, if there is one: files of darknet have no shapes.</param>
    public static SortedDictionary<string, string> ReadFacts(Repo repo, BestVersion weights, DarknetCfg? cfg)
    {
        using Stream stream = Open(repo, weights.Oid);
        WeightFacts facts = WeightFile.Inspect(stream, weights.Path);
        SortedDictionary<string, string> all = new(StringComparer.Ordinal)
        {
            ["format"] = facts.Format,
            ["tensors"] = facts.Tensors.Count.ToString(CultureInfo.InvariantCulture),
            ["numbers"] = facts.Numbers.ToString(CultureInfo.InvariantCulture),
        };
        Tell(all, "nan", facts.Unread is null, facts.Tensors.Sum(static t => t.Nan));
        Tell(all, "infinity", facts.Unread is null, facts.Tensors.Sum(static t => t.Infinity));
        foreach ((string key, string? value) in (ReadOnlySpan<(string, string?)>)[("begins", facts.Begins), ("unread", facts.Unread)])
        {
            if (value is not null)
            {
                all[key] = value;
            }
        }

        if ((ClassCount.Guess(facts).Count ?? (facts.Format == WeightFacts.DarknetFloats ? cfg?.Classes : null)) is { } count)
        {
            all["classes"] = count.ToString(CultureInfo.InvariantCulture);
        }

        return all;
    }

    /// <summary>What was not looked into is never "no".</summary>
    private static void Tell(SortedDictionary<string, string> facts, string name, bool isAllRead, long count)
    {
        if (count > 0 || isAllRead)
        {
            facts[name] = count > 0 ? "yes" : "no";
        }

        if (count > 0)
        {
            facts[name + "Numbers"] = count.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static IReadOnlyList<string> Lines(IReadOnlyDictionary<string, IReadOnlyList<string>> facts, string file) => facts.TryGetValue(
        file, out IReadOnlyList<string>? lines) ? lines : [];

    private static long Number(
        string text) => long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long n) ? n : 0;

    public static string Text(double value) => MlflowText.Number(value);
}
