using DlStore.TestKit;

namespace DlStore.Cli.Tests.Remotes;

/// <summary><c>dls clone</c>: git clone and pull in one.</summary>
public sealed class CloneTests : IDisposable
{
    private readonly Scene _scene = new();

    public CloneTests()
    {
        _scene.MakeRepo();
        _scene.Write("repo/data/a.txt", "a\n");
        _scene.Record("repo", "one", "data");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void It_brings_the_repository_and_every_byte()
    {
        _scene.Git(".", "clone", "-q", "--bare", "repo", "faces.git");

        RunResult cloned = _scene.Dls(".", "clone", "faces.git").Expect(0);

        Assert.Contains("Cloning into 'faces'", cloned.Error, StringComparison.Ordinal);
        Assert.Contains("fetched", cloned.Output, StringComparison.Ordinal);
        Assert.Equal("a\n", File.ReadAllText(_scene.At("faces/data/a.txt")));
        Assert.Equal("", _scene.Dls(".", "clone", "--quiet", "repo", "other", "--remote", "lab").Expect(0).Error);
        Assert.Equal("a\n", File.ReadAllText(_scene.At("other/data/a.txt")));
        Assert.StartsWith("{", _scene.Dls(".", "clone", "--json", "repo", "third").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_git_refuses_is_said_by_git()
    {
        RunResult cloned = _scene.Dls(".", "clone", "nowhere").Expect(1);

        Assert.Contains("fatal: repository 'nowhere' does not exist", cloned.Error, StringComparison.Ordinal);
        Assert.Contains("git clone ended with exit code 128", cloned.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("nowhere")));
        _scene.Write("full/x", "x");
        _scene.Dls(".", "clone", "repo", "full").Expect(1);
        Assert.Equal("x", File.ReadAllText(_scene.At("full/x")));
    }

    [Theory]
    [InlineData("--upload-pack=touch made;", "d")]
    [InlineData("-utouch made", "d")]
    [InlineData("ext::sh -c touch% made", "d")]
    public void No_url_is_an_option_or_a_command(string url, string directory)
    {
        RunResult cloned = _scene.Dls(".", "clone", "--", url, directory);

        Assert.Equal(1, cloned.ExitCode);
        Assert.False(File.Exists(_scene.At("made")));
        _scene.Dls(".", "clone", "--", "repo", "--bare").Expect(0);
        Assert.True(File.Exists(_scene.At("--bare/data/a.txt")));
    }

    [Fact]
    public void A_pull_that_fails_leaves_the_clone_and_can_go_on()
    {
        Directory.Move(_scene.At("remote"), _scene.At("away"));

        RunResult cloned = _scene.Dls(".", "clone", "repo", "clone").Expect(3);

        Assert.Contains("the clone is there", cloned.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_scene.At("clone/data.dls")));
        Directory.Move(_scene.At("away"), _scene.At("remote"));
        _scene.Dls("clone", "pull").Expect(0);
        Assert.Equal("a\n", File.ReadAllText(_scene.At("clone/data/a.txt")));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("https://host/")]
    [InlineData("..")]
    public void A_url_without_a_name_needs_a_directory(string url) =>
        Assert.Contains("dls clone URL DIR", _scene.Dls(".", "clone", url).Expect(2).Error, StringComparison.Ordinal);

    [Fact]
    public void A_rate_that_is_none_is_refused_before_anything_is_cloned()
    {
        _scene.Dls(".", "clone", "repo", "clone", "--limit-rate", "fast").Expect(2);
        Assert.False(Directory.Exists(_scene.At("clone")));
    }
}
