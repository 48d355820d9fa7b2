using System.Text.Json;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>Two attempts side by side (R57, P40).</summary>
public sealed class TaskDiffTests : IDisposable
{
    private readonly Scene _scene = new();

    public TaskDiffTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R57_what_was_decided_differently_and_what_came_of_it_stand_side_by_side()
    {
        WriteFirst();
        new FinishedTask
        {
            Name = "try12",
            Parameters = new SortedDictionary<string, string> { ["batch"] = "32", ["epochs"] = "50", ["lr"] = "0.001" },
            Classes = ["other", "close", "adbutton"],
            Source = new("../trainer", new string('b', 40), FinishedTask.Digest("source 2"), 3, ["train.py"], [], null),
            Initial = new("start.bin", FinishedTask.Digest("weights\n"), 8, "try11", new string('1', 32)),
            State = RunState.DoneUntested,
            Metrics = new SortedDictionary<string, string> { ["avg_loss"] = "0.1" },
            Files = new SortedDictionary<string, string> { ["log"] = "it ran\n", ["work/best.bin"] = "others\n" },
        }.Write(_scene);

        string text = Dls("task", "diff", "try11", "try12").Expect(0).Output;
        using JsonDocument json = JsonDocument.Parse(Dls("task", "diff", "try11", "try12/ssd", "--json").Expect(0).Output);

        string[] differences = [.. json.RootElement.GetProperty("differences").EnumerateArray()
            .Select(static d => $"{d.GetProperty("section")} {d.GetProperty("name")}: {d.GetProperty("a").GetString() ?? "-"}"
            + $" -> {d.GetProperty("b").GetString() ?? "-"}")];
        Assert.Equal(
            [
                "state state: done -> done-untested",
                "parameter epochs: 20 -> 50",
                "parameter lr: - -> 0.001",
                $"commit repository: {Attempt("try11").Commit} -> {Attempt("try12").Commit}",
                $"commit source: {new string('a', 40)} -> {new string('b', 40)}",
                $"source tree: {FinishedTask.Digest("source")} -> {FinishedTask.Digest("source 2")}",
                "source not as committed: - -> train.py",
                "class 0: close -> other",
                "class 1: other -> close",
                "class 2: - -> adbutton",
                $"initial weights: - -> {FinishedTask.Digest("weights\n")} of task try11",
                $"weights digest: {FinishedTask.Digest("weights\n")} -> {FinishedTask.Digest("others\n")}",
            ], differences);
        string[] numbers = [.. json.RootElement.GetProperty("numbers").EnumerateArray()
            .Select(static d => $"{d.GetProperty("section")} {d.GetProperty("name")} {d.GetProperty("a").GetString() ?? "-"} "
            + $"{d.GetProperty("b").GetString() ?? "-"} {d.GetProperty("change").GetString() ?? "-"}")];
        Assert.Equal(["metric avg_loss 0.3 0.1 -0.2", "result accuracy 0.75 - -"], numbers);
        Assert.Contains("parameter epochs\n  A  20\n  B  50\n", text, StringComparison.Ordinal);
        Assert.Matches("(?m)^metric avg_loss +0.3 +0.1 +-0.2$", text);
    }

    [Fact]
    public void R57_equal_attempts_do_not_differ_and_the_exit_code_says_so()
    {
        WriteFirst();
        _scene.Git("repo", "commit", "-q", "--allow-empty", "--no-verify", "-m", "nothing");

        Assert.Contains(
            "no differences", Dls("task", "diff", "try11", "try11/ssd", "--exit-code").Expect(0).Error, StringComparison.Ordinal);
        new FinishedTask { Name = "try12", Metrics = new SortedDictionary<string, string> { ["avg_loss"] = "0.4" } }.Write(_scene);
        Dls("task", "diff", "try11", "try12", "--exit-code").Expect(4);
        Assert.Contains(
            "there is no file 'tasks/try99/task.json'", Dls("task", "diff", "try11", "try99").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void R57_a_task_of_several_kinds_needs_the_kind()
    {
        WriteFirst();
        new FinishedTask { Name = "try11", Kind = "resnet34" }.Write(_scene);

        Assert.Contains("try11/resnet34, try11/ssd", Dls("task", "diff", "try11", "try11/ssd").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("kind name\n  A  resnet34\n  B  ssd\n",
            Dls("task", "diff", "try11/resnet34", "try11/ssd").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void R57_item_counts_are_those_of_the_locks_that_had_the_hashes()
    {
        ProjectFiles.WriteVoc(_scene, "repo/real", "r", 3, "close");
        _scene.Write("repo/datasets/game.yaml", "images: [{from: real, split: divide}]\n");
        Dls("dataset", "build", "game").Expect(0);
        AttemptData first = DataOf("game");
        _scene.Commit("repo", "data set");
        new FinishedTask { Name = "try11", Data = first }.Write(_scene);
        ProjectFiles.WriteVoc(_scene, "repo/real", "r", 5, "close");
        Dls("dataset", "build", "game").Expect(0);
        new FinishedTask { Name = "try12", Data = DataOf("game") }.Write(_scene);

        string text = Dls("task", "diff", "try11", "try12").Expect(0).Output;

        // The lock of the first is in history only.
        Assert.Contains($"data dirHash\n  A  {first.DirHash}\n", text, StringComparison.Ordinal);
        Assert.Matches("items images\n  A  3 \\(\\d train, \\d val, \\d test\\)\n  B  5 \\(\\d train, \\d val, \\d test\\)\n", text);
    }

    [Fact]
    public void P40_images_gained_and_lost_are_listed_also_in_a_clone_that_has_no_bytes()
    {
        WriteTested("try11", ("a.jpg", "close", "close", "0.9"),
            ("b.jpg", "close", "", ""), ("c.jpg", "", "", ""), ("d.jpg", "", "close", "0.7"), ("only.jpg", "close", "close", "1"));
        WriteTested("try12", ("a.jpg", "close", "other", "0.6"),
            ("b.jpg", "close", "close", "0.81"), ("c.jpg", "", "close", "0.9912"), ("d.jpg", "", "close", "0.8"));
        Dls("push").Expect(0);
        _scene.Clone("repo", "clone");

        foreach (string where in (string[])["repo", "clone"])
        {
            RunResult run = InProcess.Dls(_scene, where, "task", "diff", "try11", "try12", "--images").Expect(0);
            string[] lines = [.. run.Output.Split(
                '\n').SkipWhile(static l => !l.StartsWith("images:", StringComparison.Ordinal)).Where(static l => l.Length > 0)];
            Assert.Equal(
                [
                    "images: 4 in both, 2 right in A, 1 right in B; 1 gained, 2 lost",
                    "gained  b.jpg  close: nothing -> close 0.81",
                    "lost    a.jpg  close: close 0.9 -> other 0.6",
                    "lost    c.jpg  nothing there: nothing -> close 0.9912",
                ], lines);
            Assert.Contains("1 image only in A, 0 only in B", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void P40_an_attempt_without_rows_says_what_is_missing()
    {
        WriteFirst();
        Assert.Contains(
            "no rows of images are stored", Dls("task", "diff", "try11", "try11", "--images").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void R57_the_curves_of_both_are_drawn_into_one_file()
    {
        MetricLine[] points = [new(1, 1, "avg_loss", 9), new(2, 2, "avg_loss", 3), new(3, 3, "avg_loss", double.NaN)];
        new FinishedTask { Name = "try11", Points = points }.Write(_scene);
        new FinishedTask { Name = "try-12", Points = points[..2] }.Write(_scene);

        Dls("task", "diff", "try11", "try-12", "--svg", "curves.png").Expect(2);
        Assert.False(File.Exists(_scene.At("repo/curves.png")));
        Dls("task", "diff", "try11", "try-12", "--svg", "curves.svg").Expect(0);

        string svg = File.ReadAllText(_scene.At("repo/curves.svg"));
        Assert.StartsWith("<svg", svg, StringComparison.Ordinal);
        Assert.Contains("try11/ssd #1", svg, StringComparison.Ordinal);
        Assert.Contains("try-12/ssd #1", svg, StringComparison.Ordinal);
        Assert.Contains("NaN from 3", svg, StringComparison.Ordinal);
    }

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);

    private void WriteFirst() => new FinishedTask
    {
        Name = "try11",
        Metrics = new SortedDictionary<string, string> { ["avg_loss"] = "0.3" },
        Result = new AttemptResult(new SortedDictionary<string, string> { ["accuracy"] = "0.75" }, 4),
    }.Write(_scene);

    private void WriteTested(string name, params (string Image, string Truth, string Found, string Score)[] rows) =>
        new FinishedTask
        {
            Name = name,
            Files = new SortedDictionary<string, string> { ["test.log"] = "testing\n" + FinishedTask.Rows(rows) }
        }.Write(_scene);

    private AttemptStart Attempt(string name) => TaskRecord.Find(_scene.At("repo"), PortableName.Parse(name, "task"))!.Attempts[0];

    private AttemptData DataOf(string name)
    {
        DatasetLock found = DatasetLock.Find(_scene.At("repo"), PortableName.Parse(name, "data set"))!;
        (string canvas, LockedCanvas locked) = found.Canvases.First();
        return new AttemptData(name, canvas, found.Tree, locked.DirHash, "voc", found.Tree);
    }
}
