using DlStore.Cli.Manual;
using DlStore.TestKit;

namespace DlStore.Cli.Tests;

public sealed class ManualTests
{
    /// <summary>Set DLS_APPROVE=1 to write the file; the difference is reviewed like code.</summary>
    [Fact]
    public void The_manual_in_the_repository_is_the_one_the_program_prints()
    {
        string path = SourceTree.At("docs/cli.md");
        if (Environment.GetEnvironmentVariable("DLS_APPROVE") == "1")
        {
            File.WriteAllText(path, MarkdownManual.Text());
        }

        Assert.Equal(File.ReadAllText(path), MarkdownManual.Text());
        Assert.Equal(MarkdownManual.Text(), Captured.Run("help", "--markdown").Output);
    }
}
