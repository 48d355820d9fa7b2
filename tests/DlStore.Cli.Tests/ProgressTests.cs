namespace DlStore.Cli.Tests;

public sealed class ProgressTests
{
    private static readonly WorkProgress Half = new("pushing", 1_234, 50_000, 1L << 29, 1L << 30);

    [Theory]
    [InlineData(0, "[----------]")]
    [InlineData(0.5, "[#####-----]")]
    [InlineData(0.999, "[#########-]")]
    [InlineData(1, "[##########]")]
    [InlineData(7, "[##########]")]
    public void The_bar_is_full_only_at_the_end(double fraction, string bar)
    {
        Assert.Equal(bar, ProgressText.Bar(fraction, 10));
    }

    [Fact]
    public void The_line_shows_bar_count_bytes_rate_and_time_left()
    {
        string line = ProgressText.Line(Half, 1L << 26, TimeSpan.FromSeconds(8), columns: 120);

        Assert.Equal("pushing  [###############---------------]   50 %  1,234/50,000  512 MiB/1.00 GiB  64.0 MiB/s  ETA 0:08", line);
    }

    [Theory]
    [InlineData(120)]
    [InlineData(80)]
    [InlineData(40)]
    [InlineData(10)]
    [InlineData(1)]
    [InlineData(0)]
    public void The_line_stays_inside_the_terminal(int columns)
    {
        WorkProgress wide = Half with { Stage = "漢字 hashing" };

        Assert.InRange(Format.Width(ProgressText.Line(wide, 1e9, TimeSpan.FromDays(3), columns)), 0, Math.Max(0, columns - 1));
    }

    [Fact]
    public void Unknown_totals_leave_bar_percentage_and_time_out()
    {
        Assert.Equal("scanning  1,234  5.00 KiB", ProgressText.Line(new WorkProgress("scanning", 1_234, -1, 5_120, -1), 0, null, 80));
    }

    [Fact]
    public void Nothing_is_drawn_for_quick_work_and_then_ten_times_a_second_at_most()
    {
        SteppedClock clock = new();
        Captured captured = new(terminal: true, columns: 100, clock: clock);
        using ProgressLine progress = captured.Session.StartProgress();

        for (int ms = 0; ms < 290; ms += 10)
        {
            progress.Report(new WorkProgress("hashing", ms, 1_000, ms * 1_000, 1_000_000));
            clock.Advance(10);
        }

        Assert.Equal("", captured.Talk);
        for (int ms = 290; ms < 1_000; ms++)
        {
            progress.Report(new WorkProgress("hashing", ms, 1_000, ms * 1_000, 1_000_000));
            clock.Advance(1);
        }

        Assert.InRange(captured.Talk.Count(static c => c == '\r'), 7, 8);
        Assert.Contains("977 KiB/s  ETA 0:00", captured.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_is_erased_before_other_talk_and_at_the_end()
    {
        SteppedClock clock = new();
        Captured captured = new(terminal: true, clock: clock);
        using (ProgressLine progress = captured.Session.StartProgress())
        {
            clock.Advance(400);
            progress.Report(Half);
            captured.Terminal.Note("found 3 files");
            clock.Advance(400);
            progress.Report(Half);
        }

        Assert.Contains("\u001b[K\r\u001b[2Kfound 3 files\n\rpushing", captured.Talk, StringComparison.Ordinal);
        Assert.EndsWith("\r\u001b[2K", captured.Talk, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    public void Nothing_is_drawn_without_a_terminal_or_with_quiet_or_json(bool terminal, bool quiet, bool json)
    {
        SteppedClock clock = new();
        Captured captured = new(terminal, clock: clock);
        captured.Terminal.Quiet = quiet;
        captured.Terminal.Json = json;
        using (ProgressLine progress = captured.Session.StartProgress())
        {
            clock.Advance(5_000);
            progress.Report(Half);
        }

        Assert.Equal("", captured.Talk);
    }

    private sealed class SteppedClock : TimeProvider
    {
        private long _ms;

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => _ms;

        public void Advance(int ms) => _ms += ms;
    }
}
