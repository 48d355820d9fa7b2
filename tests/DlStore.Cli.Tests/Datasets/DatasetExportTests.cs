using System.Runtime.CompilerServices;
using DlStore.TestKit;

using static DlStore.Cli.Tests.Datasets.DatasetFacts;

namespace DlStore.Cli.Tests.Datasets;

/// <summary>What other programs get: one split in every layout, read by their rules (R29, R30, R32, R33, P44).</summary>
public sealed class DatasetExportTests : IDisposable
{
    private readonly Scene _scene = new();

    public DatasetExportTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Directories_of_images_hold_one_class_each_and_what_has_no_place_is_told()
    {
        ProjectFiles.Write(_scene, "repo", "close", 1, "count: 4\nrecipe: [{brightness: 0.4}]\n");
        ProjectFiles.Write(_scene, "repo", "open", 2, "count: 2\nrecipe: [{brightness: 0.4}]\n");
        _scene.Write("repo/datasets/folders.yaml", "projects: [close, open]\ncanvas: 32x24\n");
        Dls("dataset", "build", "folders").Expect(0);

        Dls("dataset", "export", "imagefolder", "folders", "../folders").Expect(0);

        string[] files = [.. Directory.GetFiles(_scene.At("folders"), "*.jpg", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(_scene.At("folders"), f)).Order(StringComparer.Ordinal)];
        Assert.Equal(6, files.Length);
        Assert.All(files, static f => Assert.Matches("^(train|val|test)/(close|open)/(close|open)_\\d+\\.jpg$", f));
        Assert.All(files, f => Assert.Equal(
            File.ReadAllBytes(_scene.At($"repo/datasets/folders/32x24/data_set/JPEGImages/{Path.GetFileName(f)}")),
            File.ReadAllBytes(_scene.At($"folders/{f}"))));
        Assert.Equal("close\nopen\n", File.ReadAllText(_scene.At("folders/classes.txt")));

        _scene.Write("voc2/JPEGImages/one.jpg", Drawn.Jpeg(16, 16, 1));
        _scene.Write("voc2/Annotations/one.xml", ProjectFiles.Annotation("one.jpg", 16, 16, ("close", 1, 1, 9, 9)));
        _scene.Write("voc2/JPEGImages/both.jpg", Drawn.Jpeg(16, 16, 2));
        _scene.Write("voc2/Annotations/both.xml", ProjectFiles.Annotation("both.jpg", 16, 16, ("close", 1, 1, 9, 9), ("open", 2, 2, 9, 9)));
        ProjectFiles.WriteLists(_scene, "voc2", ("train", ["one", "both"]));
        Dls("dataset", "import", "voc", "../voc2", "mixed").Expect(0);
        RunResult refused = Dls("dataset", "export", "imagefolder", "mixed", "../mixed").Expect(1);
        Assert.Contains("both: close, open", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("mixed")));
        RunResult left = Dls("dataset", "export", "imagefolder", "mixed", "../mixed", "--leave-out").Expect(0);
        Assert.Contains("left out 1 image", left.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_scene.At("mixed/train/close/one.jpg")));
    }

    [Fact]
    public void R29_every_layout_has_the_same_split_and_an_unknown_one_is_refused()
    {
        Build();
        foreach (string layout in (string[])["voc", "darknet", "ultralytics", "coco"])
        {
            Assert.Contains(
                "25 images, 25 boxes", Dls("dataset", "export", layout, "game", $"../{layout}").Expect(0).Output, StringComparison.Ordinal);
        }

        string[] train = List(_scene.At("voc"), "train");
        Assert.Equal(20, train.Length);
        Assert.Equal(train, Lines(_scene.At("darknet/train.txt")).Select(static l => Path.GetFileNameWithoutExtension(l)));
        Assert.Equal(train, Directory.GetFiles(
            _scene.At("ultralytics/images/train")).Select(static l => Path.GetFileNameWithoutExtension(l)!).Order(StringComparer.Ordinal));
        Assert.Equal(train, Directory.GetFiles(
            _scene.At("coco/images/train")).Select(static l => Path.GetFileNameWithoutExtension(l)!).Order(StringComparer.Ordinal));
        Assert.Contains(
            "voc, darknet, ultralytics, coco", Refused("dataset", "export", "pascal", "game", "../x"), StringComparison.Ordinal);
        Assert.Contains("it exists", Dls("dataset", "export", "voc", "game", "../voc").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("there is no directory", Refused("dataset", "export", "voc", "game", "../none/x"), StringComparison.Ordinal);
        Assert.Contains("no file 'datasets/other.yaml'", Refused("dataset", "export", "voc", "other", "../x"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_scene.Root, ".dls-tmp-*"));
    }

    [Fact]
    public void R30_the_archive_holds_what_the_seeds_hold()
    {
        Build();

        Dls("dataset", "export", "tar", "game", "../data_set.tar.gz").Expect(0);

        string[] ids = [.. Items(_scene, "game", "64x48").Select(i => i.Id)];
        string[] expected =
        [
            "data_set/", "data_set/Annotations/", .. ids.Select(i => $"data_set/Annotations/{i}.xml"), "data_set/ImageSets/",
                "data_set/ImageSets/Main/", .. new[] { "test", "train", "trainval", "val" }.Select(l => $"data_set/ImageSets/Main/{l}.txt"),
            "data_set/JPEGImages/", .. ids.Select(i => $"data_set/JPEGImages/{i}.jpg"), "data_set/classes.txt",
        ];
        string[] listed = _scene.RunProgram(
            "tar", ["tzf", "data_set.tar.gz"], _scene.Root).Expect(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        string modes = _scene.RunProgram("tar", ["tvzf", "data_set.tar.gz", "--numeric-owner"], _scene.Root).Expect(0).Output;
        Assert.All(modes.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            l => Assert.Matches("^(drwxr-xr-x|-rw-r--r--) 0/0 .* 1970-01-01 00:00 ", l));
    }

    [SkippablePillowFact]
    public void R30_the_ssd_trainer_and_torchvision_read_every_image_and_box()
    {
        Build();
        Dls("dataset", "export", "voc", "game", "../voc").Expect(0);

        string train = Python("read_voc.py", _scene.At("voc"), "train");
        string trainval = Python("read_voc.py", _scene.At("voc"), "trainval");

        Assert.EndsWith("\n20 images\n", train, StringComparison.Ordinal);
        Assert.EndsWith("\n25 images\n", trainval, StringComparison.Ordinal);
        // The first project's box is the master in the right upper corner of 64x48.
        Assert.Equal(15, trainval.Split('\n').Count(l => l.Contains("_ru-close-", StringComparison.Ordinal)
            && l.EndsWith(" close 0.7500 0.0000 0.9844 0.3125", StringComparison.Ordinal)));
    }

    [SkippablePillowFact]
    public void R30_COCO_export_follows_the_rules_of_COCOeval()
    {
        Build();
        Dls("dataset", "export", "coco", "game", "../coco").Expect(0);

        Assert.EndsWith("\n20 images 20 boxes\n", Python("read_coco.py", _scene.At("coco"), "train"), StringComparison.Ordinal);
        Assert.EndsWith("\n5 images 5 boxes\n", Python("read_coco.py", _scene.At("coco"), "val"), StringComparison.Ordinal);
        Assert.Contains(" close 48 0 16 16\n", Python("read_coco.py", _scene.At("coco"), "train")
            .Replace(".0 ", " ", StringComparison.Ordinal).Replace(".0\n", "\n", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void R32_darknets_files_name_images_of_the_set_itself_and_nothing_else()
    {
        Build();

        Dls("dataset", "export", "darknet", "game", "../darknet").Expect(0);

        string root = _scene.At("darknet");
        Dictionary<string,
            string> data = Lines($"{root}/obj.data").Where(l => l[0] != '#').Select(l => l.Split(" = ")).ToDictionary(p => p[0], p => p[1]);
        Assert.Equal(["classes=2", "train=train.txt", "valid=valid.txt", "names=obj.names", "backup=backup"],
            data.Select(d => $"{d.Key}={d.Value}"));
        Assert.True(Directory.Exists($"{root}/{data["backup"]}"));
        Assert.Equal(["close", "open"], Lines($"{root}/obj.names"));
        string[] lines = [.. Lines($"{root}/train.txt"), .. Lines($"{root}/valid.txt")];
        Assert.Equal(25, lines.Distinct().Count());
        foreach (string line in lines)
        {
            Assert.StartsWith("game/", line, StringComparison.Ordinal);
            Assert.EndsWith(".jpg", line, StringComparison.Ordinal);
            Assert.True(File.Exists($"{root}/{line}"), line);
            string[] fields = Assert.Single(Lines($"{root}/{line[..^4]}.txt")).Split(' ');
            Assert.Equal(5, fields.Length);
            Assert.All(fields.Skip(1), f => Assert.Matches(@"^[01]\.\d{6}$", f));
        }
    }

    [Fact]
    public void P44_a_copied_set_that_still_names_the_old_one_is_found()
    {
        Build();
        Dls("dataset", "export", "darknet", "game", "../ds1").Expect(0);
        Dls("dataset", "lint", "../ds1").Expect(0);
        _scene.RunProgram("cp", ["-r", "ds1", "ds2"], _scene.Root).Expect(0);
        Directory.Move(_scene.At("ds2/game"), _scene.At("ds2/ds2"));

        RunResult lint = Dls("dataset", "lint", "../ds2").Expect(4);

        Assert.Contains("train.txt:1", lint.Output, StringComparison.Ordinal);
        Assert.Contains("IMG_MISSING error", lint.Output, StringComparison.Ordinal);
        Assert.Equal(1, Dls("dataset", "import", "darknet", "../ds2", "ds2").ExitCode);
    }

    [Theory]
    [InlineData("darknet", "train.txt", "../ds1/", false)]
    [InlineData("darknet", "train.txt", "@/ds1/", false)]
    [InlineData("ultralytics", "data.yaml", "path: @/ds1\n", true)]
    [InlineData("ultralytics", "data.yaml", "path: ../ds1\n", true)]
    public void P44_a_list_that_leads_into_another_set_is_refused_and_both_are_named(string layout, string file, string lead, bool isKey)
    {
        Build();
        Dls("dataset", "export", layout, "game", "../ds1").Expect(0);
        _scene.RunProgram("cp", ["-r", "ds1", "ds2"], _scene.Root).Expect(0);
        string[] lines = File.ReadAllLines(_scene.At($"ds2/{file}"));
        lead = lead.Replace("@", _scene.Root, StringComparison.Ordinal);
        _scene.Write($"ds2/{file}", isKey ? lead + string.Join('\n', lines.Where(static l => !l.StartsWith("path:", StringComparison.Ordinal)))
            + "\n" : string.Concat(lines.Select(l => $"{lead}{l}\n")));

        string refused = Dls("dataset", "import", layout, "../ds2", "ds2").Expect(1).Error;

        Assert.Contains($"it leads into '{_scene.At("ds1")}', and this set is '{_scene.At("ds2")}'", refused, StringComparison.Ordinal);
        Assert.Contains("LIST_OUTSIDE", Dls("dataset", "lint", "../ds2").Expect(4).Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("repo/datasets/ds2.yaml")));
    }

    [Fact]
    public void P44_a_link_to_the_set_itself_leads_into_no_other()
    {
        Build();
        Dls("dataset", "export", "ultralytics", "game", "../ds1").Expect(0);
        File.CreateSymbolicLink(_scene.At("link"), _scene.At("ds1"));
        string yaml = File.ReadAllText(_scene.At("ds1/data.yaml"));
        _scene.Write("ds1/data.yaml", $"path: {_scene.At("link")}\n" + string.Concat(
            yaml.Split('\n').Where(static l => l.Length > 0 && !l.StartsWith("path:", StringComparison.Ordinal)).Select(static l => l + "\n")));

        Dls("dataset", "import", "ultralytics", "../ds1", "ds1").Expect(0);
    }

    [Theory]
    [InlineData(416, 416, "0 0.039663 0.039663 0.074519 0.074519")]
    [InlineData(1080, 2400, "0 0.015278 0.006875 0.028704 0.012917")]
    public void R33_boxes_become_the_fractions_of_the_memo_and_come_back(int width, int height, string line)
    {
        for (int i = 0; i < 2; i++)
        {
            _scene.Write($"set/JPEGImages/a_{i}.jpg", Drawn.Jpeg(width, height, i));
            _scene.Write($"set/Annotations/a_{i}.xml",
                ProjectFiles.Annotation($"a_{i}.jpg", width, height, ("a", 1, 1, 32, 32), ("a", 7, 9, width, height), ("a", 5, 6, 6, 7)));
        }

        ProjectFiles.WriteLists(_scene, "set", ("train", ["a_0"]), ("val", ["a_1"]), ("trainval", ["a_0", "a_1"]));
        Dls("dataset", "import", "voc", "../set", "shots").Expect(0);

        Dls("dataset", "export", "darknet", "shots", "../labelimg", "--boxes", "labelimg").Expect(0);
        Dls("dataset", "export", "darknet", "shots", "../voc").Expect(0);
        Dls("dataset", "import", "darknet", "../labelimg", "again").Expect(0);
        Dls("dataset", "import", "darknet", "../voc", "exact").Expect(0);

        Assert.Equal(line, Lines(_scene.At("labelimg/shots/a_0.txt"))[0]);
        foreach (string name in (string[])["again", "exact"])
        {
            string xml = File.ReadAllText(_scene.At($"repo/datasets/{name}/own/data_set/Annotations/a_1.xml"))
                .ReplaceLineEndings("").Replace("\t", "", StringComparison.Ordinal);
            Assert.Contains("<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>32</xmax><ymax>32</ymax></bndbox>", xml, StringComparison.Ordinal);
            Assert.Contains(
                $"<bndbox><xmin>7</xmin><ymin>9</ymin><xmax>{width}</xmax><ymax>{height}</ymax></bndbox>", xml, StringComparison.Ordinal);
            Assert.Contains("<bndbox><xmin>5</xmin><ymin>6</ymin><xmax>6</xmax><ymax>7</ymax></bndbox>", xml, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_set_of_several_canvases_asks_which_one()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\ncanvas: [own, 32x32]\n");
        Dls("dataset", "build", "game").Expect(0);

        Assert.Contains("--canvas: 32x32, own", Refused("dataset", "export", "voc", "game", "../x"), StringComparison.Ordinal);
        Dls("dataset", "export", "voc", "game", "../x", "--canvas", "own", "--dry-run").Expect(0);
        Assert.False(Directory.Exists(_scene.At("x")));
        Dls("dataset", "export", "voc", "game", "../x", "--canvas", "32x32").Expect(0);
        Assert.Equal((32, 32), Drawn.SizeOf(_scene.At("x/JPEGImages/close_0.jpg")));
        Assert.Contains("it has no canvas '64x64'", Refused("dataset", "export", "voc", "game", "../y", "--canvas", "64x64"), StringComparison.Ordinal);
    }

    private void Build()
    {
        ProjectFiles.Write(_scene, "repo", "ru_close", yaml: "count: 15\nrecipe: [{brightness: 0.4}]\n");
        ProjectFiles.Write(_scene, "repo", "open", 2, "count: 10\nrecipe: [{brightness: 0.4}]\n");
        _scene.Write("repo/datasets/game.yaml", "projects: [ru_close, open]\ncanvas: 64x48\n");
        Dls("dataset", "build", "game").Expect(0);
    }

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);

    private string Refused(params string[] arguments) => Dls(arguments).Expect(2).Error;

    private string Python(string script, string root, string list, [CallerFilePath] string testFile = "") =>
        _scene.RunProgram(SkippablePillowFactAttribute.Find(),
            [Path.Combine(Path.GetDirectoryName(testFile)!, script), root, list], _scene.Root).Expect(0).Output;
}
