using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>Results of any program against the stored truth (R58).</summary>
public sealed class TestSetScoreTests : IDisposable
{
    private readonly Scene _scene = new();

    public TestSetScoreTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R58_answers_are_scored_against_the_truth_and_what_was_left_out_is_listed()
    {
        Shot("a", ("close", 3, 4, 18, 19));
        Shot("b", ("close", 3, 4, 18, 19), ("other", 20, 4, 30, 19));
        Shot("c", ("other", 3, 4, 18, 19));
        Shot("nothing");
        Dls("testset", "add", "games", "shots").Expect(0);
        _scene.Write("repo/r.tsv", "image\ttruth\tfound\tscore\n# a remark\nshots/a.jpg\tclose\tclose\t0.9\r\nb\tclose\tother\t0.8\nb.jpg\tclose\tclose\t0.1\nnothing.jpg\tother\tother\t0.95\nzz.jpg\t\t\t\n");

        RunResult run = Dls("testset", "score", "games", "r.tsv", "--threshold", "0.5").Expect(0);

        Assert.Matches("(?m)^ +0.5  close +1 +0 +1 +1 +0.5 +0.666667$", run.Output);
        Assert.Matches("(?m)^ +0.5  other +1 +1 +1 +0.5 +0.5 +0.5$", run.Output);
        Assert.Matches("(?m)^ +0.5  \\(all\\) +2 +1 +2 ", run.Output);
        Assert.Contains("1 image of the test set without a row; what is in them counts as missed: c", run.Error, StringComparison.Ordinal);
        Assert.Contains("1 image that the test set does not have; they do not count: zz", run.Error, StringComparison.Ordinal);
        Assert.Contains(
            "1 image whose rows say another truth than the test set, which counts: nothing", run.Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// By hand (docs/formats/evaluation.md): objects A and B in s1, C in s2. By falling score: A overlapped wholly, right; a box beside
    /// everything, wrong; A again, wrong because it is taken;
    /// B overlapped by just half, right. Precisions 1, 1/2, 1/3, 2/4; recalls 1/3, 1/3, 1/3, 2/3: 1/3 * 1 + 1/3 * 1/2 = 0.5.
    /// Class `other` has one object, found wholly: 1. Class `third` is in no image: no number. Mean (0.5 + 1) / 2.
    /// </summary>
    [Fact]
    public void R58_boxes_have_the_average_precision_that_was_computed_by_hand()
    {
        Shot("s1", ("close", 1, 1, 10, 10), ("close", 21, 1, 30, 10), ("other", 1, 21, 10, 30));
        Shot("s2", ("close", 1, 1, 10, 10));
        Dls("testset", "add", "games", "shots").Expect(0);
        string[] rows =
        [
            // 10 x 10 against 10 x 5: 50 of 100, exactly half.
            "s1\tclose\t0.5\t21\t1\t30\t5", "s1.jpg\tclose\t0.95\t1\t1\t10\t10", "s2\tclose\t0.9\t25\t20\t35\t29",
                "s1\tclose\t0.8\t1\t1\t10\t11", "s1\tother\t0.4\t1\t21\t10\t30", "s2\tthird\t0.4\t1\t1\t4\t4",
        ];
        _scene.Write("repo/r.tsv", string.Join('\n', rows) + "\n");

        RunResult run = Dls("testset", "score", "games", "r.tsv", "--threshold", "0.85").Expect(0);
        Assert.Contains("AP of close: 0.5 (3 objects, 4 found)\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("AP of other: 1 (1 object, 1 found)\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("AP of third: none, no image holds it (0 objects, 1 found)\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("mean AP: 0.75\n", run.Output, StringComparison.Ordinal);
        Assert.Matches("(?m)^ +0.85  close +1 +1 +2 ", run.Output);

        // The order of rows does not matter, and a row less overlap than half makes a box wrong.
        _scene.Write("repo/r.tsv", string.Join('\n', rows.Reverse()) + "\n");
        Assert.Contains("mean AP: 0.75\n", Dls("testset", "score", "games", "r.tsv").Expect(0).Output, StringComparison.Ordinal);
        _scene.Write("repo/r.tsv", string.Join('\n', rows).Replace("21\t1\t30\t5", "21\t1\t30\t4", StringComparison.Ordinal) + "\n");
        Assert.Contains("AP of close: 0.333333 ", Dls("testset", "score", "games", "r.tsv").Expect(0).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\tclose\tclose\t0.9\na\tclose\t0.9\t1\t1\t2\t2\n", "line 2: it is of another form")]
    [InlineData("a\tclose\tclose\t0.9\n\nb\tclose\tclose\thigh\n", "line 3: 'high' is no score")]
    [InlineData("a close 0.9\n", "line 1: it has 1 field,")]
    [InlineData("\tclose\tclose\t0.9\n", "line 1: it names no image")]
    [InlineData("a\tclose\t0.9\t5\t1\t2\t2\n", "line 1: its box is empty")]
    [InlineData("a\tclose\t0.9\t5\t1\tnan\t2\n", "line 1: 'nan' is no number")]
    public void A_row_that_cannot_be_read_is_refused_with_its_line(string rows, string message)
    {
        Shot("a", ("close", 3, 4, 18, 19));
        Dls("testset", "add", "games", "shots").Expect(0);
        _scene.Write("repo/r.tsv", rows);

        Assert.Contains(message, Dls("testset", "score", "games", "r.tsv").Expect(1).Error, StringComparison.Ordinal);
    }

    private void Shot(string name, params (string Label, int XMin, int YMin, int XMax, int YMax)[] objects)
    {
        _scene.Write($"repo/shots/{name}.jpg", Drawn.Jpeg(40, 30, 50 + name.Sum(static c => c)));
        _scene.Write($"repo/shots/{name}.xml", ProjectFiles.Annotation($"{name}.jpg", 40, 30, objects));
    }

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);
}
