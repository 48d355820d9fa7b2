namespace DlStore.Cli.Tests;

public sealed class TerminalTests
{
    private const string Evil = "a\u001b]0;owned\u0007\nb.jpg";

    [Fact]
    public void Escape_sequences_in_names_do_not_reach_a_terminal()
    {
        Captured captured = new(terminal: true, colour: true);

        captured.Terminal.Result(captured.Terminal.Name(Evil));
        captured.Terminal.Result("name " + Evil, Ink.Changed);
        captured.Terminal.Table([new Column("NAME")], [[Evil]]);
        captured.Terminal.Note(Evil);
        captured.Terminal.Warn(Evil);
        captured.Terminal.DrawProgress(Evil);

        string all = captured.Output + captured.Talk;
        Assert.DoesNotContain("\u001b]", all, StringComparison.Ordinal);
        Assert.DoesNotContain("\u0007", all, StringComparison.Ordinal);
        Assert.DoesNotContain("\nb.jpg", all, StringComparison.Ordinal);
        Assert.Contains("a\\x1b]0;owned\\x07\\x0ab.jpg", captured.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_programs_get_one_line_a_name_too()
    {
        Captured captured = new();

        captured.Terminal.Result(captured.Terminal.Name(Evil));
        captured.Terminal.Result(captured.Terminal.Name("a\\x0ab"));
        captured.Terminal.Table([new Column("NAME")], [[Evil]]);
        captured.Terminal.Warn(Evil);

        Assert.Equal("a\\x1b]0;owned\\x07\\x0ab.jpg\na\\\\x0ab\nNAME\na\\x1b]0;owned\\x07\\x0ab.jpg\n", captured.Output);
        Assert.Equal("warning: a\\x1b]0;owned\\x07\\x0ab.jpg\n", captured.Talk);
    }

    [Theory]
    [InlineData(true, true, "\u001b[31mgone\u001b[0m\n")]
    [InlineData(true, false, "gone\n")]
    [InlineData(false, true, "gone\n")]
    public void Colour_needs_a_terminal_and_permission(bool terminal, bool colour, string expected)
    {
        Captured captured = new(terminal, colour);

        captured.Terminal.Result("gone", Ink.Bad);

        Assert.Equal(expected, captured.Output);
    }

    [Fact]
    public void Quiet_drops_notes_and_keeps_results_and_warnings()
    {
        Captured captured = new();
        captured.Terminal.Quiet = true;

        captured.Terminal.Note("scanning");
        captured.Terminal.Warn("odd");
        captured.Terminal.Result("done");

        Assert.Equal(("done\n", "warning: odd\n"), (captured.Output, captured.Talk));
    }

    [Fact]
    public void Tables_align_wide_characters_and_end_without_spaces()
    {
        Captured captured = new();

        captured.Terminal.Table(
            [new Column("NAME"), new Column("SIZE", Right: true), new Column("STATE")], [["漢字.jpg", "5 B", "ok"], ["a", "1.50 KiB", ""]]);

        Assert.Equal("NAME          SIZE  STATE\n漢字.jpg       5 B  ok\na         1.50 KiB\n", captured.Output);
    }

    [Fact]
    public void A_reader_that_has_gone_is_no_error()
    {
        Captured captured = new(output: new BrokenStream(errno: 32));

        captured.Terminal.Result("one");
        captured.Terminal.Flush();
        captured.Terminal.Result("two");
        captured.Terminal.Flush();
    }

    [Fact]
    public void Output_that_cannot_be_written_is_an_error_once()
    {
        Captured captured = new(output: new BrokenStream(errno: 28));

        captured.Terminal.Result("one");
        Assert.Throws<IOException>(captured.Terminal.Flush);
        captured.Terminal.Result("two");
        captured.Terminal.Flush();
    }

    private sealed class BrokenStream(int errno) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("no", errno);
    }
}
