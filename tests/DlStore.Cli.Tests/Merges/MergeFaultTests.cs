using DlStore.TestKit;

namespace DlStore.Cli.Tests.Merges;

/// <summary>Kills, missing listings and collections in the middle of a merge.</summary>
public sealed class MergeFaultTests : IDisposable
{
    private readonly MergeScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("merge.stored")]
    [InlineData("merge.noted")]
    [InlineData("merge.written")]
    [InlineData("pack.written")]
    public void A_driver_that_is_killed_leaves_a_merge_that_can_be_begun_again(string point)
    {
        _scene.Branch("other", ("img/000.txt", "other\n"));
        _scene.Record("main", ("img/001.txt", "main\n"));
        string head = _scene.Git("rev-parse", "HEAD");

        Dictionary<string, string> environment = DlsProcess.With(_scene.Scene.Environment, ("DLS_CRASH_AT", point));
        RunResult killed = RunningProgram.Run("git", ["merge", "-q", "other"], _scene.Scene.At("repo"), environment);

        Assert.NotEqual(0, killed.ExitCode);
        Assert.Equal(head, _scene.Git("rev-parse", "HEAD"));
        _scene.TryGit("merge", "--abort");
        _scene.Dls("status", "--exit-code").Expect(0);
        _scene.Dls("verify").Expect(0);
        _scene.Git("merge", "-q", "other");
        Assert.Equal(["other\n", "main\n"], _scene.Pull("img/000.txt", "img/001.txt"));
        _scene.AssertClean();
    }

    [Theory]
    [InlineData("resolve.stored")]
    [InlineData("resolve.noted")]
    [InlineData("change.written")]
    [InlineData("change.pointed")]
    [InlineData("change.based")]
    [InlineData("change.staged")]
    public void A_resolve_that_is_killed_is_finished_by_the_same_command_again(string point)
    {
        Clash();

        _ = _scene.Scene.Crash("repo", point, "resolve", "--both", "data").Expect(128 + 9);
        _scene.Dls("status").Expect(0);
        _scene.Dls("verify").Expect(0);
        bool isDone = _scene.Git("ls-files", "-u").Length == 0;
        Assert.Equal(point == "change.staged", isDone);
        _ = isDone ? null : _scene.Dls("resolve", "--both", "data").Expect(0);

        AssertBoth();
    }

    [Fact]
    public void Once_the_decisions_are_noted_a_plain_resolve_finishes_a_killed_one()
    {
        Clash();

        _ = _scene.Scene.Crash("repo", "change.pointed", "resolve", "--both", "data").Expect(128 + 9);
        _scene.Dls("resolve").Expect(0);

        AssertBoth();
    }

    [Fact]
    public void A_collection_between_driver_and_commit_takes_nothing_that_the_merge_needs()
    {
        Clash();
        _scene.Dls("gc", "--grace", "0s").Expect(0);
        _scene.Dls("verify").Expect(0);
        _scene.Dls("resolve", "--both", "data/img").Expect(0);
        _scene.Dls("gc", "--grace", "0s").Expect(0);

        AssertBoth();
    }

    [Fact]
    public void The_listing_that_was_merged_stays_while_only_the_note_names_it()
    {
        Clash();
        _scene.Git("checkout", "--ours", "--", "data.dls");

        _scene.Dls("gc", "--grace", "0s").Expect(0);

        string merged = File.ReadAllText(_scene.Notes().Single()).Split("\"merged\": ")[1].Split("sha256:")[1][..64];
        Assert.Contains(merged, _scene.Dls("where", $"sha256:{merged}").Expect(0).Output, StringComparison.Ordinal);
        _scene.Git("merge", "--abort");
    }

    [Fact]
    public void Listings_that_are_not_here_are_fetched_and_the_files_are_not()
    {
        Scene scene = MakeCloneWithoutOther();

        scene.Git("clone", "merge", "-q", "origin/other");

        scene.Dls("clone", "pull").Expect(0);
        Assert.Equal("other\n", File.ReadAllText(scene.At("clone/data/img/000.txt")));
        Assert.Equal("main\n", File.ReadAllText(scene.At("clone/data/img/001.txt")));
        scene.Dls("clone", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void Where_the_remote_is_away_the_pointer_stays_unmerged_and_resolve_merges_it_later()
    {
        Scene scene = MakeCloneWithoutOther();
        Directory.Move(scene.At("remote"), scene.At("away"));
        byte[] before = File.ReadAllBytes(scene.At("clone/data.dls"));

        RunResult merge = scene.TryGit("clone", "merge", "-q", "origin/other").Expect(1);

        Assert.Contains("error: ", merge.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(scene.At("clone/data.dls")));
        Assert.Contains("data.dls", scene.Git("clone", "ls-files", "-u"), StringComparison.Ordinal);
        Assert.Contains("problem: data: ", scene.Dls("clone", "resolve").Expect(3).Output, StringComparison.Ordinal);
        Directory.Move(scene.At("away"), scene.At("remote"));
        scene.Dls("clone", "resolve").Expect(0);
        scene.Git("clone", "commit", "-q", "--no-edit");
        scene.Dls("clone", "pull").Expect(0);
        Assert.Equal("other\n", File.ReadAllText(scene.At("clone/data/img/000.txt")));
        scene.Dls("clone", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void Without_a_remote_a_listing_that_is_not_here_is_a_clear_error_and_nothing_is_written()
    {
        Scene scene = MakeCloneWithoutOther();
        scene.Dls("clone", "remote", "remove", "lab").Expect(0);
        scene.Commit("clone", "no remote");

        RunResult merge = scene.TryGit("clone", "merge", "-q", "origin/other").Expect(1);

        Assert.Contains("error: merge 'data.dls': read object 'sha256:", merge.Error, StringComparison.Ordinal);
        Assert.Contains("no remote is configured that might have it", merge.Error, StringComparison.Ordinal);
        Assert.Contains("run `dls remote add NAME URL --default`, then `dls resolve`", merge.Error, StringComparison.Ordinal);
        RunResult status = scene.Dls("clone", "status").Expect(0);
        Assert.Contains("data  unmerged: which paths clash is not known", status.Output, StringComparison.Ordinal);
        Assert.Contains("git has not merged it", scene.Dls("clone", "add", "data").Expect(1).Error, StringComparison.Ordinal);
        scene.Dls("clone", "remote", "add", "lab", "../remote", "--default").Expect(0);
        scene.Dls("clone", "resolve").Expect(0);
        Assert.Equal("", scene.Git("clone", "ls-files", "-u"));
    }

    private Scene MakeCloneWithoutOther()
    {
        _scene.Record("main", ("img/001.txt", "main\n"));
        _scene.Dls("push", "--quiet").Expect(0);
        Scene scene = _scene.Scene;
        scene.Clone("repo", "clone");
        scene.Dls("clone", "pull", "--quiet").Expect(0);
        _scene.Branch("other", ("img/000.txt", "other\n"));
        _scene.Dls("push", "--all", "--quiet").Expect(0);
        scene.Git("clone", "fetch", "-q");
        return scene;
    }

    private void Clash()
    {
        _scene.Branch("other", ("img/000.txt", "other\n"), ("o.txt", "only other\n"));
        _scene.Record("main", ("img/000.txt", "main\n"), ("m.txt", "only main\n"));
        _scene.MergeWithClash("other");
    }

    private void AssertBoth()
    {
        _ = _scene.Git("ls-files", "-u").Length > 0 ? _scene.Dls("resolve", "--both", "data") : null;
        _scene.Git("commit", "-q", "--no-edit");
        Assert.Equal(["main\n", "other\n", "only other\n", "only main\n"], _scene.Pull("img/000.txt", "img/000.other.txt", "o.txt", "m.txt"));
        _scene.AssertClean();
    }
}
