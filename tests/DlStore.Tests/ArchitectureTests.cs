using System.Text.RegularExpressions;
using Xunit;

namespace DlStore.Tests;

/// <summary>Which folder of the library may use which, how long a file may be, and which names say nothing (CONTRIBUTING.md).</summary>
public sealed class ArchitectureTests
{
    private const int LinesMax = 500;

    /// <summary>What each folder may use. Folders of one layer do not see each other, except Learning and Targets, which read Data.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Io"] = [],
        ["Objects"] = ["Io"],
        ["Git"] = ["Objects", "Io"],
        ["Ssh"] = ["Objects", "Io"],
        ["Images"] = ["Objects", "Io"],
        ["WorkTree"] = ["Objects", "Io"],
        // Remotes move named bytes: they know no git and no lineage.
        ["Remotes"] = ["Ssh", "Objects", "Io"],
        ["Lineage"] = ["Git", "Ssh", "Images", "WorkTree", "Objects", "Io"],
        ["Data"] = ["Remotes", "Lineage", "Git", "Ssh", "Images", "WorkTree", "Objects", "Io"],
        ["Learning"] = ["Data", "Remotes", "Lineage", "Git", "Ssh", "Images", "WorkTree", "Objects", "Io"],
        ["Targets"] = ["Data", "Remotes", "Lineage", "Git", "Ssh", "Images", "WorkTree", "Objects", "Io"],
        ["Operations"] = ["Data", "Learning", "Targets", "Remotes", "Lineage", "Git", "Ssh", "Images", "WorkTree", "Objects", "Io"],
        // Repo opens everything; DlsException and WorkProgress are seen by all.
        [""] = ["Remotes", "Lineage", "Git", "Ssh", "Images", "WorkTree", "Objects", "Io"],
    };

    private static readonly string Root = FindRoot();

    [Fact]
    public void Folders_use_only_the_layers_below_them()
    {
        List<string> wrong = [];
        foreach (string file in Sources("src/DlStore"))
        {
            string name = Path.GetRelativePath(Path.Combine(Root, "src/DlStore"), file);
            string folder = name.Contains('/', StringComparison.Ordinal) ? name[..name.IndexOf('/', StringComparison.Ordinal)] : "";
            // Besides using lines, a name written in full: Remotes.IRemote, DlStore.Remotes.IRemote (a bare Data is more likely a property).
            foreach (Match use in Regex.Matches(Code(file), @"(?:\bDlStore\.|(?<![.\w])(?!Data\b))(" + string.Join('|', Allowed.Keys.Where(static k => k.Length > 0)) + @")\b(?=\.[A-Z]|;)"))
            {
                string used = use.Groups[1].Value;
                if (!Allowed.TryGetValue(folder, out string[]? allowed))
                {
                    wrong.Add($"{name}: folder '{folder}' has no layer; add it to ArchitectureTests and CONTRIBUTING.md");
                }
                else if (used != folder && !allowed.Contains(used))
                {
                    wrong.Add($"{name}: uses {used}, but {folder} may use only {(allowed.Length == 0 ? "itself" : string.Join(", ", allowed))}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Distinct()));
    }

    [Fact]
    public void Namespaces_are_folders()
    {
        Assert.All(Sources("src"), static file =>
        {
            string folder = Path.GetDirectoryName(Path.GetRelativePath(Path.Combine(Root, "src"), file))!.Replace('/', '.');
            Match declared = Regex.Match(File.ReadAllText(file), @"^namespace ([\w.]+);", RegexOptions.Multiline);
            Assert.True(!declared.Success || declared.Groups[1].Value == folder, $"{file}: namespace {declared.Groups[1].Value} in folder {folder}");
        });
    }

    [Fact]
    public void Files_are_short()
    {
        Assert.All(Sources("src").Concat(Sources("tests")), static file => Assert.True(File.ReadLines(file).Count() <= LinesMax, $"{file}: more than {LinesMax} lines; split it by role"));
    }

    [Fact]
    public void Names_say_what_a_thing_is()
    {
        Assert.All(Sources("src"), static file =>
        {
            Match bad = Regex.Match(Code(file), @"\b(?:class|struct|record|interface|enum)\s+(\w*(?:Manager|Helper|Utils?|Service|Common|Factory))\b");
            Assert.False(bad.Success, $"{file}: '{bad.Groups[1].Value}' could be anything; name it after what it is or does");
        });
    }

    /// <summary>A file without comments and strings of one line, in which words may stand for anything.</summary>
    private static string Code(string file) => Regex.Replace(File.ReadAllText(file), @"//.*|""(?:\\.|[^""\\\n])*""", "");

    private static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(static file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        DirectoryInfo directory = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "DlStore.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("no DlStore.sln above the tests");
        }

        return directory.FullName;
    }
}
