using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Status never says "clean" of what it did not compare, and never says less than it can.</summary>
public sealed class StatusTruthTests : IDisposable
{
    private readonly Scene _scene = new();

    public StatusTruthTests()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.Write("repo/w.pth", "weights\n");
        Record("one");
        _scene.Git("repo", "tag", "v1");
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull", "--quiet").Expect(0);
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void After_a_git_pull_the_pointer_has_moved_and_status_says_so_and_what_to_run()
    {
        MoveOn();

        RunResult status = _scene.Dls("clone", "status").Expect(0);

        Assert.DoesNotContain("data  clean", status.Output, StringComparison.Ordinal);
        Assert.Contains("data  the pointer names a version whose listing is not here", status.Output, StringComparison.Ordinal);
        Assert.Contains("`dls pull data`", status.Error, StringComparison.Ordinal);
        Assert.Contains("w.pth  clean", status.Output, StringComparison.Ordinal);
        _scene.Dls("clone", "status", "--exit-code").Expect(4);
        Assert.Contains(
            "\"isListingHere\":false", Compact(_scene.Dls("clone", "status", "--json").Expect(0).Output), StringComparison.Ordinal);
        _scene.Dls("clone", "pull").Expect(0);
        _scene.Dls("clone", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void What_changed_here_is_counted_though_the_new_listing_is_not_here()
    {
        MoveOn();
        _scene.Write("clone/data/img/000.txt", "mine\n");
        _scene.Write("clone/data/mine.txt", "mine too\n");
        File.Delete(_scene.At("clone/data/run.sh"));

        string line = _scene.Dls("clone", "status", "-v").Expect(0).Output;

        Assert.Contains("data  1 modified, 1 added, 1 deleted, the pointer names a version", line, StringComparison.Ordinal);
        Assert.Contains("modified    data/img/000.txt", line, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_git_checkout_whose_listing_was_never_fetched_status_is_not_clean()
    {
        _scene.Clone("repo", "old");
        _scene.Dls("old", "pull", "--quiet").Expect(0);
        MoveOn();
        _scene.Git("old", "fetch", "-q");
        _scene.Git("old", "checkout", "-q", "origin/main");

        _scene.Dls("old", "status", "--exit-code").Expect(4);
    }

    [Fact]
    public void Files_that_lie_where_nothing_was_written_out_are_not_called_clean()
    {
        _scene.Clone("repo", "fresh");
        _scene.Write("fresh/data/own.txt", "own\n");

        RunResult status = _scene.Dls("fresh", "status").Expect(0);

        Assert.Contains("1 file on disk was not compared", status.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("data  clean", status.Output, StringComparison.Ordinal);
        _scene.Dls("fresh", "status", "--exit-code").Expect(4);
    }

    [Fact]
    public void A_fresh_clone_is_not_pulled_and_that_is_all()
    {
        _scene.Clone("repo", "fresh");

        Assert.Contains("data  10 not pulled", _scene.Dls("fresh", "status", "--exit-code").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_with_a_problem_never_says_clean()
    {
        _scene.RunProgram("mkfifo", ["pipe"], _scene.At("repo/data")).Expect(0);

        RunResult status = _scene.Dls("repo", "status").Expect(0);

        Assert.Contains("data  1 problem", status.Output, StringComparison.Ordinal);
        Assert.Contains("data/pipe: it is a named pipe", status.Output, StringComparison.Ordinal);
        _scene.Dls("repo", "status", "--exit-code").Expect(4);
    }

    [Fact]
    public void A_pointer_file_that_was_deleted_by_hand_is_told()
    {
        File.Delete(_scene.At("repo/data.dls"));

        RunResult status = _scene.Dls("repo", "status").Expect(0);

        Assert.Contains("data  its pointer file is gone from the work tree", status.Output, StringComparison.Ordinal);
        Assert.Contains("`git checkout -- data.dls`", status.Error, StringComparison.Ordinal);
        _scene.Dls("repo", "status", "--exit-code").Expect(4);
        foreach (string verb in (string[])["add", "checkout", "pull", "verify"])
        {
            Assert.Contains("`git checkout -- data.dls`", _scene.Dls("repo", verb, "data").Expect(1).Error, StringComparison.Ordinal);
        }

        Assert.Contains("left alone: the pointer file of 'data'", _scene.Dls("repo", "checkout").Expect(3).Error, StringComparison.Ordinal);
        _scene.Git("repo", "checkout", "--", "data.dls");
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void A_path_whose_pointer_git_has_taken_away_is_told_and_its_hints_lead_on()
    {
        _scene.Git("repo", "rm", "-q", "w.pth.dls");

        Assert.Contains("w.pth  its pointer is gone from git", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
        foreach (string verb in (string[])["add", "checkout"])
        {
            Assert.Contains("`dls rm --keep w.pth` and then `dls add w.pth`",
                _scene.Dls("repo", verb, "w.pth").Expect(1).Error, StringComparison.Ordinal);
        }

        _scene.Dls("repo", "rm", "--keep", "w.pth").Expect(0);
        _scene.Dls("repo", "add", "w.pth").Expect(0);
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void A_pointer_that_git_does_not_track_is_told()
    {
        _scene.Git("repo", "rm", "-q", "--cached", "w.pth.dls");

        RunResult status = _scene.Dls("repo", "status").Expect(0);

        Assert.Contains("its pointer is not tracked by git", status.Output, StringComparison.Ordinal);
        Assert.Contains("`git add w.pth.dls`", status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pointer_that_a_sparse_checkout_leaves_out_is_not_called_deleted()
    {
        _scene.Git("repo", "sparse-checkout", "set", "--no-cone", "/*", "!/data.dls");

        Assert.DoesNotContain("gone", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("add", "out/data")]
    [InlineData("add", "out/data/n.txt")]
    [InlineData("status", "out/data")]
    [InlineData("rm", "out/data")]
    public void A_pointer_that_a_sparse_checkout_leaves_out_is_never_made_anew(string verb, string path)
    {
        _scene.Write("repo/in/t", "t\n");
        _scene.Write("repo/out/data/a.txt", "a\n");
        _scene.Write("repo/out/data/b.txt", "b\n");
        _scene.Dls("repo", "add", "out/data").Expect(0);
        _scene.Commit("repo", "out");
        _scene.Git(".", "clone", "-q", "--no-checkout", "repo", "sparse");
        _scene.Git("sparse", "sparse-checkout", "set", "--cone", "in");
        _scene.Git("sparse", "checkout", "-q", "main");
        _scene.Write("sparse/out/data/n.txt", "n\n");

        RunResult refused = _scene.Dls("sparse", verb, path).Expect(1);

        Assert.Contains("`git sparse-checkout add out`", refused.Error, StringComparison.Ordinal);
        Assert.Equal(_scene.Git("repo", "rev-parse", ":out/data.dls"), _scene.Git("sparse", "rev-parse", ":out/data.dls"));
        _scene.Git("sparse", "sparse-checkout", "add", "out");
        Assert.True(File.Exists(_scene.At("sparse/out/data.dls")));
    }

    [Fact]
    public void Status_of_a_path_inside_a_pointer_counts_only_what_is_there()
    {
        _scene.Write("repo/data/img/000.txt", "changed\n");
        _scene.Write("repo/data/run.sh", "changed\n");

        Assert.Contains("data/img  1 modified;", _scene.Dls("repo", "status", "data/img").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("data/deep  clean;", _scene.Dls("repo", "status", "data/deep").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Hints_are_typed_from_where_the_user_stands_and_work()
    {
        _scene.Write("repo/my data/a.txt", "a\n");
        _scene.Dls("repo", "add", "my data").Expect(0);
        _scene.Write("repo/my data/a.txt", "b\n");
        Directory.CreateDirectory(_scene.At("repo/sub"));

        RunResult status = _scene.Dls("repo/sub", "status").Expect(0);

        Assert.Contains("run `dls add '../my data'` to record", status.Error, StringComparison.Ordinal);
        _scene.RunProgram("sh", ["-c", $"{string.Join(' ', DlsProcess.Command().Select(static w => $"'{w}'"))} add '../my data'"],
            _scene.At("repo/sub")).Expect(0);
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    private static string Compact(
        string json) => json.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);

    private void Record(string message) => _scene.Record("repo", message, "data", "w.pth");

    /// <summary>Another clone has recorded and pushed a new version; git has brought the pointer here.</summary>
    private void MoveOn()
    {
        _scene.Write("repo/data/new.txt", "new\n");
        Record("two");
        _scene.Git("clone", "pull", "-q");
    }
}
