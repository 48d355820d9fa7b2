using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Settings of a user beside those of a clone and the committed ones; remotes that are only read, and several to push to.</summary>
public sealed class UserSettingTests : IDisposable
{
    private readonly Scene _scene = new();

    public UserSettingTests()
    {
        _ = _scene.UseExecutable();
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.Dls("repo", "add", "data", "--quiet").Expect(0);
        _scene.Commit("repo", "one");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void The_users_file_counts_before_the_committed_one_and_the_clones_before_both()
    {
        string file = _scene.At("home/.config/dls/config");
        Assert.Contains(file, Dls("config", "--user", "dls.ssh", "builtin").Expect(0).Output, StringComparison.Ordinal);
        Dls("config", "--user", "dls.remote.lab.url", _scene.At("mine")).Expect(0);

        Assert.Equal($"builtin  ({file})\n", Dls("config", "dls.ssh", "--show-origin").Expect(0).Output);
        Assert.Equal((_scene.At("mine"), file), Origin("remote.lab.url"));
        Dls("push", "--create", "--quiet").Expect(0);
        Assert.True(Directory.Exists(_scene.At("mine/pins")));
        Assert.False(Directory.Exists(_scene.At("remote/pins")));
        Assert.Contains("`dls config --user --unset dls.remote.lab.url`", Dls("remote", "remove", "lab").Expect(1).Error, StringComparison.Ordinal);

        Dls("config", "dls.ssh", "system").Expect(0);
        Assert.Equal(("system", "this clone"), Origin("dls.ssh"));
        Dls("config", "dls.ssh", "--unset").Expect(0);
        Dls("config", "--user", "--unset", "dls.ssh").Expect(0);
        Dls("config", "--user", "--unset", "dls.remote.lab.url").Expect(0);
        Assert.Equal(("auto", "default"), Origin("dls.ssh"));
        Assert.Equal(("../remote", ".dlstore/config"), Origin("remote.lab.url"));
    }

    [Fact]
    public void The_default_remote_of_a_user_is_told_as_his()
    {
        Dls("config", "--user", "dls.remote", "nosuch").Expect(0);
        RunResult run = Dls("push").Expect(2);
        Assert.Contains($"use remote 'nosuch', as {_scene.At("home/.config/dls/config")} says: no such remote", run.Error, StringComparison.Ordinal);
        _scene.Environment["DLS_REMOTE"] = "lab";
        Dls("push").Expect(0);
    }

    [Fact]
    public void The_default_remote_of_a_clone_is_set_shown_and_unset()
    {
        Dls("remote", "add", "second", "../second").Expect(0);
        Assert.Equal("second\n", Dls("config", "dls.remote", "second").Expect(0).Output);
        Assert.Equal(("second", "this clone"), Origin("core.remote"));
        Assert.Equal("\n", Dls("config", "dls.remote", "--unset").Expect(0).Output);
        Assert.Equal(("lab", ".dlstore/config"), Origin("core.remote"));
    }

    [Theory]
    [InlineData("dls.storePath", "/x")]
    [InlineData("dls.hook", "false")]
    [InlineData("core.remote", "lab")]
    [InlineData("dls.nosuch", "x")]
    [InlineData("dls.ssh", "telnet")]
    [InlineData("dls.sshKey", "relative")]
    [InlineData("dls.remote", "no name")]
    [InlineData("dls.pushRemotes", "a,,b")]
    [InlineData("dls.remote.lab.nosuch", "x")]
    public void What_means_nothing_for_all_clones_is_refused(string key, string value)
    {
        Dls("config", "--user", key, value).Expect(2);
        Assert.False(File.Exists(_scene.At("home/.config/dls/config")));
    }

    [Fact]
    public void A_users_file_with_a_key_that_means_nothing_is_told_with_its_name()
    {
        _scene.Write("home/.config/dls/config", "[dls]\n\tstorePath = /x\n");
        RunResult run = Dls("status").Expect(1);
        Assert.Contains("home/.config/dls/config': key 'dls.storepath': it belongs to one clone", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_remote_that_is_only_read_is_fetched_from_and_never_written()
    {
        Dls("push", "--quiet").Expect(0);
        Dls("remote", "add", "old", "../remote", "--read-only", "--local").Expect(0);
        _scene.Write("repo/data/new", "new\n");
        Dls("add", "data", "--quiet").Expect(0);
        _scene.Commit("repo", "two");
        string before = Listing();

        Assert.Contains("configured as one that is only read", Dls("push", "--remote", "old").Expect(1).Error, StringComparison.Ordinal);
        _ = Dls("gc", "--remote", "old", "--grace", "0s");
        _ = Dls("repair", "--remote", "old");
        Assert.Equal(before, Listing());
        Assert.Equal(("true", "this clone"), Origin("remote.old.readOnly"));
        _scene.Git("repo", "clone", "-q", ".", "../clone");
        _scene.Dls("clone", "remote", "add", "old", "../remote", "--read-only", "--local", "--default").Expect(0);
        _scene.Git("clone", "checkout", "-q", "HEAD~");
        _scene.Dls("clone", "pull").Expect(0);
        Assert.True(File.Exists(_scene.At("clone/data/run.sh")));
        Assert.Contains("lab", Dls("push", "--to", "all").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_push_goes_to_several_remotes_and_gits_push_too()
    {
        Dls("remote", "add", "second", "../second").Expect(0);
        Dls("config", "core.pushRemotes", "lab,second").Expect(0);
        Assert.Contains("no such remote", Dls("config", "core.pushRemotes", "lab,nosuch").Expect(2).Error, StringComparison.Ordinal);
        Dls("push").Expect(0);
        Assert.Equal(Pins("remote"), Pins("second"));

        _scene.Git(".", "init", "-q", "--bare", "origin");
        _scene.Git("repo", "remote", "add", "origin", _scene.At("origin"));
        _scene.Write("repo/data/new", "new\n");
        Dls("add", "data", "--quiet").Expect(0);
        _scene.Commit("repo", "two");
        _scene.Git("repo", "push", "-q", "origin", "HEAD:main");
        Assert.Equal(2, Pins("second").Length);
        Assert.Equal(Pins("remote"), Pins("second"));

        Dls("push", "--remote", "lab").Expect(0);
        Dls("config", "dls.pushRemotes", "second").Expect(0);
        Assert.Equal(("second", "this clone"), Origin("core.pushRemotes"));
    }

    private string[] Pins(string remote) =>
        [.. Directory.GetFiles(_scene.At($"{remote}/pins"), "*", SearchOption.AllDirectories).Select(static p => Path.GetFileName(p)!).Order()];

    private string Listing() => string.Join('\n', TreeSnapshot.Of(_scene.At("remote")).Items.Select(static i => $"{i.Key} {i.Value}"));

    private RunResult Dls(params string[] arguments) => _scene.Dls("repo", arguments);

    private (string? Value, string? Origin) Origin(string key)
    {
        JsonElement line = JsonDocument.Parse(Dls("config", "--json").Expect(0).Output).RootElement.EnumerateArray()
            .Single(l => l.GetProperty("key").GetString() == key);
        return (line.GetProperty("value").GetString(), line.GetProperty("origin").GetString());
    }
}
