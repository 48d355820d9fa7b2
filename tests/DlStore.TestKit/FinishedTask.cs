using System.Text;
using DlStore.Data.Names;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Objects;

namespace DlStore.TestKit;

/// <summary>
/// An attempt that ended, written into a repository as collecting it would have: records by the library's own types, outputs stored by
/// <c>dls add</c>. No host is needed.
/// </summary>
public sealed record FinishedTask
{
    public required string Name { get; init; }

    public string Kind { get; init; } = "ssd";

    public RunState State { get; init; } = RunState.Done;

    public IReadOnlyDictionary<string,
        string> Parameters
    { get; init; } = new SortedDictionary<string, string> { ["batch"] = "32", ["epochs"] = "20" };

    public IReadOnlyList<string> Classes { get; init; } = ["close", "other"];

    public AttemptData? Data { get; init; }

    public AttemptInput? Initial { get; init; }

    public AttemptSource Source { get; init; } = new(
        "../trainer", new string('a', 40), Digest("source"), 3, [], [], "https://example.com/trainer");

    public IReadOnlyList<AttemptInput> Inputs { get; init; } = [];

    public string? TestSet { get; init; }

    public string? Why { get; init; }

    public string? Test { get; init; } = "sh test.sh";

    public string? Started { get; init; } = "2026-01-31T12:00:00Z";

    public string? Finished { get; init; } = "2026-01-31T13:00:00Z";

    public IReadOnlyDictionary<string, string> Metrics { get; init; } = new SortedDictionary<string, string>();

    public AttemptResult? Result { get; init; }

    public IReadOnlyList<MetricLine> Points { get; init; } = [];

    /// <summary>Files of the outputs, by path relative to them.</summary>
    public IReadOnlyDictionary<string,
        string> Files
    { get; init; } = new SortedDictionary<string, string> { ["log"] = "it ran\n", ["work/best.bin"] = "weights\n" };

    public static Oid Digest(string text) => Oid.Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes it as the next attempt of its task and commits.</summary>
    /// <returns>The start of the attempt and what came of it.</returns>
    public (AttemptStart Start, AttemptRecord Record) Write(Scene scene)
    {
        PortableName name = PortableName.Parse(Name, "task");
        TaskRecord task = TaskRecord.Find(scene.At("repo"), name)
            ?? new() { Name = Name, Created = "2026-01-31T11:59:00Z", By = "A U Thor", Kinds = [] };
        int n = task.Attempts.Count + 1;
        AttemptStart start = new()
        {
            N = n,
            Id = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes($"{Name} {n}")))[..32],
            Kind = Kind,
            KindDigest = Digest("kind " + Kind),
            Host = "local",
            Created = "2026-01-31T11:59:00Z",
            By = "A U Thor",
            Commit = scene.Git("repo", "rev-parse", "HEAD"),
            Train = "sh train.sh",
            Test = Test,
            Parameters = Parameters,
            Data = Data,
            Classes = Classes,
            Sources = [Source],
            Initial = Initial,
            Inputs = Inputs,
            TestSet = TestSet,
            TestSetTree = TestSet is null ? null : Digest(TestSet),
        };
        string home = AttemptRecord.DirectoryOf(name, n);
        foreach ((string path, string text) in Files)
        {
            scene.Write($"repo/{home}/outputs/{path}", text);
        }

        scene.Dls("repo", "add", "--demand", $"{home}/outputs").Expect(0);
        string? weights = Files.GetValueOrDefault("work/best.bin");
        AttemptRecord record = new()
        {
            N = n,
            Id = start.Id,
            Kind = Kind,
            State = State,
            Why = Why,
            ExitCode = 0,
            Started = Started,
            Finished = Finished,
            Log = Files.TryGetValue("log", out string? log) ? Digest(log) : null,
            Outputs = Pointer.Parse(File.ReadAllBytes(scene.At($"repo/{home}/outputs.dls")), "outputs.dls").Oid,
            Files = [.. Files.Where(static f => f.Key.StartsWith("work/", StringComparison.Ordinal))
                .Select(static f => new OutputFile(f.Key["work/".Length..], Digest(f.Value), Encoding.UTF8.GetByteCount(f.Value)))],
            Weights = weights is null
                ? null : new BestVersion("best.bin", Digest(weights), weights.Length, "2026-01-31T12:30:00Z", 1, "new best", false),
            Best = weights is null
                ? [] : [new BestVersion("best.bin", Digest(weights), weights.Length, "2026-01-31T12:30:00Z", 1, "new best", false)],
            Metrics = Metrics,
            Result = Result,
        };
        task = task
            with
        { Attempts = [.. task.Attempts, start], Kinds = [.. task.Kinds.Append(Kind).Distinct().Order(StringComparer.Ordinal)] };
        scene.Write($"repo/{TaskRecord.FileOf(name)}", task.ToBytes());
        scene.Write($"repo/{home}/{AttemptRecord.FileName}", record.ToBytes());
        scene.Write($"repo/{home}/provenance.json", Provenance.ToBytes(task, start, record));
        if (Points.Count > 0)
        {
            MetricSeries series = new();
            series.AddAll(Points);
            scene.Write($"repo/{home}/{MetricFile.Name}", MetricFile.ToBytes(series));
        }

        scene.Commit("repo", $"task {Name} attempt {n}");
        return (start, record);
    }

    /// <summary>Makes rows of a test.</summary>
    public static string Rows(params (string Image, string Truth, string Found, string Score)[] rows) => string.Concat(
        rows.Select(static r => $"{r.Image}\t{r.Truth}\t{r.Found}\t{r.Score}\n"));
}
