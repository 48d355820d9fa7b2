using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>A word that names nothing is an error in every verb: none answers "nothing to do" to a slip of the finger.</summary>
public sealed class WordTests : IDisposable
{
    private const string Word = "WORD";

    /// <summary>Every command line that takes a word which has to exist already; WORD stands for it.</summary>
    private static readonly string[] Lines =
    [
        "add WORD", "status WORD", "diff WORD", "diff HEAD WORD", "diff WORD HEAD",
            "diff --exit-code WORD", "diff --conflict WORD", "checkout WORD", "checkout --rev HEAD WORD", "checkout task:WORD", "resolve WORD", "resolve --ours WORD", "mv WORD x", "untrack WORD", "du WORD", "verify --commit WORD", "rm WORD", "rm data WORD", "import dvc WORD",
        "push WORD", "push --tip WORD", "push --all WORD", "push --dry-run WORD", "push data WORD",
            "pull WORD", "pull --dry-run WORD", "pull data WORD", "fetch WORD", "fetch --all WORD", "fetch --listings WORD",
        "ls WORD", "ls --recursive WORD", "ls --rev HEAD WORD", "cat WORD", "log WORD", "log --rev WORD data", "where WORD",
            "verify WORD", "erase --reason gone WORD", "repair WORD", "repair data WORD", "verify data WORD", "verify --remote lab WORD",
            "lineage WORD", "audit WORD", "trust WORD", "config WORD",
        "host check WORD", "host import WORD", "target check WORD", "kind show WORD", "kind check WORD", "build WORD", "build explain WORD",
        "project show WORD", "project rm WORD", "project review WORD", "project extend WORD",
            "project annotate WORD", "project crop WORD", "project harvest WORD", "project import WORD", "project lint WORD",
        "dataset build WORD", "dataset lint WORD", "dataset show WORD", "dataset preview WORD", "dataset export darknet WORD out", "dataset export croissant WORD",
            "dataset import voc WORD new", "dataset verify WORD", "dataset rm WORD", "dataset diff WORD WORD",
        "testset add new WORD", "testset show WORD", "testset score WORD data/run.sh", "task show WORD", "task status WORD",
            "task log WORD", "task collect WORD", "task stop WORD", "task retry WORD", "task reproduce WORD", "task diff WORD WORD", "plot WORD", "task best WORD --by map",
        "task eval WORD", "task export mlflow out WORD", "task export csv WORD", "task export openlineage WORD",
            "task export provenance WORD", "task export sums WORD", "task import WORD new", "task memo WORD", "task rm WORD",
        "deploy WORD --target gaa", "undeploy WORD", "deploy status WORD",
            "deploy log WORD", "deploy show WORD", "deploy unlock WORD", "trash restore WORD", "trash empty WORD", "host remove WORD", "target remove WORD", "testset rm WORD", "completion WORD", "help WORD",
        "remote check WORD", "remote remove WORD", "remote publish WORD", "remote mirror WORD lab", "remote mirror lab WORD", "clone WORD", "get WORD x", "import WORD x", "update WORD",
        "import lfs WORD", "import lfs --dir WORD", "import lfs --include WORD",
    ];

    /// <summary>Commands whose words are new names, or that take none.</summary>
    private static readonly string[] Others =
    [
        "init", "doctor", "export lfs", "uninstall", "trash list", "gc", "project new", "project list", "dataset list",
            "testset list", "kind list", "kind new", "task create", "task list", "remote add", "remote list", "host add", "host list",
        "target add", "target list", "index rebuild", "version", "hook pre-commit", "cache trim", "ui", "report",
    ];

    private readonly Scene _scene = new();

    public WordTests()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.Dls("repo", "add", "data", "--quiet").Expect(0);
        _scene.Commit("repo", "one");
        _scene.Dls("repo", "push", "--quiet").Expect(0);
    }

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("no/such/path")]
    [InlineData("nosuchrev~3")]
    [InlineData("lab")]
    public void A_word_that_names_nothing_is_an_error_in_every_verb(string word)
    {
        List<string> wrong = [];
        foreach (string line in Lines.Where(l => word != "lab" || !l.StartsWith("remote ", StringComparison.Ordinal)))
        {
            RunResult run = _scene.Dls("repo", [.. line.Replace(Word, word, StringComparison.Ordinal).Split(' ')]);
            if (run.ExitCode is 0 or 3 or 4 or 70 || !Begins(line, run.Error))
            {
                wrong.Add($"dls {line.Replace(Word, word, StringComparison.Ordinal)}: exit {run.ExitCode}\n{run.Output}{run.Error}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
        Assert.Contains("data  clean", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
    }

    /// <summary>The first line is the error; before that of a clone stands what git says.</summary>
    private static bool Begins(string line, string error) => error.StartsWith("error: ", StringComparison.Ordinal)
        || (line.StartsWith("clone ", StringComparison.Ordinal) && error.Contains("\nerror: ", StringComparison.Ordinal));

    [Fact]
    public void Every_command_is_in_the_table()
    {
        string[] known = [.. Lines.Concat(Others)];
        Assert.All(CommandTable.Visible, entry => Assert.True(known.Any(k => k == entry.Words || k.StartsWith(
            entry.Words + " ", StringComparison.Ordinal)), $"{entry.Words}: say in WordTests what it does with a word that names nothing"));
    }

    [Theory]
    [InlineData("push", "lab", "did you mean `dls push --remote lab`?")]
    [InlineData("pull", "lab", "did you mean `dls pull --remote lab`?")]
    [InlineData("fetch", "lab", "did you mean `dls fetch --remote lab`?")]
    [InlineData("verify", "lab", "did you mean `dls verify --remote lab`?")]
    [InlineData("status", "lab", "`dls remote check lab`")]
    [InlineData("push", "origin", "`git push origin` publishes commits")]
    [InlineData("push", "main", "`dls push` sends every commit of this branch")]
    [InlineData("checkout", "main", "`dls checkout --rev main PATH`")]
    [InlineData("ls", "main", "`dls ls --rev main PATH`")]
    [InlineData("status", "dta", "did you mean 'data'?")]
    [InlineData("status", "data/img/nosuch", "`dls ls data`")]
    [InlineData("push", "data/img", "run `dls push data`")]
    [InlineData("status", "plain.txt", "run `dls add plain.txt`")]
    [InlineData("rm", "plain.txt", "`rm plain.txt` removes")]
    public void The_hint_says_what_the_word_is(string verb, string word, string hint)
    {
        _scene.Git("repo", "remote", "add", "origin", "../elsewhere");
        _scene.Write("repo/plain.txt", "x\n");

        RunResult run = _scene.Dls("repo", verb, word).Expect(2);

        Assert.Contains(hint, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("push", "--jobs", "0")]
    [InlineData("pull", "--jobs", "-3")]
    [InlineData("fetch", "-j", "0")]
    [InlineData("push", "--tip", "--all")]
    public void Options_that_mean_nothing_are_errors(params string[] line) => _scene.Dls("repo", line).Expect(2);

    [Fact]
    public void A_range_of_gits_is_no_word_of_diff_and_the_hint_says_how()
    {
        _scene.Git("repo", "tag", "v1");

        Assert.Contains(
            "did you mean `dls diff v1 HEAD`?", _scene.Dls("repo", "diff", "v1..HEAD").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_push_of_a_path_that_is_there_does_not_say_that_no_commit_changes_a_pointer()
    {
        RunResult push = _scene.Dls("repo", "push", "data").Expect(0);

        Assert.Contains("lab has what these paths name", push.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_whose_pointer_is_not_committed_cannot_be_pushed()
    {
        _scene.Write("repo/new.bin", "new\n");
        _scene.Dls("repo", "add", "new.bin").Expect(0);

        RunResult run = _scene.Dls("repo", "push", "new.bin").Expect(2);

        Assert.Contains("not committed", run.Error, StringComparison.Ordinal);
        _scene.Git("repo", "commit", "-q", "-m", "new", "--", "new.bin.dls");
        _scene.Dls("repo", "push", "new.bin").Expect(0);
    }

    [Fact]
    public void Diff_of_a_mistyped_commit_does_not_say_that_nothing_differs()
    {
        foreach (string[] line in (string[][])[["diff", "nosuch", "HEAD"],
            ["diff", "--exit-code", "nosuch"], ["diff", "--json", "nosuch", "HEAD"]])
        {
            RunResult run = _scene.Dls("repo", line).Expect(2);

            Assert.DoesNotContain("no differences", run.Output + run.Error, StringComparison.Ordinal);
            Assert.Contains("nosuch", run.Error + run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_word_counts_where_only_one_side_of_a_diff_knows_it()
    {
        _scene.Git("repo", "tag", "v1");
        _scene.Write("repo/data/late.txt", "late\n");
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "two");

        Assert.Contains("added     data/late.txt",
            _scene.Dls("repo", "diff", "v1", "HEAD", "data/late.txt").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("removed   data/late.txt",
            _scene.Dls("repo", "diff", "HEAD", "v1", "data/late.txt").Expect(0).Output, StringComparison.Ordinal);
    }
}
