using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Merges;

/// <summary>Deciding what clashes, in all forms, with and without the driver.</summary>
public sealed class ResolveTests : IDisposable
{
    private readonly MergeScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Diff_shows_what_clashes_and_decides_nothing()
    {
        Assert.Contains("nothing is unmerged", _scene.Dls("diff", "--conflict").Expect(0).Output, StringComparison.Ordinal);
        _scene.Branch("side", ("img/001.txt", "theirs\n"));
        _scene.Record("ours", ("img/001.txt", "ours\n"));
        _scene.MergeWithClash("side");
        string before = _scene.Git("ls-files", "-s");

        Assert.Contains("data/img/001.txt", _scene.Dls("diff", "--conflict").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("diff", "--conflict", "--exit-code", "data").Expect(4);
        Assert.Equal(before, _scene.Git("ls-files", "-s"));
    }

    [Fact]
    public void Clashes_are_listed_and_decided_one_by_one_and_the_last_decision_stages_the_pointer()
    {
        Clash();

        RunResult list = _scene.Dls("resolve").Expect(4);
        Assert.Contains("data  3 clashes to decide", list.Output, StringComparison.Ordinal);
        Assert.Contains("data/img/000.txt  both sides changed it; 5 B here, 6 B there", list.Output, StringComparison.Ordinal);
        Assert.Contains("data/img/001.txt  changed here, deleted there", list.Output, StringComparison.Ordinal);
        Assert.Contains("data/new.txt  both sides added it", list.Output, StringComparison.Ordinal);

        RunResult first = _scene.Dls("resolve", "--theirs", "data/img").Expect(0);
        Assert.Contains("data  1 clash to decide, 2 decided", first.Output, StringComparison.Ordinal);
        Assert.NotEqual("", _scene.Git("ls-files", "-u"));
        RunResult status = _scene.Dls("status").Expect(0);
        Assert.Contains("data  unmerged: 1 path changed on both sides", status.Output, StringComparison.Ordinal);
        Assert.Contains("decided already: 2", status.Output, StringComparison.Ordinal);

        RunResult last = _scene.Dls("resolve", "--both", "data/new.txt").Expect(0);
        Assert.Contains("data  merged and staged", last.Output, StringComparison.Ordinal);
        Assert.Contains("kept beside  data/new.other.txt", last.Output, StringComparison.Ordinal);
        Assert.Contains("run `dls pull data`", last.Error, StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("ls-files", "-u"));
        Assert.Empty(_scene.Notes());
        _scene.Git("commit", "-q", "--no-edit");
        Assert.Equal(["other\n", "-", "main\n", "other\n", "only other\n", "only main\n"],
            _scene.Pull("img/000.txt", "img/001.txt", "new.txt", "new.other.txt", "o.txt", "m.txt"));
        _scene.AssertClean();
    }

    [Theory]
    [InlineData("--ours", "main\n", "main\n", "-")]
    [InlineData("--theirs", "other\n", "-", "-")]
    [InlineData("--both", "main\n", "main\n", "other\n")]
    public void A_whole_pointer_is_decided_at_once(string side, string changed, string deleted, string beside)
    {
        Clash();

        _scene.Dls("resolve", side, "data").Expect(0);

        _scene.Git("commit", "-q", "--no-edit");
        Assert.Equal([changed, deleted, beside, "only other\n", "only main\n"],
            _scene.Pull("img/000.txt", "img/001.txt", "img/000.other.txt", "o.txt", "m.txt"));
        _scene.AssertClean();
    }

    [Fact]
    public void The_name_beside_is_one_that_neither_tree_nor_disk_has()
    {
        _scene.Branch("other", ("img/000.txt", "other\n"), ("img/000.other.txt", "taken\n"));
        _scene.Record("main", ("img/000.txt", "main\n"));
        _scene.MergeWithClash("other");
        _scene.Scene.Write("repo/data/img/000.other-2.txt", "mine, not added\n");

        RunResult run = _scene.Dls("resolve", "--both", "data").Expect(0);

        Assert.Contains("kept beside  data/img/000.other-3.txt", run.Output, StringComparison.Ordinal);
        Assert.Equal(["taken\n", "mine, not added\n", "other\n"],
            _scene.Pull("img/000.other.txt", "img/000.other-2.txt", "img/000.other-3.txt"));
    }

    [Fact]
    public void Without_the_driver_resolve_does_the_whole_merge_from_the_three_stages()
    {
        using MergeScene scene = new(hasDriver: false);
        scene.Branch("other", ("img/000.txt", "other\n"));
        scene.Record("main", ("img/001.txt", "main\n"));
        scene.MergeWithClash("other");
        Assert.Contains("<<<<<<<", File.ReadAllText(scene.Scene.At("repo/data.dls")), StringComparison.Ordinal);
        Assert.Contains("data  unmerged: no path changed on both sides", scene.Dls("status").Expect(0).Output, StringComparison.Ordinal);

        Assert.Contains("data  would be merged and staged", scene.Dls("resolve", "--dry-run").Expect(0).Output, StringComparison.Ordinal);
        Assert.NotEqual("", scene.Git("ls-files", "-u"));
        Assert.Contains("data  merged and staged", scene.Dls("resolve").Expect(0).Output, StringComparison.Ordinal);

        scene.Git("commit", "-q", "--no-edit");
        Assert.Equal(["other\n", "main\n"], scene.Pull("img/000.txt", "img/001.txt"));
        scene.AssertClean();
    }

    [Fact]
    public void Without_the_driver_clashes_are_decided_too()
    {
        using MergeScene scene = new(hasDriver: false);
        scene.Branch("other", ("img/000.txt", "other\n"), ("img/001.txt", "other\n"));
        scene.Record("main", ("img/000.txt", "main\n"), ("img/001.txt", "main\n"));
        scene.MergeWithClash("other");

        scene.Dls("resolve", "--both", "data/img/000.txt").Expect(0);
        scene.Dls("resolve", "--theirs", "data/img/001.txt").Expect(0);

        scene.Git("commit", "-q", "--no-edit");
        Assert.Equal(["main\n", "other\n", "other\n"], scene.Pull("img/000.txt", "img/000.theirs.txt", "img/001.txt"));
        scene.AssertClean();
    }

    [Theory]
    [InlineData("--ours", false)]
    [InlineData("--theirs", true)]
    public void A_pointer_that_one_side_deleted_is_kept_or_goes(string side, bool stays)
    {
        _scene.Branch("other", ("img/000.txt", "other\n"));
        _scene.Dls("rm", "data", "--quiet").Expect(0);
        _scene.Scene.Commit("repo", "without");
        _scene.MergeWithClash("other");
        Assert.Contains("data  deleted here, changed there; nothing here, 10 files there",
            _scene.Dls("resolve").Expect(4).Output, StringComparison.Ordinal);
        Assert.Contains("cannot lie beside each other", _scene.Dls("resolve", "--both", "data").Expect(2).Error, StringComparison.Ordinal);

        _scene.Dls("resolve", side, "data").Expect(0);

        _scene.Git("commit", "-q", "--no-edit");
        Assert.Equal(stays, File.Exists(_scene.Scene.At("repo/data.dls")));
        _scene.Dls("pull").Expect(0);
        Assert.Equal(stays, File.Exists(_scene.Scene.At("repo/data/img/000.txt")));
        _scene.Dls("status", "--exit-code").Expect(0);
    }

    [Fact]
    public void A_managed_file_that_both_changed_is_decided_as_a_whole()
    {
        _scene.Scene.Write("repo/w.pth", "one\n");
        _scene.Dls("add", "w.pth", "--quiet").Expect(0);
        _scene.Scene.Commit("repo", "w");
        _scene.Git("tag", "-f", "base");
        _scene.Git("checkout", "-q", "-b", "other");
        _scene.Scene.Write("repo/w.pth", "other\n");
        _scene.Dls("add", "w.pth", "--quiet").Expect(0);
        _scene.Scene.Commit("repo", "other");
        _scene.Git("checkout", "-q", "main");
        _scene.Dls("checkout", "--quiet").Expect(0);
        _scene.Scene.Write("repo/w.pth", "main\n");
        _scene.Dls("add", "w.pth", "--quiet").Expect(0);
        _scene.Scene.Commit("repo", "main");
        _scene.TryGit("merge", "-q", "other").Expect(1);

        _scene.Dls("resolve", "--theirs", "w.pth").Expect(0);

        _scene.Git("commit", "-q", "--no-edit");
        _scene.Dls("pull").Expect(0);
        Assert.Equal("other\n", File.ReadAllText(_scene.Scene.At("repo/w.pth")));
        _scene.AssertClean();
    }

    [Fact]
    public void In_a_rebase_theirs_is_the_commit_that_is_being_moved()
    {
        _scene.Branch("other", ("img/000.txt", "other\n"));
        _scene.Record("main", ("img/000.txt", "main\n"), ("m.txt", "main\n"));
        _scene.TryGit("rebase", "-q", "other").Expect(1);

        _scene.Dls("resolve", "--theirs", "data").Expect(0);

        _scene.Git("-c", "core.editor=true", "rebase", "--continue");
        Assert.Equal(["main\n", "main\n"], _scene.Pull("img/000.txt", "m.txt"));
        _scene.AssertClean();
    }

    [Fact]
    public void A_note_of_a_merge_that_was_aborted_is_not_believed_by_the_next_one()
    {
        Clash();
        _scene.Dls("resolve", "--theirs", "data/img").Expect(0);
        _scene.Git("merge", "--abort");
        Assert.Contains("nothing is unmerged", _scene.Dls("resolve").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("checkout").Expect(0);
        _scene.Record("main again", ("img/000.txt", "main again\n"));

        _scene.MergeWithClash("other");

        Assert.Contains("data  3 clashes to decide", _scene.Dls("resolve").Expect(4).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pointer_that_was_changed_by_hand_meanwhile_is_not_overwritten()
    {
        Clash();
        _scene.Scene.Write("repo/data.dls", _scene.Git("show", "base:data.dls").Replace("size ", "recipe sha256:"
            + new string('a', 64) + "\nsize ", StringComparison.Ordinal) + "\n");

        RunResult refused = _scene.Dls("resolve", "--ours", "data").Expect(1);

        Assert.Contains("its pointer was changed by hand", refused.Error, StringComparison.Ordinal);
        _scene.Git("checkout", "--ours", "--", "data.dls");
        _scene.Dls("resolve", "--ours", "data").Expect(0);
    }

    [Theory]
    [InlineData("no path is named", "resolve", "--ours")]
    [InlineData("only one of --ours, --theirs and --both", "resolve", "--ours", "--theirs", "data")]
    [InlineData("'data/img/002.txt': nothing clashes there", "resolve", "--ours", "data/img/002.txt")]
    [InlineData("'data/nosuch': nothing clashes there", "resolve", "data/nosuch")]
    [InlineData("'weights': git has not left a pointer unmerged there", "resolve", "--ours", "weights")]
    [InlineData("outside", "resolve", "--ours", "../elsewhere")]
    public void Wrong_words_are_refused_and_nothing_is_decided(string why, params string[] line)
    {
        Clash();

        RunResult refused = _scene.Dls(line).Expect(2);

        Assert.Contains(why, refused.Error, StringComparison.Ordinal);
        Assert.Contains("data  3 clashes to decide", _scene.Dls("resolve").Expect(4).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_json_has_the_clashes_with_what_was_decided()
    {
        Clash();
        _scene.Dls("resolve", "--both", "data/img/000.txt").Expect(0);

        using JsonDocument json = JsonDocument.Parse(_scene.Dls("resolve", "--json").Expect(4).Output);

        JsonElement pointer = json.RootElement.GetProperty("pointers")[0];
        Assert.Equal(("data", false, 2), (
            pointer.GetProperty("path").GetString(), pointer.GetProperty("isMerged").GetBoolean(), pointer.GetProperty("left").GetInt32()));
        JsonElement clash = pointer.GetProperty("clashes")[0];
        Assert.Equal(("img/000.txt", "both", "file", 6), (clash.GetProperty("path").GetString(), clash.GetProperty("decided").GetString(),
            clash.GetProperty("theirs").GetProperty("mode").GetString(), clash.GetProperty("theirs").GetProperty("size").GetInt32()));
    }

    [Fact]
    public void Verbs_refuse_a_pointer_with_clashes_although_it_can_be_read()
    {
        Clash();
        _ = _scene.Dls("cat", "data/img/002.txt").Expect(1);

        foreach (string verb in (string[])["add", "checkout", "pull", "rm", "ls"])
        {
            RunResult refused = _scene.Dls(verb, "data").Expect(1);
            Assert.Contains("git has not merged it", refused.Error, StringComparison.Ordinal);
            Assert.Contains("`dls resolve` lists what clashes", refused.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>Changed on both sides, deleted there, added on both sides; and one path on each side alone.</summary>
    private void Clash()
    {
        _scene.Branch("other", ("img/000.txt", "other\n"), ("img/001.txt", null), ("new.txt", "other\n"), ("o.txt", "only other\n"));
        _scene.Record("main", ("img/000.txt", "main\n"), ("img/001.txt", "main\n"), ("new.txt", "main\n"), ("m.txt", "only main\n"));
        _scene.MergeWithClash("other");
    }
}
