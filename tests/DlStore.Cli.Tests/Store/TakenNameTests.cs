using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Every command that gives a name or fills a place refuses one that is taken with exit code 1, and changes nothing.</summary>
public sealed class TakenNameTests(TakenNames made) : IClassFixture<TakenNames>
{
    [Theory]
    [InlineData("remote add lab ../other")]
    [InlineData("host add gpu me@other.lab")]
    [InlineData("target add field --kind net --home /other")]
    [InlineData("target add other --kind net --home /field")]
    [InlineData("project new close --image ../crop.jpg")]
    [InlineData("project new Close --image ../crop.jpg")]
    [InlineData("dataset import voc ../set game")]
    [InlineData("dataset export voc game ../there")]
    [InlineData("dataset export tar game ../there")]
    [InlineData("dataset preview game --out ../there.jpg")]
    [InlineData("kind new net")]
    [InlineData("task create first --kind net")]
    [InlineData("task import ../there first --kind net")]
    [InlineData("task import first --facts ../there.jpg")]
    [InlineData("checkout task:first --to ../there")]
    public void A_name_that_is_taken_is_a_failure(string command)
    {
        TreeSnapshot before = Snapshot();

        RunResult refused = made.Scene.Dls("repo", command.Split(' ')).Expect(1);

        Assert.StartsWith("error: ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("\nhint: ", refused.Error, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(before, Snapshot());
    }

    private TreeSnapshot Snapshot() => TreeSnapshot.Of(made.Scene.Root, "home", "repo/.git");
}

/// <summary>A repository in which there is one of everything that has a name.</summary>
public sealed class TakenNames : IDisposable
{
    public TakenNames()
    {
        TaskFiles.Make(Scene);
        Scene.Write("crop.jpg", Drawn.Jpeg(16, 16, 7));
        Scene.Write("there/x.bin", "x");
        Scene.Write("there.jpg", "x");
        ProjectFiles.Write(Scene, "repo", "close");
        Scene.Write("repo/datasets/game.yaml", "projects: [close]\ncanvas: 16x16\n");
        Scene.Dls("repo", "dataset", "build", "game", "--add-classes").Expect(0);
        Scene.Dls("repo", "dataset", "export", "voc", "game", "../set").Expect(0);
        Scene.Dls("repo", "host", "add", "gpu", "me@gpu.lab").Expect(0);
        Scene.Dls("repo", "target", "add", "field", "--kind", "net", "--home", "/field").Expect(0);
        Scene.Commit("repo", "all");
        Scene.Dls("repo", "task", "create", "first", "--kind", "net").Expect(0);
        Scene.Commit("repo", "first");
    }

    public Scene Scene { get; } = new();

    public void Dispose() => Scene.Dispose();
}
