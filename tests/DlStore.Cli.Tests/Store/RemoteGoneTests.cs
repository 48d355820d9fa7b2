using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>A remote that is not where it was, or is new: a push must not begin another one in an empty mount point.</summary>
public sealed class RemoteGoneTests : IDisposable
{
    private readonly Scene _scene = new();

    public RemoteGoneTests()
    {
        _scene.MakeRepo();
        _scene.Write("repo/data/a.txt", "a\n");
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");
    }

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_push_to_a_remote_that_was_there_and_is_not_stops(bool isMountPoint)
    {
        _scene.Dls("repo", "push").Expect(0);
        Unmount(isMountPoint);
        Change("b\n");

        RunResult pushed = _scene.Dls("repo", "push").Expect(1);

        Assert.Contains("check that it is mounted", pushed.Error, StringComparison.Ordinal);
        Assert.Contains("--create", pushed.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.Exists(_scene.At("remote")) ? Directory.GetFileSystemEntries(_scene.At("remote")) : []);
        _scene.Dls("repo", "remote", "check").Expect(4);
        _scene.Dls("repo", "verify", "--remote", "lab").Expect(1);
        Mount();
        _scene.Dls("repo", "push").Expect(0);
        _scene.Dls("repo", "verify", "--remote", "lab").Expect(0);
    }

    [Fact]
    public void The_hook_stops_git_push_too()
    {
        _scene.Dls("repo", "push").Expect(0);
        _scene.Git(".", "init", "-q", "--bare", "origin");
        _scene.Git("repo", "remote", "add", "origin", "../origin");
        Unmount(true);
        Change("b\n");
        string head = _scene.Git("repo", "rev-parse", "HEAD");

        RunResult hook = DlsProcess.Run(_scene.At("repo"), _scene.Environment,
            ["hook", "pre-push", "origin", "../origin"], $"refs/heads/main {head} refs/heads/main {new string('0', 40)}\n");

        Assert.Equal(1, hook.ExitCode);
        Assert.Contains("check that it is mounted", hook.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_begins_a_lost_remote_anew_with_every_commit()
    {
        _scene.Dls("repo", "push").Expect(0);
        Change("b\n");
        _scene.Dls("repo", "push").Expect(0);
        Directory.Delete(_scene.At("remote"), recursive: true);

        _scene.Dls("repo", "push", "--create").Expect(0);

        Assert.Equal(2, Directory.GetFiles(_scene.At("remote/pins"), "*", SearchOption.AllDirectories).Length);
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull").Expect(0);
        Assert.Equal("b\n", File.ReadAllText(_scene.At("clone/data/a.txt")));
        Assert.Equal(0, _scene.Dls("clone", "fetch", "--all").ExitCode);
    }

    [Fact]
    public void The_first_push_from_a_clone_that_did_not_add_the_remote_needs_create()
    {
        _scene.Clone("repo", "clone");
        _scene.Write("clone/other.txt", "mine\n");
        _scene.Dls("clone", "add", "other.txt").Expect(0);
        _scene.Commit("clone", "two");
        _scene.Git("clone", "rm", "-q", "--cached", "data.dls");
        File.Delete(_scene.At("clone/data.dls"));

        RunResult refused = _scene.Dls("clone", "push", "--tip").Expect(1);
        Assert.Contains("dls push --remote lab --create", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("remote")));

        _scene.Dls("repo", "push").Expect(0);
        _scene.Dls("clone", "push").Expect(0);
    }

    [Fact]
    public void Another_url_under_the_same_name_is_another_remote()
    {
        _scene.Dls("repo", "push").Expect(0);
        _scene.Dls("repo", "config", "remote.lab.url", "../elsewhere").ToString();
        string config = File.ReadAllText(_scene.At("repo/.dlstore/config")).Replace("../remote", "../elsewhere", StringComparison.Ordinal);
        File.WriteAllText(_scene.At("repo/.dlstore/config"), config);

        Assert.Contains("--create", _scene.Dls("repo", "push").Expect(1).Error, StringComparison.Ordinal);
        _scene.Dls("repo", "remote", "add", "lab", "../elsewhere").Expect(0);
        _scene.Dls("repo", "push").Expect(0);
        Assert.True(File.Exists(_scene.At("elsewhere/format.json")));
    }

    [Fact]
    public void A_pull_from_an_empty_mount_point_says_that_it_is_no_remote()
    {
        _scene.Dls("repo", "push").Expect(0);
        _scene.Clone("repo", "clone");
        Unmount(true);

        Assert.Contains("check that it is mounted", _scene.Dls("clone", "pull").Expect(1).Error, StringComparison.Ordinal);
    }

    private void Unmount(bool isMountPoint)
    {
        Directory.Move(_scene.At("remote"), _scene.At("away"));
        if (isMountPoint)
        {
            Directory.CreateDirectory(_scene.At("remote"));
        }
    }

    private void Mount()
    {
        if (Directory.Exists(_scene.At("remote")))
        {
            Directory.Delete(_scene.At("remote"));
        }

        Directory.Move(_scene.At("away"), _scene.At("remote"));
    }

    private void Change(string text)
    {
        _scene.Write("repo/data/a.txt", text);
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "changed");
    }
}
