using DlStore.Cli.Manual;

namespace DlStore.Cli.Tests;

/// <summary>The pages for man: one a command, and groff has nothing to say about them.</summary>
public sealed class ManPageTests
{
    public static TheoryData<string> VisibleCommands => [.. CommandTable.Visible.Select(static e => e.Words)];

    [Theory]
    [MemberData(nameof(VisibleCommands))]
    public void Each_command_has_a_page_with_all_that_its_help_says(string words)
    {
        string page = ManPage.Text(words.Split(' '));
        CommandShape shape = CommandShape.Of(CommandTable.Find(words)!);

        Assert.StartsWith($".TH \"DLS\\-{words.Replace(' ', '-').Replace("-", "\\-", StringComparison.Ordinal).ToUpperInvariant()}\" 1 ", page,
            StringComparison.Ordinal);
        string plain = page.Replace("\\-", "-", StringComparison.Ordinal).Replace("\\(ga", "`", StringComparison.Ordinal)
            .Replace("\\e", "\\", StringComparison.Ordinal).Replace("\\&", "", StringComparison.Ordinal);
        Assert.Contains(shape.Entry.Summary[1..], plain, StringComparison.Ordinal);
        Assert.Contains(shape.Details, plain, StringComparison.Ordinal);
        Assert.All(shape.VisibleOptions, o => Assert.Contains($"--{o.Long}", plain, StringComparison.Ordinal));
        Assert.All(shape.Examples, e => Assert.Contains(e.Line, plain, StringComparison.Ordinal));
    }

    [Fact]
    public void The_first_page_names_every_command_and_an_unknown_word_is_an_error()
    {
        string page = ManPage.Text([]);
        Assert.All(CommandTable.Visible, e => Assert.Contains(
            $"dls\\-{e.Words.Replace(' ', '-').Replace("-", "\\-", StringComparison.Ordinal)} (1)", page, StringComparison.Ordinal));
        Assert.Throws<DlsException>(static () => ManPage.Text(["nosuch"]));
    }

    [Fact]
    public void Man_shows_a_page_without_a_warning()
    {
        string file = Path.GetTempFileName();
        try
        {
            foreach (string words in (string[])["", "add", "remote add", "verify", "config"])
            {
                File.WriteAllText(file, ManPage.Text(words.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
                (int code, string output, string talk) = ShellRunner.Run("groff", "-man", "-Tascii", "-P-cbou", "-ww", file);
                Assert.Equal((0, ""), (code, talk));
                Assert.Contains("SYNOPSIS", output, StringComparison.Ordinal);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }
}
