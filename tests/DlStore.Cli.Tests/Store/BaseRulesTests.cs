using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>
/// The rules of base, stale and not pulled (design section 4): what add, status and checkout may take for a change of the user's.
/// </summary>
public sealed class BaseRulesTests : IDisposable
{
    private readonly Scene _scene = new();

    public BaseRulesTests()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        Add("repo", "one");
        _scene.Git("repo", "tag", "v1");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Rm_works_where_only_single_files_were_ever_added()
    {
        using Scene scene = new();
        scene.MakeRepo();
        scene.Write("repo/w.pth", "w\n");
        scene.Dls("repo", "add", "w.pth").Expect(0);

        scene.Dls("repo", "rm", "w.pth").Expect(0);

        Assert.DoesNotContain("w.pth", scene.Git("repo", "ls-files"), StringComparison.Ordinal);
    }

    [Fact]
    public void After_git_checkout_add_refuses_as_stale_and_checkout_brings_the_old_state_back()
    {
        TreeSnapshot old = Data("repo");
        Change("repo");
        Add("repo", "two");
        TreeSnapshot now = Data("repo");

        _scene.Git("repo", "checkout", "-q", "v1");
        RunResult refused = _scene.Dls("repo", "add", "data").Expect(1);
        Assert.Contains("stale", refused.Error, StringComparison.Ordinal);
        Assert.Contains("`dls checkout data`", refused.Error, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(now, Data("repo"));
        _scene.Dls("repo", "checkout").Expect(0);
        TreeSnapshot.AssertEqual(old, Data("repo"));
        IsClean("repo");

        _scene.Git("repo", "checkout", "-q", "main");
        _scene.Dls("repo", "checkout").Expect(0);
        TreeSnapshot.AssertEqual(now, Data("repo"));
        IsClean("repo");
    }

    [Fact]
    public void A_half_pull_followed_by_add_keeps_the_rest()
    {
        Pushed();
        string pointer = Pointer("clone");

        _scene.Dls("clone", "pull", "data/img").Expect(0);
        Assert.True(File.Exists(_scene.At("clone/data/img/000.txt")));
        Assert.False(File.Exists(_scene.At("clone/data/run.sh")));
        _scene.Dls("clone", "add", "data").Expect(0);

        Assert.Equal(pointer, Pointer("clone"));
        _scene.Write("clone/data/img/000.txt", "changed\n");
        _scene.Dls("clone", "add", "data").Expect(0);
        Assert.Equal(Files("repo"), Files("clone"));
        _scene.Dls("clone", "pull").Expect(0);
        Assert.Equal("changed\n", File.ReadAllText(_scene.At("clone/data/img/000.txt")));
        Assert.True(File.Exists(_scene.At("clone/data/run.sh")));
    }

    [Fact]
    public void A_deletion_is_recorded_by_add()
    {
        File.Delete(_scene.At("repo/data/img/000.txt"));
        Directory.Delete(_scene.At("repo/data/deep"), recursive: true);

        Assert.Contains("2 deleted", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "add", "data").Expect(0);

        string files = Files("repo");
        Assert.DoesNotContain("000.txt", files, StringComparison.Ordinal);
        Assert.DoesNotContain("deep", files, StringComparison.Ordinal);
        Assert.Contains("001.txt", files, StringComparison.Ordinal);
        IsClean("repo");
    }

    [Fact]
    public void A_lost_base_takes_nothing_for_deleted()
    {
        Pushed();
        _scene.Dls("clone", "pull", "data/img").Expect(0);
        string pointer = Pointer("clone");
        File.Delete(_scene.At("clone/.git/dls/base"));

        Assert.DoesNotContain("deleted", _scene.Dls("clone", "status").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("clone", "add", "data").Expect(0);

        Assert.Equal(pointer, Pointer("clone"));
        _scene.Dls("clone", "pull").Expect(0);
        TreeSnapshot.AssertEqual(Data("repo"), Data("clone"));
    }

    [Fact]
    public void Adding_a_file_to_a_directory_in_a_fresh_clone_needs_no_other_bytes()
    {
        Pushed();
        string before = Files("repo");
        _scene.Write("clone/data/img/new.txt", "new\n");

        RunResult added = _scene.Dls("clone", "add", "data/img/new.txt");
        if (added.ExitCode != 0)
        {
            // The listing is not here yet; the message has to say how to get it.
            Assert.Contains("`dls fetch --listings`", added.Error, StringComparison.Ordinal);
            _scene.Dls("clone", "fetch", "--listings").Expect(0);
            _scene.Dls("clone", "add", "data/img/new.txt").Expect(0);
        }

        Assert.False(File.Exists(_scene.At("clone/data/run.sh")));
        string[] lost = [.. before.Split('\n').Except(Files("clone").Split('\n'))];
        Assert.Empty(lost);
        Assert.Contains("new.txt", Files("clone"), StringComparison.Ordinal);
        _scene.Commit("clone", "new");
        _scene.Dls("clone", "push").Expect(0);
    }

    [Fact]
    public void Local_changes_stay_without_a_path_are_refused_with_one_and_go_to_the_trash_with_force()
    {
        _scene.Write("repo/data/img/001.txt", "mine\n");

        _scene.Dls("repo", "checkout").Expect(0);
        Assert.Equal("mine\n", File.ReadAllText(_scene.At("repo/data/img/001.txt")));
        RunResult refused = _scene.Dls("repo", "checkout", "data").Expect(1);
        Assert.Contains("data/img/001.txt", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
        Assert.Equal("mine\n", File.ReadAllText(_scene.At("repo/data/img/001.txt")));

        RunResult forced = _scene.Dls("repo", "checkout", "--force", "data").Expect(0);
        Assert.Equal("picture 1\n", File.ReadAllText(_scene.At("repo/data/img/001.txt")));
        IsClean("repo");
        string id = _scene.Dls("repo", "trash", "list").Expect(0).Output.Split(' ')[0];
        Assert.Contains(id, forced.Output, StringComparison.Ordinal);
        _scene.Dls("repo", "trash", "restore", id).Expect(1);
        File.Delete(_scene.At("repo/data/img/001.txt"));
        _scene.Dls("repo", "trash", "restore", id).Expect(0);
        Assert.Equal("mine\n", File.ReadAllText(_scene.At("repo/data/img/001.txt")));
    }

    [Fact]
    public void A_conflict_is_refused_by_add_and_checkout()
    {
        Change("repo");
        Add("repo", "two");
        _scene.Write("repo/data/img/001.txt", "mine\n");
        _scene.Git("repo", "checkout", "-q", "v1");

        Assert.Contains("in conflict", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "add", "data").Expect(1);
        RunResult refused = _scene.Dls("repo", "checkout").Expect(1);

        Assert.Contains("data/img/001.txt", refused.Error, StringComparison.Ordinal);
        Assert.Equal("mine\n", File.ReadAllText(_scene.At("repo/data/img/001.txt")));
    }

    [Fact]
    public void Files_become_directories_and_back()
    {
        TreeSnapshot old = Data("repo");
        File.Delete(_scene.At("repo/data/run.sh"));
        _scene.Write("repo/data/run.sh/inner", "was a file\n");
        Directory.Delete(_scene.At("repo/data/img"), recursive: true);
        _scene.Write("repo/data/img", "was a directory\n");
        Add("repo", "two");
        TreeSnapshot now = Data("repo");

        foreach ((string rev, TreeSnapshot state) in new[] { ("v1", old), ("main", now), ("v1", old) })
        {
            _scene.Git("repo", "checkout", "-q", rev);
            _scene.Dls("repo", "checkout").Expect(0);
            TreeSnapshot.AssertEqual(state, Data("repo"));
            IsClean("repo");
        }
    }

    [Fact]
    public void What_git_tracks_is_refused_with_the_command_to_untrack_it()
    {
        _scene.Write("repo/src/a.txt", "git's\n");
        _scene.Commit("repo", "src");

        RunResult refused = _scene.Dls("repo", "add", "src").Expect(1);

        Assert.Contains("git rm -r --cached -- 'src'", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("repo/src.dls")));
    }

    [Fact]
    public void Pointers_do_not_nest()
    {
        _scene.Write("repo/outer/inner/x", "x\n");
        _scene.Dls("repo", "add", "outer/inner").Expect(0);

        Assert.Contains("nest", _scene.Dls("repo", "add", "outer").Expect(1).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("repo/outer.dls")));
    }

    [Fact]
    public void An_old_version_of_one_path_is_taken_with_rev()
    {
        TreeSnapshot old = Data("repo");
        Change("repo");
        Add("repo", "two");

        _scene.Dls("repo", "checkout", "--rev", "v1", "data").Expect(0);

        TreeSnapshot.AssertEqual(old, Data("repo"));
        Assert.Equal(_scene.Git("repo", "rev-parse", "v1:data.dls"), _scene.Git("repo", "rev-parse", ":data.dls"));
    }

    private void Pushed()
    {
        _scene.Dls("repo", "push").Expect(0);
        _scene.Clone("repo", "clone");
    }

    private void Change(string repo)
    {
        _scene.Write($"{repo}/data/img/001.txt", "another\n");
        _scene.Write($"{repo}/data/more/x.txt", "added\n");
        File.Delete(_scene.At($"{repo}/data/img/002.txt"));
        File.SetUnixFileMode(_scene.At($"{repo}/data/img/003.txt"), (UnixFileMode)0x1ED);
    }

    private void Add(string repo, string message)
    {
        _scene.Dls(repo, "add", "data").Expect(0);
        _scene.Commit(repo, message);
    }

    private TreeSnapshot Data(string repo) => TreeSnapshot.Of(_scene.At(repo + "/data"));

    private string Pointer(string repo) => File.ReadAllText(_scene.At(repo + "/data.dls"));

    private string Files(string repo)
    {
        string[] lines = _scene.Dls(repo, "ls", "-R", "data").Expect(0).Output.Split('\n');
        return string.Join('\n', lines.Select(l => l.Split("  ")[0]));
    }

    private void IsClean(string repo)
    {
        RunResult status = _scene.Dls(repo, "status", "--exit-code").Expect(0);
        Assert.Contains("clean", status.Output, StringComparison.Ordinal);
    }
}
