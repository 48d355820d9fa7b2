using DlStore.TestKit;

namespace DlStore.Cli.Tests.Imports;

/// <summary><c>dls export lfs</c>: what users of git-lfs alone get of it.</summary>
public sealed class ExportLfsTests : IDisposable
{
    private readonly Scene _scene = new();

    public ExportLfsTests()
    {
        _scene.MakeRepo();
        _scene.Git(".", "lfs", "install", "--skip-repo");
        _scene.WriteSample("repo/data");
        _scene.Write("repo/data/.gitattributes", "*.txt text\n");
        _scene.Write("repo/weights/best model.pth", Scene.Pattern(2_000_000, 3));
        _scene.Write("repo/weights/run.sh", "#!/bin/sh\n");
        File.SetUnixFileMode(_scene.At("repo/weights/run.sh"), (UnixFileMode)0x1ED);
        _scene.Write("repo/plain.sh", "echo git's own\n");
        _scene.Dls("repo", "add", "data", "weights/best model.pth", "weights/run.sh", "--quiet").Expect(0);
        _scene.Commit("repo", "one");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_repository_that_git_lfs_finds_in_order_and_others_clone()
    {
        RunResult run = _scene.Dls("repo", "export", "lfs", "--to", "../out").Expect(0);

        Assert.Contains("10 files", run.Output, StringComparison.Ordinal);
        Assert.Contains("and 3 files that git keeps itself", run.Output, StringComparison.Ordinal);
        Assert.Contains("Git LFS fsck OK", _scene.Git("out", "lfs", "fsck"), StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("out", "status", "--porcelain"));
        _scene.Clone($"file://{_scene.At("out")}", "clone");
        _scene.Git("clone", "lfs", "pull");
        Assert.Equal("", _scene.Git("clone", "status", "--porcelain"));
        Same("data", "weights");
        Assert.True(File.GetUnixFileMode(_scene.At("clone/weights/run.sh")).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal("img/000.txt", new FileInfo(_scene.At("clone/data/link")).LinkTarget);
        string attributes = File.ReadAllText(_scene.At("clone/.gitattributes"));
        Assert.Contains("*.pth filter=lfs diff=lfs merge=lfs -text\n", attributes, StringComparison.Ordinal);
        Assert.Contains("/data/** filter=lfs", attributes, StringComparison.Ordinal);
        Assert.Contains("/weights/run.sh filter=lfs", attributes, StringComparison.Ordinal);
        Assert.DoesNotContain("dls", attributes, StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("clone", "ls-files", "*.dls"));
        Assert.Equal("one", _scene.Git("clone", "log", "-1", "--skip=1", "--format=%s"));
        Assert.Contains("is there already", _scene.Dls("repo", "export", "lfs", "--to", "../out").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_that_comes_back_by_an_import_with_the_same_pointers()
    {
        string before = _scene.Git("repo", "ls-tree", "HEAD", "data.dls", "weights/");

        _scene.Dls("repo", "export", "lfs", "--branch", "lfs").Expect(0);

        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
        _scene.Git(".", "clone", "-q", "--no-checkout", _scene.At("repo"), "back");
        _scene.Git("back", "config", "lfs.storage", _scene.At("repo/.git/lfs"));
        _scene.Git("back", "checkout", "-q", "lfs");
        Same("data", "weights", "back");
        _scene.Dls("back", "init", "--quiet").Expect(0);
        _scene.Git("back", "commit", "-q", "-m", "dls init");
        _scene.Dls("back", "import", "lfs", "--dir", "data", "--commit").Expect(0);
        _scene.Dls("back", "import", "lfs", "--commit").Expect(0);
        Assert.Equal("", _scene.Git("back", "status", "--porcelain"));
        Assert.Equal(before.Split('\n')[1..], _scene.Git("back", "ls-tree", "HEAD", "data.dls", "weights/").Split('\n')[1..]);
        _scene.Dls("repo", "export", "lfs", "--branch", "lfs").Expect(2);
    }

    [Fact]
    public void What_is_missing_is_listed_and_a_plan_writes_nothing()
    {
        _scene.Dls("repo", "push", "--quiet").Expect(0);
        _scene.Clone("repo", "other");
        _scene.Dls("other", "fetch", "--listings", "--quiet").Expect(0);

        RunResult links = _scene.Dls("other", "export", "lfs", "--to", "../out").Expect(12);
        Assert.Contains("links and files that git keeps itself", links.Error, StringComparison.Ordinal);
        _scene.Dls("other", "fetch", "data", "--quiet").Expect(0);
        Assert.Contains("would export to", _scene.Dls("other", "export", "lfs", "--to", "../out", "--dry-run").Expect(3).Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("out")));
        RunResult run = _scene.Dls("other", "export", "lfs", "--to", "../out").Expect(3);

        Assert.Contains("missing weights/best model.pth: its bytes are not in the store (sha256:", run.Output, StringComparison.Ordinal);
        Assert.StartsWith("version https://git-lfs", _scene.Git("out", "cat-file", "-p", "HEAD:weights/best model.pth"), StringComparison.Ordinal);
        _scene.Dls("other", "export", "lfs").Expect(2);
        Assert.Contains("\"missing\":[]", _scene.Dls("repo", "export", "lfs", "--to", "../out2", "--json").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Killed_there_is_nothing_and_the_hint_says_what_to_remove()
    {
        Assert.Equal(137, _scene.Crash("repo", "lfs.exported", "export", "lfs", "--to", "../out").ExitCode);
        Assert.False(Directory.Exists(_scene.At("out")));
        RunResult again = _scene.Dls("repo", "export", "lfs", "--to", "../out").Expect(1);
        string hint = again.Error.Split('`')[1];
        _scene.RunProgram("sh", ["-c", hint], _scene.At("repo")).Expect(0);
        _scene.Dls("repo", "export", "lfs", "--to", "../out").Expect(0);

        Assert.Equal(137, _scene.Crash("repo", "lfs.exported", "export", "lfs", "--branch", "x").ExitCode);
        _scene.Dls("repo", "export", "lfs", "--branch", "x").Expect(0);
    }

    private void Same(string first, string second, string clone = "clone")
    {
        foreach (string directory in (string[])[first, second])
        {
            string[] ours = [.. TreeSnapshot.Of(_scene.At($"repo/{directory}"), ".git").Items.Where(NotDls).Select(static i => $"{i.Key} {i.Value[^64..]}")];
            string[] theirs = [.. TreeSnapshot.Of(_scene.At($"{clone}/{directory}"), ".git").Items.Where(NotDls).Select(static i => $"{i.Key} {i.Value[^64..]}")];
            Assert.NotEmpty(ours);
            Assert.Equal(ours, theirs);
        }
    }

    /// <summary>Files alone: neither git knows empty directories, nor are pointers and ignore lines the same.</summary>
    private static bool NotDls(KeyValuePair<string, string> item) => item.Value.StartsWith("file ", StringComparison.Ordinal)
        && !item.Key.EndsWith(".dls", StringComparison.Ordinal) && !item.Key.EndsWith(".gitignore", StringComparison.Ordinal);
}
