using System.Text;
using DlStore.Learning.Logs;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Learning;

public sealed class LogReaderTests(ITestOutputHelper output)
{
    private const string Loss = "metrics: [{pattern: 'it (?<step>\\d+) loss (?<loss>\\S+)'}]\nbest: 'better'\nloss: loss\n";

    [Fact]
    public void Any_portions_of_a_log_give_what_the_whole_gives()
    {
        Random random = Seeded.Start(output);
        StringBuilder log = new();
        for (int i = 0; i < 300; i++)
        {
            log.Append(random.Next(6) switch
            {
                0 => $"it {i} loss {random.NextDouble():R}\n",
                1 => $"\u001b]2;title {i}\u0007it {i} \u001b[1;31mloss\u001b[0m nan\r\n",
                2 => $"{i}%\rit {i} loss 1\r",
                3 => "better ümlaut 学習\n",
                4 => "\n",
                _ => "\u001b]unclosed\nout of memory\n",
            });
        }

        byte[] bytes = [.. Encoding.UTF8.GetBytes(log.ToString()), 0xFF, 0xC3, (byte)'\n', .. "it 999 loss 7"u8];
        LogRules rules = PresetLog.Rules(Loss, "[{name: out-of-memory, match: 'out of memory', count: 3}]");
        LogReader whole = new(rules);
        LogBatch expected = PresetLog.Read(whole, bytes);

        LogReader portions = new(rules);
        List<MetricLine> metrics = [];
        List<LogEvent> events = [];
        for (int at = 0; at < bytes.Length;)
        {
            int n = Math.Min(random.Next(1, 9), bytes.Length - at);
            LogBatch batch = portions.Feed(bytes.AsSpan(at, n));
            metrics.AddRange(batch.Metrics);
            events.AddRange(batch.Events);
            at += n;
        }

        LogBatch end = portions.Finish();
        Assert.Equal(expected.Metrics, [.. metrics, .. end.Metrics]);
        Assert.Equal(expected.Events, [.. events, .. end.Events]);
        Assert.True(expected.Metrics.Count > 50 && expected.Events.Count > 50);
        Assert.Equal(whole.StoppedBy, portions.StoppedBy);
        Assert.Equal(new MetricLine(whole.LineCount + 1, 999, "loss", 7), end.Metrics[^1]);
    }

    /// <summary>PowerShell redirects in UTF-16, with a mark or without; a mark of UTF-8 is no text either.</summary>
    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-8", false)]
    public void Logs_in_UTF_16_are_read(string name, bool mark)
    {
        Encoding encoding = Encoding.GetEncoding(name);
        byte[] log = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes("it 1 loss 0.5\r\nbetter 学習\r\nit 2 loss nan\r\n")];

        LogReader whole = new(PresetLog.Rules(Loss, "[]"));
        LogBatch read = PresetLog.Read(whole, log);
        LogReader pieces = new(PresetLog.Rules(Loss, "[]"));
        List<MetricLine> metrics = [];
        foreach (byte one in log)
        {
            metrics.AddRange(pieces.Feed([one]).Metrics);
        }

        metrics.AddRange(pieces.Finish().Metrics);

        Assert.Equal(["1 1 0.5", "3 2 NaN"], read.Metrics.Select(static m => $"{m.LineNumber} {m.Step} {m.Value}"));
        Assert.Equal("better 学習", Assert.Single(read.Events, static e => e.Kind == LogEventKind.Best).Text);
        Assert.Equal(read.Metrics.Select(static m => m.LineNumber), metrics.Select(static m => m.LineNumber));
    }

    [Fact]
    public void Lines_are_counted_as_editors_count_them_and_carriage_returns_end_pieces()
    {
        LogBatch read = PresetLog.Read(
            new LogReader(PresetLog.Rules(Loss, "[]")), "one\r\n10%\r20%\rit 1 loss 0.5\rit 2 loss 0.25\n\nit 3 loss 1e-05"u8);

        Assert.Equal([new(2, 1, "loss", 0.5), new(2, 2, "loss", 0.25), new(4, 3, "loss", 1e-05)], read.Metrics);
    }

    [Theory]
    [InlineData("\u001b[1mit \u001b[38;5;10m7\u001b[K loss 3\u001b[0m")]
    [InlineData("\u001b]2;it 1 loss 1\u0007it 7 loss 3")]
    [InlineData("\u001b]2;it 1 loss 1\u001b\\it 7 loss 3")]
    [InlineData("\u001bPit 1 loss 1\u001b\\it 7 \u001b(Bloss 3")]
    [InlineData("\u001b]never closed\nit 7 loss 3")]
    [InlineData("\u001b[\u001b]x\u0007it 7 loss 3")]
    [InlineData("\u001bit 9 loss 1\nit 7 loss 3")]
    [InlineData("\u001b]2;a\u001b[1mit 7 loss 3")]
    public void Terminal_escapes_hide_nothing_and_yield_nothing(string log)
    {
        LogBatch read = PresetLog.Read(new LogReader(PresetLog.Rules(Loss, "[]")), Encoding.UTF8.GetBytes(log));

        Assert.Equal(3, Assert.Single(read.Metrics, static m => m.Step == 7).Value);
        Assert.DoesNotContain(read.Metrics, static m => m.Step == 1);
    }

    [Fact]
    public void Of_a_line_without_end_64_KiB_are_looked_at_and_the_next_line_is_read_again()
    {
        LogReader reader = new(PresetLog.Rules(Loss, "[{name: long, match: 'needle'}]"));
        byte[] much = new byte[1 << 20];
        Array.Fill(much, (byte)'x');
        List<LogEvent> events = [];
        for (int i = 0; i < 8; i++)
        {
            events.AddRange(reader.Feed(much).Events);
        }

        LogBatch end = PresetLog.Read(reader, "needle\nit 1 loss 2 needle"u8);

        Assert.Empty(events);
        Assert.Equal([new(2, 1, "loss", 2)], end.Metrics);
        Assert.Equal(2, Assert.Single(end.Events).LineNumber);
    }

    [Fact]
    public void The_text_of_an_event_is_short_and_harmless()
    {
        LogReader reader = new(PresetLog.Rules(Loss, "[]"));
        LogBatch read = PresetLog.Read(
            reader, [.. "it 4 loss 1\n"u8, .. "better \u0007\\ "u8, 0xFF, .. Enumerable.Repeat((byte)'y', 5000)]);

        LogEvent best = Assert.Single(read.Events);
        Assert.Equal(LogEventKind.Best, best.Kind);
        Assert.Equal(4, best.Step);
        Assert.StartsWith("better \\x07\\\\ \\xff", best.Text, StringComparison.Ordinal);
        Assert.InRange(best.Text.Length, 900, 1100);
    }

    [Fact]
    public void A_flood_of_events_is_counted_and_not_kept()
    {
        LogReader reader = new(PresetLog.Rules(Loss, "[{name: missing-image, match: 'cannot load image', action: warn}]"));
        LogBatch read = reader.Feed(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("Cannot load image x\n", 5000))));

        Assert.Equal(LogReader.EventsMax, read.Events.Count);
        Assert.Equal(5000, reader.Counts["missing-image"]);
        Assert.Null(reader.StoppedBy);
    }

    [Fact]
    public void A_rule_stops_at_the_line_that_completes_its_count()
    {
        LogReader reader = new(PresetLog.Rules(Loss, "[{name: nan, match: 'loss nan', count: 4}]"));
        LogBatch read = PresetLog.Read(
            reader, "it 1 loss nan\nit 2 loss 1\nit 3 loss NaN\nit 4 loss -nan\nit 5 loss nan\nit 6 loss nan\n"u8);

        // -nan is one for the metric and not for the rule: an event all the same, and one alone where both see it.
        Assert.Equal([1, 3, 4, 5, 6], read.Events.Select(static e => e.LineNumber));
        Assert.All(read.Events, static e => Assert.Equal("nan", e.Kind));
        Assert.Equal(6, reader.StoppedBy!.LineNumber);
    }

    [Fact]
    public void Only_ascii_letters_are_lowered_as_awk_does_it()
    {
        LogReader reader = new(PresetLog.Rules(Loss, "[{name: k, match: 'kill'}]"));

        Assert.Empty(PresetLog.Read(reader, "\u212Aill\n"u8).Events);
        Assert.Single(reader.Feed("KILL\n"u8).Events);
    }

    [Theory]
    [InlineData("a.+b", null)]
    [InlineData("loss: [-+]?(nan|inf)", null)]
    [InlineData("[(][[][]]", "a list in brackets is empty, or begins with ']'")]
    [InlineData("^[0-9a-z_.-]+(x|y)|[^ ,]*$", null)]
    [InlineData("(a|$)", "'$' stands before something")]
    [InlineData("(^|a)", "'^' stands behind something")]
    [InlineData("a^", "'^' stands behind something")]
    [InlineData("\\d", "it holds a backslash")]
    [InlineData("a{2}", "counted repetitions")]
    [InlineData("[[:space:]]", "a list in brackets holds '['")]
    [InlineData("Loss", "it holds an upper-case letter")]
    [InlineData("a**", "'*' has nothing to repeat")]
    [InlineData("a+?", "'?' has nothing to repeat")]
    [InlineData("(?:a)", "'?' has nothing to repeat")]
    [InlineData("a||b", "an alternative is empty")]
    [InlineData("(a", "'(' is not closed")]
    [InlineData("a)", "')' closes nothing")]
    [InlineData("[z-a]", "a range in brackets")]
    [InlineData("[a-c-e]", "a range in brackets")]
    [InlineData("[!-~]", "a range in brackets")]
    [InlineData("[a", "'[' is not closed")]
    [InlineData("ä", "it holds a character that is not plain ASCII")]
    [InlineData("", "the pattern is empty")]
    public void A_stop_rule_uses_only_what_every_awk_knows(string match, string? why)
    {
        Exception? refused = Record.Exception(() => StopRule.Create("x", match));

        Assert.Equal(why is null, refused is null);
        Assert.True(why is null || refused is DlsException && refused.Message.Contains(why, StringComparison.Ordinal), refused?.Message);
    }

    [Theory]
    [InlineData("metrics: [{pattern: '(?<a>x)(?=y)'}]", "look-around")]
    [InlineData("metrics: [{pattern: '(?<a>((x{1000}){1000}){1000})'}]", "counted repetitions")]
    [InlineData("metrics: [{pattern: '(?<a>'}]", "cannot be used")]
    [InlineData("metrics: [{pattern: 'x'}]", "no named group")]
    [InlineData("metrics: [{pattern: '(?<a>x)', step: b}]", "no group 'b'")]
    [InlineData("metrics: [{pattern: '(?<a>x)', stap: b}]", "'stap' is not known")]
    [InlineData("{metrics: [{pattern: '(?<a>x)'}], loss: b}", "no pattern has a group 'b'")]
    public void A_pattern_that_cannot_be_used_is_refused_with_its_line(string log, string why)
    {
        DlsException refused = Assert.Throws<DlsException>(() => PresetLog.Rules(log, "[]"));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Contains("'kind.yaml' line 1", refused.Message, StringComparison.Ordinal);
    }
}
