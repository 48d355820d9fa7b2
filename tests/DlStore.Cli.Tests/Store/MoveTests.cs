using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Managed paths get other names with everything that hangs on them.</summary>
public sealed class MoveTests : IDisposable
{
    private readonly Scene _scene = new();

    public MoveTests()
    {
        _ = _scene.UseExecutable();
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.Write("repo/w.pth", "weights\n");
        _scene.Dls("repo", "add", "data", "w.pth", "--quiet").Expect(0);
        _scene.Commit("repo", "one");
        _scene.Dls("repo", "push", "--quiet").Expect(0);
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_pointer_moves_with_its_file_its_ignore_line_and_its_history()
    {
        string before = _scene.Git("repo", "show", "HEAD:w.pth.dls");

        Assert.Equal("moved w.pth to models/new.pth (1 file)\n", Dls("mv", "w.pth", "models/new.pth").Expect(0).Output);

        Assert.Equal("weights\n", File.ReadAllText(_scene.At("repo/models/new.pth")));
        Assert.Equal(before, _scene.Git("repo", "show", ":models/new.pth.dls"));
        Assert.Equal(
            ["A\tmodels/.gitignore", "M\t.gitignore", "R100\tw.pth.dls\tmodels/new.pth.dls"],
            Sorted(_scene.Git("repo", "diff", "--cached", "--name-status", "-M")));
        AssertClean();
        _scene.Commit("repo", "moved");
        Assert.Contains("weights", _scene.Dls("repo", "cat", "w.pth", "--rev", "HEAD~").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_moves_inside_its_directory_into_another_and_out_of_it()
    {
        Dls("mv", "data/img/000.txt", "data/img/zero.txt").Expect(0);
        Dls("mv", "w.pth", "data/deep/").Expect(0);
        Dls("mv", "data/run.sh", "run").Expect(0);
        Dls("mv", "data/img", "pictures").Expect(0);

        AssertClean();
        Assert.Equal("picture 0\n", File.ReadAllText(_scene.At("repo/pictures/zero.txt")));
        Assert.Equal("weights\n", File.ReadAllText(_scene.At("repo/data/deep/w.pth")));
        Assert.Contains("exec yes", File.ReadAllText(_scene.At("repo/run.dls")), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("repo/data/img")));
        _scene.Commit("repo", "moved");
        _scene.Dls("repo", "push", "--quiet").Expect(0);
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull").Expect(0);
        Assert.Equal(Listing("repo"), Listing("clone"));
    }

    [Fact]
    public void What_was_changed_stays_changed_and_what_is_not_here_moves_in_the_pointer()
    {
        _scene.Write("repo/data/img/001.txt", "mine\n");
        Dls("mv", "data", "other").Expect(0);
        Assert.Contains("1 modified", Dls("status", "other").Output, StringComparison.Ordinal);
        Assert.Equal("mine\n", File.ReadAllText(_scene.At("repo/other/img/001.txt")));

        _scene.Clone("repo", "clone");
        Assert.Equal(
            "moved data to set (10 files, not on disk)\n", _scene.Dls("clone", "mv", "data", "set").Expect(0).Output);
        _scene.Dls("clone", "pull").Expect(0);
        Assert.Equal("picture 1\n", File.ReadAllText(_scene.At("clone/set/img/001.txt")));
        _scene.Dls("clone", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void A_path_that_was_moved_by_hand_is_recorded_where_it_is()
    {
        Directory.Move(_scene.At("repo/data"), _scene.At("repo/other"));
        File.Move(_scene.At("repo/other/empty"), _scene.At("repo/other/nothing/empty"));

        Assert.Contains("10 files, on disk already", Dls("mv", "data", "other").Expect(0).Output, StringComparison.Ordinal);
        Dls("mv", "other/empty", "other/nothing/empty").Expect(0);

        AssertClean();
        Assert.False(File.Exists(_scene.At("repo/data.dls")));
    }

    [Fact]
    public void A_directory_above_moves_all_that_is_managed_in_it_and_not_what_is_gits()
    {
        _scene.Write("repo/models/a.bin", "a\n");
        _scene.Write("repo/models/b/c.bin", "c\n");
        _scene.Dls("repo", "add", "models/a.bin", "models/b", "--quiet").Expect(0);
        _scene.Git("repo", "rm", "-q", "--cached", "models/.gitignore");
        Dls("mv", "models", "old").Expect(0);
        AssertClean();
        Assert.Equal("c\n", File.ReadAllText(_scene.At("repo/old/b/c.bin")));

        _scene.Write("repo/old/README", "git's\n");
        _scene.Git("repo", "add", "old/README");
        RunResult mixed = Dls("mv", "old", "new").Expect(1);
        Assert.Contains("old/README", mixed.Error, StringComparison.Ordinal);
        Assert.Contains("run `git mv old new`", mixed.Error, StringComparison.Ordinal);
        _scene.Git("repo", "mv", "old", "new");
        Dls("checkout").Expect(0);
        AssertClean();
    }

    [Theory]
    [InlineData(2, "where to is not said", "w.pth")]
    [InlineData(2, "no managed path", "nosuch", "x")]
    [InlineData(2, "does not name it", "data/nosuch", "data/x")]
    [InlineData(1, "it is there already, on disk", "w.pth", "data/run.sh")]
    [InlineData(1, "it is managed already", "data/run.sh", "w.pth", "rm w.pth")]
    [InlineData(2, "inside it", "data", "data/img/data")]
    [InlineData(2, "the same path", "data", "data", "slash")]
    [InlineData(1, "'w.pth' is a file", "data/run.sh", "w.pth/run.sh")]
    [InlineData(1, "'data/run.sh' is a file", "w.pth", "data/run.sh/w.pth")]
    [InlineData(1, "it is a symlink", "data/link", "link")]
    [InlineData(1, "git itself tracks files there", "w.pth", "tracked", "rm tracked")]
    [InlineData(1, "are those of pointers", "w.pth", "x.dls")]
    [InlineData(2, "outside the work tree", "w.pth", "../x")]
    public void What_cannot_be_moved_is_refused_and_nothing_is_touched(int code, string why, string from, string? to = null, string? extra = null)
    {
        _scene.Write("repo/tracked", "git's\n");
        _scene.Commit("repo", "two");
        if (extra?.StartsWith("rm ", StringComparison.Ordinal) ?? false)
        {
            File.Delete(_scene.At($"repo/{extra[3..]}"));
        }

        string before = Listing("repo");
        RunResult run = Dls(to is null ? ["mv", from] : ["mv", from, extra == "slash" ? "./" : to]).Expect(code);

        Assert.Contains(why, run.Error, StringComparison.Ordinal);
        Assert.Equal(before, Listing("repo"));
        Assert.Equal("", _scene.Git("repo", "diff", "--cached", "--name-only"));
    }

    [Fact]
    public void Several_go_into_a_directory_and_a_plan_moves_nothing()
    {
        string before = Listing("repo");
        JsonElement[] plan = [.. JsonDocument.Parse(Dls("mv", "w.pth", "data/run.sh", "all/", "--dry-run", "--json").Expect(0).Output)
            .RootElement.EnumerateArray()];
        Assert.Equal(["all/w.pth", "all/run.sh"], plan.Select(static p => p.GetProperty("to").GetString()));
        Assert.Equal(before, Listing("repo"));

        Assert.Contains("end it with '/'", Dls("mv", "w.pth", "data/run.sh", "all").Expect(2).Error, StringComparison.Ordinal);
        Dls("mv", "w.pth", "data/run.sh", "all/").Expect(0);
        AssertClean();
        Assert.Contains("two of the paths would be", Dls("mv", "all/w.pth", "data/img/../../all/w.pth", "there/").Expect(2).Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("w.pth", "models/new.pth")]
    [InlineData("data", "other")]
    [InlineData("data/img", "data/pictures")]
    [InlineData("data/img", "pictures")]
    [InlineData("w.pth", "data/w.pth")]
    public void Killed_anywhere_the_same_command_finishes(string from, string to)
    {
        string[] points = ["mv.renamed", "change.ignored", "change.pointed", "change.unpointed", "change.unignored", "change.based",
            "change.cached"];
        using Scene whole = _scene.Copy();
        whole.Dls("repo", "mv", from, to).Expect(0);
        string expected = Listing(whole, "repo") + whole.Git("repo", "diff", "--cached");
        foreach (string point in points)
        {
            using Scene scene = _scene.Copy();
            _ = scene.Crash("repo", point, "mv", from, to);
            if (scene.Git("repo", "diff", "--cached", "--name-only").Length == 0)
            {
                scene.Dls("repo", "mv", from, to).Expect(0);
            }

            Assert.Equal((point, expected), (point, Listing(scene, "repo") + scene.Git("repo", "diff", "--cached")));
            scene.Dls("repo", "status", "--exit-code").Expect(0);
        }
    }

    private RunResult Dls(params string[] arguments) => _scene.Dls("repo", arguments);

    private void AssertClean()
    {
        Dls("status", "--exit-code").Expect(0);
        Assert.DoesNotContain("??", _scene.Git("repo", "status", "--porcelain"), StringComparison.Ordinal);
    }

    private static string[] Sorted(string text) => [.. text.Split('\n').Order(StringComparer.Ordinal)];

    private string Listing(string directory) => Listing(_scene, directory);

    private static string Listing(Scene scene, string directory) =>
        string.Join('\n', TreeSnapshot.Of(scene.At(directory)).Items.Where(
            static i => !i.Key.StartsWith(".git/", StringComparison.Ordinal)).Select(static i => $"{i.Key} {i.Value}"));
}
