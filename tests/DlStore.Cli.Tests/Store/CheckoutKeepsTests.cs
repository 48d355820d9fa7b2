using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>What checkout leaves alone, and what it takes out of its way: deletions, pipes, empty directories.</summary>
public sealed class CheckoutKeepsTests : IDisposable
{
    private readonly Scene _scene = new();

    public CheckoutKeepsTests()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.Write("repo/w.pth", "weights\n");
        Record("one");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Without_a_path_local_deletions_stay_and_are_listed_and_with_one_they_are_undone()
    {
        File.Delete(_scene.At("repo/data/run.sh"));
        Directory.Delete(_scene.At("repo/data/deep"), recursive: true);
        File.Delete(_scene.At("repo/w.pth"));

        RunResult plain = _scene.Dls("repo", "checkout").Expect(0);

        Assert.Contains("2 deleted here and left so: data/deep/er/still/a.bin, data/run.sh", plain.Output, StringComparison.Ordinal);
        Assert.Contains("`dls rm w.pth` stops managing it", plain.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("repo/data/run.sh"))
            || File.Exists(_scene.At("repo/w.pth")) || Directory.Exists(_scene.At("repo/data/deep")));
        Assert.Contains("data  2 deleted", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);

        _scene.Dls("repo", "checkout", "data", "w.pth").Expect(0);
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void Deletions_stay_deletions_while_the_pointer_moves_on()
    {
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull", "--quiet").Expect(0);
        _scene.Write("repo/data/new.txt", "new\n");
        Record("two");
        File.Delete(_scene.At("clone/data/run.sh"));
        Directory.Delete(_scene.At("clone/data/deep"), recursive: true);
        _scene.Git("clone", "pull", "-q");

        RunResult pull = _scene.Dls("clone", "pull").Expect(0);

        Assert.Contains("data  1 written", pull.Output, StringComparison.Ordinal);
        Assert.Contains("2 deleted here and left so", pull.Output, StringComparison.Ordinal);
        Assert.Contains("data  2 deleted;", _scene.Dls("clone", "status").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("clone", "add", "data").Expect(0);
        string files = _scene.Dls("clone", "ls", "-R", "data").Output;
        Assert.DoesNotContain("run.sh", files, StringComparison.Ordinal);
        Assert.Contains("data/new.txt", files, StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_directory_that_was_deleted_stays_deleted_while_the_pointer_drops_a_file()
    {
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull", "--quiet").Expect(0);
        File.Delete(_scene.At("repo/data/empty"));
        Record("two");
        Directory.Delete(_scene.At("clone/data"), recursive: true);
        _scene.Git("clone", "pull", "-q");

        _scene.Dls("clone", "pull").Expect(0);

        Assert.Contains("data  10 deleted;", _scene.Dls("clone", "status").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("clone", "checkout", "data").Expect(0);
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At("repo/data")), TreeSnapshot.Of(_scene.At("clone/data")));
    }

    [Fact]
    public void Pull_of_a_path_brings_a_deleted_file_back()
    {
        File.Delete(_scene.At("repo/data/run.sh"));

        _scene.Dls("repo", "pull", "data/run.sh").Expect(0);

        Assert.True(File.Exists(_scene.At("repo/data/run.sh")));
    }

    [Fact]
    public void A_deletion_of_an_older_version_does_not_stop_the_new_one()
    {
        _scene.Write("repo/data/run.sh", "newer\n");
        Record("two");
        _scene.Git("repo", "checkout", "-q", "HEAD~1");
        _scene.Dls("repo", "checkout", "--quiet").Expect(0);
        File.Delete(_scene.At("repo/data/run.sh"));
        _scene.Git("repo", "checkout", "-q", "main");

        _scene.Dls("repo", "checkout").Expect(0);

        Assert.Equal("newer\n", File.ReadAllText(_scene.At("repo/data/run.sh")));
    }

    [Theory]
    [InlineData("w.pth")]
    [InlineData("data/run.sh")]
    [InlineData("data")]
    public void A_pipe_where_a_file_belongs_is_named_and_force_moves_it_to_the_trash(string path)
    {
        _scene.RunProgram("rm", ["-r", path], _scene.At("repo")).Expect(0);
        _scene.RunProgram("mkfifo", [path], _scene.At("repo")).Expect(0);

        Assert.Contains($"{path}: it is a named pipe", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
        RunResult refused = _scene.Dls("repo", "checkout", path).Expect(1);
        Assert.Contains($"{path}: it is a named pipe", refused.Error, StringComparison.Ordinal);
        _scene.Dls("repo", "checkout").Expect(0);
        _scene.Dls("repo", "checkout", "--force", path).Expect(0);

        _scene.Dls("repo", "status", "--exit-code").Expect(0);
        Assert.Contains(path, _scene.Dls("repo", "trash", "list").Expect(0).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("w.pth")]
    [InlineData("data/run.sh")]
    public void Nested_empty_directories_where_a_file_belongs_are_taken_away(string path)
    {
        File.Delete(_scene.At($"repo/{path}"));
        Directory.CreateDirectory(_scene.At($"repo/{path}/a/b"));
        Directory.CreateDirectory(_scene.At($"repo/{path}/c"));

        _scene.Dls("repo", "checkout", path).Expect(0);

        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void A_pipe_inside_a_directory_that_has_to_become_a_file_stops_the_checkout_before_anything_is_touched()
    {
        File.Delete(_scene.At("repo/data/run.sh"));
        Directory.CreateDirectory(_scene.At("repo/data/run.sh/a"));
        _scene.RunProgram("mkfifo", ["data/run.sh/a/pipe"], _scene.At("repo")).Expect(0);
        _scene.Write("repo/data/img/000.txt", "changed\n");

        _scene.Dls("repo", "checkout", "data").Expect(1);
        Assert.Equal("changed\n", File.ReadAllText(_scene.At("repo/data/img/000.txt")));
        _scene.Dls("repo", "checkout", "--force", "data").Expect(0);

        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void Several_paths_of_another_commit_make_one_new_pointer()
    {
        _scene.Write("repo/data/img/000.txt", "two\n");
        _scene.Write("repo/data/img/001.txt", "two\n");
        Record("two");

        _scene.Dls("repo", "checkout", "--rev", "HEAD~1", "data/img/000.txt", "data/img/001.txt").Expect(0);

        Assert.Equal("picture 0\npicture 1\n",
            _scene.Dls("repo", "cat", "data/img/000.txt").Output + _scene.Dls("repo", "cat", "data/img/001.txt").Output);
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void The_hints_of_a_conflict_lead_to_both_versions()
    {
        _scene.Git("repo", "tag", "v1");
        _scene.Write("repo/data/run.sh", "theirs\n");
        Record("two");
        _scene.Git("repo", "checkout", "-q", "v1");
        _scene.Dls("repo", "checkout", "--quiet").Expect(0);
        _scene.Write("repo/data/run.sh", "mine\n");
        _scene.Git("repo", "checkout", "-q", "main");

        Assert.Contains("`dls checkout --force data`", _scene.Dls("repo", "checkout", "data").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("`dls checkout --force data`", _scene.Dls("repo", "add", "data").Expect(1).Error, StringComparison.Ordinal);
        string trash = _scene.Dls("repo", "checkout", "--force", "data").Expect(0).Error.Split('`')[1];
        Assert.Equal("theirs\n", File.ReadAllText(_scene.At("repo/data/run.sh")));
        _scene.Dls("repo", [.. trash.Replace("DIR", "../mine", StringComparison.Ordinal).Split(' ').Skip(1)]).Expect(0);
        Assert.Equal("mine\n", File.ReadAllText(_scene.At("mine/data/run.sh")));
    }

    [Fact]
    public void A_store_that_was_deleted_is_told_and_add_puts_back_what_is_on_disk()
    {
        Directory.Delete(_scene.At("repo/.git/dls"), recursive: true);

        Assert.Contains(
            "the store has lost what the pointer names", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "status", "--exit-code").Expect(4);
        _scene.Dls("repo", "verify").Expect(13);
        _scene.Dls("repo", "add", "data", "w.pth").Expect(0);
        _scene.Dls("repo", "verify").Expect(0);
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
    }

    [Fact]
    public void An_execute_bit_that_was_set_back_is_told()
    {
        File.SetUnixFileMode(_scene.At("repo/w.pth"), (UnixFileMode)0x1ED);

        Assert.Contains("w.pth  0 written (0 B), 0 deleted, 1 mode set",
            _scene.Dls("repo", "checkout", "w.pth").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("w.pth  up to date", _scene.Dls("repo", "checkout", "w.pth").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_neither_disk_nor_pointer_knows_is_refused_by_add_with_a_hint_that_works()
    {
        RunResult refused = _scene.Dls("repo", "add", "data/nosuch").Expect(2);

        Assert.Contains("`dls ls data`", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_added_inside_a_managed_file_that_has_become_a_directory()
    {
        File.Delete(_scene.At("repo/w.pth"));
        _scene.Write("repo/w.pth/in", "in\n");

        RunResult refused = _scene.Dls("repo", "add", "w.pth/in").Expect(1);

        Assert.Contains("run `dls add w.pth`", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("repo/w.pth/in.dls")));
        _scene.Dls("repo", "add", "w.pth").Expect(0);
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    private void Record(string message) => _scene.Record("repo", message, "data", "w.pth");
}
