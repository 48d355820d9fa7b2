using System.Globalization;
using System.Text;
using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>Stored scores counted at thresholds, without running anything (R58, P42, P47).</summary>
public sealed class TaskEvalTests : IDisposable
{
    private readonly Scene _scene = new();

    public TaskEvalTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R58_each_threshold_and_class_counts_right_wrong_and_missed_and_names_the_best()
    {
        // Two answers for one image, a score that is the threshold itself, an image with nothing in it, one that nothing was found in.
        Write(("a", "close", "close", "0.9"), ("a", "close", "other", "0.5"), ("b", "close", "close", "0.6"),
            ("c", "other", "close", "0.7"), ("d", "", "close", "0.65"), ("e", "", "", ""), ("f", "other", "", ""));

        using JsonDocument json = JsonDocument.Parse(
            Dls("task", "eval", "try12", "--thresholds", "0.9,0.6,0.7", "--json").Expect(0).Output);

        JsonElement evaluation = json.RootElement.GetProperty("evaluation");
        Assert.Equal(6, evaluation.GetProperty("images").GetInt32());
        string[] rows = [.. evaluation.GetProperty("rows").EnumerateArray()
            .Select(static r => $"{r.GetProperty("threshold")} {r.GetProperty("class")} {r.GetProperty("right")} {r.GetProperty("wrong")}"
            + $" {r.GetProperty("missed")} {Text(r, "precision")} {Text(r, "recall")} {Text(r, "f1")}")];
        Assert.Equal(
            [
                "0.6 close 2 2 0 0.5 1 0.666667", "0.6 other 0 0 2 - 0 0", "0.6 (all) 2 2 2 0.5 0.5 0.5",
                "0.7 close 1 1 1 0.5 0.5 0.5", "0.7 other 0 0 2 - 0 0", "0.7 (all) 1 1 3 0.5 0.25 0.333333",
                "0.9 close 1 0 1 1 0.5 0.666667", "0.9 other 0 0 2 - 0 0", "0.9 (all) 1 0 3 1 0.25 0.4",
            ], rows);
        // 0.6 and 0.9 have the same F1; the higher one is wrong less often.
        Assert.Equal(["(all) 0.6 0.5", "close 0.9 0.666667"], evaluation.GetProperty(
            "best").EnumerateArray().Select(static b => $"{b.GetProperty("class")} {b.GetProperty("threshold")} {b.GetProperty("f1")}"));
    }

    [Fact]
    public void P47_an_evaluation_is_added_once_and_nothing_else_changes()
    {
        Write(("a", "close", "close", "0.9"), ("b", "close", "close", "0.2"));
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo"), ".git");

        string first = Added("--thresholds", "0.5");
        string again = Added("--thresholds", "0.50");
        string other = Added("--thresholds", "0.5", "--memo", "for the meeting");

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Equal(2, Directory.GetFiles(_scene.At("repo/tasks/try12/attempts/1/evals")).Length);
        Directory.Delete(_scene.At("repo/tasks/try12/attempts/1/evals"), recursive: true);
        Added("--thresholds", "0.5");
        Assert.Contains(first, _scene.Git("repo", "diff", "--cached", "--name-only", "HEAD"), StringComparison.Ordinal);
        Directory.Delete(_scene.At("repo/tasks/try12/attempts/1/evals"), recursive: true);
        File.Delete(_scene.At("repo/tasks/.gitignore"));
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo"), ".git"));
        Added("--thresholds", "0.5");
        _scene.Commit("repo", "evaluated");
        Dls("verify").Expect(0);
        Dls("status", "--exit-code").Expect(0);
    }

    /// <summary>The numbers of the table are those that the user's diary has for try12; the scores are made to fit.</summary>
    [Fact]
    public void R58_the_programs_own_table_is_reproduced_from_files_of_pairs()
    {
        (string Threshold, int Count, int Percent)[] close = [
            ("0.1", 205, 98), ("0.6", 204, 97), ("0.7", 203, 97), ("0.85", 201, 96), ("0.9", 201, 96), ("1.0", 157, 75)];
        (string Threshold, int Count, int Percent)[] other = [
            ("0.1", 973, 75), ("0.6", 913, 71), ("0.7", 879, 68), ("0.85", 834, 65), ("0.9", 801, 62), ("1.0", 17, 1)];
        new FinishedTask
        {
            Name = "try12",
            Test = null,
            Files = new SortedDictionary<string, string>
            {
                ["work/check_res_close.log"] = Pairs("close", 209, close),
                ["work/check_res_not_close.log"] = Pairs("not_close2", 1281, other),
                ["work/calc_exp_res_close.txt"] = Table(209, close) + "0.650000, close, 999, 1\n",
                ["work/calc_exp_res_not_close.txt"] = Table(1281, other),
            },
        }.Write(_scene);

        RunResult run = Dls("task", "eval", "try12", "--scores",
            "check_res_close.log=close,check_res_not_close.log=", "--name", "990=close", "--thresholds", "0.6,0.9,1.0").Expect(0);

        Assert.Contains(
            "the program's own table in work/calc_exp_res_close.txt: 6 of 7 rows reproduced", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "the program's own table in work/calc_exp_res_not_close.txt: 6 of 6 rows reproduced", run.Output, StringComparison.Ordinal);
        Assert.Contains("threshold 0.65, close: it printed 999, 1", run.Error, StringComparison.Ordinal);
        Assert.Matches("(?m)^ +0.6  close +204 +913 +5 ", run.Output);
        Assert.Contains("1,490 images with scores", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void P42_the_truth_of_a_test_set_counts_and_images_without_scores_are_missed()
    {
        for (int i = 0; i < 3; i++)
        {
            _scene.Write($"repo/shots/s{i}.jpg", Drawn.Jpeg(40, 30, 50 + i));
            _scene.Write($"repo/shots/s{i}.xml", ProjectFiles.Annotation($"s{i}.jpg", 40, 30, ("close", 3, 4, 18 + i, 19)));
        }

        Dls("testset", "add", "games", "shots").Expect(0);
        Write(("test_set/JPEGImages/s0.jpg", "", "close", "0.9"), ("s1.jpg", "", "", ""), ("elsewhere.jpg", "close", "close", "0.9"));

        RunResult run = Dls("task", "eval", "try12", "--testset", "games", "--thresholds", "0.5").Expect(0);

        Assert.Matches("(?m)^ +0.5  close +1 +0 +2 ", run.Output);
        Assert.Contains("1 image of the test set without a row; what is in them counts as missed: s2", run.Error, StringComparison.Ordinal);
        Assert.Contains("1 image that the test set does not have; they do not count: elsewhere", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", "'2': it is no number from 0 to 1")]
    [InlineData("x", "'x': it is no number from 0 to 1")]
    [InlineData("0.9..0.1", "the range is empty")]
    [InlineData("0..1:0.0001", "more than 1000 steps")]
    [InlineData("0..1:0", "the range is empty or has more")]
    public void Thresholds_that_are_none_are_refused(string typed, string message)
    {
        Write(("a", "close", "close", "0.9"));
        Assert.Contains(message, Dls("task", "eval", "try12", "--thresholds", typed).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_attempt_without_scores_or_without_such_a_file_is_refused()
    {
        new FinishedTask { Name = "try12" }.Write(_scene);
        Assert.Contains("no rows of images with scores are stored", Dls("task", "eval", "try12").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("the attempt has no such file",
            Dls("task", "eval", "try12", "--scores", "nothing.log=close").Expect(2).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("repo/tasks/try12/attempts/1/evals")));
    }

    private static string Text(JsonElement row, string key) => row.GetProperty(key).GetString() ?? "-";

    private static string Pairs(string directory, int images, (string Threshold, int Count, int Percent)[] table)
    {
        StringBuilder text = new();
        for (int i = 0; i < images; i++)
        {
            // The image with place i in the order of falling scores reaches every threshold that more than i images reach.
            string reached = table.LastOrDefault(t => i < t.Count).Threshold;
            text.Append(
                CultureInfo.InvariantCulture, $"test_data/{directory}/{i}.jpg\n{(reached is null ? "(3, 0.99)" : $"(990, {reached})")}\n");
        }

        return text.ToString();
    }

    private static string Table(int total, (string Threshold, int Count, int Percent)[] table) =>
        $"=====RECORD INFO=====\ntotal = {total}\n=====SUM=====\n" + string.Concat(
            table.Select(static t => string.Create(CultureInfo.InvariantCulture,
            $"{double.Parse(t.Threshold, CultureInfo.InvariantCulture):0.000000}, close, {t.Count}, {t.Percent}\n")));

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);

    private string Added(params string[] options)
    {
        using JsonDocument json = JsonDocument.Parse(Dls(["task", "eval", "try12", .. options, "--json"]).Expect(0).Output);
        return json.RootElement.GetProperty("path").GetString()!;
    }

    private void Write(params (string Image, string Truth, string Found, string Score)[] rows) =>
        new FinishedTask { Name = "try12", Files = new SortedDictionary<string, string> { ["test.log"] = FinishedTask.Rows(rows) } }.Write(
            _scene);
}
