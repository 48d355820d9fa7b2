using DlStore.TestKit;

namespace DlStore.Cli.Tests;

/// <summary>docs/json.md says what every command writes with --json.</summary>
public sealed class JsonPageTests
{
    /// <summary>Commands that hand their work to another, or write no document of their own.</summary>
    private static readonly string[] OfOthers = ["task create", "task log", "task retry", "task export provenance", "clone", "ui", "report"];

    /// <summary>Set DLS_APPROVE=1 to write the file; the difference is reviewed like code.</summary>
    [Fact]
    public void The_page_in_the_repository_is_what_the_code_says()
    {
        string path = SourceTree.At("docs/json.md");
        string text = JsonPage.Text(out List<string> without);
        if (Environment.GetEnvironmentVariable("DLS_APPROVE") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(OfOthers, without);
        Assert.Equal(File.ReadAllText(path), text);
    }

    [Fact]
    public void A_program_says_which_schema_it_writes() =>
        Assert.Contains("\"schema\":1", Captured.Run("version", "--json").Output, StringComparison.Ordinal);
}
