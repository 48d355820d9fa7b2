using DlStore.TestKit;

namespace DlStore.Cli.Tests.Projects;

/// <summary>A wrong command line ends with exit code 2 and says what would be right, before anything is written.</summary>
public sealed class WrongArgumentTests
{
    public static TheoryData<string, string> Lines => new()
    {
        { "build nothing", "no directory 'projects/nothing'" },
        { "build ../close", "no directory 'projects/close'" },
        { "build clo*se", "not portable" },
        { "build --canvas 400", "neither 'own' nor WIDTHxHEIGHT" },
        { "build --canvas 0x0", "neither 'own' nor WIDTHxHEIGHT" },
        { "build --canvas 400x400x400", "neither 'own' nor WIDTHxHEIGHT" },
        { "build --canvas 9000x9000", "sides go from 1 to 8192" },
        { "build --kind nothing", "no file '.dlstore/kinds/nothing.yaml'" },
        { "build --kind ../../x", "not portable" },
        { "build --dataset nothing", "no file 'datasets/nothing.yaml'" },
        { "build --frobnicate", "--frobnicate" },
        { "build explain", "IMAGE" },
        { "build explain nothing", "no build has such an image" },
        { "build explain ../../etc/passwd", "no build has such an image" },
        { "trust nothing", "no project and no kind has that name" },
        { "trust --revoke", "--all" },
        { "dataset build", "NAME" },
        { "dataset build nothing", "no file 'datasets/nothing.yaml'" },
        { "dataset build a b", "" },
        { "dataset lint", "NAME-OR-DIR" },
        { "dataset lint nothing", "no such data set or directory" },
        { "dataset lint . --for pytorch", "pytorch" },
        { "dataset lint . --for ssd --for resnet34", "option '--for' of 'dls dataset lint' is given twice" },
        { "build --canvas own --canvas 8x8", "option '--canvas' of 'dls build' is given twice" },
        { "dataset lint . --accept NOTHING", "dls help lint" },
        { "dataset show", "VERSION" },
        { "dataset show nothing", "no data set here has that name or hash" },
        { "dataset show nothing@HEAD", "not in that commit" },
        { "dataset show nothing@v99", "git knows no commit 'v99'" },
        { "dataset show nothing@--output=x", "git knows no commit" },
        { "dataset diff one", "B" },
        { "dataset diff one two", "no data set here has that name or hash" },
        { "dataset preview", "NAME" },
        { "dataset preview nothing", "no file 'datasets/nothing.yaml'" },
        { "dataset preview nothing --per-group 0", "from 1 to 100" },
        { "dataset export", "FORMAT" },
        { "dataset export voc", "NAME" },
        { "dataset export voc nothing", "TO" },
        { "dataset export voc nothing x", "no file 'datasets/nothing.yaml'" },
        { "dataset export zip nothing x", "voc, darknet, ultralytics, coco" },
        { "dataset export darknet nothing x --boxes middle", "voc, labelimg" },
        { "dataset import", "FORMAT" },
        { "dataset import zip . x", "voc, darknet, ultralytics, coco" },
        { "dataset import voc nothing x", "no such directory\nhint: check the spelling" },
        { "dataset import auto nothing x", "no such directory\nhint: check the spelling" },
        { "dataset import auto .dlstore/config x", "'.dlstore/config': it is a file, not a directory\nhint: name the directory" },
        { "dataset import darknet .dlstore/config x", "it is a file, not a directory" },
        { "dataset lint .dlstore/config", "it is a file, and lint takes" },
        { "dataset preview .dlstore/config", "it is a file, not a data set of this repository\nhint: run `dls dataset list`" },
        { "dataset preview .", "hint: `dls dataset import auto . NAME` makes a data set of one" },
        { "dataset export voc . x", "it is a directory, not a data set of this repository" },
        { "dataset build .", "it is a directory, not a data set of this repository" },
        { "dataset verify .", "it is a directory, not a data set of this repository" },
        { "help status x", "unexpected word 'x' after 'dls help status'\nhint: `dls help status` prints" },
        { "help task show x y", "unexpected word 'x' after 'dls help task show'" },
        { "help kind-file x", "unexpected word 'x' after 'dls help kind-file'" },
        { "help task foo", "unknown command 'dls task foo'" },
        { "testset score t x --threshold 0.1..0.9", "one number is counted at" },
        { "testset score t x --threshold 7", "it is no number from 0 to 1, and no range of such\nhint: such as 0.5" },
        { "lineage nothing.jpg", "there is no such file, and no digest" },
        { "lineage .dlstore/config", "the file is there, but no record and no pointer names its bytes" },
        { "lineage .", "" },
        { "where nothing.jpg", "there is no such file, and no digest" },
        { "dataset import voc . ../x", "not portable" },
        { "dataset import voc . x --boxes middle", "there is no such conversion\nhint: known conversions: voc, labelimg, alexeyab;" },
        { "dataset import voc . x --accept NOTHING", "dls help lint" },
        { "dataset verify", "NAME" },
        { "dataset verify ../../x.yaml/..", "it is a directory, not a data set of this repository" },
        { "dataset list more", "more" },
        { "dataset rm", "NAME" },
        { "dataset rm nothing", "no file 'datasets/nothing.yaml'" },
        { "dataset frobnicate", "dataset" },
        { "testset add", "NAME" },
        { "testset add t", "PATH" },
        { "testset add t nothing", "no such file or directory" },
        { "testset add t .", "there is no picture (.jpg, .jpeg, .png, .gif, .bmp, .webp)" },
        { "testset add ../t .", "not portable" },
        { "testset show", "NAME" },
        { "testset show nothing", "no file 'testsets/nothing.yaml'" },
        { "testset list more", "more" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void It_says_what_would_be_right(string line, string named)
    {
        using Scene scene = new();
        scene.MakeRepo();
        TreeSnapshot before = TreeSnapshot.Of(scene.At("repo"), ".git");

        RunResult refused = InProcess.Dls(scene, "repo", line.Split(' '));

        Assert.True(refused.ExitCode == 2 && refused.Output.Length == 0, refused.ToString());
        Assert.Contains(named, refused.Error, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(scene.At("repo"), ".git"));
    }

    [Fact]
    public void Outside_a_repository_every_verb_says_so()
    {
        using Scene scene = new();
        string[] lines =
        [
            "build", "build explain x", "trust", "dataset build x", "dataset lint x", "dataset show x", "dataset diff x y",
                "dataset preview x", "dataset export voc x y", "dataset import voc x y", "dataset verify x", "dataset list",
            "dataset rm x", "testset add x y", "testset show x", "testset list",
        ];

        foreach (string line in lines)
        {
            RunResult refused = InProcess.Dls(scene, ".", line.Split(' '));
            Assert.True(refused.ExitCode == 10, refused.ToString());
        }
    }
}
