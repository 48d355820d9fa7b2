using DlStore.TestKit;

namespace DlStore.Cli.Tests.Remotes;

/// <summary>Remotes of one clone and of one process beside the committed ones, and a fork whose bytes go elsewhere.</summary>
public sealed class LocalRemoteTests : IDisposable
{
    private readonly Scene _scene = new();

    public LocalRemoteTests()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.Dls("repo", "add", "data", "--quiet").Expect(0);
        _scene.Commit("repo", "one");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_remote_of_this_clone_takes_the_place_of_the_committed_one_and_goes_again()
    {
        _scene.Dls("repo", "remote", "add", "lab", "../mine", "--local").Expect(0);

        Assert.Contains("lab  ../mine  (default)  (this clone)", _scene.Dls("repo", "remote", "list").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("remote.lab.url = ../mine  (this clone)", _scene.Dls("repo", "config").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
        _scene.Dls("repo", "push").Expect(0);
        Assert.True(Directory.Exists(_scene.At("mine/pins")));
        Assert.False(Directory.Exists(_scene.At("remote/pins")));

        _scene.Dls("repo", "remote", "remove", "lab").Expect(0);

        Assert.Contains("lab  ../remote", _scene.Dls("repo", "remote", "list").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "push").Expect(0);
        Assert.True(Directory.Exists(_scene.At("remote/pins")));
    }

    [Fact]
    public void The_process_chooses_before_the_clone_and_the_clone_before_what_is_committed()
    {
        _scene.Dls("repo", "remote", "add", "mine", "../mine", "--local", "--default").Expect(0);
        _scene.Dls("repo", "remote", "add", "third", "../third", "--local").Expect(0);
        Assert.Equal("core.remote = mine  (this clone)", Line("core.remote"));
        _scene.Environment["DLS_REMOTE"] = "third";
        Assert.Equal("core.remote = third  (DLS_REMOTE)", Line("core.remote"));
        _scene.Dls("repo", "push").Expect(0);
        Assert.True(Directory.Exists(_scene.At("third/pins")));
        Assert.False(Directory.Exists(_scene.At("mine")));

        _scene.Environment["DLS_REMOTE"] = "nosuch";
        RunResult wrong = _scene.Dls("repo", "push").Expect(2);

        Assert.Contains("use remote 'nosuch', as DLS_REMOTE says: no such remote is configured", wrong.Error, StringComparison.Ordinal);
        _scene.Dls("repo", "push", "--remote", "mine").Expect(0);
    }

    [Fact]
    public void What_is_pushed_to_a_fork_takes_its_bytes_to_the_remote_of_the_fork()
    {
        _scene.Git(".", "init", "-q", "--bare", "upstream");
        _scene.Git(".", "init", "-q", "--bare", "forked");
        _scene.Git("repo", "remote", "add", "origin", "../upstream");
        _scene.Git("repo", "remote", "add", "fork", "../forked");
        _scene.Dls("repo", "remote", "add", "mine", "../mine", "--local").Expect(0);
        _scene.Dls("repo", "config", "dls.git.fork.remote", "nosuch").Expect(2);
        _scene.Dls("repo", "config", "dls.git.fork.remote", "mine").Expect(0);

        _scene.Git("repo", "push", "-q", "fork", "HEAD");

        Assert.True(Directory.Exists(_scene.At("mine/pins")));
        Assert.False(Directory.Exists(_scene.At("remote/pins")));
        _scene.Git("repo", "push", "-q", "origin", "HEAD");
        Assert.True(Directory.Exists(_scene.At("remote/pins")));
    }

    [Fact]
    public void A_key_that_means_nothing_is_named_with_a_way_out()
    {
        _scene.Git("repo", "config", "dls.remote.lab.colour", "red");

        RunResult wrong = _scene.Dls("repo", "status").Expect(1);

        Assert.Contains("'dls.remote.lab.colour': there is no such key", wrong.Error, StringComparison.Ordinal);
        _scene.Git("repo", "config", "--unset", "dls.remote.lab.colour");
        _scene.Dls("repo", "status").Expect(0);
    }

    private string Line(string key) => _scene.Dls("repo", "config").Expect(0).Output.Split('\n')
        .Single(l => l.StartsWith(key + " ", StringComparison.Ordinal));
}
