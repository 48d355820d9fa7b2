using System.Text;

namespace DlStore.Cli.Manual;

/// <summary>docs/cli.md: every page of the help in one file. A test compares it with the file in the repository.</summary>
internal static class MarkdownManual
{
    public static string Text()
    {
        StringBuilder text = new();
        text.Append("# The commands of dls\n\nMade by `dls help --markdown`; a test keeps it equal to the program. Do not edit.\n\n```\n");
        text.Append(HelpPage.Text([])).Append("```\n\n## Exit codes\n\n| code | meaning |\n|---|---|\n");
        foreach (int code in ExitCode.All)
        {
            text.Append($"| {code} | {ExitCode.Meaning(code)} |\n");
        }

        text.Append("\nA name that names nothing is a bad command line (2). A name or a place that is taken is a failure (1): ")
            .Append("the command line is right, and what is there forbids it.\n");
        foreach (CommandEntry entry in CommandTable.Visible)
        {
            text.Append($"\n## {entry.FullName}\n\n```\n").Append(HelpPage.Text(entry.Words.Split(' '))).Append("```\n");
        }

        return text.ToString();
    }
}
