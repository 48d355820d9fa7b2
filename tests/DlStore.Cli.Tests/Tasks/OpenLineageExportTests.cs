using System.Text.Json;
using DlStore.Learning.Records;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>Run events: they keep the published schemas, name the same thing alike, and depend on records alone.</summary>
public sealed class OpenLineageExportTests : IDisposable
{
    private const string Hostile = "q\"u\\o\nt\u001b\u202e閉{}%";
    private readonly Scene _scene = new();
    private readonly PublishedSchemas _schemas = new();

    public OpenLineageExportTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Every_event_and_every_facet_keeps_its_published_schema()
    {
        WriteAll();
        Dls("task", "memo", "try11", $"why\n{Hostile}\n").Expect(0);

        JsonElement[] events = Events();

        Assert.Equal(
            ["START COMPLETE", "START COMPLETE", "START ABORT", "START FAIL", "START FAIL"],
            events.GroupBy(static e => e.GetProperty("run").GetProperty("runId").GetString())
                .Select(static g => string.Join(' ', g.Select(static e => e.GetProperty("eventType").GetString()))));
        int facets = 0;
        foreach (JsonElement one in events)
        {
            Assert.Empty(_schemas.Check(one, "https://openlineage.io/spec/2-0-2/OpenLineage.json"));
            Assert.Empty(_schemas.Check(one, one.GetProperty("schemaURL").GetString()!));
            facets += Facets(one).Select(CheckFacet).Count();
        }

        Assert.InRange(facets, 100, 1000);
    }

    [Fact]
    public void The_check_itself_finds_what_is_wrong()
    {
        WriteAll();
        string line = Dls("task", "export", "openlineage", "try11/ssd").Expect(0).Output.Split('\n')[0];
        foreach ((string from, string to) in ((string, string)[])[("\"START\"", "\"BEGIN\""), ("\"runId\":\"", "\"runId\":\"x"),
            ("\"eventTime\"", "\"eventtime\""), ("\"namespace\"", "\"ns\""), ("\"urn:dls:export", "\"u r n:dls:export")])
        {
            using JsonDocument broken = JsonDocument.Parse(line.Replace(from, to, StringComparison.Ordinal));
            Assert.NotEmpty(_schemas.Check(broken.RootElement, "https://openlineage.io/spec/2-0-2/OpenLineage.json"));
        }
    }

    [Fact]
    public void An_event_says_what_the_attempt_read_and_made()
    {
        (AttemptStart start, AttemptRecord record) = WriteAll();
        JsonElement[] events = Events("try11/ssd");
        JsonElement begin = events[0];
        JsonElement end = events[1];

        Assert.Equal(start.Id, end.GetProperty("run").GetProperty("runId").GetString()!.Replace("-", "", StringComparison.Ordinal));
        Assert.Equal("2026-01-31T12:00:00Z", begin.GetProperty("eventTime").GetString());
        Assert.Equal("2026-01-31T13:00:00Z", end.GetProperty("eventTime").GetString());
        Assert.Equal("try11/ssd", end.GetProperty("job").GetProperty("name").GetString());
        Assert.Matches("^dls://[0-9a-f]{32}$", end.GetProperty("job").GetProperty("namespace").GetString());
        Assert.Equal(
            [
                $"datasets/{Hostile}/own {start.Data!.DirHash}", $"testsets/t{Hostile} {start.TestSetTree}",
                $"tasks/try10/ssd/weights {start.Initial!.Oid}", $"objects/{start.Inputs[0].Oid} {start.Inputs[0].Oid}",
                $"sources/../trainer {start.Sources[0].Tree}",
            ], Versions(end, "inputs"));
        Assert.Equal(Versions(begin, "inputs"), Versions(end, "inputs"));
        Assert.Empty(Versions(begin, "outputs"));
        Assert.Equal(
            [$"tasks/try11/ssd/weights {record.Weights!.Oid}", $"tasks/try11/ssd/outputs {record.Outputs}"], Versions(end, "outputs"));
        JsonElement source = Facet(end.GetProperty("job"), "sourceCodeLocation");
        Assert.Equal(
            ("git", "ssh://git@example.com/me/trainer.git", "git@example.com:me/trainer.git", new string('a', 40)),
            (Text(source, "type"), Text(source, "url"), Text(source, "repoUrl"), Text(source, "version")));
        JsonElement run = end.GetProperty("run");
        JsonElement parameter = Assert.Single(Facet(run, "executionParameters").GetProperty("parameters").EnumerateArray());
        Assert.Equal((Hostile, "-1"), (Text(parameter, "key"), Text(parameter, "value")));
        JsonElement own = Facet(run, "dls_attempt");
        Assert.Equal("1E-05", Text(own.GetProperty("metrics"), "avg_loss"));
        Assert.Equal("nan", Text(own.GetProperty("testMetrics"), Hostile));
        Assert.Equal(record.Weights.Oid.ToString(), Text(own.GetProperty("weights"), "digest"));
        Assert.False(Facet(begin.GetProperty("run"), "dls_attempt").TryGetProperty("state", out _));
    }

    [Fact]
    public void A_failure_says_why_changed_sources_have_no_version_and_inherited_weights_are_no_output()
    {
        new FinishedTask
        {
            Name = "try12",
            State = RunState.Failed,
            Why = $"it {Hostile}",
            Source = new AttemptSource("x", new string('b', 40), FinishedTask.Digest("s"), 3, ["a.py"], [], "https://example.com/é"),
        }.Write(_scene);
        string file = _scene.At("repo/tasks/try12/attempts/1/attempt.json");
        AttemptRecord record = AttemptRecord.Parse(File.ReadAllBytes(file), file);
        File.WriteAllBytes(file, (record with { Weights = record.Weights! with { Inherited = true } }).ToBytes());

        JsonElement end = Events("try12")[1];

        Assert.Equal($"it {Hostile}", Text(Facet(end.GetProperty("run"), "errorMessage"), "message"));
        JsonElement location = Facet(end.GetProperty("job"), "sourceCodeLocation");
        Assert.Equal("https://example.com/%C3%A9", Text(location, "url"));
        Assert.False(location.TryGetProperty("version", out _));
        JsonElement source = Facet(Assert.Single(end.GetProperty("inputs").EnumerateArray()), "dls_source");
        Assert.Equal((new string('b', 40), 1), (Text(source, "basedOnCommit"), source.GetProperty("changedFiles").GetInt32()));
        Assert.EndsWith("/outputs " + record.Outputs, Assert.Single(Versions(end, "outputs")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_records_give_the_same_bytes_in_every_clone_and_an_attempt_that_is_not_home_only_starts()
    {
        WriteAll();
        string text = Dls("task", "export", "openlineage").Expect(0).Output;
        _scene.Clone("repo", "clone");
        Assert.Equal(text, InProcess.Dls(_scene, "clone", "task", "export", "openlineage").Expect(0).Output);
        Assert.Equal("wrote ../e.jsonl  10 events\n", Dls("task", "export", "openlineage", "--out", "../e.jsonl").Expect(0).Output);
        Assert.Equal(text, File.ReadAllText(_scene.At("e.jsonl")));
        File.Delete(_scene.At("repo/tasks/try11/attempts/2/attempt.json"));

        RunResult away = Dls("task", "export", "openlineage", "try11");

        Assert.Equal(3, away.Expect(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("1 attempt is not home and without an end: try11/resnet34 #2", away.Error, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(Dls("task", "export", "openlineage", "try11", "--json").Expect(0).Output);
        Assert.Equal(3, json.RootElement.GetProperty("events").GetArrayLength());
        Assert.Equal(2, Dls("task", "export", "openlineage", "nope").ExitCode);
    }

    /// <summary>A record may be written by anybody who can push; each of these is refused or comes out, and none is an internal error.</summary>
    [Theory]
    [InlineData("task.json", "\"batch\": \"32\"", "\"batch\": null")]
    [InlineData("task.json", "\"sources\": [", "\"sources\": [null,")]
    [InlineData("task.json", "\"inputs\": []", "\"inputs\": [null]")]
    [InlineData("task.json", "\"created\": \"2026", "\"created\": \"when 2026")]
    [InlineData("task.json", "https://example.com/trainer", "::://[")]
    [InlineData("attempts/1/attempt.json", "\"a\": \"1\"", "\"a\": null")]
    [InlineData("attempts/1/attempt.json", "\"t\": \"2\"", "\"t\": null")]
    [InlineData("attempts/1/attempt.json", "\"started\": \"2026", "\"started\": \"99999")]
    [InlineData("attempts/1/attempt.json", "\"best\": [", "\"best\": [null,")]
    public void A_hostile_record_is_no_internal_error(string file, string from, string to)
    {
        new FinishedTask
        {
            Name = "try11",
            Metrics = new SortedDictionary<string, string> { ["a"] = "1" },
            Result = new AttemptResult(new SortedDictionary<string, string> { ["t"] = "2" }, 1),
        }.Write(_scene);
        string path = _scene.At($"repo/tasks/try11/{file}");
        string text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));

        foreach (string format in (string[])["csv", "openlineage"])
        {
            RunResult result = Dls("task", "export", format);
            Assert.True(result.ExitCode is 0 or 13, $"{format}: {result.ExitCode}\n{result.Error}");
        }
    }

    private static string? Text(JsonElement one, string key) => one.GetProperty(key).GetString();

    private static JsonElement Facet(JsonElement of, string key) => of.GetProperty("facets").GetProperty(key);

    private static string[] Versions(JsonElement one, string key) => [.. one.GetProperty(key).EnumerateArray()
        .Select(static d => $"{Text(d, "name")} {Text(Facet(d, "version"), "datasetVersion")}")];

    private static IEnumerable<JsonProperty> Facets(JsonElement one) => one.ValueKind switch
    {
        JsonValueKind.Object => one.EnumerateObject().SelectMany(static p => p.Value.ValueKind == JsonValueKind.Object
            && p.Value.TryGetProperty("_schemaURL", out _) ? Facets(p.Value).Prepend(p) : Facets(p.Value)),
        JsonValueKind.Array => one.EnumerateArray().SelectMany(Facets),
        _ => [],
    };

    private string CheckFacet(JsonProperty facet)
    {
        string schema = Text(facet.Value, "_schemaURL")!;
        bool isOwn = schema.StartsWith("urn:dls:", StringComparison.Ordinal);
        Assert.Empty(_schemas.Check(facet.Value, isOwn ? "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/BaseFacet" : schema));
        Assert.Equal(isOwn ? "dls_" + facet.Name.Split('_')[1] : _schemas.KeyOf(schema), facet.Name);
        return facet.Name;
    }

    private JsonElement[] Events(params string[] names) =>
        [.. Dls(["task", "export", "openlineage", .. names]).Expect(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static l => JsonDocument.Parse(l).RootElement)];

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);

    /// <summary>A parent, its child with every input and hostile names, and attempts that ended in each other way.</summary>
    private (AttemptStart Start, AttemptRecord Record) WriteAll()
    {
        (AttemptStart parent, AttemptRecord parentRecord) = new FinishedTask { Name = "try10", State = RunState.Absent }.Write(_scene);
        (AttemptStart, AttemptRecord) made = new FinishedTask
        {
            Name = "try11",
            Parameters = new SortedDictionary<string, string> { [Hostile] = "-1" },
            Data = new AttemptData(
                Hostile, "own", FinishedTask.Digest("tree"), FinishedTask.Digest("dir"), "voc", FinishedTask.Digest("tree")),
            TestSet = "t" + Hostile,
            Initial = new AttemptInput("start.bin", parentRecord.Weights!.Oid, 8, "try10", parent.Id),
            Inputs = [new AttemptInput("a", FinishedTask.Digest("a"), 1, null, null), new AttemptInput("b", FinishedTask.Digest("a"), 1, null, null)],
            Source = new AttemptSource(
                "../trainer", new string('a', 40), FinishedTask.Digest("source"), 3, [], [], "git@example.com:me/trainer.git"),
            Metrics = new SortedDictionary<string, string> { ["avg_loss"] = "1E-05" },
            Result = new AttemptResult(new SortedDictionary<string, string> { ["accuracy"] = "0.75", [Hostile] = "nan" }, 4),
        }.Write(_scene);
        new FinishedTask { Name = "try11", Kind = "resnet34", State = RunState.Stopped, Finished = null }.Write(_scene);
        new FinishedTask { Name = "try12", State = RunState.Failed, Why = "it ended with 1", Started = null, Finished = null }.Write(_scene);
        new FinishedTask
        {
            Name = "try13",
            State = RunState.Lost,
            Parameters = new SortedDictionary<string, string>(),
            Source = new AttemptSource("/srv/x y", null, FinishedTask.Digest("s"), 3, [], [], "/srv/git/x"),
        }.Write(_scene);
        return made;
    }
}
