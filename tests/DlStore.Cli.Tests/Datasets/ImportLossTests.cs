using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Datasets;

/// <summary>An import loses nothing in silence: images and boxes in are images and boxes out, or it is said with counts and refused.</summary>
public sealed class ImportLossTests : IDisposable
{
    private const string Box = "0 0.5 0.5 0.25 0.25\n";
    private readonly Scene _scene = new();

    public ImportLossTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Every_kind_of_picture_and_every_case_of_jpg_comes_in_and_is_told()
    {
        Ultralytics(("a.jpg", Drawn.Jpeg(seed: 1)), ("b.png", DrawnPng.Make(16, 16)), ("c.JPG", Drawn.Jpeg(seed: 2)),
            ("d.jpeg", Drawn.Jpeg(seed: 3)), ("e.jpg", DrawnPng.Make(16, 12)), ("f.png", Drawn.Jpeg(seed: 4)));

        RunResult imported = Dls("dataset", "import", "ultralytics", "../set", "all").Expect(0);

        Assert.Contains("6 images: train 6, val 0", imported.Output, StringComparison.Ordinal);
        Assert.Contains("  x  6 boxes", imported.Output, StringComparison.Ordinal);
        Assert.Contains("2 images (b, e): a PNG file, written as a JPEG of quality 95", imported.Error, StringComparison.Ordinal);
        Assert.Contains("1 image (c): a JPEG file named .JPG, kept byte for byte as .jpg", imported.Error, StringComparison.Ordinal);
        Assert.Contains("1 image (d): a JPEG file named .jpeg, kept byte for byte", imported.Error, StringComparison.Ordinal);
        Assert.Contains("1 image (f): a JPEG file named .png, kept byte for byte", imported.Error, StringComparison.Ordinal);
        Assert.Equal(Drawn.Jpeg(seed: 2), File.ReadAllBytes(_scene.At("repo/datasets/all/own/data_set/JPEGImages/c.jpg")));
        Assert.Contains("SPLIT_EMPTY 1): run `dls dataset lint all`", imported.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_thing_that_would_be_left_out_is_refused_with_counts_and_accepting_tells_what_it_did()
    {
        Ultralytics(("a.jpg", Drawn.Jpeg(seed: 1)), ("t.tif", [1, 2]), ("bad.jpg", "no picture"u8.ToArray()));
        _scene.Write("set/labels/train/a.txt", Box + "4 0.5 0.5 0.25 0.25\nrubbish\n");
        _scene.Write("set/labels/train/gone.txt", Box + Box);

        RunResult refused = Dls("dataset", "import", "ultralytics", "../set", "s").Expect(1);

        Assert.Contains("5 faults that would mislead a trainer or leave out 2 images and 5 boxes", refused.Error,
            StringComparison.Ordinal);
        string[] codes = ["CLASS_UNKNOWN", "IMG_EXTENSION", "IMG_NOT_JPEG", "LABEL_BAD", "XML_NO_IMAGE"];
        Assert.All(codes, c => Assert.Contains(c, refused.Error, StringComparison.Ordinal));
        Assert.False(Directory.Exists(_scene.At("repo/datasets/s")));
        foreach (string code in codes)
        {
            Dls("dataset", "import", "ultralytics", "../set", "s", "--accept", string.Join(',', codes.Where(c => c != code))).Expect(1);
        }

        RunResult accepted = Dls("dataset", "import", "ultralytics", "../set", "s", "--accept", string.Join(',', codes)).Expect(0);

        Assert.Contains("CLASS_UNKNOWN accepted at 1 place: all boxes are kept, 4 class names are made up: class_1, class_2, class_3, class_4 "
            + "(3 of them only to fill the ids between, no box has them: class_1, class_2, class_3); nothing is left out",
            accepted.Error, StringComparison.Ordinal);
        Assert.Contains("LABEL_BAD accepted at 1 place: the line is left out; left out: 1 box", accepted.Error, StringComparison.Ordinal);
        Assert.Contains("XML_NO_IMAGE accepted at 1 place: its boxes are left out; left out: 2 boxes", accepted.Error,
            StringComparison.Ordinal);
        Assert.Contains("IMG_NOT_JPEG accepted at 1 place: the image is left out; left out: 1 image and 1 box",
            accepted.Error, StringComparison.Ordinal);
        Assert.Contains("  class_4  1 box", accepted.Output, StringComparison.Ordinal);
        Assert.Equal("x\nclass_1\nclass_2\nclass_3\nclass_4\n",
            File.ReadAllText(_scene.At("repo/datasets/s/own/data_set/classes.txt")));
    }

    [Fact]
    public void Names_that_are_made_up_are_told_once_whatever_they_came_from()
    {
        Ultralytics(("a.jpg", Drawn.Jpeg(seed: 1)));
        _scene.Write("set/labels/train/a.txt", Box + "1 0.5 0.5 0.25 0.25\n2 0.5 0.5 0.25 0.25\n2 0.25 0.25 0.25 0.25\n");

        RunResult all = Dls("dataset", "import", "ultralytics", "../set", "s", "--accept", "CLASS_UNKNOWN", "--dry-run").Expect(0);
        _scene.Write("set/labels/train/a.txt", Box + "20 0.5 0.5 0.25 0.25\n");
        RunResult far = Dls("dataset", "import", "ultralytics", "../set", "s", "--accept", "CLASS_UNKNOWN", "--dry-run").Expect(0);

        Assert.Contains("CLASS_UNKNOWN accepted at 3 places: all boxes are kept, 2 class names are made up: class_1, class_2; nothing",
            all.Error, StringComparison.Ordinal);
        Assert.Contains("20 class names are made up: class_1, class_2, class_3, class_4, class_5, class_6, class_7, class_8 ... class_20 "
            + "(19 of them", far.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_are_on_standard_error_with_json_too()
    {
        Ultralytics(("a.jpg", Drawn.Jpeg(seed: 1)));
        _scene.Write("set/labels/train/a.txt", "0 0.51 0.52 0.25 0.25\n");

        RunResult imported = Dls("dataset", "import", "ultralytics", "../set", "s", "--json").Expect(0);

        Assert.Contains("BOX_ROUNDED labels/train/a.txt:1: 1 of 1 box does not lie on whole pixels",
            imported.Error, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(imported.Output);
        Assert.Equal((1, 1), (json.RootElement.GetProperty("imagesSeen").GetInt32(), json.RootElement.GetProperty("boxesSeen").GetInt32()));
        Assert.Equal(2, json.RootElement.GetProperty("saw").GetArrayLength());
    }

    [Fact]
    public void Two_images_of_one_name_are_both_kept_if_that_is_accepted()
    {
        Ultralytics(("a.jpg", Drawn.Jpeg(seed: 1)));
        _scene.Write("set/images/val/a.jpg", Drawn.Jpeg(seed: 2));
        _scene.Write("set/labels/val/a.txt", Box);

        Assert.Contains("ID_DUP", Dls("dataset", "import", "ultralytics", "../set", "s").Expect(1).Error, StringComparison.Ordinal);
        RunResult accepted = Dls("dataset", "import", "ultralytics", "../set", "s", "--accept", "ID_DUP").Expect(0);

        Assert.Contains("2 images: train 1, val 1", accepted.Output, StringComparison.Ordinal);
        Assert.Equal(Drawn.Jpeg(seed: 2), File.ReadAllBytes(_scene.At("repo/datasets/s/own/data_set/JPEGImages/a-2.jpg")));
    }

    [Fact]
    public void Images_and_annotations_of_voc_without_each_other_stop_an_import()
    {
        ProjectFiles.WriteVoc(_scene, "set", "close", 3, "close");
        File.Delete(_scene.At("set/Annotations/close_0.xml"));
        File.Delete(_scene.At("set/JPEGImages/close_1.jpg"));
        _scene.Write("set/JPEGImages/more/x.jpg", Drawn.Jpeg());

        RunResult refused = Dls("dataset", "import", "voc", "../set", "s").Expect(1);

        Assert.Contains("leave out 2 images and 1 box", refused.Error, StringComparison.Ordinal);
        string codes = "IMG_NO_XML,XML_NO_IMAGE,FILE_STRANGE,IMG_MISSING";
        Assert.Contains("1 image", Dls("dataset", "import", "voc", "../set", "s", "--accept", codes).Expect(0).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Real_images_of_a_data_set_with_another_ending_are_named_and_not_passed_over()
    {
        ProjectFiles.WriteVoc(_scene, "repo/shots", "shot", 3, "close");
        File.Move(_scene.At("repo/shots/JPEGImages/shot_1.jpg"), _scene.At("repo/shots/JPEGImages/shot_1.png"));
        _scene.Write("repo/datasets/game.yaml", "images: [shots]\n");

        Assert.Contains("IMG_EXTENSION JPEGImages/shot_1.png", Dls("dataset", "build", "game").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_voc_image_named_JPG_keeps_its_annotation_but_for_the_name()
    {
        ProjectFiles.WriteVoc(_scene, "set", "close", 1, "close");
        string xml = File.ReadAllText(_scene.At("set/Annotations/close_0.xml")).Replace("close_0.jpg", "close_0.JPG",
            StringComparison.Ordinal)
            .Replace("</annotation>", "<!-- kept --></annotation>", StringComparison.Ordinal);
        File.WriteAllText(_scene.At("set/Annotations/close_0.xml"), xml);
        File.Move(_scene.At("set/JPEGImages/close_0.jpg"), _scene.At("set/JPEGImages/close_0.JPG"));

        Dls("dataset", "import", "voc", "../set", "s").Expect(0);

        string made = File.ReadAllText(_scene.At("repo/datasets/s/own/data_set/Annotations/close_0.xml"));
        Assert.Equal(xml.Replace("<filename>close_0.JPG<", "<filename>close_0.jpg<", StringComparison.Ordinal), made);
        Assert.DoesNotContain("XML_FILENAME", Dls("dataset", "lint", "s").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_format_is_told_with_the_command_for_the_right_one_and_auto_takes_it()
    {
        Ultralytics(("a.jpg", Drawn.Jpeg(seed: 1)));

        Assert.Contains("hint: it looks like a set of Ultralytics (a YAML file that names its sides): run `dls dataset import ultralytics ../set NAME`",
            Dls("dataset", "import", "voc", "../set", "s").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("labelme, and auto", Dls("dataset", "import", "yolo", "../set", "s").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("they are pixels, not fractions",
            Dls("dataset", "import", "coco", "../set", "s", "--boxes", "labelimg").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("'data.yaml': taken for a set of Ultralytics",
            Dls("dataset", "import", "auto", "../set", "s").Expect(0).Error, StringComparison.Ordinal);
        Assert.Contains("imported: \"ultralytics set\"", File.ReadAllText(_scene.At("repo/datasets/s.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public void Masters_and_test_sets_may_have_bytes_behind_the_end_of_a_picture()
    {
        byte[] longer = [.. Drawn.Jpeg(40, 30), .. "SEFT of a telephone"u8];
        _scene.Write("tail.jpg", longer);
        _scene.Write("shots/tail.jpg", [.. longer, 0]);

        Dls("project", "new", "close", "--image", "../tail.jpg", "--label", "close").Expect(0);
        Assert.Contains("IMG_TRAILING warning", Dls("project", "lint", "close").Output, StringComparison.Ordinal);
        Dls("testset", "add", "shots", "../shots", "--label", "close").Expect(0);
    }

    private void Ultralytics(params (string Name, byte[] Bytes)[] images)
    {
        _scene.Write("set/data.yaml", "train: images/train\nval: images/val\nnames: [x]\n");
        Directory.CreateDirectory(_scene.At("set/images/val"));
        foreach ((string name, byte[] bytes) in images)
        {
            _scene.Write("set/images/train/" + name, bytes);
            _scene.Write($"set/labels/train/{Path.GetFileNameWithoutExtension(name)}.txt", Box);
        }
    }

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);
}
