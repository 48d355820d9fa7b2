using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>
/// dls called by a hook that git runs while it commits: what it stages is in that commit, and nothing is staged anywhere else.
/// </summary>
public sealed class HookIndexTests : IDisposable
{
    private readonly GitScene _scene = new();

    public HookIndexTests()
    {
        _scene.Write("repo/t", "t\n");
        _scene.Change("1\n");
        _scene.Script("repo/.git/hooks/pre-commit", "exec dls add data >&2\n");
        _scene.Write("repo/data/a", "2\n");
        _scene.Write("repo/t", "u\n");
    }

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("commit", "-qam", "e")]
    [InlineData("commit", "-qm", "e", "t")]
    [InlineData("commit", "-qm", "e", "--only", "t")]
    [InlineData("commit", "-qim", "e", "t")]
    public void What_a_pre_commit_hook_adds_is_in_the_commit_and_nothing_is_left_behind(params string[] commit)
    {
        _scene.Git("repo", commit);

        Assert.Equal(["data.dls", "t"], Committed("repo"));
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
        Assert.DoesNotContain("error", _scene.Git("repo", "fsck"), StringComparison.Ordinal);
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
        Assert.Empty(Directory.GetFiles(_scene.At("repo/.git"), "*.lock"));
    }

    [Fact]
    public void Other_changes_that_are_staged_stay_staged_when_one_path_is_committed()
    {
        _scene.Write("repo/staged", "s\n");
        _scene.Git("repo", "add", "staged");

        _scene.Git("repo", "commit", "-qm", "e", "t");

        Assert.Equal(["data.dls", "t"], Committed("repo"));
        Assert.Equal("A  staged", _scene.Git("repo", "status", "--porcelain"));
    }

    [Fact]
    public void A_commit_that_is_given_up_leaves_the_index_as_it_was()
    {
        _scene.Script("repo/.git/hooks/commit-msg", "exit 1\n");

        Assert.NotEqual(0, _scene.TryGit("repo", "commit", "-qm", "e", "t").ExitCode);

        Assert.Equal([" M data.dls", " M t"],
            _scene.TryGit("repo", "status", "--porcelain").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void In_a_linked_work_tree_and_below_its_top_it_is_that_ones_index()
    {
        _scene.Git("repo", "checkout", "-q", "--", "t");
        _scene.Dls("repo", "checkout", "data", "--force").Expect(0);
        _scene.Git("repo", "worktree", "add", "-q", "-b", "w", "../w");
        _scene.Dls("w", "checkout").Expect(0);
        _scene.Write("w/sub/s", "s\n");
        _scene.Git("w", "add", "sub/s");
        _scene.Write("w/data/a", "9\n");

        _scene.Git("w/sub", "commit", "-qam", "g");

        Assert.Equal(["data.dls", "sub/s"], Committed("w"));
        Assert.Equal("", _scene.Git("w", "status", "--porcelain"));
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
    }

    [Theory]
    [InlineData("other/.git/index", "other/.git")]
    [InlineData("other/.git/index", null)]
    [InlineData("other/.git/stray", null)]
    public void A_variable_that_is_about_another_repository_is_passed_over(string index, string? gitDir)
    {
        _scene.Git(".", "init", "-q", "other");
        _scene.Write("other/x", "x\n");
        _scene.Commit("other", "x");
        byte[] before = File.ReadAllBytes(_scene.At("other/.git/index"));
        _scene.Environment["GIT_INDEX_FILE"] = _scene.At(index);
        if (gitDir is not null)
        {
            _scene.Environment["GIT_DIR"] = _scene.At(gitDir);
        }

        _scene.Dls("repo", "add", "data").Expect(0);

        _scene.Environment.Remove("GIT_INDEX_FILE");
        _scene.Environment.Remove("GIT_DIR");
        Assert.Equal(before, File.ReadAllBytes(_scene.At("other/.git/index")));
        Assert.False(File.Exists(_scene.At("other/.git/stray")));
        Assert.Contains("M  data.dls", _scene.Git("repo", "status", "--porcelain"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_lock_that_is_waited_for_is_named()
    {
        File.Copy(_scene.At("repo/.git/index"), _scene.At("repo/.git/mine"));
        _scene.Write("repo/.git/mine.lock", "");
        _scene.Environment["GIT_INDEX_FILE"] = ".git/mine";

        RunResult add = _scene.Dls("repo/data", "add", ".").Expect(11);

        Assert.Contains("/.git/mine.lock'", add.Error, StringComparison.Ordinal);
    }

    private string[] Committed(string directory) => _scene.Git(directory, "show", "--format=", "--name-only", "HEAD").Split('\n');
}
