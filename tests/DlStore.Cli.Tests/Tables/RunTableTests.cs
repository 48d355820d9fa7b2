using System.Text.Json;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tables;

/// <summary>Runs as a table: sorted, filtered, the best, the curves.</summary>
public sealed class RunTableTests : IDisposable
{
    private readonly Scene _scene = new();

    public RunTableTests()
    {
        _scene.MakeRepo();
        Write("old", "ssd", "0.1", "0.5", [0.9, 0.2, 0.4]);
        Write("old", "ssd", "0.01", "0.75", [0.9, 0.3, 0.3]);
        Write("new", "ssd", "1e-3", "0.91", [0.9, double.NaN, 0.25]);
        Write("bare", "net", "0.1", null, []);
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void The_best_come_first_whichever_end_is_better()
    {
        Assert.Equal(["new", "old", "bare"], Tasks("--sort", "map"));
        Assert.Equal(["old", "new", "bare"], Tasks("--sort", "map", "--reverse"));
        Assert.Equal(["new", "old", "bare"], Tasks("--sort", "loss"));
        Assert.Equal(["old 1", "new 1", "old 2"],
            Rows("--all", "--sort", "log.loss.min", "--where", "has loss").Select(static r => $"{r.Task} {r.N}"));
        Assert.Equal(["new", "old"], Tasks("--sort", "map", "--limit", "2"));
    }

    [Fact]
    public void Filters_compare_numbers_as_numbers_and_pass_over_what_has_none()
    {
        Assert.Equal(["new", "old"], Tasks("--sort", "map", "--where", "lr < 0.1"));
        Assert.Equal(["new"], Tasks("--where", "lr = 0.001"));
        Assert.Equal(["bare"], Tasks("--where", "not has map"));
        Assert.Equal(["new"], Tasks("--where", "map > 0.8 and (kind = net or task ~ NE)"));
        Assert.Equal(["bare"], Tasks("--where", "kind != 'ssd'"));
        Assert.Equal(["old"], Tasks("--where", "memo ~ 'second line'"));
        RunResult none = _scene.Dls("repo", "task", "list", "--where", "map > 2").Expect(0);
        Assert.Contains("none of 4 attempts is such a one", none.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--where", "mapp > 1", "did you mean 'map'?")]
    [InlineData("--where", "map >", "a value after 'map >' is missing")]
    [InlineData("--where", "(map > 1", "a ')' is missing")]
    [InlineData("--where", "map > 1 map", "one word too many")]
    [InlineData("--where", "map ! 1", "no comparison")]
    [InlineData("--where", "task = 'x", "not closed")]
    [InlineData("--sort", "nothing", "--columns help")]
    [InlineData("--columns", "task,zzz", "--columns help")]
    public void A_word_that_means_nothing_is_an_error(string option, string value, string hint)
    {
        RunResult refused = _scene.Dls("repo", "task", "list", option, value).Expect(2);

        Assert.Contains(hint, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_are_chosen_and_listed()
    {
        string text = _scene.Dls("repo", "task", "list", "--columns", "task,lr,test.map,log.loss.min,log.loss.min_step", "--sort", "task").Expect(0).Output;
        Assert.Equal(
            """
            TASK  PARAM.LR  TEST.MAP  LOG.LOSS.MIN  LOG.LOSS.MIN_STEP
            bare       0.1
            new       1e-3      0.91          0.25                  3
            old       0.01      0.75           0.3                  2

            """, text);
        string names = _scene.Dls("repo", "task", "list", "--columns", "help").Expect(0).Output;
        Assert.Contains("test.map\nlog.loss\nparam.lr\n", names, StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_of_a_kind_is_told_with_what_has_no_number()
    {
        RunResult best = _scene.Dls("repo", "task", "best", "ssd", "--by", "map").Expect(0);
        Assert.Contains("1  new/ssd  1      0.91", best.Output, StringComparison.Ordinal);
        Assert.Contains("more is better; 3 of 3 attempts of ssd have the number", best.Error, StringComparison.Ordinal);

        using JsonDocument least = JsonDocument.Parse(_scene.Dls("repo", "task", "best", "ssd", "--by", "loss", "--json").Expect(0).Output);
        Assert.Equal("log.loss.min", least.RootElement.GetProperty("by").GetString());
        Assert.Equal("old", least.RootElement.GetProperty("runs")[0].GetProperty("task").GetString());
        Assert.Equal(1, least.RootElement.GetProperty("runs")[0].GetProperty("n").GetInt32());

        Assert.Contains("0 of 1 attempt of net", _scene.Dls("repo", "task", "best", "net", "--by", "map").Expect(ExitCode.Findings).Error,
            StringComparison.Ordinal);
        Assert.Contains("there are runs of net, ssd", _scene.Dls("repo", "task", "best", "sdd", "--by", "map").Expect(2).Error,
            StringComparison.Ordinal);
        Assert.Contains("say --min or --max", _scene.Dls("repo", "task", "best", "ssd", "--by", "lr").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_clones_work_and_a_change_by_hand_are_seen()
    {
        _scene.Clone("repo", "clone");
        Write("later", "ssd", "0.5", "0.99", [0.5]);
        _scene.Git("clone", "pull", "-q");

        Assert.Equal("later", Rows("clone", "--sort", "map")[0].Task);
    }

    [Fact]
    public void Curves_are_drawn_in_the_terminal_and_as_a_picture()
    {
        string text = _scene.Dls("repo", "plot", "old", "new", "loss").Expect(0).Output;
        Assert.Contains("old/ssd #2  last 0.3, least 0.3 at 2, greatest 0.9 at 1", text, StringComparison.Ordinal);
        Assert.Contains("no finite number at 2", text, StringComparison.Ordinal);
        Assert.Contains('⠁', text);

        _scene.Dls("repo", "plot", "old", "new", "--svg", "c.svg").Expect(0);
        Assert.Contains("<svg", File.ReadAllText(_scene.At("repo/c.svg")), StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(_scene.Dls("repo", "plot", "new", "--json").Expect(0).Output);
        Assert.Equal(3, json.RootElement.GetProperty("points").GetArrayLength());

        Assert.Contains("they have loss", _scene.Dls("repo", "plot", "old", "los").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("no such task", _scene.Dls("repo", "plot", "loss").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("the log has no numbers", _scene.Dls("repo", "plot", "bare").Expect(0).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_number_of_runs_is_compared_in_one_table()
    {
        RunResult three = _scene.Dls("repo", "task", "diff", "old#1", "old", "new", "--svg", "d.svg").Expect(0);
        string[] lines = three.Output.Split('\n');
        Assert.Contains("old/ssd #1", lines[0], StringComparison.Ordinal);
        Assert.Contains("new/ssd #1", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, static l => l.StartsWith("parameter lr", StringComparison.Ordinal)
            && l.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["parameter", "lr", "0.1", "0.01", "1e-3"]);
        Assert.Contains(lines, static l => l.StartsWith("result map", StringComparison.Ordinal)
            && l.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["result", "map", "0.5", "0.75", "0.91"]);
        Assert.True(File.Exists(_scene.At("repo/d.svg")));

        _scene.Dls("repo", "task", "diff", "old#1", "old", "new", "--exit-code").Expect(ExitCode.Findings);
        _scene.Dls("repo", "task", "diff", "old", "old", "old", "--exit-code").Expect(0);
        Assert.Contains("goes with two", _scene.Dls("repo", "task", "diff", "old#1", "old", "new", "--images").Expect(2).Error,
            StringComparison.Ordinal);
        Assert.Contains("no such attempt", _scene.Dls("repo", "task", "diff", "old#9", "old").Expect(2).Error, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(_scene.Dls("repo", "task", "diff", "old#1", "old", "new", "--json").Expect(0).Output);
        Assert.Equal(3, json.RootElement.GetProperty("runs").GetArrayLength());
    }

    private void Write(string task, string kind, string lr, string? map, double[] losses)
    {
        new FinishedTask
        {
            Name = task,
            Kind = kind,
            Parameters = new SortedDictionary<string, string> { ["lr"] = lr },
            Result = map is null ? null : new AttemptResult(new SortedDictionary<string, string> { ["map"] = map }, 10),
            Metrics = losses.Length == 0 ? [] : new SortedDictionary<string, string> { ["loss"] = Text(losses[^1]) },
            Points = [.. losses.Select(static (l, i) => new MetricLine(i + 1, i + 1, "loss", l))],
        }.Write(_scene);
        if (task == "old")
        {
            _scene.Dls("repo", "task", "memo", "old", "first\nsecond line here").Expect(0);
        }
    }

    private static string Text(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private string[] Tasks(params string[] options) => [.. Rows(options).Select(static r => r.Task)];

    private List<(string Task, int N)> Rows(params string[] options)
    {
        string repo = options[0] == "clone" ? "clone" : "repo";
        RunResult result = _scene.Dls(repo, ["task", "list", "--offline", .. options.Where(static o => o != "clone"), "--json"]).Expect(0);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        return [.. json.RootElement.GetProperty("runs").EnumerateArray()
            .Select(static r => (r.GetProperty("task").GetString()!, r.GetProperty("n").GetInt32()))];
    }
}
