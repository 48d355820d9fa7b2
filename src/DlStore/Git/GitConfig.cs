using System.Text;

namespace DlStore.Git;

/// <summary>Temporary.</summary>
internal static class GitConfig
{
    public static IReadOnlyList<(string Key, string Value)> ReadFile(GitProcess git, string file) => Parse(git.RunChecked(["config", "--file", file, "--no-includes", "--null", "--list"]));

    public static IReadOnlyList<(string Key, string Value)> ReadLocal(GitRepo git)
    {
        string text = File.Exists(git.CommonDir + "/config") ? File.ReadAllText(git.CommonDir + "/config") : "";
        return text.Contains("dls", StringComparison.OrdinalIgnoreCase) || text.Contains("include", StringComparison.OrdinalIgnoreCase) ? Parse(git.Git.RunChecked(["config", "--local", "--null", "--list"])) : [];
    }

    private static List<(string, string)> Parse(GitResult result)
    {
        List<(string, string)> found = [];
        foreach (string item in Encoding.UTF8.GetString(result.Output).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            int n = item.IndexOf('\n', StringComparison.Ordinal);
            found.Add(n < 0 ? (item, "true") : (item[..n], item[(n + 1)..]));
        }

        return found;
    }
}
