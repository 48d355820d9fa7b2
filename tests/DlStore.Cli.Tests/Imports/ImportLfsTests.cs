using DlStore.TestKit;

namespace DlStore.Cli.Tests.Imports;

/// <summary><c>dls import lfs</c> on repositories that git-lfs itself has made.</summary>
public sealed class ImportLfsTests : IDisposable
{
    private readonly LfsScene _lfs = new();

    private Scene Scene => _lfs.Scene;

    public void Dispose() => _lfs.Dispose();

    [Fact]
    public void Every_file_becomes_a_pointer_and_every_byte_stays()
    {
        _lfs.Init("repo");

        RunResult run = Scene.Dls("repo", "import", "lfs").Expect(0);

        Assert.Contains("imported data/学習.bin  1 file, 10 B", run.Output, StringComparison.Ordinal);
        Assert.Contains("run `git commit -m 'from git-lfs to dls'`", run.Error, StringComparison.Ordinal);
        Assert.Contains("plain.bin", run.Error, StringComparison.Ordinal);
        RequireImported("repo");
        Scene.Git("repo", "commit", "-q", "-m", "from git-lfs to dls");
        Assert.Equal("", Scene.Git("repo", "lfs", "ls-files"));
        Assert.Equal("", Scene.Git("repo", "status", "--porcelain"));
        Assert.DoesNotContain("modified", Scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("git has no files of git-lfs", Scene.Dls("repo", "import", "lfs").Expect(0).Error, StringComparison.Ordinal);
        RequireFresh("repo");
    }

    [Fact]
    public void What_git_lfs_has_not_brought_is_fetched_and_written_out()
    {
        _lfs.CloneBare("bare");
        Assert.Contains("version https://git-lfs", File.ReadAllText(Scene.At("bare/big.bin")), StringComparison.Ordinal);
        _lfs.Init("bare");

        RunResult run = Scene.Dls("bare", "import", "lfs", "--commit").Expect(0);

        Assert.Contains("git-lfs fetched", run.Error, StringComparison.Ordinal);
        Assert.Equal("Move 9 files from git-lfs to dls", Scene.Git("bare", "log", "-1", "--format=%s"));
        RequireImported("bare");
        Assert.Equal("", Scene.Git("bare", "status", "--porcelain"));
    }

    [Fact]
    public void What_is_nowhere_stays_with_git_lfs_and_is_listed()
    {
        _lfs.CloneBare("bare");
        _lfs.Init("bare");
        Scene.Git("bare", "lfs", "fetch", "-I", "data");
        Directory.Move(Scene.At("origin.git"), Scene.At("away.git"));

        RunResult run = Scene.Dls("bare", "import", "lfs").Expect(3);

        Assert.Contains("stays with git-lfs big.bin: its bytes are not here, and git-lfs could not bring them", run.Output, StringComparison.Ordinal);
        Assert.Contains("imported data/a b.bin", run.Output, StringComparison.Ordinal);
        Assert.StartsWith("version https://git-lfs", Scene.Git("bare", "cat-file", "-p", ":big.bin"), StringComparison.Ordinal);
        Assert.StartsWith("dls-pointer 1", Scene.Git("bare", "cat-file", "-p", ":data/a b.bin.dls"), StringComparison.Ordinal);
        Assert.Contains("*.bin filter=lfs", File.ReadAllText(Scene.At("bare/.gitattributes")), StringComparison.Ordinal);

        Directory.Move(Scene.At("away.git"), Scene.At("origin.git"));
        Scene.Dls("bare", "import", "lfs").Expect(0);
        RequireImported("bare");
    }

    [Fact]
    public void Changed_files_are_refused_before_anything_is_touched()
    {
        _lfs.Init("repo");
        Scene.Write("repo/big.bin", "changed\n");
        File.Delete(Scene.At("repo/run.pth"));
        byte[] same = [.. _lfs.Last["data/a b.bin"]];
        same[0]++;
        Scene.Write("repo/data/a b.bin", same);
        string before = Scene.Git("repo", "ls-files", "--stage");

        RunResult run = Scene.Dls("repo", "import", "lfs").Expect(1);

        Assert.Contains("big.bin: its bytes are not those that its pointer names", run.Error, StringComparison.Ordinal);
        Assert.Contains("data/a b.bin: its bytes", run.Error, StringComparison.Ordinal);
        Assert.Contains("run.pth: it is not in the work tree", run.Error, StringComparison.Ordinal);
        Assert.Equal(before, Scene.Git("repo", "ls-files", "--stage"));
        Assert.False(File.Exists(Scene.At("repo/notes.txt.dls")));
        Scene.Dls("repo", "import", "lfs", "--exclude", "big.bin,data,run.pth").Expect(0);
    }

    [Fact]
    public void A_directory_becomes_one_pointer_with_its_plain_files()
    {
        _lfs.Init("repo");
        Scene.Write("repo/data/labels.txt", "labels\n");
        Scene.Commit("repo", "labels");
        Scene.Write("repo/data/untracked.txt", "x\n");
        Assert.Contains("git does not track it", Scene.Dls("repo", "import", "lfs", "--dir", "data").Expect(1).Error, StringComparison.Ordinal);
        File.Delete(Scene.At("repo/data/untracked.txt"));

        Scene.Dls("repo", "import", "lfs", "--dir", "data", "--commit").Expect(0);

        Assert.Equal("", Scene.Git("repo", "ls-files", "data"));
        Assert.Contains("kind tree", Scene.Git("repo", "cat-file", "-p", ":data.dls"), StringComparison.Ordinal);
        Assert.StartsWith("version https://git-lfs", Scene.Git("repo", "cat-file", "-p", ":big.bin"), StringComparison.Ordinal);
        string attributes = File.ReadAllText(Scene.At("repo/.gitattributes"));
        Assert.Contains("*.bin filter=lfs", attributes, StringComparison.Ordinal);
        Assert.Equal("", Scene.Git("repo", "status", "--porcelain"));
        Assert.Contains("data  clean", Scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
        Directory.Delete(Scene.At("repo/data"), recursive: true);
        Scene.Dls("repo", "checkout", "data").Expect(0);
        Assert.Equal("stray.dat differs\n", _lfs.Differences("repo", 2));
        Scene.Dls("repo", "import", "lfs", "--dir", "README.md").Expect(2);
    }

    [Fact]
    public void Some_files_leave_git_lfs_and_pointers_do_not_go_through_its_filter()
    {
        Scene.Write("repo/data/.gitattributes", "* filter=lfs diff=lfs merge=lfs -text\n.gitattributes !filter !diff !merge\n");
        Scene.Commit("repo", "all of data");
        _lfs.Init("repo");

        Scene.Dls("repo", "import", "lfs", "data/a b.bin", "nested").Expect(0);

        Assert.StartsWith("dls-pointer 1", Scene.Git("repo", "cat-file", "-p", ":data/a b.bin.dls"), StringComparison.Ordinal);
        Assert.StartsWith("/a b.bin", Scene.Git("repo", "cat-file", "-p", ":data/.gitignore"), StringComparison.Ordinal);
        Assert.StartsWith("version https://git-lfs", Scene.Git("repo", "cat-file", "-p", ":data/学習.bin"), StringComparison.Ordinal);
        Assert.Equal("# kept\n*.md text\n", File.ReadAllText(Scene.At("repo/nested/.gitattributes")));
        Scene.Git("repo", "commit", "-q", "-m", "some");
        Assert.Equal("", Scene.Git("repo", "status", "--porcelain"));
        Scene.Dls("repo", "import", "lfs", "--include", "*.pth").Expect(0);
        Scene.Dls("repo", "import", "lfs").Expect(0);
        RequireImported("repo", attributesOfData: true);
    }

    [Fact]
    public void What_is_in_the_way_is_refused()
    {
        Assert.Contains("`dls init`", Scene.Dls("repo", "import", "lfs").Expect(1).Error, StringComparison.Ordinal);
        _lfs.Init("repo");
        Assert.Contains("no file of git-lfs", Scene.Dls("repo", "import", "lfs", "README.md").Expect(2).Error, StringComparison.Ordinal);
        Scene.Dls("repo", "import", "lfs", "--include", "*.nothing").Expect(2);
        Scene.Write("repo/other", "other\n");
        Scene.Dls("repo", "add", "other", "--quiet").Expect(0);
        Assert.Contains("differs from HEAD already", Scene.Dls("repo", "import", "lfs", "--commit").Expect(1).Error, StringComparison.Ordinal);
        File.Copy(Scene.At("repo/other.dls"), Scene.At("repo/big.bin.dls"));
        Assert.Contains("'big.bin.dls' is there already", Scene.Dls("repo", "import", "lfs").Expect(1).Error, StringComparison.Ordinal);
        File.Delete(Scene.At("repo/big.bin.dls"));
        Scene.Write("repo/.gitattributes", File.ReadAllText(Scene.At("repo/.gitattributes")) + "*.x text\n");
        Assert.Contains("changes in it are not staged", Scene.Dls("repo", "import", "lfs").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_writes_nothing_and_says_the_same_as_json()
    {
        _lfs.Init("repo");

        RunResult plan = Scene.Dls("repo", "import", "lfs", "--dry-run").Expect(0);
        RunResult json = Scene.Dls("repo", "import", "lfs", "--dry-run", "--json").Expect(0);

        Assert.Contains("would be imported big.bin  1 file, 1.43 MiB", plan.Output, StringComparison.Ordinal);
        Assert.Contains("\"path\":\"nested/深い/b.raw\"", json.Output, StringComparison.Ordinal);
        Assert.Contains("\"plain\":[\"plain.bin\"]", json.Output, StringComparison.Ordinal);
        Assert.Equal("", Scene.Git("repo", "status", "--porcelain"));
    }

    [Theory]
    [InlineData("lfs.written")]
    [InlineData("lfs.attributes")]
    [InlineData("lfs.stored")]
    [InlineData("change.ignored")]
    [InlineData("change.pointed")]
    [InlineData("change.based")]
    [InlineData("change.staged")]
    [InlineData("lfs.pointed")]
    [InlineData("lfs.untracked")]
    public void Killed_anywhere_the_same_command_finishes(string point)
    {
        _lfs.CloneBare("bare");
        _lfs.Init("bare");
        RunResult killed = Scene.Crash("bare", point, "import", "lfs", "--commit");
        Assert.Equal(137, killed.ExitCode);

        Scene.Dls("bare", "import", "lfs", "--commit").Expect(0);

        RequireImported("bare");
        Assert.Equal("", Scene.Git("bare", "status", "--porcelain"));
        Assert.Contains("from git-lfs to dls", Scene.Git("bare", "log", "-1", "--format=%s"), StringComparison.Ordinal);
        Assert.Equal("dls init", Scene.Git("bare", "log", "-1", "--skip=1", "--format=%s"));
    }

    /// <summary>Nothing is git-lfs's any more, every byte is where it was, and the pointers name it.</summary>
    private void RequireImported(string directory, bool attributesOfData = false)
    {
        Assert.Equal("", _lfs.Differences(directory, 2));
        string[] tracked = Scene.Git(directory, "-c", "core.quotePath=false", "ls-files", "-z").Split('\0');
        foreach ((string path, byte[] bytes) in _lfs.Last)
        {
            Assert.DoesNotContain(path, tracked);
            string pointer = Scene.Git(directory, "cat-file", "-p", $":{path}.dls");
            Assert.Contains(LfsScene.PointerOf(bytes).Split('\n')[1], pointer, StringComparison.Ordinal);
            Assert.Equal(path == "run.pth", pointer.Contains("exec yes", StringComparison.Ordinal));
        }

        Assert.Contains("empty.bin", tracked);
        Assert.Contains("plain.bin", tracked);
        Assert.Contains("link.bin", tracked);
        Assert.Equal("*.dls text eol=lf merge=dls diff=dls\n.gitignore merge=union\n", File.ReadAllText(Scene.At($"{directory}/.gitattributes")));
        Assert.Equal("# kept\n*.md text\n", File.ReadAllText(Scene.At($"{directory}/nested/.gitattributes")));
        Assert.Equal(attributesOfData, File.Exists(Scene.At($"{directory}/data/.gitattributes")));
    }

    /// <summary>What another clone gets of it through a remote of dls.</summary>
    private void RequireFresh(string directory)
    {
        Scene.Dls(directory, "remote", "add", "lab", "../lab", "--default", "--quiet").Expect(0);
        Scene.Commit(directory, "a remote");
        Scene.Dls(directory, "push", "--quiet").Expect(0);
        Scene.Clone(directory, "fresh");
        Scene.Dls("fresh", "pull", "--quiet").Expect(0);
        Assert.Equal("", _lfs.Differences("fresh", 2));
        Assert.True(File.GetUnixFileMode(Scene.At("fresh/run.pth")).HasFlag(UnixFileMode.UserExecute));
    }
}
