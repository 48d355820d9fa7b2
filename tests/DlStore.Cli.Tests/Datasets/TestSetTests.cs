using System.Text.Json;
using DlStore.Objects;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Datasets;

/// <summary>Test images: kept with truth and origin, and never trained on (R21, P41).</summary>
public sealed class TestSetTests : IDisposable
{
    private readonly Scene _scene = new();

    public TestSetTests()
    {
        _scene.MakeRepo();
        for (int i = 0; i < 2; i++)
        {
            _scene.Write($"repo/shots/s{i}.jpg", Drawn.Jpeg(40, 30, 50 + i));
            _scene.Write($"repo/shots/s{i}.xml", ProjectFiles.Annotation($"s{i}.jpg", 40, 30, ("close", 3, 4, 18 + i, 19)));
        }

        _scene.Write("elsewhere/game.jpg", Drawn.Jpeg(40, 30, 60));
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R21_bytes_truth_and_origin_of_test_images_are_recovered_by_hash_on_another_clone()
    {
        _scene.Dls("repo", "testset", "add", "games", "shots", "--description", "「閉じる」 of 2023").Expect(0);
        Dls("testset", "add", "games", "../elsewhere/game.jpg", "--label", "none").Expect(0);
        Assert.Equal("testsets/.gitignore\ntestsets/games.dls\ntestsets/games.yaml", _scene.Git("repo", "diff", "--cached", "--name-only"));
        _scene.Git("repo", "commit", "-q", "--no-verify", "-m", "games");
        Dls("push").Expect(0);
        _scene.Clone("repo", "clone");

        InProcess.Dls(_scene, "clone", "fetch").Expect(0);
        using JsonDocument shown = JsonDocument.Parse(_scene.Dls("clone", "testset", "show", "games", "--json").Expect(0).Output);
        InProcess.Dls(_scene, "clone", "pull").Expect(0);

        Assert.Equal("「閉じる」 of 2023", shown.RootElement.GetProperty("description").GetString());
        string[] images = [
            .. shown.RootElement.GetProperty("images").EnumerateArray().Select(i => $"{i.GetProperty("name")} {i.GetProperty("oid")} ["
            + $"{string.Join(';', i.GetProperty("truth").EnumerateArray())}] {i.GetProperty("origin")}")];
        Assert.Equal(
            [
                $"game.jpg {Oid.Of(Drawn.Jpeg(40, 30, 60))} [] elsewhere/game.jpg",
                $"s0.jpg {Oid.Of(Drawn.Jpeg(40, 30, 50))} [close 3,4,18,19] shots/s0.jpg",
                $"s1.jpg {Oid.Of(Drawn.Jpeg(40, 30, 51))} [close 3,4,19,19] shots/s1.jpg",
            ], images);
        Assert.Equal(Drawn.Jpeg(40, 30, 51), File.ReadAllBytes(_scene.At("clone/testsets/games/JPEGImages/s1.jpg")));
        Assert.Contains("games  3 images", InProcess.Dls(_scene, "clone", "testset", "list").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("testsets/games/JPEGImages/s0.jpg",
            InProcess.Dls(_scene, "clone", "where", $"{Oid.Of(Drawn.Jpeg(40, 30, 50))}").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_of_other_kinds_are_kept_as_jpeg_and_told_and_what_is_not_read_stops_the_command()
    {
        _scene.Write("repo/shots/a.png", DrawnPng.Make(40, 30));
        _scene.Write("repo/shots/a.xml", ProjectFiles.Annotation("a.png", 40, 30, ("close", 3, 4, 18, 14)));
        _scene.Write("repo/shots/named.jpg", DrawnPng.Make(20, 20));
        _scene.Write("repo/shots/b.tif", "II*\0");

        Assert.Contains("1 image in it is not named .jpg, .jpeg, .png, .gif, .bmp or .webp",
            _scene.Dls("repo", "testset", "add", "games", "shots", "--label", "none").Expect(1).Error, StringComparison.Ordinal);
        File.Delete(_scene.At("repo/shots/b.tif"));
        RunResult added = _scene.Dls("repo", "testset", "add", "games", "shots", "--label", "none").Expect(0);

        Assert.Contains("added 4 images to test set games", added.Output, StringComparison.Ordinal);
        Assert.Contains(
            "'shots/a.png' is a PNG file, written as a JPEG of quality 95; what is transparent laid over white; 'a.jpg' is that",
            added.Error, StringComparison.Ordinal);
        Assert.Contains("'shots/named.jpg' is a PNG file, written as a JPEG", added.Error, StringComparison.Ordinal);
        Assert.Equal([0xFF, 0xD8], File.ReadAllBytes(_scene.At("repo/testsets/games/JPEGImages/a.jpg"))[..2]);
        Assert.Contains(
            "<filename>a.jpg</filename>", File.ReadAllText(_scene.At("repo/testsets/games/Annotations/a.xml")), StringComparison.Ordinal);
        Assert.Contains("4 were in it already",
            _scene.Dls("repo", "testset", "add", "games", "shots", "--label", "none").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void P41_a_data_set_refuses_test_images_and_names_both_until_they_only_test()
    {
        Dls("testset", "add", "games", "shots").Expect(0);
        ProjectFiles.WriteVoc(_scene, "repo/real", "r", 3, "close");
        _scene.Write("repo/real/JPEGImages/r_3.jpg", Drawn.Jpeg(40, 30, 51));
        _scene.Write("repo/real/Annotations/r_3.xml", ProjectFiles.Annotation("r_3.jpg", 40, 30, ("close", 3, 4, 18, 19)));
        _scene.Write("repo/datasets/game.yaml", "images: [{from: real, split: divide}]\n");

        RunResult refused = _scene.Dls("repo", "dataset", "build", "game").Expect(1);
        Assert.Contains("real: r_3 is games/JPEGImages/s1.jpg", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("repo/datasets/game")));

        ProjectFiles.WriteLists(
            _scene, "repo/real", ("train", ["r_0", "r_1"]), ("val", ["r_2"]), ("trainval", ["r_0", "r_1", "r_2"]), ("test", ["r_3"]));
        _scene.Write("repo/datasets/game.yaml", "images: [real]\n");
        Dls("dataset", "build", "game").Expect(0);
    }

    [Fact]
    public void P41_a_test_set_refuses_images_that_are_trained_on_and_names_both()
    {
        ProjectFiles.Write(_scene, "repo", "close", 70);
        _scene.Write("repo/projects/close/project.yaml", "recipe: {program: [data_augmentation/daug.sh]}\n");
        ProjectFiles.WriteScript(_scene, "repo", "close", "cp master/image.jpg build/$1_0.jpg\n");
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\n");
        Dls("trust", "close").Expect(0);
        Dls("dataset", "build", "game").Expect(0);
        _scene.Write("elsewhere/again.jpg", Drawn.Jpeg(seed: 70));
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo"), ".git");

        RunResult refused = _scene.Dls("repo", "testset", "add", "games", "shots", "../elsewhere", "--label", "close").Expect(1);

        Assert.Contains("close_0.jpg of data set game (train, from close)", refused.Error, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo"), ".git"));
    }

    [Fact]
    public void P41_a_clone_without_the_listing_of_a_test_set_does_not_guess()
    {
        Dls("testset", "add", "games", "shots").Expect(0);
        ProjectFiles.Write(_scene, "repo", "close");
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\n");
        _scene.Commit("repo", "games");
        Dls("push").Expect(0);
        _scene.Clone("repo", "clone");

        Assert.Contains("dls fetch --listings testsets/games",
            InProcess.Dls(_scene, "clone", "dataset", "build", "game").Expect(12).Error, StringComparison.Ordinal);
        InProcess.Dls(_scene, "clone", "fetch", "--listings", "testsets/games").Expect(0);
        InProcess.Dls(_scene, "clone", "dataset", "build", "game").Expect(0);
    }

    [Fact]
    public void The_same_image_is_taken_once_and_another_of_the_same_name_is_refused()
    {
        Dls("testset", "add", "games", "shots").Expect(0);
        _scene.Write("elsewhere/copy.jpg", Drawn.Jpeg(40, 30, 50));
        Assert.Contains("added 0 images to test set games, 2 were in it already",
            Dls("testset", "add", "games", "shots").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("added 0 images",
            Dls("testset", "add", "games", "../elsewhere/copy.jpg", "--label", "none").Expect(0).Output, StringComparison.Ordinal);

        _scene.Write("elsewhere/s0.jpg", Drawn.Jpeg(40, 30, 99));
        Assert.Contains("it has another image named 's0.jpg'",
            Dls("testset", "add", "games", "../elsewhere/s0.jpg", "--label", "none").Expect(1).Error, StringComparison.Ordinal);
        Assert.Equal(Drawn.Jpeg(40, 30, 50), File.ReadAllBytes(_scene.At("repo/testsets/games/JPEGImages/s0.jpg")));
    }

    [Fact]
    public void What_the_user_put_there_by_hand_is_never_replaced()
    {
        _scene.Write("repo/testsets/games/Annotations/s0.xml", "my notes, stored nowhere\n");

        RunResult refused = Dls("testset", "add", "games", "shots").Expect(1);

        Assert.Contains("testsets/games/Annotations/s0.xml", refused.Error, StringComparison.Ordinal);
        Assert.Equal("my notes, stored nowhere\n", File.ReadAllText(_scene.At("repo/testsets/games/Annotations/s0.xml")));
    }

    [Fact]
    public void Images_without_truth_or_with_another_ending_are_named()
    {
        Assert.Contains(
            "there is no 'game.xml' beside it", Dls("testset", "add", "games", "../elsewhere").Expect(1).Error, StringComparison.Ordinal);
        _scene.Write("elsewhere/game.tiff", Drawn.Jpeg());
        Assert.Contains(
            "game.tiff", Dls("testset", "add", "games", "../elsewhere", "--label", "none").Expect(1).Error, StringComparison.Ordinal);
        _scene.Write("repo/shots/s0.xml", ProjectFiles.Annotation("s0.jpg", 40, 30, ("close", 3, 4, 41, 19)));
        Assert.Contains("s0.xml' line 6", Dls("testset", "add", "games", "shots").Expect(1).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("repo/testsets")));
    }

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);
}
