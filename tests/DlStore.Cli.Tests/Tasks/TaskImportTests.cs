using System.Text.Json;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>Outputs of old runs, and facts whose bytes are lost (R76, R64, P14, P15, P39).</summary>
public sealed class TaskImportTests : IDisposable
{
    private static readonly DateTime Old = new(2023, 1, 10, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime New = new(2023, 2, 5, 12, 0, 0, DateTimeKind.Utc);
    private readonly Scene _scene = new();

    public TaskImportTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R76_an_output_directory_becomes_an_attempt_whose_files_a_clone_gets_by_hash()
    {
        Put("out/try12/home/a/best_weight.pth", "weights of try12", New);
        Put("out/try12/home/a/train.log", "it ran\n", New);
        Put("out/try12/home/a/.git/config", "[core]\n", New);

        RunResult run = Dls(
            "task", "import", "../out/try12", "try12", "--kind", "ssd", "--started", "2023-02-03", "--memo", "the good one").Expect(0);
        _scene.Commit("repo", "imported");
        Dls("push").Expect(0);
        _scene.Clone("repo", "clone");
        InProcess.Dls(_scene, "clone", "pull", "tasks/try12/attempts/1/outputs").Expect(0);

        Assert.Contains($"weights {FinishedTask.Digest("weights of try12")} home/a/best_weight.pth", run.Output, StringComparison.Ordinal);
        AttemptRecord record = Record("try12", 1);
        Assert.Equal(
            (RunState.DoneUntested, null, "2023-02-03T00:00:00Z", false), (record.State, record.Why, record.Started, record.Weights!.Inherited));
        Assert.Equal(["home/a/best_weight.pth", "home/a/train.log"], record.Files.Select(static f => f.Path));
        Assert.Equal("unknown", record.WeightFacts["format"]);
        string outputs = _scene.At("clone/tasks/try12/attempts/1/outputs");
        Assert.Equal("weights of try12", File.ReadAllText($"{outputs}/work/home/a/best_weight.pth"));
        Assert.Equal("weights of try12", File.ReadAllText($"{outputs}/best/{record.Weights.Oid.ToHex()}"));
        RunningProgram.Run(
            "sha256sum", ["--strict", "-c", _scene.At("clone/tasks/try12/attempts/1/sums.sha256")], outputs, _scene.Environment).Expect(0);
        Assert.Contains("imported from try12", Dls("task", "show", "try12").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("the good one", Dls("task", "memo", "try12").Expect(0).Output, StringComparison.Ordinal);
        Dls("verify").Expect(0);
        Assert.DoesNotContain(_scene.Root, File.ReadAllText(_scene.At("repo/tasks/try12/task.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void R64_two_candidates_are_refused_and_listed_and_never_the_newer_one_taken()
    {
        Put("out/try12/weights/best_weight.pth", "a", Old);
        Put("out/try12/best_weight.pth", "b", New);
        Put("out/try12/best_weight.pth.bak", "c", New.AddDays(1));
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo"), ".git");

        RunResult refused = Dls("task", "import", "../out/try12", "try12", "--kind", "ssd").Expect(2);

        Assert.Contains("2 files may be the weights", refused.Error, StringComparison.Ordinal);
        Assert.Contains("best_weight.pth\n", refused.Error, StringComparison.Ordinal);
        Assert.Contains("weights/best_weight.pth\n", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(".bak", refused.Error, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo"), ".git"));
        Assert.Contains("there is no file 'best_weight'", Dls("task",
            "import", "../out/try12", "try12", "--kind", "ssd", "--weight", "best_weight").Expect(2).Error, StringComparison.Ordinal);
        Dls("task", "import", "../out/try12", "try12", "--kind", "ssd", "--weight", "weights/best_weight.pth").Expect(0);
        Assert.Equal(FinishedTask.Digest("a"), Record("try12", 1).Weights!.Oid);
    }

    [Fact]
    public void P39_a_backup_is_no_candidate_and_the_glob_of_the_kind_decides()
    {
        _scene.Write(
            "repo/.dlstore/kinds/ssd.yaml", "source: trainer\ntrain: sh train.sh\ncollect: [out/**]\nbest: {file: 'weights/best_*.bin'}\n");
        Put("out/try12/home/weights/best_3.bin", "a", New);
        Put("out/try12/home/weights/best_3.bin.bak", "b", New);
        Put("out/try12/home/other.pth", "c", New);

        Dls("task", "import", "../out/try12", "try12", "--kind", "ssd").Expect(0);

        Assert.Equal("home/weights/best_3.bin", Record("try12", 1).Weights!.Path);
        Put("out/bak/best_3.bin.bak", "b", New);
        Dls("task", "import", "../out/bak", "try13", "--kind", "ssd").Expect(0);
        Assert.Null(Record("try13", 1).Weights);
        Assert.Equal("imported, and no weights are known", Record("try13", 1).Why);
    }

    [Fact]
    public void P15_weights_that_are_older_than_the_run_or_those_of_another_attempt_are_marked_as_inherited()
    {
        Put("out/a/best_weight.pth", "of january", Old);
        Put("out/b/best_weight.pth", "of january", New);
        Put("out/c/best_weight.pth", "of february", New);

        Assert.Contains("inherited: its weights are of 2023-01-10T00:00:00Z, before the run began", Dls(
            "task", "import", "../out/a", "try1", "--kind", "ssd", "--started", "2023-02-03").Expect(0).Error, StringComparison.Ordinal);
        Assert.Contains("inherited: its weights are those of task try1, attempt 1 (ssd)", Dls(
            "task", "import", "../out/b", "try2", "--kind", "ssd", "--started", "2023-02-03").Expect(0).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("inherited", Dls(
            "task", "import", "../out/c", "try3", "--kind", "ssd", "--started", "2023-02-03").Expect(0).Error, StringComparison.Ordinal);
        Assert.Equal([true, true, false], new[] { "try1", "try2", "try3" }.Select(t => Record(t, 1).Weights!.Inherited));
        Assert.Contains("inherited weights", Dls("task", "list", "--offline").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void R76_a_second_kind_joins_an_imported_task_and_no_other_task_is_touched()
    {
        Put("out/ssd.pth", "a", New);
        Put("out/resnet.pth", "b", New);
        new FinishedTask { Name = "real" }.Write(_scene);

        Dls("task", "import", "../out/ssd.pth", "try12", "--kind", "ssd").Expect(0);
        Dls("task", "import", "../out/resnet.pth", "try12", "--kind", "resnet34", "--from", "real/ssd").Expect(0);

        TaskRecord task = TaskRecord.Find(_scene.At("repo"), PortableName.Parse("try12", "task"))!;
        Assert.Equal(["resnet34", "ssd"], task.Kinds);
        Assert.Equal("ssd.pth, resnet.pth", task.ImportedFrom);
        Assert.Equal(("real", FinishedTask.Digest("weights\n")), (task.Attempts[1].Initial!.Task, task.Attempts[1].Initial!.Oid));
        Assert.Contains(
            "the name is used", Dls("task", "import", "../out/ssd.pth", "real", "--kind", "ssd").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("try12/ssd", Dls("task", "diff", "try12/ssd", "try12/resnet34").Expect(0).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("isImported", File.ReadAllText(_scene.At("repo/tasks/try12/task.json")), StringComparison.OrdinalIgnoreCase);

        // No host is asked about what never ran on one.
        RunResult removed = Dls("task", "rm", "try12").Expect(0);
        Assert.DoesNotContain("imported", removed.Output + removed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void R76_log_and_results_of_the_old_run_are_read_and_the_data_set_is_that_of_the_lock()
    {
        _scene.Write("repo/.dlstore/kinds/ssd.yaml",
            "source: trainer\ntrain: sh train.sh\ncollect: [out/**]\nlog:\n  metrics: [{pattern: 'loss (?<loss>[0-9.]+)'}]\n");
        ProjectFiles.WriteVoc(_scene, "repo/real", "r", 3, "close");
        _scene.Write("repo/datasets/game.yaml", "images: [{from: real, split: divide}]\n");
        Dls("dataset", "build", "game").Expect(0);
        Put("out/try12/w.pth", "a", New);
        Put("out/try12/train.log", "loss 3.5\nloss 0.25\n", New);
        Put("out/try12/test.tsv", FinishedTask.Rows(("a", "close", "close", "0.9"), ("b", "close", "", "")), New);

        Dls("task", "import",
            "../out/try12", "try12", "--kind", "ssd", "--log", "train.log", "--results", "test.tsv", "--dataset", "game").Expect(0);

        AttemptRecord record = Record("try12", 1);
        Assert.Equal(
            (RunState.Done, "0.25", "0.5", 2L), (record.State, record.Metrics["loss"], record.Result!.Metrics["accuracy"], record.Result.Images));
        AttemptStart start = TaskRecord.Find(_scene.At("repo"), PortableName.Parse("try12", "task"))!.Attempts[0];
        DatasetLock locked = DatasetLock.Find(_scene.At("repo"), PortableName.Parse("game", "data set"))!;
        Assert.Equal((locked.Canvases.First().Value.DirHash, "close"), (start.Data!.DirHash, Assert.Single(start.Classes)));
        Assert.Contains("0.5  close", Dls("task", "eval", "try12", "--thresholds", "0.5").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("it was imported", Dls("task", "reproduce", "try12").Expect(2).Error, StringComparison.Ordinal);
    }

    /// <summary>What a run of dls would have alarmed for, an imported log alarms for, with the line; in UTF-16, too.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_rules_of_the_kind_run_over_an_imported_log(bool wide)
    {
        const string Log = " 1: 2.5, 2.5 avg loss, 0.001 rate, 0.1 seconds, 64 images\n 2: -nan, -nan avg loss, 0.001 rate, 0.1 seconds, 128 images\n"
            + " 3: -nan, -nan avg loss, 0.001 rate, 0.1 seconds, 192 images\nCUDA Error: out of memory\n";
        _scene.Write("repo/.dlstore/kinds/ssd.yaml", "preset: darknet\nsource: trainer\ntrain: sh train.sh\n");
        _scene.Write("out/old/backup/x_best.weights",
            [0, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 63]);
        _scene.Write("out/old/net.cfg", "[net]\nbatch=64\n[convolutional]\nfilters=21\n[yolo]\nmask=0,1,2\nclasses=2\n");
        System.Text.Encoding form = wide ? System.Text.Encoding.Unicode : System.Text.Encoding.UTF8;
        _scene.Write("out/old/train.log", [.. form.GetPreamble(), .. form.GetBytes(Log)]);

        RunResult import = Dls("task", "import", "../out/old", "old", "--kind", "ssd", "--log", "train.log").Expect(0);

        AttemptRecord record = Record("old", 1);
        Assert.Equal(["nan stop 2", "out-of-memory stop 4", "traceback warn 4"],
            record.Alarms.Select(static a => $"{a.Rule} {StopActions.Name(a.Action)} {a.Line}").Order(StringComparer.Ordinal));
        Assert.Equal(("2", "no"), (record.WeightFacts["classes"], record.WeightFacts["nan"]));
        Assert.Contains("nan at line 2 of the log", import.Error, StringComparison.Ordinal);
        Assert.Contains("out-of-memory (stop) line 4", Dls("task", "show", "old").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_a_known_form_that_were_not_looked_into_are_deployed_by_name_only()
    {
        _scene.Write("repo/.dlstore/kinds/ssd.yaml",
            "source: trainer\ntrain: sh train.sh\ncollect: [out/**]\nbest: {file: out/x.h5}\ndeploy: {weight: x.h5}\n");
        _scene.Write("out/old/out/x.h5", [0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10, 0, 0]);
        Directory.CreateDirectory(_scene.At("robot"));
        Dls("task", "import", "../out/old", "old", "--kind", "ssd").Expect(0);
        Dls("target", "add", "robot", "--kind", "ssd", "--home", _scene.At("robot")).Expect(0);

        RunResult refused = Dls("deploy", "old", "--target", "robot", "--allow-untested").Expect(1);
        RunResult done = Dls("deploy", "old", "--target", "robot", "--allow-untested", "--unread").Expect(0);

        Assert.Contains("unread dls does not look into HDF5", Dls("task", "show", "old").Expect(0).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("nan no", Dls("task", "show", "old").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("its weights were not looked into: dls does not look into HDF5", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--unread", refused.Error, StringComparison.Ordinal);
        Assert.Contains("deployed: kind ssd", done.Output, StringComparison.Ordinal);
        Assert.Contains("unread", Dls("deploy", "status", "--json").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_look_like_credentials_stay_out_and_are_named()
    {
        Put("out/try12/w.pth", "a", New);
        Put("out/try12/.netrc", "x", New);
        Put("out/try12/go.sh", "sshpass -p hunter2 ssh host\n", New);

        string error = Dls("task", "import", "../out/try12", "try12", "--kind", "ssd").Expect(0).Error;

        Assert.Contains("not taken: .netrc: files of that name hold credentials", error, StringComparison.Ordinal);
        Assert.Contains("not taken: go.sh: line 1 looks like a credential", error, StringComparison.Ordinal);
        Assert.Equal(["w.pth"], Record("try12", 1).Files.Select(static f => f.Path));
        Assert.Matches("store +(?!not here)\\S", Dls("where", FinishedTask.Digest("a").ToString()).Output);
        Assert.DoesNotMatch("store +(?!not here)\\S", Dls("where", FinishedTask.Digest("sshpass -p hunter2 ssh host\n").ToString()).Output);
    }

    [Fact]
    public void R76_facts_whose_bytes_are_lost_are_kept_as_absent_and_nothing_starts_from_them()
    {
        string weights = FinishedTask.Digest("lost").ToHex();
        string data = FinishedTask.Digest("lost data").ToString();
        _scene.Write("repo/facts.yaml",
            $"- kind: ssd\n  weights: {weights}\n  path: weights/best_weight.pth\n  size: 105151288\n  date: 2023-01-20\n "
            + $" dataset: {{name: gaa, sha256: {data}}}\n  memo: \"重みは多分これ\"\n- kind: resnet34\n  weights: sha256:"
            + $"{new string('b', 64)}\n  parent: {new string('c', 64)}\n  metrics: {{accuracy: 0.84}}\n");

        Assert.Contains(
            "attempt 1 (ssd), absent", Dls("task", "import", "--facts", "facts.yaml", "try3").Expect(0).Output, StringComparison.Ordinal);
        _scene.Commit("repo", "facts");

        AttemptRecord record = Record("try3", 1);
        Assert.Equal((RunState.Absent, Oid.Parse("sha256:" + weights), 105151288L, "2023-01-20T00:00:00Z"),
            (record.State, record.Weights!.Oid, record.Weights.Size, record.Finished));
        Assert.Null(record.Outputs);
        TaskRecord task = TaskRecord.Find(_scene.At("repo"), PortableName.Parse("try3", "task"))!;
        Assert.Equal(("dataset/gaa", data), (task.Attempts[0].Inputs[0].Path, task.Attempts[0].Inputs[0].Oid.ToString()));
        Assert.Equal("sha256:" + new string('c', 64), task.Attempts[1].Initial!.Oid.ToString());
        Assert.Contains("重みは多分これ", Dls("task", "memo", "try3").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("absent", Dls("task", "list", "--offline").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("it has no outputs (absent)", Dls("task", "export", "sums", "try3/ssd").Expect(2).Error, StringComparison.Ordinal);
        using JsonDocument statement = JsonDocument.Parse(Dls("task", "export", "provenance", "try3/ssd").Expect(0).Output);
        Assert.Equal(weights, statement.RootElement.GetProperty("subject")[0].GetProperty("digest").GetProperty("sha256").GetString());
        Dls("verify").Expect(0);
        Dls("push").Expect(0);

        // The same bytes turn up again: they were made by the run whose facts are known.
        Put("out/found.pth", "lost", New);
        Assert.Contains("those of task try3, attempt 1 (ssd)",
            Dls("task", "import", "../out/found.pth", "try4", "--kind", "ssd").Expect(0).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void R76_nothing_is_trained_from_absent_weights()
    {
        _scene.Write("repo/facts.json", $"{{\"kind\": \"ssd\", \"weights\": \"{new string('b', 64)}\"}}\n");
        _scene.Write("repo/trainer/train.sh", "true\n");
        _scene.Write("repo/.dlstore/kinds/ssd.yaml", "source: trainer\ntrain: sh train.sh\ncollect: [out/**]\ninitial: start.bin\n");
        Dls("task", "import", "--facts", "facts.json", "try3").Expect(0);
        _scene.Commit("repo", "facts");

        Assert.Contains("only facts of it are known; its bytes are lost", Dls(
            "task", "create", "try4", "--kind", "ssd", "--from", "try3", "--trust", "--dry-run").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("only facts of it are known; its bytes are lost",
            Dls("task", "create", "try4", "--reuse", "ssd=try3", "--dry-run").Expect(2).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("weights: abc\nkind: ssd\n", "line 1: 'abc' is no SHA-256")]
    [InlineData("kind: ssd\n", "there is no key 'weights'")]
    [InlineData("kind: a/b\nweights: x\n", "line 1: 'a/b' is no name of a kind")]
    [InlineData("kind: ssd\nwieghts: x\n", "key 'wieghts' is not known here")]
    [InlineData("[]\n", "it states no facts")]
    [InlineData("kind: ssd\nweights: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\ndate: yesterday\n",
        "line 3: 'yesterday' is no date")]
    [InlineData("kind: ssd\nweights: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\nsize: -1\n",
        "line 3: '-1' is not a whole number")]
    public void Facts_that_are_none_are_refused_with_their_line(string text, string message)
    {
        _scene.Write("repo/facts.yaml", text);
        Assert.Contains(message, Dls("task", "import", "--facts", "facts.yaml", "try3").Expect(1).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("repo/tasks/try3")));
    }

    [Theory]
    [InlineData("import a task: name what to import", "try3")]
    [InlineData("it does not say what kind it was", "../out", "try3")]
    [InlineData("no such file or directory", "../nowhere", "try3", "--kind", "ssd")]
    [InlineData("'soon' is no date", "../out", "try3", "--kind", "ssd", "--started", "soon")]
    [InlineData("there is no file 'x.log', which --log names", "../out", "try3", "--kind", "ssd", "--log", "x.log")]
    [InlineData("no other option", "--facts", "f.yaml", "try3", "--kind", "ssd")]
    public void A_command_line_that_is_wrong_writes_nothing(string message, params string[] arguments)
    {
        Put("out/w.pth", "a", New);
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo"), ".git");

        Assert.Contains(message, Dls(["task", "import", .. arguments]).Expect(2).Error, StringComparison.Ordinal);

        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo"), ".git"));
    }

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);

    private AttemptRecord Record(string task, int n) => AttemptRecord.Find(_scene.At("repo"), PortableName.Parse(task, "task"), n)!;

    private void Put(string path, string text, DateTime changed) => File.SetLastWriteTimeUtc(_scene.Write(path, text), changed);
}
