using System.Text.RegularExpressions;
using DlStore.TestKit;

namespace DlStore.Tests;

/// <summary>Which folder of the library may use which, how long a file may be, and which names say nothing (CONTRIBUTING.md).</summary>
public sealed class ArchitectureTests
{
    private const int LinesMax = 300;
    private const int TestLinesMax = 500;
    private const int MemberMax = 40;
    private const int FilesMax = 40;

    /// <summary>
    /// What each folder may use. Folders of one layer do not see each other, except Learning and Targets, which read Data.
    /// </summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Io"] = [],
        ["Objects"] = ["Io"],
        ["Archives"] = ["Io"],
        ["Git"] = ["Objects", "Io"],
        ["Ssh"] = ["Archives", "Objects", "Io"],
        ["Images"] = ["Objects", "Io"],
        ["Ignoring"] = ["Io"],
        ["WorkTree"] = ["Ignoring", "Objects", "Io"],
        // Remotes move named bytes: they know no git and no lineage.
        ["Remotes"] = ["Ssh", "Objects", "Io"],
        ["Lineage"] = ["Git", "Ssh", "Images", "WorkTree", "Objects", "Io"],
        ["Data"] = ["Remotes", "Lineage", "Git", "Ssh", "Images", "WorkTree", "Archives", "Objects", "Io"],
        ["Learning"] = ["Data", "Remotes", "Lineage", "Git", "Ssh", "Images", "WorkTree", "Archives", "Objects", "Io"],
        ["Targets"] = ["Data", "Remotes", "Lineage", "Git", "Ssh", "Images", "WorkTree", "Archives", "Objects", "Io"],
        ["Operations"] = [
            "Data", "Learning", "Targets", "Remotes", "Lineage", "Git", "Ssh", "Images", "WorkTree", "Ignoring", "Archives", "Objects", "Io"],
        // Repo opens everything; DlsException and WorkProgress are seen by all.
        [""] = ["Remotes", "Lineage", "Git", "Ssh", "Images", "WorkTree", "Objects", "Io"],
    };

    /// <summary>
    /// The rooms within the folders that have any, and which of the same folder each may enter. The verbs of git's world lie at the bottom,
    /// what looks at everything at the top.
    /// </summary>
    private static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["Operations.Index"] = [],
        ["Operations.Hooks"] = [],
        ["Operations.Words"] = [],
        ["Operations.Store"] = ["Words", "Hooks", "Index"],
        ["Operations.Views"] = ["Projects", "Store"],
        ["Operations.Moves"] = ["Store", "Words"],
        ["Operations.Transfers"] = ["Store", "Words"],
        ["Operations.Merges"] = ["Transfers", "Store", "Words"],
        ["Operations.Origins"] = ["Transfers", "Store", "Words"],
        ["Operations.Commits"] = ["Transfers", "Store", "Words"],
        ["Operations.Collect"] = ["Store", "Words"],
        ["Operations.Repairs"] = ["Transfers", "Store", "Words"],
        ["Operations.Erasing"] = ["Store", "Words", "Index"],
        ["Operations.Projects"] = ["Store", "Words"],
        ["Operations.Imports"] = ["Projects", "Store", "Words"],
        ["Operations.Dvc"] = ["Store", "Words"],
        ["Operations.Datasets"] = ["Projects", "Store", "Words"],
        ["Operations.Tasks"] = ["Datasets", "Projects", "Transfers", "Store", "Words", "Index"],
        ["Operations.Tables"] = ["Tasks", "Store", "Index"],
        ["Operations.Exports"] = ["Tasks", "Store", "Words"],
        ["Operations.Kinds"] = ["Tasks", "Store"],
        ["Operations.Deploys"] = ["Transfers", "Store", "Words"],
        ["Operations.Lineage"] = ["Tasks", "Datasets", "Projects", "Store", "Words", "Index"],
        ["Operations.Setup"] = ["Tasks", "Deploys", "Datasets", "Projects", "Transfers", "Store", "Words", "Hooks", "Index"],
        ["Operations.Lfs"] = ["Setup", "Transfers", "Store", "Words"],
        ["Data.Texts"] = [],
        ["Data.Annotations"] = [],
        ["Data.Findings"] = [],
        ["Data.Names"] = ["Annotations"],
        ["Data.Splits"] = ["Annotations"],
        ["Data.Recipes"] = ["Annotations", "Names", "Texts"],
        ["Data.Sets"] = ["Recipes", "Splits", "Annotations", "Names", "Texts"],
        ["Data.Layouts"] = ["Sets", "Splits", "Recipes", "Findings", "Annotations", "Names", "Texts"],
        ["Data.Lint"] = ["Layouts", "Sets", "Splits", "Recipes", "Findings", "Annotations", "Names", "Texts"],
        ["Learning.Logs"] = [],
        ["Learning.Weights"] = [],
        ["Learning.Scores"] = ["Logs"],
        ["Learning.Kinds"] = ["Logs"],
        ["Learning.Records"] = ["Logs", "Scores"],
        ["Learning.Runs"] = ["Kinds", "Records", "Logs"],
        ["Images.Sheets"] = [""],
        ["Images.Pictures"] = [""],
        ["Images"] = [],
    };

    private static readonly string Root = SourceTree.Root;

    [Fact]
    public void Folders_use_only_the_layers_below_them()
    {
        List<string> wrong = [];
        foreach (string file in Sources("src/DlStore"))
        {
            string name = Path.GetRelativePath(Path.Combine(Root, "src/DlStore"), file);
            string folder = name.Contains('/', StringComparison.Ordinal) ? name[..name.IndexOf('/', StringComparison.Ordinal)] : "";
            // Besides using lines, a name written in full: Remotes.IRemote, DlStore.Remotes.IRemote (a bare Data is more likely a
            // property).
            foreach (Match use in Regex.Matches(Code(file), @"(?:\bDlStore\.|(?<![.\w])(?!Data\b))(" + string.Join(
                '|', Allowed.Keys.Where(static k => k.Length > 0)) + @")\b(?=\.[A-Z]|;)"))
            {
                string used = use.Groups[1].Value;
                if (!Allowed.TryGetValue(folder, out string[]? allowed))
                {
                    wrong.Add($"{name}: folder '{folder}' has no layer; add it to ArchitectureTests and CONTRIBUTING.md");
                }
                else if (used != folder && !allowed.Contains(used))
                {
                    wrong.Add(
                        $"{name}: uses {used}, but {folder} may use only {(allowed.Length == 0 ? "itself" : string.Join(", ", allowed))}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Distinct()));
    }

    [Fact]
    public void Rooms_use_only_the_rooms_below_them()
    {
        List<string> wrong = [];
        string[] folders = [.. Rooms.Keys.Select(static r => r.Split('.')[0]).Distinct()];
        foreach (string file in folders.SelectMany(static f => Sources($"src/DlStore/{f}")))
        {
            string name = Path.GetRelativePath(Path.Combine(Root, "src/DlStore"), file);
            string room = Path.GetDirectoryName(name)!.Replace('/', '.');
            string folder = room.Split('.')[0];
            if (!Rooms.TryGetValue(room, out string[]? allowed))
            {
                wrong.Add($"{name}: room '{room}' has no place; add it to ArchitectureTests");
                continue;
            }

            // A using line, or a name written in full from the folder or from DlStore on; Images itself is a room too.
            foreach (Match use in Regex.Matches(Code(file), $@"(?<![.\w])(?:DlStore\.)?{folder}(?:\.(\w+))?(?=;|\.[A-Z])"))
            {
                string used = use.Groups[1].Value;
                if (use.Value != room && $"DlStore.{room}" != use.Value
                    && (used.Length == 0 || Rooms.ContainsKey($"{folder}.{used}")) && !allowed.Contains(used))
                {
                    wrong.Add($"{name}: enters '{used}', but {room} may enter only '{string.Join("', '", allowed)}'");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Distinct()));
    }

    [Fact]
    public void Members_are_short()
    {
        List<string> wrong = [];
        foreach (string file in Sources("src"))
        {
            string[] lines = File.ReadAllLines(file);
            wrong.AddRange(lines.Index().Where(line => line.Item == "    {" && MemberLength(lines, line.Index) > MemberMax).Select(
                line => $"{file}:{line.Index}: a member of {MemberLength(lines, line.Index)} lines, {MemberMax} are allowed; extract what has a name"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>
    /// What is left of long lines: texts in raw literals, and choices within interpolated ones. The number only goes down: whoever shortens one
    /// lowers it here, and nobody raises it.
    /// </summary>
    [Fact]
    public void What_is_too_long_becomes_less() =>
        Assert.Equal(23, Sources("src").Sum(static file => File.ReadLines(file).Count(static line => line.Length > 140)));

    [Fact]
    public void A_folder_has_few_files()
    {
        Assert.All(Sources("src").Concat(Sources("tests")).GroupBy(static f => Path.GetDirectoryName(f)!), static folder =>
            Assert.True(folder.Count() <= FilesMax, $"{folder.Key}: {folder.Count()} files; find the nouns in it and make rooms"));
    }

    /// <summary>A name with a folder in the tour is a type in that folder, or a file of it.</summary>
    [Fact]
    public void The_tour_names_what_is_there()
    {
        string tour = File.ReadAllText(Path.Combine(Root, "docs/tour.md"));
        ILookup<string, string> folders = Sources(
            "src").SelectMany(static file => Regex.Matches(Code(file), @"\b(?:class|struct|record|interface|enum)\s+(\w+)")
            .Select(type =>
                (Name: type.Groups[1].Value, Folder: "/" + Path.GetDirectoryName(Path.GetRelativePath(Path.Combine(Root, "src"), file)))))
            .ToLookup(static t => t.Name, static t => t.Folder, StringComparer.Ordinal);
        (string Folder, string Name)[] named = [.. Regex.Matches(tour, @"(?<![\w/.])((?:[A-Z]\w+/)+)([A-Z]\w+)(?=[`.])")
            .Select(static m => (m.Groups[1].Value.TrimEnd('/'), m.Groups[2].Value))];

        Assert.True(named.Length > 50);
        Assert.All(
            named, name => Assert.Contains(folders[name.Name], folder => folder.EndsWith("/" + name.Folder, StringComparison.Ordinal)));
    }

    [Fact]
    public void Namespaces_are_folders()
    {
        Assert.All(Sources("src"), static file =>
        {
            string folder = Path.GetDirectoryName(Path.GetRelativePath(Path.Combine(Root, "src"), file))!.Replace('/', '.');
            Match declared = Regex.Match(File.ReadAllText(file), @"^namespace ([\w.]+);", RegexOptions.Multiline);
            Assert.True(!declared.Success || declared.Groups[1].Value == folder,
                $"{file}: namespace {declared.Groups[1].Value} in folder {folder}");
        });
    }

    /// <summary>No file of the program has more than 300 lines; one of the tests may have 500.</summary>
    [Fact]
    public void Files_are_short()
    {
        Assert.All(Sources("src"), static file => RequireLines(file, LinesMax));
        Assert.All(Sources("tests"), static file => RequireLines(file, TestLinesMax));
    }

    [Fact]
    public void Names_say_what_a_thing_is()
    {
        Assert.All(Sources("src"), static file =>
        {
            Match bad = Regex.Match(
                Code(file), @"\b(?:class|struct|record|interface|enum)\s+(\w*(?:Manager|Helper|Utils?|Service|Common|Factory))\b");
            Assert.False(bad.Success, $"{file}: '{bad.Groups[1].Value}' could be anything; name it after what it is or does");
        });
    }

    private static void RequireLines(string file, int countMax) => Assert.True(
        File.ReadLines(file).Count() <= countMax, $"{file}: more than {countMax} lines; find the noun in it that stands by itself");

    /// <summary>How many lines a member has whose body opens at a line, from its declaration to its closing brace.</summary>
    private static int MemberLength(string[] lines, int open)
    {
        int first = open;
        while (lines[first - 1].StartsWith("    ", StringComparison.Ordinal) && !Regex.IsMatch(lines[first - 1], @"^    (?:///|\[)"))
        {
            first--;
        }

        int last = open;
        while (!Regex.IsMatch(lines[last], @"^    \}(?:$|[,);.\]])"))
        {
            last++;
        }

        return last - first + 1;
    }

    /// <summary>A file without comments and strings of one line, in which words may stand for anything.</summary>
    [Fact]
    public void The_checkout_is_found_in_one_place() =>
        Assert.Equal(["SourceTree.cs"], Sources("tests")
            .Where(static f => File.ReadAllText(f).Contains("\"DlStore.s" + "ln\"", StringComparison.Ordinal))
            .Select(static f => Path.GetFileName(f)));

    private static string Code(string file) => Regex.Replace(File.ReadAllText(file), @"//.*|""(?:\\.|[^""\\\n])*""", "");

    private static IEnumerable<string> Sources(
        string folder) => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(static file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));
}
