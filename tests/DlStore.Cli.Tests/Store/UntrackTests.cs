using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Paths are managed no more, and every file stays.</summary>
public sealed class UntrackTests : IDisposable
{
    private readonly Scene _scene = new();

    public UntrackTests()
    {
        _ = _scene.UseExecutable();
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.Write("repo/labels.csv", "a,b\n");
        _scene.Record("repo", "one", "data", "labels.csv");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Into_git()
    {
        Assert.Contains("staged in git", _scene.Dls("repo", "untrack", "--git", "data", "labels.csv").Expect(0).Output, StringComparison.Ordinal);

        Assert.Equal("a,b", _scene.Git("repo", "show", ":labels.csv"));
        Assert.Equal("picture 3", _scene.Git("repo", "show", ":data/img/003.txt"));
        _scene.Commit("repo", "two");
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain", "--ignored"));
        Assert.Equal("picture 3", _scene.Dls("repo", "cat", "data/img/003.txt", "--rev", "HEAD~").Expect(0).Output.TrimEnd());
    }

    [Fact]
    public void Out_of_both_and_left_to_the_user()
    {
        _scene.Dls("repo", "untrack", "--ignored", "data").Expect(0);
        _scene.Dls("repo", "untrack", "labels.csv").Expect(0);

        Assert.Equal(["!! data/", "?? labels.csv", "D  data.dls", "D  labels.csv.dls", "M  .gitignore"],
            _scene.Git("repo", "status", "--porcelain", "--ignored").Split('\n').Order(StringComparer.Ordinal));
        Assert.Equal("a,b\n", File.ReadAllText(_scene.At("repo/labels.csv")));
        Assert.True(File.Exists(_scene.At("repo/data/img/001.txt")));
    }

    [Fact]
    public void What_is_not_all_on_disk_is_refused_and_a_path_inside_too()
    {
        File.Delete(_scene.At("repo/data/img/001.txt"));
        RunResult gone = _scene.Dls("repo", "untrack", "--git", "labels.csv", "data").Expect(1);
        Assert.Contains("run `dls pull data` first", gone.Error, StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));

        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "untrack", "data").Expect(1);
        Assert.Contains("`dls mv data/img/000.txt 000.txt`", _scene.Dls("repo", "untrack", "data/img/000.txt").Expect(2).Error,
            StringComparison.Ordinal);
        _scene.Dls("repo", "untrack", "--git", "--ignored", "labels.csv").Expect(2);
    }

    [Fact]
    public void Killed_anywhere_the_same_command_finishes()
    {
        foreach (string point in (string[])["change.unpointed", "change.unignored", "change.based", "change.cached"])
        {
            using Scene scene = _scene.Copy();
            _ = scene.Crash("repo", point, "untrack", "--git", "labels.csv");
            scene.Dls("repo", "untrack", "--git", "labels.csv").Expect(0);
            Assert.Equal((point, "a,b"), (point, scene.Git("repo", "show", ":labels.csv")));
            Assert.DoesNotContain("labels", File.ReadAllText(scene.At("repo/.gitignore")), StringComparison.Ordinal);
            Assert.Equal(["A  labels.csv", "D  labels.csv.dls", "M  .gitignore"],
                scene.Git("repo", "status", "--porcelain", "--no-renames").Split('\n').Order(StringComparer.Ordinal));
        }
    }
}
