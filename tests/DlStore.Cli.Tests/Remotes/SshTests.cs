using DlStore.TestKit;

namespace DlStore.Cli.Tests.Remotes;

/// <summary>The program and a real ssh server: two clones share a store on a host.</summary>
public sealed class SshTests : IDisposable
{
    private readonly Scene _scene = new();
    private readonly SshServer _server = new();

    [Theory]
    [InlineData("t", true)]
    [InlineData("ts", false)]
    public void Two_clones_share_a_store_on_a_host(string host, bool hasShell)
    {
        Add(host);
        RunResult pushed = _scene.Dls("repo", "push").Expect(0);
        Assert.Equal(!hasShell, pushed.Error.Contains("not confirmed durable", StringComparison.Ordinal));
        Assert.Contains("nothing new", _scene.Dls("repo", "push").Expect(0).Output, StringComparison.Ordinal);

        Clone();
        _scene.Dls("clone", "pull").Expect(0);
        Assert.Equal("a\n", File.ReadAllText(_scene.At("clone/data/a.txt")));
        Assert.Equal(new byte[20_000_000], File.ReadAllBytes(_scene.At("clone/data/large.bin")));
        Assert.Contains("on gpu: in pin ", _scene.Dls("clone", "status").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("clone", "verify", "--remote", "gpu").Expect(0);
        Assert.Contains(
            "1 commit of this repository pinned", _scene.Dls("clone", "remote", "check", "gpu").Expect(0).Output, StringComparison.Ordinal);

        _scene.Write("clone/data/b.txt", "b\n");
        _scene.Dls("clone", "add", "data").Expect(0);
        _scene.Commit("clone", "two");
        _scene.Dls("clone", "push").Expect(0);
        _scene.Git("repo", "pull", "-q", "../clone", "main");
        _scene.Dls("repo", "pull").Expect(0);
        Assert.Equal("b\n", File.ReadAllText(_scene.At("repo/data/b.txt")));
        Assert.Empty(Directory.GetFiles(_scene.At("far/tmp")));
    }

    [Theory]
    [InlineData("push.packs")]
    [InlineData("remote.copied")]
    [InlineData("remote.renamed")]
    [InlineData("push.index")]
    [InlineData("push.pin")]
    public void A_push_that_was_killed_goes_on(string point)
    {
        Add("t");
        _scene.Crash("repo", point, "push");

        _scene.Dls("repo", "push").Expect(0);

        Clone();
        _scene.Dls("clone", "pull").Expect(0);
        Assert.Equal(new byte[20_000_000], File.ReadAllBytes(_scene.At("clone/data/large.bin")));
        _scene.Dls("clone", "verify", "--remote", "gpu").Expect(0);
    }

    [Theory]
    [InlineData("tw", "Permission denied", "ssh-copy-id")]
    [InlineData("tu", "host key", "ssh-keyscan")]
    [InlineData("tx", "host key", "ssh-keygen -R")]
    [InlineData("nowhere.invalid", "resolve", "remote.gpu.url")]
    public void A_host_that_cannot_be_used_is_told_with_a_way_on(string host, string why, string hint)
    {
        Add(host);

        foreach (string[] command in (string[][])[["push"], ["verify", "--remote", "gpu"], ["remote", "check", "gpu"]])
        {
            RunResult failed = _scene.Dls("repo", command).Expect(1);
            Assert.Contains(why, failed.Error, StringComparison.OrdinalIgnoreCase);
            Assert.Contains(hint, failed.Error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(_scene.At("far")));
    }

    [Fact]
    public void A_program_can_not_be_named_by_a_url()
    {
        _scene.MakeRepo();
        foreach (string url in (string[])["ssh://-oProxyCommand=touch x/data", "-oProxyCommand=x:data", "ext::touch x", "ssh://$(touch x)/d"])
        {
            _scene.Dls("repo", "remote", "add", "gpu", "--", url).Expect(2);
        }

        _scene.Write("repo/.dlstore/config", "[core]\nrepoId = 0123456789abcdef0123456789abcdef\n"
            + "[remote \"gpu\"]\nurl = ssh://-oProxyCommand=touch%20pwned/data\n");
        Assert.Equal(2, _scene.Dls("repo", "remote", "check", "gpu").ExitCode);
        Assert.False(File.Exists(_scene.At("repo/pwned")));
    }

    public void Dispose()
    {
        _server.Dispose();
        _scene.Dispose();
    }

    private void Add(string host)
    {
        _scene.MakeRepo();
        _scene.Git("repo", "config", "dls.sshConfig", _server.ConfigPath);
        _scene.Dls("repo", "remote", "add", "gpu", $"{host}:{_scene.At("far")}", "--default").Expect(0);
        _scene.Write("repo/data/a.txt", "a\n");
        _scene.Write("repo/data/large.bin", new byte[20_000_000]);
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");
    }

    private void Clone()
    {
        _scene.Clone("repo", "clone");
        _scene.Git("clone", "config", "dls.sshConfig", _server.ConfigPath);
    }
}
