using System.Text;
using DlStore.Ignoring;
using DlStore.Io;
using DlStore.Objects;
using DlStore.TestKit;
using DlStore.WorkTree;
using Xunit.Abstractions;

namespace DlStore.Tests.Ignoring;

/// <summary>Git is the judge: <c>git check-ignore</c> is asked of the same patterns, in .gitignore, and of the same files.</summary>
public sealed class IgnoreRulesTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string[] Atoms =
    [
        "a", "b", "ab", "a.txt", "*", "**", "?", "/", "/", "[ab]", "[!a]", "[^b-z]", "[[:digit:]]", "[[:alpha:]x]", "[]a]", "[a-]", "[\\]b]", "[[:no:]]", "[a",
        "\\", "\\*", " ", "\\ ", "!", "#", ".", "1", "é", "x\r", "**/", "/**", "/**/", "*.txt", "[:a]", "-",
    ];

    private static readonly string[] Names = ["a", "b", "ab", "a.txt", "b.txt", "1", "a1", "é", "x", "[a", "-", "]b", "#", "!a", "a b", "*", "\\"];
    private readonly TempDir _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("*.txt\n!a.txt\n")]
    [InlineData("a/\n!a/b\n")]
    [InlineData("/a\nb/a.txt\n")]
    [InlineData("**/a.txt\n!/a/a.txt\n")]
    [InlineData("a/**\n!a/b\n")]
    [InlineData("a**/b\n")]
    [InlineData("\\#\n\\!a\na\\ b\n")]
    [InlineData("\uFEFFa\n")]
    [InlineData("a b   \nx\r\n")]
    [InlineData("*\n!*/\n!*.txt\n")]
    public void The_answer_is_that_of_git(string text)
    {
        MakeFiles(new System.Random(1));
        Compare([("", text)]);
        Compare([("", "*.txt\n"), ("d", text)]);
    }

    [Fact]
    public void Random_patterns_in_nested_files_mean_what_they_mean_to_git()
    {
        System.Random random = Seeded.Start(output);
        for (int round = 0; round < 40; round++)
        {
            using IgnoreRulesTests one = new(output);
            one.MakeFiles(random);
            string[] directories = ["d", .. Directory.GetDirectories(one._directory.At("d"), "*", SearchOption.AllDirectories)
                .Select(d => Path.GetRelativePath(one._directory.Path, d))];
            one.Compare([.. Enumerable.Range(0, 3).Select(_ => directories[random.Next(directories.Length)]).Distinct()
                .Select(d => (d, string.Concat(Enumerable.Range(0, 4).Select(_ => Line(random) + "\n"))))]);
        }
    }

    [Fact]
    public void Many_stars_against_a_long_name_end_soon()
    {
        byte[] name = Encoding.UTF8.GetBytes(new string('a', 250));

        Assert.False(WildMatch.IsMatch(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("*a", 40)) + "b"), name));
    }

    [Fact]
    public void What_the_pointer_names_is_never_left_out()
    {
        _directory.Write("d/out/kept.txt", "x");
        _directory.Write("d/out/new.txt", "x");
        _directory.Write("d/out/deep/new.txt", "x");
        _directory.Write("d/.dlsignore", "out/\n");
        IgnoreRules rules = new(_directory.Path, RelPath.Parse("d"), static path => path is "out" or "out/kept.txt");

        Assert.Equal(["d/.dlsignore", "d/out", "d/out/kept.txt"], Scan(rules));
        LeftOut left = rules.ToLeftOut();
        Assert.Equal(2, left.Count);
        Assert.Equal(["d/out/deep/", "d/out/new.txt"], left.First);
    }

    [Fact]
    public void A_file_that_cannot_be_read_stops_rather_than_leaving_in_what_it_would_leave_out()
    {
        _directory.Write("d/a", "x");
        File.CreateSymbolicLink(_directory.At("d", ".dlsignore"), "a");

        DlsException e = Assert.Throws<DlsException>(() => Scan(new IgnoreRules(_directory.Path, RelPath.Parse("d"), static _ => false)));

        Assert.Contains("d/.dlsignore", e.Message, StringComparison.Ordinal);
    }

    private static string Line(System.Random random) =>
        (random.Next(4) == 0 ? "!" : "") + string.Concat(Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Atoms[random.Next(Atoms.Length)]));

    private void MakeFiles(System.Random random)
    {
        for (int i = 0; i < 40; i++)
        {
            string path = "d/" + string.Join('/', Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Names[random.Next(Names.Length)]));
            try
            {
                _directory.Write(path, "x");
            }
            catch (IOException)
            {
                // A file is where a directory should be, or the other way round.
            }
            catch (UnauthorizedAccessException)
            {
            }
        }
    }

    private void Compare(IReadOnlyList<(string Directory, string Text)> files)
    {
        Run("git", ["init", "-q"], []);
        foreach ((string directory, string text) in files)
        {
            File.WriteAllText(_directory.At(directory, ".gitignore"), text);
            File.WriteAllText(_directory.At(directory, ".dlsignore"), text);
        }

        string[] all = Scan(null);
        RunResult asked = Run("git", ["check-ignore", "--no-index", "--stdin", "-z"], Encoding.UTF8.GetBytes(string.Join('\0', all) + '\0'));
        Assert.InRange(asked.ExitCode, 0, 1);
        HashSet<string> ignored = [.. asked.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries)];

        string[] taken = Scan(new IgnoreRules(_directory.Path, RelPath.Parse("d"), static _ => false));

        Assert.True(all.Where(p => !ignored.Contains(p)).SequenceEqual(taken),
            string.Join('\n', files.Select(f => $"{f.Directory}: {f.Text}"))
            + $"\nleft out by git alone: {string.Join(' ', taken.Where(ignored.Contains))}"
            + $"\nby dls alone: {string.Join(' ', all.Where(p => !ignored.Contains(p)).Except(taken))}");
    }

    private string[] Scan(IgnoreRules? rules)
    {
        DiskTree disk = Scanner.Scan(_directory.At("d"), null, null, null, 2, CancellationToken.None, rules);
        List<string> found = [];
        void List(string directory)
        {
            DirListing listing = disk.Find(directory)!;
            for (int i = 0; i < listing.Count; i++)
            {
                found.Add("d/" + listing.PathOf(i));
                if (listing.Entries[i].Mode == TreeMode.Directory)
                {
                    List(listing.PathOf(i));
                }
            }
        }

        List("");
        return [.. found.Order(StringComparer.Ordinal)];
    }

    private RunResult Run(string program, string[] arguments, byte[] input)
    {
        Dictionary<string, string> environment = new() { ["PATH"] = Environment.GetEnvironmentVariable("PATH")!, ["HOME"] = _directory.Path };
        return RunningProgram.Run(program, arguments, _directory.Path, environment, input);
    }
}
