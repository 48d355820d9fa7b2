using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Imports;

/// <summary><c>dls import dvc --history</c>: every version of the old branch comes out byte-equal from the new one.</summary>
public sealed class DvcHistoryTests : IDisposable
{
    private readonly DvcScene _dvc = new();
    private readonly List<string> _old = [];

    public void Dispose() => _dvc.Dispose();

    [Theory]
    [InlineData("2")]
    [InlineData("3")]
    public void Three_versions_come_out_byte_equal_each(string version)
    {
        ThreeVersions(version);
        string before = _dvc.Git("rev-parse", "HEAD");
        TreeSnapshot files = TreeSnapshot.Of(_dvc.At("."), ".git");

        RunResult run = _dvc.Import("--history", "--branch", "with-dls").Expect(0);

        Assert.Contains("made branch with-dls  5 commits, 8 versions of outs as pointers", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, _dvc.Git("rev-parse", "HEAD"));
        Assert.Equal("", _dvc.Git("status", "--porcelain"));
        TreeSnapshot.AssertEqual(files, TreeSnapshot.Of(_dvc.At("."), ".git"));
        RequireEveryVersion("with-dls");
        Assert.Equal(_dvc.Git("log", "--format=%an %ae %ad %cn %cd %s%n%b", "main"), _dvc.Git("log", "--format=%an %ae %ad %cn %cd %s%n%b", "with-dls"));
        Assert.DoesNotContain(Tree("with-dls"), static f => f.EndsWith(".dvc", StringComparison.Ordinal));
        _dvc.Scene.Dls("repo", "verify").Expect(0);
    }

    [Fact]
    public void The_new_branch_can_be_pushed_and_every_commit_of_a_clone_pulled()
    {
        ThreeVersions("3");
        _dvc.Import("--history").Expect(0);
        _dvc.Git("checkout", "-q", "main-dls");
        _dvc.Scene.Dls("repo", "push", "--all").Expect(0);
        _dvc.Drop(".dvc/cache");

        _dvc.Scene.Git(".", "clone", "-q", "-b", "main-dls", "repo", "clone");

        foreach ((string old, string now) in Map())
        {
            _dvc.Scene.Git("clone", "checkout", "-q", now);
            _dvc.Scene.Dls("clone", "pull", "--quiet").Expect(0);
            Assert.Equal(Expected(old), FilesOf("clone"));
        }
    }

    [Fact]
    public void What_is_missing_is_listed_with_its_commit_and_stays_dvcs_there()
    {
        ThreeVersions("3");
        string md5 = DvcScene.Md5("alpha 2\n"u8.ToArray());
        File.Delete(_dvc.At($".dvc/cache/files/md5/{md5[..2]}/{md5[2..]}"));

        RunResult run = _dvc.Import("--history").Expect(3);

        Assert.Contains($"missing data in {_old[1][..12]}  (data.dvc: the bytes of 1 of 3 files are nowhere)", run.Output, StringComparison.Ordinal);
        Assert.Contains($"data/a.txt: MD5 {md5}; cache", run.Output, StringComparison.Ordinal);
        string[] made = [.. Map().Skip(1).Select(static p => p.New)];
        Assert.Contains("data.dls", Tree(made[0]));
        Assert.Contains("data.dvc", Tree(made[1]));
        Assert.DoesNotContain("data.dls", Tree(made[1]));
        Assert.Contains("data.dls", Tree(made[^1]));
        Assert.DoesNotContain("data.dvc", Tree(made[^1]));
    }

    [Fact]
    public void A_lock_a_merge_odd_names_and_commits_without_changes_come_through()
    {
        _dvc.Write("läb \"x\"\t.txt", "odd\n");
        _dvc.Git("commit", "-q", "--allow-empty", "--allow-empty-message", "-m", "");
        _dvc.AddSample("data [1]");
        _dvc.Write("made", "made 1\n");
        _dvc.Dvc("stage", "make", "made", "3");
        _dvc.Write(".dvcignore", "*.tmp\n");
        _dvc.Commit("one");
        _dvc.Git("checkout", "-q", "-b", "side");
        _dvc.Write("side.bin", "side\n");
        _dvc.Dvc("add", "side.bin", "3", "copy");
        _dvc.Commit("side");
        _dvc.Git("checkout", "-q", "main");
        _dvc.Write("main.txt", "main\n");
        File.Delete(_dvc.At("läb \"x\"\t.txt"));
        _dvc.Commit("main");
        _dvc.Git("merge", "-q", "--no-edit", "side");
        _dvc.Git("rm", "-q", "side.bin.dvc");
        _dvc.Commit("no side");

        _dvc.Import("--history", "--branch", "new").Expect(0);

        (string Old, string New)[] map = Map();
        Assert.Equal(_dvc.Git("log", "--format=%s %P", "main").Split('\n').Length, map.Length);
        string[] one = Tree(Of(map, "one"));
        Assert.Contains("made.dls", one);
        Assert.Contains("dvc.lock", one);
        Assert.Contains("data [1].dls", one);
        Assert.Contains(".dlsignore", one);
        Assert.Contains("\"läb \\\"x\\\"\\t.txt\"", one);
        Assert.DoesNotContain("\"läb \\\"x\\\"\\t.txt\"", Tree("new"));
        Assert.Contains("side.bin.dls", Tree("new~"));
        Assert.DoesNotContain("side.bin.dls", Tree("new"));
        Assert.Equal(3, _dvc.Git("rev-list", "--parents", "-1", "new~").Split(' ').Length);
        Assert.All(map, p => Assert.Contains(".dlstore/config", Tree(p.New)));
        Assert.All(map, p => Assert.Contains("*.dls text eol=lf merge=dls diff=dls",
            _dvc.Git("show", $"{p.New}:.gitattributes"), StringComparison.Ordinal));
    }

    [Fact]
    public void A_history_that_ends_with_an_import_goes_on_with_its_pointers()
    {
        ThreeVersions("3");
        _dvc.Import().Expect(0);
        _dvc.Git("commit", "-q", "-m", "dls in place of DVC");

        _dvc.Import("--history", "--branch", "new").Expect(0);

        Assert.Equal(_dvc.Git("show", "main:data.dls"), _dvc.Git("show", "new:data.dls"));
        Assert.Equal(_dvc.Git("show", "main:data.dls"), _dvc.Git("show", "new~:data.dls"));
        Assert.Equal("", _dvc.Git("diff", "--stat", "main", "new", "--", "*.dls"));
    }

    [Fact]
    public void The_same_history_makes_the_same_commits_and_a_taken_name_is_refused()
    {
        ThreeVersions("2");
        _dvc.Import("--history", "--branch", "a").Expect(0);
        _dvc.Import("--history", "--branch", "b").Expect(0);

        Assert.Equal(_dvc.Git("rev-parse", "a"), _dvc.Git("rev-parse", "b"));
        Assert.Contains("there is a branch of that name", _dvc.Import("--history", "--branch", "a").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("git takes no such name", _dvc.Import("--history", "--branch", "a..b").Expect(2).Error, StringComparison.Ordinal);
        _dvc.Import("--branch", "c").Expect(2);
        _dvc.Import("--history", "data").Expect(2);
    }

    [Fact]
    public void A_dry_run_tells_the_same_and_makes_nothing_and_a_kill_leaves_no_branch()
    {
        ThreeVersions("3");
        TreeSnapshot before = TreeSnapshot.Of(_dvc.At("."));
        JsonElement json = _dvc.Json(0, "--history", "--dry-run");
        Assert.Equal(8, json.GetProperty("versions").GetInt64());
        Assert.Equal("main-dls", json.GetProperty("branch").GetString());
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_dvc.At(".")));

        _dvc.Scene.Crash("repo", "dvc.stored", "import", "dvc", "--history").Expect(137);
        Assert.Equal("main", _dvc.Git("branch", "--format=%(refname:short)"));
        _dvc.Import("--history").Expect(0);
        RequireEveryVersion("main-dls");
    }

    [Fact]
    public void A_shallow_clone_is_refused()
    {
        ThreeVersions("3");
        _dvc.Scene.Git(".", "clone", "-q", "--depth", "1", "file://" + _dvc.At("."), "clone");

        Assert.Contains("git fetch --unshallow", _dvc.Scene.Dls("clone", "import", "dvc", "--history").Expect(1).Error, StringComparison.Ordinal);
    }

    /// <summary>Versions of a directory and of a file: changed, grown, with a file gone; then one more commit that changes neither.</summary>
    private void ThreeVersions(string version)
    {
        for (int i = 1; i <= 3; i++)
        {
            _dvc.Write("data/a.txt", $"alpha {i}\n");
            _dvc.Write("data/sub/large.bin", Scene.Pattern(1_200_000, i / 2));
            _dvc.Write($"data/only {i}.txt", $"only in {i}\r\n");
            if (i > 1)
            {
                File.Delete(_dvc.At($"data/only {i - 1}.txt"));
            }

            _dvc.Dvc("add", "data", version, "copy");
            _dvc.Write("deep/model.pkl", Scene.Pattern(5000, 10 + i));
            _dvc.Dvc("add", "deep/model.pkl", version, "copy");
            _dvc.Write("same.txt", i < 3 ? "same\n" : "other\n");
            _dvc.Dvc("add", "same.txt", version, "copy");
            _dvc.Commit($"version {i}");
            _old.Add(_dvc.Git("rev-parse", "HEAD"));
            _dvc.Scene.RunProgram("cp", ["-a", _dvc.At("."), _dvc.Scene.At($"kept-{_old[^1]}")], "/").Expect(0);
        }

        _dvc.Write("README", "text\n");
        _dvc.Commit("text only");
        _old.Add(_dvc.Git("rev-parse", "HEAD"));
        _dvc.Scene.RunProgram("cp", ["-a", _dvc.At("."), _dvc.Scene.At($"kept-{_old[^1]}")], "/").Expect(0);
    }

    private void RequireEveryVersion(string branch)
    {
        (string Old, string New)[] map = Map();
        Assert.Equal(_dvc.Git("rev-parse", branch), map[^1].New);
        foreach (string path in (string[])["data", "deep/model.pkl", "same.txt"])
        {
            _dvc.Drop(path);
        }

        foreach ((string old, string now) in map.Where(p => _old.Contains(p.Old)))
        {
            _dvc.Git("checkout", "-q", now);
            _dvc.Scene.Dls("repo", "checkout", "--force", "--quiet").Expect(0);
            Assert.Equal(Expected(old), FilesOf("repo"));
            Assert.Equal("5 files are as recorded\n", _dvc.Dvc("check", old));
        }
    }

    private string Expected(string old) => _old.Contains(old) ? FilesOf($"kept-{old}") : "";

    private string FilesOf(string repo) => string.Concat(TreeSnapshot.Of(_dvc.Scene.At(repo), ".git").Items
        .Where(static i => i.Value.StartsWith("file ", StringComparison.Ordinal)
            && (i.Key.StartsWith("data/", StringComparison.Ordinal) || i.Key is "deep/model.pkl" or "same.txt"))
        .Select(static i => $"{i.Key} {i.Value[^64..]}\n"));

    private (string Old, string New)[] Map() => [.. File.ReadAllLines(_dvc.At(".git/dls/commit-map"))
        .Select(static l => l.Split(' ')).Select(static p => (p[0], p[1]))];

    private string Of((string Old, string New)[] map, string subject) =>
        map.Single(p => _dvc.Git("show", "-s", "--format=%s", p.Old) == subject).New;

    private string[] Tree(string commit) => _dvc.Git("-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", commit).Split('\n');
}
