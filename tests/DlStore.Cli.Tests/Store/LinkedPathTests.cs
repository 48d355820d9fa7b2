using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Paths that go through symlinks: to the repository, and inside of it.</summary>
public sealed class LinkedPathTests : IDisposable
{
    private readonly Scene _scene = new();

    public LinkedPathTests()
    {
        Directory.CreateDirectory(_scene.At("real/home/me"));
        _scene.MakeRepo("real/home/me/repo");
        Directory.CreateSymbolicLink(_scene.At("home2"), "real/home");
        _scene.Write("real/home/me/repo/data/soft/a", "1\n");
        _scene.Dls("real/home/me/repo", "add", "data/soft").Expect(0);
        _scene.Commit("real/home/me/repo", "one");
        Directory.CreateSymbolicLink(_scene.At("real/home/me/repo/link"), "data/soft");
        Directory.CreateSymbolicLink(_scene.At("real/home/me/repo/up"), _scene.At("home2/me/repo/data"));
        Directory.CreateSymbolicLink(_scene.At("real/home/me/repo/out"), "..");
        Directory.CreateSymbolicLink(_scene.At("real/home/me/repo/round"), "round");
    }

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("home2/me/repo", "home2/me/repo/data/soft")]
    [InlineData("home2/me/repo", "real/home/me/repo/data/soft")]
    [InlineData("real/home/me/repo", "home2/me/repo/data/soft")]
    [InlineData("home2/me/repo/data", "real/home/me/../../../home2/me/repo/data/soft")]
    public void An_absolute_path_is_found_by_every_way_that_leads_to_it(string directory, string path)
    {
        _scene.Write("real/home/me/repo/data/soft/a", "2\n");

        Assert.Contains("data/soft", _scene.Dls(directory, "add", _scene.At(path)).Expect(0).Output, StringComparison.Ordinal);

        Assert.Equal("M  data/soft.dls", Status());
        Assert.Contains("data/soft  clean", _scene.Dls(directory, "status", _scene.At(path)).Expect(0).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("link/a")]
    [InlineData("link/")]
    [InlineData("up/soft/a")]
    [InlineData("up/soft")]
    [InlineData("up/../data/soft")]
    [InlineData("up/soft.dls")]
    public void A_path_through_a_link_inside_the_work_tree_is_the_path_it_leads_to(string path)
    {
        File.Delete(_scene.At("real/home/me/repo/data/soft/a"));

        _scene.Dls("home2/me/repo", "checkout", path).Expect(0);

        Assert.Equal("1\n", File.ReadAllText(_scene.At("real/home/me/repo/data/soft/a")));
        _scene.Write("real/home/me/repo/data/soft/a", "3\n");
        _scene.Dls("real/home/me/repo", "add", path).Expect(0);
        Assert.Equal("M  data/soft.dls", Status());
        Assert.Equal("data/soft", new DirectoryInfo(_scene.At("real/home/me/repo/link")).LinkTarget);
    }

    [Theory]
    [InlineData("out/other", "outside the work tree")]
    [InlineData("round/x", "lead in a circle")]
    [InlineData("link", "symlink")]
    public void What_a_link_leads_to_elsewhere_is_refused(string path, string why)
    {
        _scene.Write("real/home/me/other", "x\n");

        RunResult refused = _scene.Dls("real/home/me/repo", "add", path);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.NotEqual(70, refused.ExitCode);
        Assert.Contains(why, refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("real/home/me/other.dls")));
    }

    private string Status() => _scene.Git("real/home/me/repo", "status", "--porcelain", "--untracked-files=no");
}
