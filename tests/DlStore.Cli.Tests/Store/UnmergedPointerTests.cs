using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>A merge that git left open in a pointer: every verb says so, lists what clashes, and gives commands that work.</summary>
public sealed class UnmergedPointerTests : IDisposable
{
    private readonly Scene _scene = new();

    public UnmergedPointerTests()
    {
        _ = _scene.UseExecutable();
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.Write("repo/w.pth", "weights\n");
        _scene.Dls("repo", "add", "data", "w.pth", "--quiet").Expect(0);
        _scene.Commit("repo", "base");
        _scene.Git("repo", "checkout", "-q", "-b", "other");
        Record("img/000.txt", "other\n", "theirs.txt");
        _scene.Git("repo", "checkout", "-q", "main");
        _scene.Dls("repo", "checkout", "--quiet").Expect(0);
        Record("img/000.txt", "main\n", "ours.txt");
        Assert.NotEqual(0, _scene.TryGit("repo", "merge", "-q", "other").ExitCode);
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Status_says_that_it_is_unmerged_and_lists_what_clashes()
    {
        RunResult status = _scene.Dls("repo", "status").Expect(0);

        Assert.Contains("data  unmerged: 1 path changed on both sides", status.Output, StringComparison.Ordinal);
        Assert.Contains("data/img/000.txt: the two sides differ", status.Output, StringComparison.Ordinal);
        Assert.Contains("changed on this side only: 1; on the other side only: 1", status.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing is managed here", status.Error, StringComparison.Ordinal);
        Assert.Contains("w.pth  clean", status.Output, StringComparison.Ordinal);
        _scene.Dls("repo", "status", "--exit-code").Expect(4);
        _scene.Dls("repo", "status", "data", "--exit-code").Expect(4);
    }

    [Theory]
    [InlineData("add", "data")]
    [InlineData("checkout", "data")]
    [InlineData("pull", "data")]
    [InlineData("fetch", "data")]
    [InlineData("rm", "data")]
    [InlineData("ls", "data")]
    [InlineData("verify", "data")]
    [InlineData("diff", "data")]
    public void Verbs_that_need_the_pointer_refuse_with_what_clashes_and_a_hint(string verb, string path)
    {
        RunResult refused = _scene.Dls("repo", verb, path).Expect(1);

        Assert.Contains("git has not merged it", refused.Error, StringComparison.Ordinal);
        Assert.Contains("data/img/000.txt: the two sides differ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("`dls resolve --ours data` keeps this side of that", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("checkout")]
    [InlineData("pull")]
    public void Without_a_path_the_other_pointers_are_served_and_the_exit_code_says_that_one_was_not(string verb)
    {
        File.Delete(_scene.At("repo/.git/dls/base"));
        File.Delete(_scene.At("repo/w.pth"));

        RunResult run = _scene.Dls("repo", verb).Expect(3);

        Assert.Contains("left out: read pointer 'data.dls': git has not merged it", run.Error, StringComparison.Ordinal);
        Assert.Equal("weights\n", File.ReadAllText(_scene.At("repo/w.pth")));
    }

    [Theory]
    [InlineData("ours", "main\n")]
    [InlineData("theirs", "other\n")]
    public void The_commands_of_the_hint_end_the_merge(string side, string content)
    {
        string hint = _scene.Dls("repo", "status").Error;
        Assert.Contains($"`dls resolve --{side} data`", hint, StringComparison.Ordinal);

        _scene.Dls("repo", "resolve", $"--{side}", "data").Expect(0);
        _scene.Dls("repo", "pull", "data").Expect(0);

        Assert.Equal(content, File.ReadAllText(_scene.At("repo/data/img/000.txt")));
        Assert.True(File.Exists(_scene.At("repo/data/theirs.txt")) && File.Exists(_scene.At("repo/data/ours.txt")));
        _scene.Git("repo", "commit", "-q", "--no-edit");
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void Listings_and_differences_go_on_with_the_other_pointers()
    {
        RunResult list = _scene.Dls("repo", "ls").Expect(3);
        Assert.Contains("w.pth", list.Output, StringComparison.Ordinal);
        Assert.Contains("left out: read pointer 'data.dls'", list.Error, StringComparison.Ordinal);
        Assert.Contains("left out: read pointer 'data.dls'", _scene.Dls("repo", "diff").Expect(3).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void With_this_side_kept_single_files_of_the_other_can_be_taken()
    {
        _scene.RunProgram("sh", ["-c", "git checkout --ours -- data.dls && git add data.dls"], _scene.At("repo")).Expect(0);

        _scene.Dls("repo", "checkout", "--rev", "MERGE_HEAD", "data/theirs.txt").Expect(0);

        Assert.True(File.Exists(_scene.At("repo/data/theirs.txt")) && File.Exists(_scene.At("repo/data/ours.txt")));
        _scene.Dls("repo", "checkout", "--force", "--rev", "MERGE_HEAD", "data/img/000.txt", "data/theirs.txt").Expect(0);
        Assert.Equal("other\n", _scene.Dls("repo", "cat", "data/img/000.txt").Expect(0).Output);
        _scene.Git("repo", "commit", "-q", "--no-edit");
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void A_side_that_deleted_the_pointer_gets_a_command_that_works_too()
    {
        _scene.Git("repo", "merge", "--abort");
        _scene.Git("repo", "checkout", "-q", "-b", "without");
        _scene.Dls("repo", "rm", "data", "--quiet").Expect(0);
        _scene.Commit("repo", "without");
        Assert.NotEqual(0, _scene.TryGit("repo", "merge", "-q", "other").ExitCode);

        RunResult status = _scene.Dls("repo", "status").Expect(0);

        Assert.Contains("`dls resolve --ours data` keeps this side of that, `dls resolve --theirs data` takes the other",
            status.Error, StringComparison.Ordinal);
        _scene.Dls("repo", "status", "--exit-code").Expect(4);
        foreach (string verb in (string[])["add", "checkout", "pull", "fetch"])
        {
            Assert.Contains(
                "git has not merged it: this side deleted it", _scene.Dls("repo", verb, "data").Expect(1).Error, StringComparison.Ordinal);
        }

        _scene.Dls("repo", "checkout").Expect(3);
        Assert.NotEqual("", _scene.Git("repo", "ls-files", "-u"));
        _scene.Git("repo", "rm", "-q", "data.dls");
        _scene.Dls("repo", "pull").Expect(0);
        _scene.Git("repo", "commit", "-q", "--no-edit");
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void A_past_commit_with_conflict_markers_is_skipped_by_push_with_a_warning_and_walls_nothing_off()
    {
        MergeAsText();
        string bad = _scene.Commit("repo", "committed with markers");
        _scene.Dls("repo", "push").Expect(3);
        _scene.Git("repo", "checkout", "HEAD~1", "--", "data.dls");
        string good = _scene.Commit("repo", "mended");

        RunResult push = _scene.Dls("repo", "push").Expect(0);

        Assert.Contains("1 commit has a pointer that cannot be read and was not pinned", push.Error, StringComparison.Ordinal);
        Assert.Contains(bad[..12], push.Error, StringComparison.Ordinal);
        Assert.Contains($"the newest {good[..12]}", push.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Directory.GetDirectories(_scene.At("remote/pins")).Single() + "/" + bad));
        Assert.Contains("nothing new", _scene.Dls("repo", "push").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "fetch", "--all").Expect(0);
    }

    [Fact]
    public void Committed_markers_are_told_with_a_commit_that_has_a_good_version()
    {
        MergeAsText();
        _scene.Commit("repo", "committed with markers");
        string good = _scene.Git("repo", "rev-parse", "HEAD^1");

        RunResult status = _scene.Dls("repo", "status").Expect(0);

        Assert.Contains("it has merge conflict markers", status.Output, StringComparison.Ordinal);
        string hint = status.Error.Split('`')[1];
        Assert.StartsWith("git checkout ", hint, StringComparison.Ordinal);
        _scene.RunProgram("sh", ["-c", hint], _scene.At("repo")).Expect(0);
        Assert.DoesNotContain("<<<<", File.ReadAllText(_scene.At("repo/data.dls")), StringComparison.Ordinal);
        Assert.True(good.Length == 40);
        _scene.Dls("repo", "checkout").Expect(0);
    }

    /// <summary>As in a clone without the merge driver.</summary>
    private void MergeAsText()
    {
        _scene.Git("repo", "merge", "--abort");
        _scene.Git("repo", "config", "--remove-section", "merge.dls");
        _scene.TryGit("repo", "merge", "-q", "other").Expect(1);
        Assert.Contains("<<<<<<<", File.ReadAllText(_scene.At("repo/data.dls")), StringComparison.Ordinal);
    }

    private void Record(string changed, string content, string added)
    {
        _scene.Write($"repo/data/{changed}", content);
        _scene.Write($"repo/data/{added}", content);
        _scene.Dls("repo", "add", "data", "--quiet").Expect(0);
        _scene.Commit("repo", added);
    }
}
