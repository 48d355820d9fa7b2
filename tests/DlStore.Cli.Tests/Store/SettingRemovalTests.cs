using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Hosts, targets and test sets are taken away again, and what they were used for is not.</summary>
public sealed class SettingRemovalTests : IDisposable
{
    private readonly Scene _scene = new();

    public SettingRemovalTests()
    {
        _scene.MakeRepo();
        Dls("host", "add", "gpu", "ada@gpu1").Expect(0);
        Dls("kind", "new", "ssd").Expect(0);
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_host_goes_once_nothing_names_it()
    {
        Dls("target", "add", "front", "--host", "gpu", "--kind", "ssd", "--home", "/srv/front").Expect(0);
        RunResult used = Dls("host", "remove", "gpu").Expect(1);
        Assert.Contains("target front", used.Error, StringComparison.Ordinal);

        Assert.Contains("would remove target front", Dls("target", "remove", "front", "--dry-run").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("front", Dls("target", "list").Expect(0).Output, StringComparison.Ordinal);
        Dls("target", "remove", "front").Expect(0);
        Assert.DoesNotContain("front", Dls("target", "list").Expect(0).Output, StringComparison.Ordinal);
        Dls("target", "remove", "front").Expect(2);

        Dls("host", "remove", "gpu").Expect(0);
        Assert.DoesNotContain("gpu", Dls("host", "list").Expect(0).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("gpu", _scene.Git("repo", "show", ":.dlstore/config"), StringComparison.Ordinal);
        Dls("host", "remove", "gpu").Expect(2);
        Assert.Contains("always stands for this machine", Dls("host", "remove", "local").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_a_kind_names_stays()
    {
        string kind = Directory.GetFiles(_scene.At("repo"), "ssd.yaml", SearchOption.AllDirectories).Single();
        string[] lines = [.. File.ReadAllLines(kind).Where(static l => !l.StartsWith("host:", StringComparison.Ordinal)), "host: gpu"];
        File.WriteAllLines(kind, lines);
        Assert.Contains("kind ssd", Dls("host", "remove", "gpu").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_set_goes_to_the_trash_and_comes_back()
    {
        _scene.Write("repo/shots/a.jpg", Drawn.Jpeg(40, 30, 1));
        Dls("testset", "add", "games", "shots", "--label", "none").Expect(0);
        _scene.Commit("repo", "games");
        Assert.Contains("would remove test set games", Dls("testset", "rm", "games", "--dry-run").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));

        Dls("testset", "rm", "games").Expect(0);
        Assert.DoesNotContain("games", Dls("testset", "list").Expect(0).Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("repo/testsets/games")));
        Assert.Contains("testsets/games.dls", _scene.Git("repo", "diff", "--cached", "--name-only"), StringComparison.Ordinal);
        Assert.Contains("testsets/games.yaml", _scene.Git("repo", "diff", "--cached", "--name-only"), StringComparison.Ordinal);
        Dls("testset", "rm", "games").Expect(2);

        foreach (string id in Directory.GetDirectories(_scene.At("repo/.git/dls/trash")).Select(static d => Path.GetFileName(d)))
        {
            Dls("trash", "restore", id).Expect(0);
        }

        Assert.True(File.Exists(_scene.At("repo/testsets/games/JPEGImages/a.jpg")));
        Assert.True(File.Exists(_scene.At("repo/testsets/games.yaml")));
    }

    private RunResult Dls(params string[] arguments) => _scene.Dls("repo", arguments);
}
