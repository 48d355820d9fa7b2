using System.Text.RegularExpressions;
using DlStore.Cli.Manual;
using DlStore.TestKit;

namespace DlStore.Cli.Tests;

/// <summary>What a message points to can be read where only the program is.</summary>
public sealed class HintPagesTests
{
    private static readonly string Root = SourceTree.Root;

    /// <summary>Every line of the sources that is no comment.</summary>
    private static IEnumerable<(string File, string Line)> Code() =>
        Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(static f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .SelectMany(static f => File.ReadLines(f).Select(l => (f, l)))
            .Where(static p => !p.l.TrimStart().StartsWith("//", StringComparison.Ordinal));

    [Fact]
    public void No_message_names_a_file_that_an_installed_program_does_not_have()
    {
        string[] wrong = [.. Code().Where(static p => Regex.IsMatch(p.Line, @"docs/[\w/.-]+|[\w-]+\.md\b")
            && !p.Line.Contains("docs/cli.md", StringComparison.Ordinal) && !p.Line.Contains("memo.md", StringComparison.Ordinal)
            && !p.File.Contains("/Manual/", StringComparison.Ordinal) && !p.Line.Contains("README", StringComparison.Ordinal))
            .Select(static p => $"{Path.GetFileName(p.File)}: {p.Line.Trim()}")];

        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Every_page_that_a_message_names_is_printed()
    {
        string[] words = [.. Code().SelectMany(static p => Regex.Matches(p.Line, @"`dls help ([a-z0-9][a-z0-9. -]*)`").Select(static m => m.Groups[1].Value))
            .Distinct().Order(StringComparer.Ordinal)];

        Assert.Contains("kind-file", words);
        Assert.All(words, static w => Assert.NotEmpty(HelpPage.Text(w.Split(' '))));
    }

    [Fact]
    public void Pages_are_listed_and_printed_as_they_are()
    {
        (int code, string output, _) = Captured.Run("help", "pages");
        Assert.Equal(0, code);
        Assert.Contains("kind-file", output, StringComparison.Ordinal);
        Assert.All(ManualPages.Names, static n => Assert.Contains(ManualPages.Find(n)![..10], HelpPage.Text([n + ".md"]), StringComparison.Ordinal));
        Assert.Equal(File.ReadAllText(Path.Combine(Root, "docs/formats/kind-file.md")), Captured.Run("help", "kind-file").Output);
        Assert.Equal(Captured.Run("help", "kind-file").Output, Captured.Run("help", "docs/formats/kind-file.md").Output);
        Assert.StartsWith("# Trash", Captured.Run("help", "trash.md").Output, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("usage: dls trash", Captured.Run("help", "trash").Output, StringComparison.Ordinal);
    }
}
