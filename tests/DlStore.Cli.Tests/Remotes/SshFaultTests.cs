using DlStore.Cli.Tests.Store;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Remotes;

/// <summary>A host that takes back what it gave: the disk is full, the key is revoked, the user may only read.</summary>
public sealed class SshFaultTests : IDisposable
{
    private readonly Scene _scene = new();
    private readonly SshServer _server = new();
    private string? _mounted;

    [SkippableMountFact]
    public void A_full_disk_there_is_named_and_the_push_goes_on_when_there_is_room()
    {
        _mounted = Directory.CreateDirectory(_scene.At("far")).FullName;
        _scene.RunProgram("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", _mounted], "/").Expect(0);
        Add("t");
        _scene.Write("repo/data/large.bin", Scene.Pattern(5_000_000, 1));
        Record("one");

        RunResult full = _scene.Dls("repo", "push").Expect(1);

        Assert.Contains("the disk there is full", full.Error, StringComparison.Ordinal);
        Assert.Contains("make room", full.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("far/pins")) && Directory.GetFiles(_scene.At("far/pins"), "*", SearchOption.AllDirectories).Length > 0);
        Assert.Empty(Directory.GetFiles(_scene.At("far/leases")));

        _scene.RunProgram("mount", ["-o", "remount,size=30m", _mounted], "/").Expect(0);
        _scene.Dls("repo", "push").Expect(0);
        AssertCloneIsWhole("t", 5_000_000);
    }

    [Fact]
    public void A_key_that_was_revoked_is_told_and_nothing_is_lost()
    {
        Add("t");
        _scene.Dls("repo", "push").Expect(0);
        _server.Revoke();
        _scene.Write("repo/data/b.txt", "b\n");
        Record("two");

        foreach (string[] command in (string[][])[["push"], ["remote", "check", "gpu"], ["verify", "--remote", "gpu"], ["gc", "--remote", "gpu"]])
        {
            RunResult refused = _scene.Dls("repo", command).Expect(1);
            Assert.Contains("Permission denied", refused.Error, StringComparison.Ordinal);
            Assert.Contains("ssh-copy-id", refused.Error, StringComparison.Ordinal);
        }

        _scene.Dls("repo", "verify").Expect(0);
        Assert.Contains("not known", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Who_may_only_read_can_pull_and_is_told_why_he_cannot_push()
    {
        Add("t");
        _scene.Dls("repo", "push").Expect(0);
        AssertCloneIsWhole("tr", 2_000_000);
        _scene.Dls("clone", "verify", "--remote", "gpu").Expect(0);
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("far"));
        Assert.Contains("nothing new", _scene.Dls("clone", "push").Expect(0).Output, StringComparison.Ordinal);
        _scene.Write("clone/data/b.txt", "b\n");
        _scene.Dls("clone", "add", "data").Expect(0);
        _scene.Commit("clone", "two");

        foreach (string[] command in (string[][])[["push"], ["gc", "--remote", "gpu"]])
        {
            RunResult refused = _scene.Dls("clone", command).Expect(1);
            Assert.Contains("permission denied", refused.Error, StringComparison.Ordinal);
            Assert.Contains("right to write", refused.Error, StringComparison.Ordinal);
        }

        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("far")));
    }

    public void Dispose()
    {
        _server.Dispose();
        if (_mounted is not null)
        {
            _scene.RunProgram("umount", [_mounted], "/");
        }

        _scene.Dispose();
    }

    private void Add(string host)
    {
        _scene.MakeRepo();
        _scene.Git("repo", "config", "dls.sshConfig", _server.ConfigPath);
        _scene.Dls("repo", "remote", "add", "gpu", $"{host}:{_scene.At("far")}", "--default").Expect(0);
        _scene.Write("repo/data/a.txt", "a\n");
        _scene.Write("repo/data/large.bin", Scene.Pattern(2_000_000, 1));
        Record("one");
    }

    private void Record(string message)
    {
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", message);
    }

    private void AssertCloneIsWhole(string host, int length)
    {
        _scene.Clone("repo", "clone");
        _scene.Git("clone", "config", "dls.sshConfig", _server.ConfigPath);
        string config = _scene.At("clone/.dlstore/config");
        File.WriteAllText(config, File.ReadAllText(config).Replace($"t:{_scene.At("far")}", $"{host}:{_scene.At("far")}", StringComparison.Ordinal));
        _scene.Dls("clone", "pull").Expect(0);
        Assert.Equal(Scene.Pattern(length, 1), File.ReadAllBytes(_scene.At("clone/data/large.bin")));
    }
}
