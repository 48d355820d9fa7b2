using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Repositories inside the work tree: what is there is theirs, and every verb says so before it writes anything.</summary>
public sealed class InnerRepositoryTests : IDisposable
{
    private readonly Scene _scene = new();

    public InnerRepositoryTests()
    {
        _scene.MakeRepo();
        _scene.Git(".", "init", "-q", "-b", "main", "inner");
        _scene.Write("inner/s", "s\n");
        _scene.Commit("inner", "s");
        _scene.Git("repo", "submodule", "--quiet", "add", _scene.At("inner"), "lib/sub");
        _scene.Commit("repo", "submodule");
    }

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("add", "lib/sub/data")]
    [InlineData("add", "lib/sub/data/a")]
    [InlineData("add", "lib/sub")]
    [InlineData("rm", "lib/sub/data")]
    [InlineData("checkout", "lib/sub/data")]
    [InlineData("pull", "lib/sub/data")]
    [InlineData("status", "lib/sub/data")]
    [InlineData("ls", "lib/sub/data")]
    public void A_path_in_a_submodule_is_refused_in_words(string verb, string path)
    {
        _scene.Write("repo/lib/sub/data/a", "x\n");
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo"), ".git");

        RunResult refused = _scene.Dls("repo", verb, path);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("submodule 'lib/sub'", refused.Error, StringComparison.Ordinal);
        Assert.Contains("run dls inside it", refused.Error, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo"), ".git"));
        Assert.Equal("?? data/", _scene.Git("repo/lib/sub", "status", "--porcelain"));
    }

    [Fact]
    public void A_submodule_that_is_not_checked_out_is_one_too()
    {
        _scene.Git(".", "clone", "-q", "repo", "clone");
        _scene.Write("clone/lib/sub/data/a", "x\n");

        RunResult refused = _scene.Dls("clone", "add", "lib/sub/data").Expect(2);

        Assert.Contains("submodule 'lib/sub'", refused.Error, StringComparison.Ordinal);
        Assert.Contains("git submodule update --init -- 'lib/sub'", refused.Error, StringComparison.Ordinal);
        Assert.Equal(["a"], Directory.GetFileSystemEntries(_scene.At("clone/lib/sub/data")).Select(static f => Path.GetFileName(f)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_repository_or_work_tree_that_is_no_submodule_is_named(bool linked)
    {
        _scene.Git("repo", linked ? ["worktree", "add", "-q", "-b", "other", "own"] : ["init", "-q", "own"]);
        _scene.Write("repo/own/data/a", "x\n");

        RunResult refused = _scene.Dls("repo", "add", "own/data").Expect(2);

        Assert.Contains("it is in 'own', a git repository of its own", refused.Error, StringComparison.Ordinal);
        Assert.Equal(["a"], Directory.GetFileSystemEntries(_scene.At("repo/own/data")).Select(static f => Path.GetFileName(f)));
    }

    [Fact]
    public void A_directory_that_holds_a_repository_is_refused_with_its_name()
    {
        _scene.Write("repo/lib/more", "x\n");
        RunResult holds = _scene.Dls("repo", "add", "lib").Expect(1);
        Assert.Contains("there is a submodule inside it", holds.Error, StringComparison.Ordinal);
        Assert.Contains("lib/sub", holds.Error, StringComparison.Ordinal);

        _scene.Git("repo", "init", "-q", "big/own");
        _scene.Write("repo/big/more", "x\n");
        RunResult nested = _scene.Dls("repo", "add", "big").Expect(1);
        Assert.Contains("own/.git: a git repository of its own is there", nested.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("repo/big.dls")));
    }

    [Fact]
    public void A_directory_named_git_that_is_no_repository_does_not_count()
    {
        Directory.CreateDirectory(_scene.At("repo/odd/.git"));
        _scene.Write("repo/odd/data/a", "x\n");

        _scene.Dls("repo", "add", "odd/data").Expect(0);
    }

    [Fact]
    public void Inside_the_submodule_dls_works()
    {
        _scene.Write("repo/lib/sub/data/a", "x\n");
        _scene.Dls("repo/lib/sub", "init").Expect(0);

        _scene.Dls("repo/lib/sub", "add", "data").Expect(0);

        Assert.Contains("data.dls", _scene.Git("repo/lib/sub", "status", "--porcelain"), StringComparison.Ordinal);
    }
}
