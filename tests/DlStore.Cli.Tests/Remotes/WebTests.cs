using DlStore.TestKit;

namespace DlStore.Cli.Tests.Remotes;

/// <summary>The main job over http: one pushes into a directory, a real nginx gives it out, others clone and pull.</summary>
public sealed class WebTests : IDisposable
{
    private readonly Scene _scene = new();
    private readonly WebServer _server;

    public WebTests()
    {
        _scene.MakeRepo();
        _server = new WebServer(_scene.At("remote"));
        _scene.WriteSample("repo/data");
        _scene.Write("repo/large.bin", Scene.Pattern(3_000_000, 1));
        _scene.Record("repo", "one", "data", "large.bin");
    }

    public void Dispose()
    {
        _server.Dispose();
        _scene.Dispose();
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("json")]
    [InlineData("html")]
    public void What_was_pushed_is_pulled_over_http(string place)
    {
        AddPub(place);
        RunResult published = place == "plain" ? _scene.Dls("repo", "remote", "publish", "lab").Expect(0) : _scene.Dls("repo", "remote", "publish", "--dry-run").Expect(0);
        Assert.Contains("1 repository", published.Output, StringComparison.Ordinal);
        _scene.Clone("repo", "clone");

        _scene.Dls("clone", "pull", "--remote", "pub").Expect(0);

        Assert.Equal(Scene.Hashes(_scene.At("repo/data")), Scene.Hashes(_scene.At("clone/data")));
        Assert.Equal(Scene.Pattern(3_000_000, 1), File.ReadAllBytes(_scene.At("clone/large.bin")));
        _scene.Dls("clone", "verify", "--remote", "pub").Expect(0);
        Assert.Contains("1 commit of this repository pinned", _scene.Dls("clone", "remote", "check", "pub").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("pub", _scene.Dls("clone", "where", "large.bin").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_push_keeps_the_lists_of_a_published_remote()
    {
        AddPub("plain");
        _scene.Clone("repo", "clone");
        RunResult failed = _scene.Dls("clone", "pull", "--remote", "pub").Expect(1);
        Assert.Contains("dls remote publish", failed.Error, StringComparison.Ordinal);
        _scene.Dls("repo", "remote", "publish", "lab").Expect(0);
        _scene.Dls("clone", "pull", "--remote", "pub").Expect(0);

        _scene.Write("repo/data/new.txt", "new\n");
        _scene.Record("repo", "two", "data");
        _scene.Git("clone", "pull", "-q");
        _scene.Dls("clone", "pull", "--remote", "pub").Expect(0);

        Assert.Equal("new\n", File.ReadAllText(_scene.At("clone/data/new.txt")));
        _scene.Dls("clone", "verify", "--remote", "pub").Expect(0);

        // A collection takes the only pin of the first state away, and writes an index of what is left.
        foreach (string pin in Directory.GetFiles(_scene.At("remote/pins"), "*", SearchOption.AllDirectories))
        {
            File.Delete(pin);
        }

        _scene.Dls("repo", "gc", "--remote", "lab").Expect(0);
        _scene.Dls("repo", "push").Expect(0);
        string list = File.ReadAllText(_scene.At("remote/index/list"));
        Assert.Equal(Directory.GetFiles(_scene.At("remote/index"), "*.idx").Length + 2, list.Split('\n').Length);
        Directory.Delete(_scene.At("clone"), recursive: true);
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull", "--remote", "pub").Expect(0);
        _scene.Dls("clone", "verify", "--remote", "pub").Expect(0);
    }

    [Fact]
    public void It_is_only_read()
    {
        AddPub("json");

        RunResult pushed = _scene.Dls("repo", "push", "--remote", "pub").Expect(1);

        Assert.Contains("can only be read", pushed.Error, StringComparison.Ordinal);
        Assert.Contains("hint: ", pushed.Error, StringComparison.Ordinal);
        _scene.Dls("repo", "remote", "publish", "pub").Expect(1);
        Assert.DoesNotContain(_server.Requests(), static r => !r.StartsWith("GET ", StringComparison.Ordinal) && !r.StartsWith("HEAD ", StringComparison.Ordinal));
    }

    [Fact]
    public void Damage_there_is_found_and_named()
    {
        AddPub("json");
        string pack = Directory.GetFiles(_scene.At("remote/packs"), "*", SearchOption.AllDirectories)[0];
        File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        byte[] bytes = File.ReadAllBytes(pack);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(pack, bytes);

        RunResult verified = _scene.Dls("repo", "verify", "--remote", "pub").Expect(13);

        Assert.Contains(Path.GetFileName(pack), verified.Output + verified.Error, StringComparison.Ordinal);
    }

    private void AddPub(string place)
    {
        _scene.Dls("repo", "remote", "add", "pub", _server.AddressOf(place)).Expect(0);
        _scene.Commit("repo", "pub");
    }
}
