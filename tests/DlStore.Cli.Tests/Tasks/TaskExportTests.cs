using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>What other programs read: MLflow's file store, in-toto statements, lists for sha256sum.</summary>
public sealed class TaskExportTests : IDisposable
{
    private static readonly MetricLine[] Points = [new(10, 1, "avg_loss", 9.5), new(20, 2, "avg_loss", double.NaN),
        new(30, 3, "avg_loss", 1e-5), new(30, null, "lr/main:x", 0.001), new(40, null, "lr/main:x", double.PositiveInfinity)];
    private readonly Scene _scene = new();

    public TaskExportTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    /// <summary>
    /// Every rule of the file store that is known from reading MLflow's source: file_store.py, utils/validation.py, fs2db.
    /// </summary>
    [Fact]
    public void The_file_store_keeps_every_rule_of_mlflow()
    {
        WriteTasks();
        Dls("task", "memo", "try11", "worse on\ndark scenes\n").Expect(0);

        string output = Dls("task", "export", "mlflow", "../mlruns").Expect(0).Output;

        Assert.Contains("wrote 3 runs", output, StringComparison.Ordinal);
        string root = _scene.At("mlruns");
        Assert.Equal(2, Directory.GetDirectories(root).Length);
        int runs = 0;
        foreach (string experiment in Directory.GetDirectories(root))
        {
            string id = Path.GetFileName(experiment);
            Assert.InRange(int.Parse(id, CultureInfo.InvariantCulture), 1, int.MaxValue);
            Dictionary<string, string> meta = Meta(experiment);
            Assert.Equal(["artifact_location", "creation_time", "experiment_id", "last_update_time", "lifecycle_stage", "name"],
                meta.Keys.Order(StringComparer.Ordinal));
            Assert.Equal($"'{id}'", meta["experiment_id"]);
            Assert.Equal("active", meta["lifecycle_stage"]);
            Assert.StartsWith("'file:///", meta["artifact_location"], StringComparison.Ordinal);
            AssertMilliseconds(meta["creation_time"]);
            foreach (string run in Directory.GetDirectories(
                experiment).Where(static d => Path.GetFileName(d) is not ("tags" or "datasets" or "traces")))
            {
                AssertRun(run, id);
                runs++;
            }
        }

        Assert.Equal(3, runs);
    }

    [Fact]
    public void A_run_holds_what_the_attempt_recorded()
    {
        (AttemptStart start, AttemptRecord record) = WriteTasks();
        Dls("task", "memo", "try11", "worse on\ndark scenes\n").Expect(0);
        Dls("task", "export", "mlflow", "../mlruns", "try11/ssd").Expect(0);

        string run = Assert.Single(Directory.GetDirectories(_scene.At("mlruns"), start.Id, SearchOption.AllDirectories));
        string Read(string file) => File.ReadAllText($"{run}/{file}");
        Assert.Equal("20", Read("params/epochs"));
        Assert.Equal(6000, Read("params/long").Length);
        Assert.Equal("a\\nb", Read("params/lines"));
        Assert.Equal("try11/ssd 1", Read("tags/mlflow.runName"));
        Assert.Equal("worse on\ndark scenes", Read("tags/mlflow.note.content"));
        Assert.Equal("A U Thor", Read("tags/mlflow.user"));
        Assert.Equal(new string('a', 40), Read("tags/mlflow.source.git.commit"));
        Assert.Equal(record.Weights!.Oid.ToString(), Read("tags/dls.weights"));
        // From 12:00 to 13:00 over 40 lines: a point of line 10 is at a quarter.
        long begin = DateTimeOffset.Parse("2026-01-31T12:00:00Z", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        Assert.Equal($"{begin + 900_000} 9.5 1\n{begin + 1_800_000} nan 2\n{begin + 2_700_000} 1E-05 3\n", Read("metrics/avg_loss"));
        Assert.Equal($"{begin + 2_700_000} 0.001 0\n{begin + 3_600_000} inf 1\n", Read("metrics/lr_main_x"));
        Assert.Equal($"{begin + 3_600_000} 0.75 0\n", Read("metrics/test.accuracy"));
        Assert.Contains($"{record.Weights.Oid.ToHex()}  work/best.bin\n", Read("artifacts/dls-outputs.txt"), StringComparison.Ordinal);
        Assert.False(File.Exists($"{run}/artifacts/work/best.bin"));
    }

    [Fact]
    public void Exporting_again_changes_nothing_and_artifacts_are_bytes_if_asked_for()
    {
        WriteTasks();
        Dls("push").Expect(0);
        _scene.Clone("repo", "clone");
        Dls("task", "export", "mlflow", "../mlruns").Expect(0);
        TreeSnapshot first = TreeSnapshot.Of(_scene.At("mlruns"));
        Dls("task", "export", "mlflow", "../mlruns").Expect(0);
        Assert.Equal(Content(first), Content(TreeSnapshot.Of(_scene.At("mlruns"))));

        // A clone that has no bytes yet writes the same, and fetches what it is asked for.
        InProcess.Dls(_scene, "clone", "task", "export", "mlflow", "../mlruns", "--artifacts").Expect(0);

        Assert.Equal(3, Directory.GetFiles(_scene.At("mlruns"), "best.bin", SearchOption.AllDirectories)
            .Count(static f => f.EndsWith("/artifacts/work/best.bin", StringComparison.Ordinal) && File.ReadAllText(f) == "weights\n"));
        Assert.All(Content(first), item => Assert.Contains(item, Content(TreeSnapshot.Of(_scene.At("mlruns")))));
    }

    [Fact]
    public void A_number_that_another_experiment_has_is_not_taken()
    {
        WriteTasks();
        Dls("task", "export", "mlflow", "../mlruns", "try11/ssd").Expect(0);
        string ours = Path.GetFileName(Assert.Single(Directory.GetDirectories(_scene.At("mlruns"))));
        Directory.Delete(_scene.At("mlruns"), recursive: true);
        _scene.Write($"mlruns/{ours}/meta.yaml", "name: 'somebody else'\n");

        Dls("task", "export", "mlflow", "../mlruns", "try11/ssd").Expect(0);

        Assert.Equal("name: 'somebody else'\n", File.ReadAllText(_scene.At($"mlruns/{ours}/meta.yaml")));
        Assert.Equal(2, Directory.GetDirectories(_scene.At("mlruns")).Length);
    }

    /// <summary>
    /// MLflow itself, where it is installed: runs, parameters, metrics with NaN and data sets come back as they were written.
    /// </summary>
    [SkippableMlflowFact]
    public void Mlflow_opens_the_store()
    {
        (AttemptStart start, _) = WriteTasks();
        Dls("task", "export", "mlflow", "../mlruns").Expect(0);
        const string Script =
            """
            import math, sys
            from mlflow.tracking import MlflowClient
            client = MlflowClient(tracking_uri=sys.argv[1])
            runs = [r for e in client.search_experiments() for r in client.search_runs([e.experiment_id])]
            run = client.get_run(sys.argv[2])
            assert len(runs) == 3, runs
            assert run.data.params["epochs"] == "20" and run.info.status == "FINISHED" and run.info.run_name == "try11/ssd 1"
            history = client.get_metric_history(sys.argv[2], "avg_loss")
            assert [m.step for m in history] == [1, 2, 3] and math.isnan(history[1].value)
            assert run.inputs.dataset_inputs[0].dataset.name == "game own"
            """;
        Dictionary<string, string> environment = DlsProcess.With(_scene.Environment, ("MLFLOW_ALLOW_FILE_STORE", "true"));
        RunningProgram.Run(SkippableMlflowFactAttribute.Find(),
            ["-c", Script, "file://" + _scene.At("mlruns"), start.Id], _scene.Root, environment).Expect(0);
    }

    /// <summary>What https://in-toto.io/Statement/v1 and https://slsa.dev/provenance/v1 require.</summary>
    [Fact]
    public void The_provenance_is_an_in_toto_statement_that_names_weights_source_data_and_parent()
    {
        (AttemptStart start, AttemptRecord record) = WriteTasks();

        string text = Dls("task", "export", "provenance", "try11/ssd").Expect(0).Output;
        Dls("task", "export", "provenance", "try11/ssd", "p.json").Expect(0);

        Assert.Equal(text, File.ReadAllText(_scene.At("repo/p.json")));
        using JsonDocument json = JsonDocument.Parse(text);
        JsonElement root = json.RootElement;
        Assert.Equal("https://in-toto.io/Statement/v1", root.GetProperty("_type").GetString());
        Assert.Equal("https://slsa.dev/provenance/v1", root.GetProperty("predicateType").GetString());
        JsonElement subject = Assert.Single(root.GetProperty("subject").EnumerateArray());
        Assert.Equal("best.bin", subject.GetProperty("name").GetString());
        Assert.Equal(record.Weights!.Oid.ToString(), "sha256:" + subject.GetProperty("digest").GetProperty("sha256").GetString());
        JsonElement definition = root.GetProperty("predicate").GetProperty("buildDefinition");
        Assert.True(Uri.TryCreate(definition.GetProperty("buildType").GetString(), UriKind.Absolute, out _));
        Assert.Equal(JsonValueKind.Object, definition.GetProperty("externalParameters").ValueKind);
        Dictionary<string, JsonElement> needs = definition.GetProperty(
            "resolvedDependencies").EnumerateArray().ToDictionary(static d => d.GetProperty("name").GetString()!);
        Assert.All(needs.Values, static d =>
        {
            Assert.True(d.TryGetProperty("digest", out JsonElement digest) && digest.EnumerateObject().Any(),
                "a dependency without a digest can be checked by nobody");
            Assert.All(digest.EnumerateObject(), static one => Assert.Matches("^[0-9a-f]{40}$|^[0-9a-f]{64}$", one.Value.GetString()));
            Assert.True(!d.TryGetProperty("uri", out JsonElement uri) || Uri.TryCreate(uri.GetString(), UriKind.Absolute, out _), "no URI");
        });
        Assert.Equal(new string('a', 40), needs["source:../trainer"].GetProperty("digest").GetProperty("gitCommit").GetString());
        Assert.Equal(
            start.Data!.DirHash.ToString(), "sha256:" + needs["dataset:game:own"].GetProperty("digest").GetProperty("dirHash").GetString());
        Assert.Equal(
            start.Initial!.Oid.ToString(), "sha256:" + needs["initial:try10"].GetProperty("digest").GetProperty("sha256").GetString());
        JsonElement details = root.GetProperty("predicate").GetProperty("runDetails");
        Assert.True(Uri.TryCreate(details.GetProperty("builder").GetProperty("id").GetString(), UriKind.Absolute, out _));
        Assert.Equal(start.Id, details.GetProperty("metadata").GetProperty("invocationId").GetString());
        Assert.True(DateTimeOffset.TryParseExact(details.GetProperty("metadata").GetProperty("startedOn").GetString(),
            "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _));
        Assert.Equal(JsonValueKind.Array, details.GetProperty("byproducts").ValueKind);
    }

    [Fact]
    public void Sha256sum_checks_the_outputs_that_were_checked_out()
    {
        new FinishedTask
        {
            Name = "try11",
            Files = new SortedDictionary<string, string>
            {
                ["log"] = "it ran\n",
                ["work/a b/漢字.txt"] = "1",
                ["work/back\\slash"] = "2",
                ["work/best.bin"] = "weights\n"
            }
        }.Write(_scene);
        Dls("push").Expect(0);
        _scene.Clone("repo", "clone");

        InProcess.Dls(_scene, "clone", "task", "export", "sums", "try11", "../sums").Expect(0);
        InProcess.Dls(_scene, "clone", "pull", "tasks/try11/attempts/1/outputs").Expect(0);

        string outputs = _scene.At("clone/tasks/try11/attempts/1/outputs");
        RunResult check = RunningProgram.Run("sha256sum", ["--strict", "-c", _scene.At("sums")], outputs, _scene.Environment).Expect(0);
        Assert.Equal(4, check.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        File.AppendAllText($"{outputs}/log", "more");
        RunningProgram.Run("sha256sum", ["--strict", "-c", _scene.At("sums")], outputs, _scene.Environment).Expect(1);
    }

    private static IEnumerable<string> Content(TreeSnapshot snapshot) =>
        snapshot.Items.Where(
            static i => i.Value.StartsWith("file ", StringComparison.Ordinal)).Select(static i => $"{i.Key} {i.Value[^64..]}");

    private static Dictionary<string, string> Meta(string directory) =>
        File.ReadAllText($"{directory}/meta.yaml").Split('\n', StringSplitOptions.RemoveEmptyEntries).ToDictionary(
            static l => l[..l.IndexOf(':', StringComparison.Ordinal)], static l => l[(l.IndexOf(':', StringComparison.Ordinal) + 2)..]);

    private static void AssertMilliseconds(
        string text) => Assert.InRange(long.Parse(text, CultureInfo.InvariantCulture), 946_684_800_000, 4_102_444_800_000);

    private static void AssertRun(string run, string experiment)
    {
        string id = Path.GetFileName(run);
        Assert.Matches("^[0-9a-f]{32}$", id);
        Dictionary<string, string> meta = Meta(run);
        Assert.Equal(
            [
                "artifact_uri", "deleted_time", "end_time", "entry_point_name", "experiment_id", "lifecycle_stage",
                    "run_id", "run_name", "run_uuid", "source_name", "source_type", "source_version", "start_time", "status",
                "tags", "user_id",
            ], meta.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(($"'{experiment}'", $"'{id}'", $"'{id}'", "4", "[]", "null"),
            (meta["experiment_id"], meta["run_id"], meta["run_uuid"], meta["source_type"], meta["tags"], meta["deleted_time"]));
        Assert.EndsWith($"/{experiment}/{id}/artifacts'", meta["artifact_uri"], StringComparison.Ordinal);
        Assert.Contains(meta["status"], (string[])["3", "4", "5"]);
        AssertMilliseconds(meta["start_time"]);
        if (meta["end_time"] != "null")
        {
            Assert.True(
                long.Parse(meta["end_time"], CultureInfo.InvariantCulture) >= long.Parse(meta["start_time"], CultureInfo.InvariantCulture));
        }

        foreach ((string directory, int lengthMax) in ((string, int)[])[("params", 6000), ("tags", 5000)])
        {
            Assert.All(Directory.GetFiles($"{run}/{directory}"), file =>
            {
                AssertKey(file);
                string value = File.ReadAllText(file);
                Assert.False(value.EndsWith('\n'), $"{file} ends with a newline");
                Assert.InRange(value.Length, 1, lengthMax);
                Assert.True(directory == "tags" || !value.Contains('\n', StringComparison.Ordinal), $"{file} has several lines");
            });
        }

        Assert.All(Directory.GetFiles($"{run}/metrics"), static file =>
        {
            AssertKey(file);
            Assert.All(
                File.ReadLines(file), static line => Assert.Matches(@"^\d{12,13} (nan|-?inf|-?\d+(\.\d+)?(E[-+]?\d+)?) -?\d+$", line));
            Assert.NotEmpty(File.ReadAllText(file));
        });
        foreach (string input in Directory.Exists($"{run}/inputs") ? Directory.GetDirectories($"{run}/inputs") : [])
        {
            Dictionary<string, string> link = Meta2(input);
            Assert.Equal(("DATASET", "RUN", $"'{id}'"), (link["source_type"], link["destination_type"], link["destination_id"]));
            string dataset = $"{Path.GetDirectoryName(run)}/datasets/{link["source_id"].Trim('\'')}";
            Dictionary<string, string> set = Meta(dataset);
            Assert.Equal(["digest", "name", "profile", "schema", "source", "source_type"], set.Keys.Order(StringComparer.Ordinal));
            Assert.InRange(set["digest"].Trim('\'').Length, 1, 36);
            Assert.Equal(MlflowRun.DatasetId(set["name"].Trim('\''), set["digest"].Trim('\'')), Path.GetFileName(dataset));
            Assert.Matches("^[0-9a-f]{32}$", Path.GetFileName(input));
        }

        Assert.True(Directory.Exists($"{run}/artifacts"));
    }

    private static Dictionary<string, string> Meta2(string directory) =>
        File.ReadAllText($"{directory}/meta.yaml").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(static l => l[0] != ' ').ToDictionary(static l => l[..l.IndexOf(':', StringComparison.Ordinal)],
            static l => l[(l.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());

    private static void AssertKey(string file)
    {
        string key = Path.GetFileName(file);
        Assert.True(
            Regex.IsMatch(key, @"^[/\w.\- ]+$") && key.Length <= 250 && key is not ("." or ".."), $"the key '{key}' is refused by MLflow");
    }

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);

    /// <summary>Two kinds and three attempts, with names and values at every limit.</summary>
    private (AttemptStart Start, AttemptRecord Record) WriteTasks()
    {
        (AttemptStart, AttemptRecord) first = new FinishedTask
        {
            Name = "try11",
            Parameters = new SortedDictionary<string, string>
            {
                ["epochs"] = "20",
                ["lines"] = "a\nb\n",
                ["long"] = new string('x', 7000),
                ["a:b"] = "1",
                ["a/b"] = "2",
                [new string('k', 400)] = "3"
            },
            Data = new AttemptData(
                "game", "own", FinishedTask.Digest("tree"), FinishedTask.Digest("dir"), "voc", FinishedTask.Digest("tree")),
            Initial = new AttemptInput("start.bin", FinishedTask.Digest("parent"), 7, "try10", new string('1', 32)),
            Points = Points,
            Metrics = new SortedDictionary<string, string> { ["avg_loss"] = "1E-05" },
            Result = new AttemptResult(new SortedDictionary<string, string> { ["accuracy"] = "0.75", ["accuracy.閉じる"] = "nan" }, 4),
        }.Write(_scene);
        new FinishedTask { Name = "try11", Kind = "resnet34", State = RunState.Stopped, Finished = null }.Write(_scene);
        new FinishedTask
        {
            Name = "try12",
            State = RunState.Failed,
            Started = null,
            Finished = null,
            Classes = [.. Enumerable.Range(0, 1500).Select(static i => $"class{i}")]
        }.Write(_scene);
        return first;
    }
}
