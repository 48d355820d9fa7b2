using System.Text;
using DlStore.Learning.Logs;

namespace DlStore.Tests.Learning;

/// <summary>The line that chose weights is the announcement itself, told by what had been printed when the file was noticed.</summary>
public sealed class ChosenLinesTests
{
    private static string Find(string log, params (string Path, long Seen, bool Announced)[] versions)
    {
        LogRules rules = PresetLog.Rules("metrics: [{pattern: 'loss (?<loss>\\S+)'}]\nbest: 'new best'\nloss: loss\n", "[]");
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(log));
        return string.Join(" | ", ChosenLines.Find(
            stream, rules, [.. versions.Select(static v => new NoticedVersion(v.Path, v.Seen, v.Announced))])
            .Select(static c => $"{c.Key} {c.Value}".TrimEnd()));
    }

    [Fact]
    public void The_announcement_counts_not_how_far_the_log_had_come()
    {
        Assert.Equal("2 new best 1 | 5 new best 2", Find(
            "loss 3\nnew best 1\nloss 2\nloss 2\nnew best 2\nloss 1\nloss 1\n", ("out/best.bin", 4, true), ("out/best.bin", 7, true)));
    }

    [Fact]
    public void A_bar_that_overwrites_itself_makes_no_lines()
    {
        Assert.Equal("1 new best 1 | 2 new best 2", Find(
            "1%\r2%\r3%\rnew best 1\n1%\r2%\rnew best 2\nthe end\n", ("best.bin", 1, true), ("best.bin", 3, true)));
    }

    [Fact]
    public void A_program_that_speaks_after_it_has_saved_is_understood_too()
    {
        Assert.Equal("2 new best 1 | 4 new best 2", Find(
            "loss 3\nnew best 1\nloss 2\nnew best 2\n", ("best.bin", 1, true), ("best.bin", 3, true)));
    }

    [Fact]
    public void What_is_saved_over_the_best_without_a_word_was_chosen_by_no_line()
    {
        Assert.Equal("1 new best 1 | 0", Find("new best 1\nloss 2\nloss 9\n", ("best.bin", 2, true), ("best.bin", 4, true)));
    }

    [Fact]
    public void Where_nothing_is_announced_the_line_counts_that_names_the_file()
    {
        Assert.Equal("3 Saving weights to b/x_final.weights", Find(
            "Saving weights to b/x_last.weights\nnew best\nSaving weights to b/x_final.weights\nthe end\n",
            ("b/x_final.weights", 5, false)));
        Assert.Equal("0", Find("loss 3\n", ("b/x_final.weights", 2, false)));
    }
}
