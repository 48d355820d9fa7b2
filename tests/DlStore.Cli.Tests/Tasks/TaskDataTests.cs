using System.Text.RegularExpressions;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>What a task learns from: the data set that the record names, in the layout of its kind, and no test image (P41).</summary>
public sealed class TaskDataTests : IDisposable
{
    private readonly Scene _scene = new();

    public TaskDataTests()
    {
        TaskFiles.Make(_scene);
        ProjectFiles.WriteVoc(_scene, "voc", "r", 6, "close");
        ProjectFiles.WriteLists(
            _scene, "voc", ("train", ["r_0", "r_1", "r_2", "r_3"]), ("val", ["r_4", "r_5"]), ("trainval", ["r_0", "r_1", "r_2", "r_3", "r_4", "r_5"]));
    }

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("darknet", "obj.data,data_set/r_0.jpg,data_set/r_0.txt,train.txt,valid.txt,obj.names")]
    [InlineData("coco", "annotations/instances_train.json,annotations/instances_val.json,images/train/r_0.jpg")]
    [InlineData("ultralytics", "data.yaml,images/train/r_0.jpg,labels/train/r_0.txt")]
    [InlineData("voc", "classes.txt,JPEGImages/r_0.jpg,Annotations/r_0.xml,ImageSets/Main/train.txt")]
    public void Deploy_ships_the_whole_data_set_in_every_layout_and_audit_knows_it(string layout, string files)
    {
        Import();
        Kind($"dataset: game\nlayout: {layout}\n");
        string home = Directory.CreateDirectory(_scene.At("home")).FullName;
        Dls("target", "add", "field", "--host", "local", "--kind", "net", "--home", home).Expect(0);
        Dls("task", "create", "t1", "--trust").Expect(0);

        Dls("deploy", "t1", "--target", "field").Expect(0);

        Assert.All(files.Split(','), file => Assert.True(File.Exists($"{home}/data_set/{file}"), file));
        _scene.Commit("repo", "t1");
        Assert.StartsWith("all right: ", Dls("audit", "--full").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_imported_task_is_audited_for_what_is_recorded_of_it_and_the_rest_is_a_note()
    {
        Import();
        Kind("dataset: game\n");
        Dls("task", "create", "t1", "--trust").Expect(0);
        _scene.Write("old/best.bin", "weights of long ago");
        string home = Directory.CreateDirectory(_scene.At("home")).FullName;
        Dls("target", "add", "field", "--host", "local", "--kind", "net", "--home", home).Expect(0);

        Dls("task", "import", "../old", "t0", "--kind", "net", "--weight", "best.bin", "--dataset", "game", "--from", "t1").Expect(0);
        Dls("deploy", "t0", "--target", "field", "--allow-untested").Expect(0);
        _scene.Commit("repo", "t0");

        string audit = Dls("audit").Expect(0).Output;
        Assert.Contains("note: t0/net attempt 1: it was imported; the commit that it ran from is not recorded", audit,
            StringComparison.Ordinal);
        Assert.Contains("all right: 2 tasks", audit, StringComparison.Ordinal);
        Assert.True(File.Exists($"{home}/data_set/JPEGImages/r_0.jpg"));
    }

    [Fact]
    public void Data_of_an_imported_task_are_not_deployed_in_a_layout_that_nobody_recorded()
    {
        Import();
        Kind("dataset: game\nlayout: darknet\n");
        _scene.Write("old/best.bin", "weights of long ago");
        string home = Directory.CreateDirectory(_scene.At("home")).FullName;
        Dls("target", "add", "field", "--host", "local", "--kind", "net", "--home", home).Expect(0);
        Dls("task", "import", "../old", "t0", "--kind", "net", "--weight", "best.bin", "--dataset", "game").Expect(0);

        Assert.Contains("its data set is here in layout voc only", Dls("deploy", "t0", "--target", "field", "--allow-untested").Expect(1).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_of_a_kind_runs_the_lint_that_a_task_runs()
    {
        _scene.Write("voc/Annotations/r_0.xml", ProjectFiles.Annotation("r_0.jpg", 16, 16, ("close", 2, 2, 40, 12)));
        Import();
        Kind("dataset: game\n");
        Dls("trust", "--all").Expect(0);

        RunResult check = Dls("kind", "check", "net").Expect(1);
        RunResult create = Dls("task", "create", "t1").Expect(1);

        Assert.Contains("lint has 1 error", check.Error, StringComparison.Ordinal);
        Assert.Equal(create.Error, check.Error);
        Assert.DoesNotContain("plan of task", create.Error, StringComparison.Ordinal);
        string code = Regex.Match(check.Error, "--accept ([A-Z_]+)").Groups[1].Value;
        Assert.Contains("lint does not block it", Dls("kind", "check", "net", "--accept", code).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("lint has no such code", Dls("kind", "check", "net", "--accept", "NO_SUCH").Expect(2).Error, StringComparison.Ordinal);
        _scene.Write("voc/Annotations/r_0.xml", ProjectFiles.Annotation("r_0.jpg", 16, 16, ("close", 2, 2, 12, 12)));
        Dls("dataset", "rm", "game").Expect(0);
        Import();
        Assert.Contains("data set game own: imported, lint does not block it", Dls("kind", "check", "net").Expect(0).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void P41_a_data_set_with_test_images_is_neither_imported_nor_trained_on()
    {
        _scene.Write("shots/seen.jpg", Drawn.Jpeg(16, 16, 1001));
        Dls("testset", "add", "games", "../shots", "--label", "none").Expect(0);

        string imported = Dls("dataset", "import", "voc", "../voc", "game").Expect(1).Error;

        Assert.Contains("1 image of test sets is among its train and val images", imported, StringComparison.Ordinal);
        Assert.Contains("r_1 is games/JPEGImages/seen.jpg", imported, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("repo/datasets/game.yaml")));
    }

    [Fact]
    public void P41_a_test_image_that_got_into_a_data_set_first_is_found_when_a_task_would_learn_from_it()
    {
        Import();
        Kind("dataset: game\n");
        Dls("trust", "--all").Expect(0);
        // What git merges: a data set of one branch, a test set of another.
        _scene.MakeRepo("other");
        _scene.Write("shots/seen.jpg", Drawn.Jpeg(16, 16, 1001));
        _scene.Dls("other", "testset", "add", "games", "../shots", "--label", "none").Expect(0);
        Directory.Move(_scene.At("other/testsets"), _scene.At("repo/testsets"));
        Dls("add", "testsets/games").Expect(0);

        Assert.Contains("r_1.jpg is games/JPEGImages/seen.jpg", Dls("kind", "check", "net").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("r_1.jpg is games/JPEGImages/seen.jpg", Dls("task", "create", "t1").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_set_whose_files_were_changed_by_hand_is_not_trained_on_under_the_name_of_what_it_was()
    {
        Import();
        Kind("dataset: game\nlayout: darknet\n");
        Dls("trust", "--all").Expect(0);
        _scene.Write("repo/datasets/game/own/data_set/Annotations/r_0.xml", ProjectFiles.Annotation("r_0.jpg", 16, 16, ("close", 3, 3, 9, 9)));

        RunResult refused = Dls("task", "create", "t1").Expect(1);

        Assert.Contains("its directory is not what the pointer names", refused.Error, StringComparison.Ordinal);
        Assert.Contains("`dls checkout --force datasets/game`", refused.Error, StringComparison.Ordinal);
        Dls("checkout", "--force", "datasets/game").Expect(0);
        Dls("task", "create", "t1").Expect(0);
    }

    private RunResult Dls(params string[] arguments) => _scene.Dls("repo", arguments);

    private void Import()
    {
        Dls("dataset", "import", "voc", "../voc", "game").Expect(0);
        _scene.Commit("repo", "game");
    }

    private void Kind(string more)
    {
        _scene.Write("repo/.dlstore/kinds/net.yaml",
            more + TaskFiles.Kind.Replace("deploy: {weight: weights/best.bin}", "deploy: {weight: weights/best.bin, data: data_set}"));
        _scene.Commit("repo", "kind");
    }
}
