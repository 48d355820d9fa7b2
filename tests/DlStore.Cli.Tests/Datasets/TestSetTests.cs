using DlStore.TestKit;

namespace DlStore.Cli.Tests.Datasets;

/// <summary>Test images are kept with truth and origin, and never trained on (R21, P41).</summary>
public sealed class TestSetTests : IDisposable
{
    private readonly Scene _scene = new();

    public TestSetTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R21_bytes_truth_and_origin_come_back_on_another_clone()
    {
        ProjectFiles.WriteVoc(_scene, "repo/shots", "shot", 3, "close");
        _scene.Write("repo/negative/empty.jpg", Drawn.Jpeg(16, 16, 50));
        _scene.Dls("repo", "testset", "add", "games", "shots", "--description", "three \"real\" shots").Expect(0);
        _scene.Dls("repo", "testset", "add", "games", "negative/empty.jpg", "--label", "none").Expect(0);
        Assert.Contains("added 0 images to test set games, 3 were in it already", _scene.Dls("repo", "testset", "add", "games", "shots").Expect(0).Output, StringComparison.Ordinal);
        _scene.Git("repo", "commit", "-q", "--no-verify", "-m", "test set");
        _scene.Dls("repo", "push").Expect(0);

        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull", "testsets/games").Expect(0);

        Assert.Equal(Drawn.Jpeg(16, 16, 1001), File.ReadAllBytes(_scene.At("clone/testsets/games/JPEGImages/shot_1.jpg")));
        string shown = _scene.Dls("clone", "testset", "show", "games").Expect(0).Output;
        Assert.Contains("4 images: three \"real\" shots", shown, StringComparison.Ordinal);
        Assert.Matches(@"shot_1\.jpg +sha256:\w+ +close 2,2,12,12 +shots/JPEGImages/shot_1\.jpg", shown);
        Assert.Matches(@"empty\.jpg +sha256:\w+ +nothing +negative/empty\.jpg", shown);
        Assert.Contains("games  4 images", _scene.Dls("clone", "testset", "list").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void P41_a_data_set_refuses_test_images_and_a_test_set_refuses_trained_ones()
    {
        ProjectFiles.WriteVoc(_scene, "repo/shots", "shot", 2, "close");
        _scene.Dls("repo", "testset", "add", "games", "shots/JPEGImages/shot_0.jpg").Expect(0);
        ProjectFiles.Write(_scene, "repo", "close");
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\nimages: [shots]\n");

        string refused = _scene.Dls("repo", "dataset", "build", "game").Expect(1).Error;
        Assert.Contains("shots: shot_0 is games/JPEGImages/shot_0.jpg", refused, StringComparison.Ordinal);
        Assert.False(Path.Exists(_scene.At("repo/datasets/game")));
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\n");
        _scene.Dls("repo", "dataset", "build", "game").Expect(0);

        string trained = _scene.Dls("repo", "testset", "add", "games", "projects/close/build/own/close_0.jpg", "--label", "close").Expect(1).Error;
        Assert.Contains("close_0.jpg of data set game", trained, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_without_truth_other_images_of_a_name_and_boxes_outside_are_refused()
    {
        _scene.Write("repo/a/x.jpg", Drawn.Jpeg(16, 16, 1));
        _scene.Write("repo/b/x.jpg", Drawn.Jpeg(16, 16, 2));
        _scene.Write("repo/c/y.jpg", Drawn.Jpeg(16, 16, 3));
        _scene.Write("repo/c/y.xml", ProjectFiles.Annotation("y.jpg", 16, 16, ("close", 3, 3, 40, 12)));
        Assert.Contains("there is no 'x.xml' beside it", _scene.Dls("repo", "testset", "add", "t", "a").Expect(1).Error, StringComparison.Ordinal);
        _scene.Dls("repo", "testset", "add", "t", "a", "--label", "close").Expect(0);

        Assert.Contains("another image named 'x.jpg'", _scene.Dls("repo", "testset", "add", "t", "b", "--label", "close").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("c/y.xml' line", _scene.Dls("repo", "testset", "add", "t", "c").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("there is no .jpg file", _scene.Dls("repo", "testset", "add", "t", "datasets").Expect(2).Error + _scene.Dls("repo", "testset", "add", "t", ".dlstore").Error, StringComparison.Ordinal);
    }
}
