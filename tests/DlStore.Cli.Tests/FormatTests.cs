namespace DlStore.Cli.Tests;

public sealed class FormatTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.00 KiB")]
    [InlineData(1536, "1.50 KiB")]
    [InlineData(10 * 1024, "10.0 KiB")]
    [InlineData(1023 * 1024, "1023 KiB")]
    [InlineData((1024 * 1024) - 1, "1.00 MiB")]
    [InlineData(327_155_712, "312 MiB")]
    [InlineData(long.MaxValue, "8.00 EiB")]
    public void Bytes_keep_three_digits(long bytes, string text)
    {
        Assert.Equal(text, Format.Bytes(bytes));
    }

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(7.9, "0:07")]
    [InlineData(750, "12:30")]
    [InlineData(10_930, "3:02:10")]
    [InlineData(187_200, "2d 4h")]
    [InlineData(-5, "0:00")]
    public void Durations_are_short(double seconds, string text)
    {
        Assert.Equal(text, Format.Duration(TimeSpan.FromSeconds(seconds)));
    }

    [Theory]
    [InlineData(20, "just now")]
    [InlineData(200, "3 min ago")]
    [InlineData(7_300, "2 h ago")]
    [InlineData(500_000, "5 d ago")]
    public void Ages_are_rounded_down(double seconds, string text)
    {
        Assert.Equal(text, Format.Ago(TimeSpan.FromSeconds(seconds)));
    }

    [Theory]
    [InlineData(0, "0 files")]
    [InlineData(1, "1 file")]
    [InlineData(50_000, "50,000 files")]
    public void Counts_carry_their_noun(long count, string text)
    {
        Assert.Equal(text, Format.Count(count, "file"));
    }

    [Theory]
    [InlineData("plain 漢字 🙂", "plain 漢字 🙂")]
    [InlineData("a\u001b[31mb", "a\\x1b[31mb")]
    [InlineData("a\nb\tc\rd\u007f", "a\\x0ab\\x09c\\x0dd\\x7f")]
    [InlineData("\u009b31m", "\\xc2\\x9b31m")]
    [InlineData("photo\u202egpj.exe", "photo\\xe2\\x80\\xaegpj.exe")]
    [InlineData("two\u2028lines", "two\\xe2\\x80\\xa8lines")]
    [InlineData("back\\slash", "back\\slash")]
    public void Escaping_leaves_nothing_that_acts_on_a_terminal(string text, string safe)
    {
        Assert.Equal(safe, Format.Escape(text));
    }

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("漢字", 4)]
    [InlineData("e\u0301", 1)]
    [InlineData("🙂", 2)]
    public void Width_counts_cells(string text, int cells)
    {
        Assert.Equal(cells, Format.Width(text));
    }

    [Theory]
    [InlineData("漢字", 3, "漢")]
    [InlineData("🙂a", 1, "")]
    [InlineData("abc", 9, "abc")]
    public void Cutting_never_splits_a_character(string text, int cells, string cut)
    {
        Assert.Equal(cut, Format.Cut(text, cells));
    }
}
