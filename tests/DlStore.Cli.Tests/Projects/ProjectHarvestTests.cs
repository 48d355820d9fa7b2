using DlStore.TestKit;

namespace DlStore.Cli.Tests.Projects;

public sealed class ProjectHarvestTests : IDisposable
{
    private readonly Scene _scene = new();

    public ProjectHarvestTests()
    {
        _scene.MakeRepo();
        for (int i = 0; i < 5; i++)
        {
            _scene.Write($"crops/c{i}.jpg", Crops.Jpg(32, 32, i + 10));
        }
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R15_crops_whose_bytes_are_known_in_git_or_behind_a_pointer_are_not_added_again()
    {
        _scene.Dls("repo", "project", "new", "pointed", "--image", "../crops/c0.jpg", "--label", "close").Expect(0);
        _scene.Write("repo/projects/tracked/master/image.jpg", File.ReadAllBytes(_scene.At("crops/c3.jpg")));
        _scene.Commit("repo", "both kinds");
        // Known by its pointer alone: the bytes are not here.
        File.Delete(_scene.At("repo/projects/pointed/master/image.jpg"));

        RunResult result = Harvest().Expect(0);

        Assert.Equal(
            "already added as pointed  c0.jpg\nmade autogenclose_0  c1.jpg\nmade autogenclose_1 "
                + " c2.jpg\nalready added as tracked  c3.jpg\nmade autogenclose_2  c4.jpg\n", result.Output);
        Assert.Equal(
            File.ReadAllBytes(_scene.At("crops/c2.jpg")), File.ReadAllBytes(_scene.At("repo/projects/autogenclose_1/master/image.jpg")));
        Assert.All(
            Harvest().Expect(0).Output.Trim().Split('\n'), static l => Assert.StartsWith("already added as ", l, StringComparison.Ordinal));
    }

    [Fact]
    public void R16_numbers_go_on_from_the_largest_on_any_branch_and_leftovers_stop_it()
    {
        File.Delete(_scene.At("crops/c4.jpg"));
        File.Delete(_scene.At("crops/c3.jpg"));
        File.Delete(_scene.At("crops/c2.jpg"));
        Harvest().Expect(0);
        _scene.Commit("repo", "first");
        _scene.Git("repo", "branch", "other");
        _scene.Dls("repo", "project", "rm", "autogenclose_1").Expect(0);
        _scene.Commit("repo", "one less");
        _scene.Write("crops/d.jpg", Crops.Jpg(32, 32, 99));
        Assert.Contains("made autogenclose_2  c1.jpg\nmade autogenclose_3  d.jpg\n", Harvest().Expect(0).Output, StringComparison.Ordinal);

        _scene.Write("crops/e.jpg", Crops.Jpg(32, 32, 98));
        _scene.Crash(
            "repo", "project.published", "project", "harvest", "../crops", "--prefix", "autogenclose", "--label", "close").Expect(137);
        RunResult stopped = Harvest().Expect(1);
        Assert.Contains("harvest: an interrupted one left 1 project", stopped.Error, StringComparison.Ordinal);
        Assert.Contains("projects/autogenclose_4", stopped.Error, StringComparison.Ordinal);
        _scene.Dls("repo", "project", "rm", "autogenclose_4").Expect(0);
        Assert.Contains("made autogenclose_4  e.jpg", Harvest().Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void R17_harvested_projects_are_unreviewed_until_somebody_says_otherwise()
    {
        Harvest().Expect(0);
        string file = _scene.At("repo/projects/autogenclose_0/project.yaml");
        string before = File.ReadAllText(file);
        Assert.Contains("UNREVIEWED warning projects/autogenclose_0/project.yaml",
            _scene.Dls("repo", "project", "lint").Expect(0).Output, StringComparison.Ordinal);

        string listed = _scene.Dls("repo", "project", "review", "--sheet", "../review.jpg").Expect(0).Output;
        _scene.Dls("repo", "project", "review", "--sheet", "../review.png").Expect(0);
        _scene.Dls("repo", "project", "review", "--sheet", "../review.png").Expect(0);
        _scene.Dls("repo", "project", "review", "autogenclose_0", "--accept", "--sheet", "../review.txt").Expect(2);
        Assert.Equal(before, File.ReadAllText(file));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(_scene.At("review.png"))[..4]);
        _scene.Dls("repo", "project", "review", "autogenclose_0", "--accept").Expect(0);
        _scene.Dls("repo", "project", "review", "autogenclose_1", "--reject").Expect(0);

        Assert.Contains("unreviewed  autogenclose_4  close  from c4.jpg", listed, StringComparison.Ordinal);
        Assert.True(DlStore.Images.JpegHeader.ReadFile(_scene.At("review.jpg"), "review.jpg").Width > 180);
        Assert.Equal(before.Replace("review: unreviewed", "review: accepted"), File.ReadAllText(file));
        Assert.Equal(["autogenclose_2", "autogenclose_3", "autogenclose_4"], _scene.Dls("repo", "project", "review")
            .Expect(0).Output.Trim().Split('\n').Select(static l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        _scene.Dls("repo", "project", "review", "--all-unreviewed", "--accept").Expect(0);
        Assert.Contains(
            "no project that nobody has looked at", _scene.Dls("repo", "project", "review").Expect(0).Error, StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("repo", "diff", "--name-only"));
    }

    [Fact]
    public void R23_a_list_with_a_missing_file_stops_before_anything_is_made()
    {
        _scene.Write("list.txt", "c0.jpg, True\nc1.jpg, False\nc9.jpg, True\n");
        RunResult missing = Harvest("--list", "../list.txt").Expect(1);
        Assert.Contains("../list.txt:3': there is no file 'c9.jpg'", missing.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("repo/projects")));

        _scene.Write("list.txt", "c0.jpg, True\nc1.jpg, yes\n");
        Assert.Contains("list.txt:2'", Harvest("--list", "../list.txt").Expect(1).Error, StringComparison.Ordinal);
        _scene.Write("list.txt", "c0.jpg, True\nc0.jpg, False\n");
        Assert.Contains("stands in line 1 already", Harvest("--list", "../list.txt").Expect(1).Error, StringComparison.Ordinal);

        _scene.Write("list.txt", "../crops/c4.jpg, True\nc1.jpg, False\nc0.jpg, True\n");
        RunResult made = Harvest("--list", "../list.txt").Expect(0);
        Assert.Equal("made autogenclose_0  c4.jpg\nmade autogenclose_1  c0.jpg\n", made.Output);
        Assert.Contains("1 marked false", made.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void P36_four_harvests_of_four_crops_give_four_projects_whatever_their_names_look_like()
    {
        foreach (int i in (int[])[0, 1, 2, 3])
        {
            _scene.Write($"one/ru_close_{i}_.jpg", Crops.Jpg(32, 32, 50 + i));
            _scene.Dls("repo", "project", "harvest", "../one", "--prefix", "ru_close_", "--label", "close").Expect(0);
        }

        Assert.Equal(4, Directory.GetFiles(_scene.At("repo/projects"), "image.jpg", SearchOption.AllDirectories)
            .Select(File.ReadAllBytes).Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(["ru_close_0", "ru_close_1", "ru_close_2", "ru_close_3"],
            Directory.GetDirectories(_scene.At("repo/projects")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Two_harvests_at_once_number_one_after_the_other()
    {
        _scene.Write("more/x.jpg", Crops.Jpg(40, 40, 77));
        using RunningProgram first = DlsProcess.Start(
            _scene.At("repo"), _scene.Environment, ["project", "harvest", "../crops", "--prefix", "a", "--label", "close"]);
        using RunningProgram second = DlsProcess.Start(
            _scene.At("repo"), _scene.Environment, ["project", "harvest", "../more", "--prefix", "a", "--label", "close"]);
        first.Wait([], null).Expect(0);
        second.Wait([], null).Expect(0);

        Assert.Equal(["a_0", "a_1", "a_2", "a_3", "a_4", "a_5"],
            Directory.GetDirectories(_scene.At("repo/projects")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("??", _scene.Git("repo", "status", "--porcelain"), StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_crops_are_left_out_and_told_and_a_copy_within_the_batch_counts_once()
    {
        _scene.Write("crops/cut.jpg", Crops.Jpg(40, 40)[..^50]);
        _scene.Write("crops/twin.jpg", File.ReadAllBytes(_scene.At("crops/c1.jpg")));
        _scene.Write("crops/note.txt", "x");

        RunResult result = Harvest().Expect(3);

        Assert.Contains("already added as autogenclose_1  twin.jpg", result.Output, StringComparison.Ordinal);
        Assert.Contains("left out cut.jpg", result.Error, StringComparison.Ordinal);
        Assert.Contains("left out note.txt", result.Error, StringComparison.Ordinal);
        Assert.Equal(5, Directory.GetDirectories(_scene.At("repo/projects")).Length);
    }

    [Theory]
    [InlineData("../crops", "--label", "close")]
    [InlineData("../crops", "--prefix", "a b", "--label", "close")]
    [InlineData("../crops", "--prefix", "a", "--label", "")]
    [InlineData("../nowhere", "--prefix", "a", "--label", "close")]
    [InlineData("../crops", "--prefix", "a", "--label", "close", "--list", "../nowhere.txt")]
    public void Wrong_arguments_are_told(params string[] arguments) => _scene.Dls("repo", ["project", "harvest", .. arguments]).Expect(2);

    [Fact]
    public void A_review_line_that_does_not_stand_alone_is_not_touched()
    {
        _scene.Write("repo/projects/a/project.yaml", "{label: close, review: unreviewed}\n");
        _scene.Write("repo/projects/b/project.yaml", "label: close\r\nreview: \"unreviewed\"  # look again\r\ncount: 3\r\n");

        Assert.Contains("does not stand in a line of its own",
            _scene.Dls("repo", "project", "review", "a", "b", "--accept").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("unreviewed", File.ReadAllText(_scene.At("repo/projects/b/project.yaml")), StringComparison.Ordinal);
        _scene.Dls("repo", "project", "review", "b", "--accept").Expect(0);

        Assert.Equal("{label: close, review: unreviewed}\n", File.ReadAllText(_scene.At("repo/projects/a/project.yaml")));
        Assert.Equal(
            "label: close\r\nreview: accepted  # look again\r\ncount: 3\r\n", File.ReadAllText(_scene.At("repo/projects/b/project.yaml")));
        _scene.Dls("repo", "project", "review", "b", "--accept", "--reject").Expect(2);
        _scene.Dls("repo", "project", "review", "--accept").Expect(2);
    }

    private RunResult Harvest(params string[] more) => _scene.Dls(
        "repo", ["project", "harvest", "../crops", "--prefix", "autogenclose", "--label", "close", .. more]);
}
