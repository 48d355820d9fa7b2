using System.Text.Json;
using DlStore.TestKit;

using static DlStore.Cli.Tests.Datasets.DatasetFacts;

namespace DlStore.Cli.Tests.Datasets;

/// <summary>
/// Sets that come from elsewhere: taken as they are, refused where their lists would mislead a trainer, and combined with built images
/// (R31, P09, R35, P01, P02).
/// </summary>
public sealed class DatasetImportTests : IDisposable
{
    private readonly Scene _scene = new();

    public DatasetImportTests()
    {
        _scene.MakeRepo();
        ProjectFiles.WriteVoc(_scene, "set", "close", 5, "close");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void P09_lists_as_the_seeds_wrote_them_are_refused_with_the_reason()
    {
        string[] val = ["close_3", "close_4"];
        ProjectFiles.WriteLists(
            _scene, "set", ("train", ["close_0", "close_1", "close_2"]), ("val", val), ("trainval", val), ("test", val));
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo"), ".git");

        RunResult refused = _scene.Dls("repo", "dataset", "import", "voc", "../set", "close").Expect(1);

        Assert.Contains(
            "SPLIT_TRAINVAL ImageSets/Main/trainval.txt: trainval and test are copies of val: a reader of "
                + "trainval (SSD) trains on the 2 images of val alone and never sees the 3 of train",
                refused.Error, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo"), ".git"));
    }

    [Theory]
    [InlineData("close_0\nclose_1\n\n", "LIST_BLANK", "train.txt:3")]
    [InlineData("close_0\r\nclose_1\r\n", "LIST_CRLF", "train.txt:1")]
    [InlineData("close_0\nclose_0\n", "LIST_DUP", "train.txt:2")]
    [InlineData("close_0\nclose_9\n", "IMG_MISSING", "train.txt:2")]
    [InlineData("close_0\n../set/close_1\n", "LIST_OUTSIDE", "train.txt:2")]
    [InlineData("close_0\nclose_1 \n", "LIST_PADDED", "train.txt:2")]
    [InlineData("close_0\nclose_1.xml\n", "LIST_", "train.txt:2")]
    public void R31_a_list_that_would_mislead_is_refused_with_its_line(string train, string code, string place)
    {
        _scene.Write("set/ImageSets/Main/train.txt", train);
        ProjectFiles.WriteLists(_scene, "set", ("val", ["close_3"]));

        RunResult refused = Dls("dataset", "import", "voc", "../set", "close").Expect(1);

        Assert.Contains(code, refused.Error, StringComparison.Ordinal);
        Assert.Contains(place, refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("repo/datasets/close")));
    }

    [Fact]
    public void What_is_imported_keeps_every_annotation_byte_for_byte_and_cannot_be_built_or_imported_twice()
    {
        ProjectFiles.WriteLists(_scene, "set", ("train", ["close_0", "close_1", "close_2"]),
            ("val", ["close_3"]), ("trainval", ["close_0", "close_1", "close_2", "close_3"]), ("test", ["close_4"]));

        RunResult imported = _scene.Dls("repo", "dataset", "import", "voc", "../set", "close").Expect(0);

        Assert.Contains("5 images: train 3, val 1, test 1", imported.Output, StringComparison.Ordinal);
        foreach (string below in (string[])["Annotations", "JPEGImages"])
        {
            TreeSnapshot.AssertEqual(
                TreeSnapshot.Of(_scene.At("set/" + below)), TreeSnapshot.Of(_scene.At("repo/datasets/close/own/data_set/" + below)));
        }

        Assert.Equal(["close_4"], List(_scene.At("repo/datasets/close/own/data_set"), "test"));
        Assert.Equal(["classes/close.txt", "datasets/.gitignore", "datasets/close.dls", "datasets/close.lock", "datasets/close.yaml"],
            _scene.Git("repo", "diff", "--cached", "--name-only").Split('\n'));
        Assert.Contains("it was imported from voc set", Dls("dataset", "build", "close").Expect(2).Error, StringComparison.Ordinal);
        _scene.Commit("repo", "close");
        Dls("dataset", "import", "voc", "../set", "close").Expect(0);
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
        Dls("dataset", "verify", "close").Expect(0);
        Dls("dataset", "lint", "close").Expect(0);
        ProjectFiles.WriteVoc(_scene, "set", "more", 1, "close");
        Assert.Contains("the name is taken", Dls("dataset", "import", "voc", "../set", "close").Expect(1).Error, StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
    }

    [Fact]
    public void R35_built_and_real_images_combine_and_val_may_be_real_only()
    {
        ProjectFiles.Write(_scene, "repo", "close", yaml: "count: 20\nrecipe: [{zoom: 0.3}]\n");
        ProjectFiles.WriteVoc(_scene, "repo/shots/2023-01", "shot", 10, "close");
        ProjectFiles.WriteLists(
            _scene, "set", ("train", ["close_0"]), ("val", ["close_1", "close_2"]), ("trainval", ["close_0", "close_1", "close_2"]));
        _scene.RunProgram("sh",
            ["-c", "cd set && for f in */close_*; do mv $f ${f%/*}/real_${f##*close_}; done; sed -i s/close_/real_/ */*.xml */*/*.txt"],
            _scene.Root).Expect(0);
        Dls("dataset", "import", "voc", "../set", "shots7").Expect(0);
        _scene.Write("repo/datasets/game.yaml",
            "projects: [close]\nimages:\n  - {from: shots/2023-01, split: divide}\n  - shots7\nsplit: {val_from: real}\n");

        _scene.Dls("repo", "dataset", "build", "game").Expect(0);

        var items = Items(_scene, "game");
        Assert.Equal(20 + 10 + 5, items.Count);
        Assert.All(items, i => Assert.True(i.Side == "train" || i.Real, i.ToString()));
        Assert.Equal([("close", false, 20), ("shots-2023-01", true, 10), ("shots7", true, 5)],
            items.GroupBy(i => (i.From, i.Real)).Select(g => (g.Key.From, g.Key.Real, g.Count())).Order());
        Assert.Equal(["real_1 val", "real_2 val"], items.Where(i => i.From == "shots7" && i.Side == "val").Select(i => $"{i.Id} {i.Side}"));
        Assert.Equal(2, items.Count(i => i.From == "shots-2023-01" && i.Side == "val"));
        Assert.Equal(["close", "shots-2023-01", "shots7"], Lock(_scene, "game").Sources.Select(s => s.Name));

        _scene.Write("repo/datasets/game.yaml", "projects: [close]\nimages:\n  - {from: shots/2023-01, split: divide}\n");
        Dls("dataset", "build", "game").Expect(0);
        Assert.Equal([24, 6, 0], Lock(_scene, "game").Sides);
        ProjectFiles.WriteVoc(_scene, "repo/shots/2023-01", "close", 1, "close");
        Assert.Contains("both have an image 'close_0'", Dls("dataset", "build", "game").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_in_real_images_is_named_with_its_file()
    {
        ProjectFiles.WriteVoc(_scene, "repo/shots", "shot", 3, "close");
        _scene.Write("repo/shots/Annotations/shot_1.xml", "<annotation>");
        _scene.Write("repo/datasets/game.yaml", "images: [shots]\n");

        Assert.Contains("Annotations/shot_1.xml", Dls("dataset", "build", "game").Expect(1).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("voc")]
    [InlineData("darknet")]
    [InlineData("ultralytics")]
    [InlineData("coco")]
    public void A_picture_of_another_kind_is_imported_as_jpeg_with_its_boxes_and_told(string layout)
    {
        Dls("dataset", "import", "voc", "../set", "close").Expect(0);
        Dls("dataset", "export", layout, "close", "../out").Expect(0);
        string jpeg = Directory.GetFiles(_scene.At("out"), "close_1.jpg", SearchOption.AllDirectories).Single();
        DlStore.Images.JpegHeader header = DlStore.Images.JpegHeader.ReadFile(jpeg, "close_1.jpg");
        File.WriteAllBytes(Path.ChangeExtension(jpeg, ".png"), DrawnPng.Make(header.Width, header.Height));
        File.Delete(jpeg);
        foreach (string file in Directory.GetFiles(
            _scene.At("out"), "*.*", SearchOption.AllDirectories).Where(static f => Path.GetExtension(f) is ".txt" or ".json" or ".xml"))
        {
            File.WriteAllText(file, File.ReadAllText(file).Replace("close_1.jpg", "close_1.png", StringComparison.Ordinal));
        }

        RunResult imported = Dls("dataset", "import", layout, "../out", "again").Expect(0);

        Assert.Contains("1 image (close_1): a PNG file, written as a JPEG of quality 95; what is transparent laid over white",
            imported.Error, StringComparison.Ordinal);
        string made = _scene.At("repo/datasets/again/own/data_set/JPEGImages/close_1.jpg");
        DlStore.Images.Raster raster = DlStore.Images.Jpeg.Decode(File.ReadAllBytes(made), made);
        Assert.Equal((header.Width, header.Height), (raster.Width, raster.Height));
        Assert.InRange(raster.Row(header.Height - 1)[0], 240, 255);
        string xml = File.ReadAllText(_scene.At("repo/datasets/again/own/data_set/Annotations/close_1.xml"));
        Assert.Contains("<filename>close_1.jpg</filename>", xml, StringComparison.Ordinal);
        Assert.Contains("<name>close</name>", xml, StringComparison.Ordinal);
        Dls("dataset", "verify", "again").Expect(0);
        Assert.Equal(Dls("dataset", "show", "close").Output.Split('\n').Where(static l => l.Contains("boxes", StringComparison.Ordinal)),
            Dls("dataset", "show", "again").Output.Split('\n').Where(static l => l.Contains("boxes", StringComparison.Ordinal)));
    }

    [Fact]
    public void Two_pictures_of_one_name_and_a_bomb_stop_an_import()
    {
        _scene.Write("set/JPEGImages/close_1.png", DrawnPng.Make(8, 8));
        Assert.Contains("ID_DUP", Dls("dataset", "import", "voc", "../set", "close").Expect(1).Error, StringComparison.Ordinal);

        File.Delete(_scene.At("set/JPEGImages/close_1.jpg"));
        _scene.Write("set/JPEGImages/close_1.png", DrawnPng.Make(30_000, 30_000, isWhole: false));
        RunResult refused = Dls("dataset", "import", "voc", "../set", "close");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("its 30000x30000 pixels are more than the 100000000 that are decoded", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("repo/datasets/close")));

        File.Move(_scene.At("set/JPEGImages/close_1.png"), _scene.At("set/JPEGImages/close_1.tif"));
        Assert.Contains("IMG_EXTENSION JPEGImages/close_1.tif",
            Dls("dataset", "import", "voc", "../set", "close").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("4 images",
            Dls("dataset", "import", "voc", "../set", "close", "--accept", "IMG_EXTENSION").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void R04_lint_reports_images_that_are_no_jpeg_or_have_another_ending()
    {
        _scene.Write("set/JPEGImages/close_1.jpg", Drawn.Png);
        File.Move(_scene.At("set/JPEGImages/close_2.jpg"), _scene.At("set/JPEGImages/close_2.jpeg"));
        File.Move(_scene.At("set/JPEGImages/close_3.jpg"), _scene.At("set/JPEGImages/close_3.JPG"));

        string found = _scene.Dls("repo", "dataset", "lint", "../set").Expect(4).Output;

        Assert.Contains("IMG_NOT_JPEG error JPEGImages/close_1.jpg", found, StringComparison.Ordinal);
        Assert.Contains("IMG_EXTENSION error JPEGImages/close_2.jpeg", found, StringComparison.Ordinal);
        Assert.Contains("IMG_EXTENSION error JPEGImages/close_3.JPG", found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_accepts_what_is_there_and_nothing_new()
    {
        _scene.Write("set/Annotations/close_0.xml", ProjectFiles.Annotation("wrong.jpg", 16, 16, ("close", 2, 2, 12, 12)));
        Dls("dataset", "import", "voc", "../set", "close").Expect(0);
        Dls("dataset", "lint", "close").Expect(4);

        Dls("dataset", "lint", "close", "--write-baseline").Expect(0);
        Assert.Contains("accepted", Dls("dataset", "lint", "close").Expect(0).Output, StringComparison.Ordinal);

        _scene.Write("repo/datasets/close/own/data_set/Annotations/close_1.xml",
            ProjectFiles.Annotation("wrong.jpg", 16, 16, ("close", 2, 2, 12, 12)));
        string found = Dls("dataset", "lint", "close").Expect(4).Output;
        Assert.Contains("close_1.xml", found, StringComparison.Ordinal);
        Assert.DoesNotContain("close_0.xml", found, StringComparison.Ordinal);
        Assert.Equal(13, Dls("dataset", "verify", "close").ExitCode);
    }

    [Fact]
    public void The_json_of_lint_and_import_is_one_document()
    {
        using JsonDocument imported = JsonDocument.Parse(Dls("dataset", "import", "voc", "../set", "close", "--json").Expect(0).Output);
        using JsonDocument lint = JsonDocument.Parse(Dls("dataset", "lint", "close", "--for", "ssd", "--json").Output);

        Assert.Equal(5, imported.RootElement.GetProperty("images").GetInt32());
        JsonElement result = Assert.Single(lint.RootElement.EnumerateArray());
        Assert.Equal("close own", result.GetProperty("name").GetString());
        Assert.Contains(result.GetProperty("findings").EnumerateArray(), f => f.GetProperty("code").GetString() == "FOR_ITEMS");
    }

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);
}
