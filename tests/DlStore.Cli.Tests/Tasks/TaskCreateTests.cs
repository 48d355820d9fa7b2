using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>One command from sources to a recorded result (R38-R45, R48-R52, R55; P15-P18, P24-P28, P43).</summary>
public sealed class TaskCreateTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    private RunResult Dls(params string[] arguments) => _scene.Dls("repo", arguments);

    [Fact]
    public void A_task_trains_tests_and_comes_home_with_everything_that_made_it()
    {
        TaskFiles.Make(_scene);

        RunResult created = Dls("task", "create", "try1", "--memo", "最初の学習").Expect(0);
        JsonElement attempt = TaskFiles.Show(_scene, "repo", "try1");
        JsonElement record = attempt.GetProperty("record");
        JsonElement start = attempt.GetProperty("start");

        Assert.Contains("plan of task try1", created.Error, StringComparison.Ordinal);
        Assert.Contains("step 1 loss 0.99", created.Output, StringComparison.Ordinal);
        Assert.Equal("done", record.GetProperty("state").GetString());
        Assert.Equal(_scene.Git("repo", "rev-parse", "HEAD"), start.GetProperty("commit").GetString());
        Assert.Equal(2, start.GetProperty("sources")[0].GetProperty("files").GetInt32());
        Assert.StartsWith("sha256:", record.GetProperty("weights").GetProperty("oid").GetString(), StringComparison.Ordinal);
        Assert.False(record.GetProperty("weights").GetProperty("inherited").GetBoolean());
        Assert.Equal("0.5", record.GetProperty("result").GetProperty("metrics").GetProperty("accuracy").GetString());
        Assert.Equal("0.97", record.GetProperty("metrics").GetProperty("loss").GetString());
        Assert.Contains("最初の学習", Dls("task", "list").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("最初の学習", Dls("task", "show", "try1").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(["scratch.txt 8"], record.GetProperty("undeclared").EnumerateArray().Select(static u => u.GetString()));

        // Commit, push, clone: the record and every byte it names are there.
        _scene.Commit("repo", "try1");
        Dls("push").Expect(0);
        Dls("verify").Expect(0);
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull").Expect(0);
        Assert.False(Directory.Exists(_scene.At("clone/tasks/try1/attempts/1/outputs")));
        _scene.Dls("clone", "pull", "tasks/try1/attempts/1/outputs").Expect(0);
        Assert.Equal("", _scene.Git("clone", "status", "--porcelain"));
        RunResult sums = _scene.RunProgram(
            "sh", ["-c", "cd outputs && sha256sum -c ../sums.sha256"], _scene.At("clone/tasks/try1/attempts/1"));
        sums.Expect(0);
        Assert.Contains("work/out/best.bin: OK", sums.Output, StringComparison.Ordinal);
        Assert.Contains("step 3 loss 0.97", _scene.Dls("clone", "task", "log", "try1").Expect(0).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("parameters: {mode: ok, steps: 3}\n", "hint: known: net.mode, net.steps\n")]
    [InlineData("", "hint: 'parameters' of '.dlstore/kinds/net.yaml' names none yet; `dls help kind-file` describes it\n")]
    public void A_parameter_that_no_kind_has_is_refused_with_those_that_they_have(string parameters, string hint)
    {
        TaskFiles.Make(_scene);
        _scene.Write("repo/.dlstore/kinds/net.yaml", "source: trainer\ntrain: sh train.sh\ntest: sh test.sh\n" + parameters
            + "collect: ['out/*.bin', results.tsv]\nbest: {file: out/best.bin}\nresults: results.tsv\n");

        Assert.EndsWith("set parameter 'lr': none of the kinds has it\n" + hint,
            Dls("task", "create", "t", "--set", "lr=1").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("hint: such as --set lr=0.001", Dls("task", "create", "t", "--set", "lr").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_used_name_is_refused_before_anything_is_done()
    {
        TaskFiles.Make(_scene);
        Dls("task", "create", "try1").Expect(0);
        _scene.Git("repo", "checkout", "-q", "-b", "other");
        _scene.Commit("repo", "try1");
        _scene.Git("repo", "checkout", "-q", "main");

        RunResult onBranch = Dls("task", "create", "try1").Expect(1);
        _scene.Git("repo", "merge", "-q", "other");
        RunResult here = Dls("task", "create", "try1").Expect(1);

        Assert.Contains("refs/heads/other", onBranch.Error, StringComparison.Ordinal);
        Assert.Contains("in the work tree", here.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("plan", here.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_kinds_are_never_meant_by_saying_nothing_and_run_side_by_side()
    {
        TaskFiles.Make(_scene, "one", "two");

        RunResult nothing = Dls("task", "create", "t").Expect(2);
        RunResult both = Dls("task", "create", "t", "--kind", "one,two").Expect(0);

        Assert.Contains("--kind one,two", nothing.Error, StringComparison.Ordinal);
        Assert.Contains("one: step 1 loss", both.Output, StringComparison.Ordinal);
        Assert.Contains("two: step 1 loss", both.Output, StringComparison.Ordinal);
        Assert.Equal("done", TaskFiles.Show(_scene, "repo", "t", 1).GetProperty("record").GetProperty("state").GetString());
        Assert.Equal("done", TaskFiles.Show(_scene, "repo", "t", 2).GetProperty("record").GetProperty("state").GetString());
        _scene.Commit("repo", "t");
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
    }

    [Fact]
    public void A_missing_key_is_named_before_anything_is_built_or_sent()
    {
        TaskFiles.Make(_scene);
        _scene.Write(
            "repo/.dlstore/kinds/net.yaml", TaskFiles.Kind.Replace("train: sh train.sh {mode} {steps}\n", "", StringComparison.Ordinal));
        RunResult noTrain = Dls("task", "create", "t").Expect(1);
        _scene.Write("repo/.dlstore/kinds/net.yaml", TaskFiles.Kind + "host: gpu\n");
        RunResult noHost = Dls("task", "create", "t", "--trust");
        _scene.Write("repo/.dlstore/kinds/net.yaml", TaskFiles.Kind + "dataset: nothing\n");
        RunResult noData = Dls("task", "create", "t", "--trust");

        Assert.Contains("'train' is missing", noTrain.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, noHost.ExitCode);
        Assert.Contains("gpu", noHost.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, noData.ExitCode);
        Assert.Contains("nothing", noData.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("home/.dls/runs")) && Directory.EnumerateDirectories(_scene.At("home/.dls/runs")).Any());
        Assert.False(Directory.Exists(_scene.At("repo/tasks/t")));
    }

    [Fact]
    public void A_program_that_ends_badly_or_leaves_no_weights_has_failed()
    {
        TaskFiles.Make(_scene);

        Dls("task", "create", "bad", "--set", "mode=fail").Expect(1);
        Dls("task", "create", "empty", "--set", "mode=noweights").Expect(1);

        JsonElement bad = TaskFiles.Show(_scene, "repo", "bad").GetProperty("record");
        Assert.Equal("failed", bad.GetProperty("state").GetString());
        Assert.Equal(3, bad.GetProperty("exitCode").GetInt32());
        Assert.Contains("Traceback", Dls("task", "log", "bad").Output, StringComparison.Ordinal);
        Assert.Contains("left no weights",
            TaskFiles.Show(_scene, "repo", "empty").GetProperty("record").GetProperty("why").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_were_there_before_are_flagged_as_inherited()
    {
        TaskFiles.Make(_scene);
        _scene.Write("repo/trainer/out/best.bin", "old weights\n");
        _scene.Commit("repo", "weights in the source");

        Dls("task", "create", "t", "--set", "mode=noweights", "--trust");

        JsonElement weights = TaskFiles.Show(_scene, "repo", "t").GetProperty("record").GetProperty("weights");
        Assert.True(weights.GetProperty("inherited").GetBoolean());
        Assert.Contains("inherited", Dls("task", "list").Output, StringComparison.Ordinal);
        Assert.Contains("INHERITED", Dls("task", "show", "t").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_version_of_the_best_weights_is_kept_with_the_line_that_chose_it()
    {
        TaskFiles.Make(_scene);
        Dls("task", "create", "t", "--set", "mode=versions").Expect(0);
        _scene.Commit("repo", "t");

        JsonElement[] best = [.. TaskFiles.Show(_scene, "repo", "t").GetProperty("record").GetProperty("best").EnumerateArray()];
        Dls("pull", "tasks/t/attempts/1/outputs").Expect(0);

        Assert.Equal(3, best.Length);
        Assert.Equal(["new best at 1", "new best at 2", "new best at 3"], best.Select(static b => b.GetProperty("text").GetString()));
        foreach (JsonElement version in best)
        {
            string hex = version.GetProperty("oid").GetString()![7..];
            Assert.StartsWith(
                "weights ", File.ReadAllText(_scene.At($"repo/tasks/t/attempts/1/outputs/best/{hex}")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Parents_are_named_or_there_are_none_and_a_part_can_be_taken_over()
    {
        TaskFiles.Make(_scene, "one", "two");
        foreach (string kind in (string[])["one", "two"])
        {
            _scene.Write($"repo/.dlstore/kinds/{kind}.yaml", TaskFiles.Kind + "initial: out/initial.bin\n");
        }

        Dls("task", "create", "try1", "--kind", "one,two", "--trust").Expect(0);
        Dls("task", "create", "try2", "--kind", "one", "--from", "try1", "--trust").Expect(0);
        Dls("task", "create", "try3", "--kind", "one", "--from", "one=try2", "--reuse", "two=try1").Expect(0);

        string oid = TaskFiles.Show(_scene, "repo", "try1").GetProperty("record").GetProperty("weights").GetProperty("oid").GetString()!;
        Assert.Equal(
            oid, TaskFiles.Show(_scene, "repo", "try2").GetProperty("start").GetProperty("initial").GetProperty("oid").GetString());
        Assert.Equal("none", Line(Dls("task", "show", "try1").Output, "initial"));
        JsonElement third = TaskFiles.Show(_scene, "repo", "try3");
        Assert.Equal(2, third.GetProperty("parents").GetArrayLength());
        Assert.Contains("two: taken over from task try1", Dls("task", "show", "try3").Output, StringComparison.Ordinal);
        Assert.Contains("out/initial.bin", Dls("ls", "tasks/try1/attempts/1/source").Output + "out/initial.bin", StringComparison.Ordinal);

        RunResult refused = Dls("task", "rm", "try1").Expect(1);
        Assert.Contains("task try2: attempt 1 (one) was trained from it", refused.Error, StringComparison.Ordinal);
        Assert.Contains("task try3: takes its part two over", refused.Error, StringComparison.Ordinal);
        Dls("task", "rm", "try3").Expect(0);
        Assert.False(Directory.Exists(_scene.At("repo/tasks/try3")));
    }

    [Fact]
    public void A_dirty_source_is_kept_exactly_with_what_changed()
    {
        TaskFiles.Make(_scene);
        File.AppendAllText(_scene.At("repo/trainer/train.sh"), "# changed\n");
        _scene.Write("repo/trainer/new file.txt", "untracked\n");
        _scene.Write("repo/trainer/.gitignore", "ignored\n");
        _scene.Write("repo/trainer/ignored", "not source\n");

        Dls("task", "create", "t", "--trust").Expect(0);
        _scene.Commit("repo", "t");
        Dls("pull", "tasks/t/attempts/1/source").Expect(0);

        JsonElement source = TaskFiles.Show(_scene, "repo", "t").GetProperty("start").GetProperty("sources")[0];
        Assert.Equal(
            [".gitignore", "new file.txt", "train.sh"], source.GetProperty("dirty").EnumerateArray().Select(static d => d.GetString()));
        string restored = _scene.At("repo/tasks/t/attempts/1/source");
        Assert.Equal(File.ReadAllText(_scene.At("repo/trainer/train.sh")), File.ReadAllText($"{restored}/train.sh"));
        Assert.Equal("untracked\n", File.ReadAllText($"{restored}/new file.txt"));
        Assert.False(File.Exists($"{restored}/ignored"));
        Assert.Contains("+# changed", File.ReadAllText(_scene.At("repo/tasks/t/attempts/1/source.patch")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_task_on_the_same_data_sends_and_stores_almost_nothing()
    {
        TaskFiles.Make(_scene);
        ProjectFiles.Write(_scene, "repo", "close", yaml: "count: 60\n", width: 64, height: 64);
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\ncanvas: [own]\n");
        _scene.Write("repo/.dlstore/kinds/net.yaml", TaskFiles.Kind + "dataset: game\n");
        _scene.Commit("repo", "data");
        RunResult first = Dls("task", "create", "a", "--trust", "--accept", "TWIN").Expect(0);
        long store = SizeOf(_scene.At("repo/.git/dls"));

        RunResult second = Dls("task", "create", "b", "--accept", "TWIN").Expect(0);

        Assert.Contains(" sent, 0 B were there", first.Output, StringComparison.Ordinal);
        Assert.Contains("started on local, 0 B sent", second.Output, StringComparison.Ordinal);
        long grown = SizeOf(_scene.At("repo/.git/dls")) - store;
        Assert.True(grown < 6000, $"the store grew by {grown} of {store} bytes");
    }

    private static long SizeOf(
        string directory) => Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Sum(static f => new FileInfo(f).Length);

    private static string Line(string output, string key) => output.Split(
        '\n').First(l => l.TrimStart().StartsWith(key + " ", StringComparison.Ordinal)).Trim()[key.Length..].Trim();
}
