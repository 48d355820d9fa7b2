using System.Buffers.Binary;
using System.Xml.Linq;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Datasets;

/// <summary>Data sets in other programs' layouts, out and in again, and read by another program than dls.</summary>
public sealed class DatasetLayoutTests : IDisposable
{
    private const string ReadVoc = """
        import os, sys, xml.etree.ElementTree as ET
        from PIL import Image
        root, images, boxes = sys.argv[1], 0, 0
        for name in ("trainval", "test"):
            for line in open(f"{root}/ImageSets/Main/{name}.txt"):
                i = line.strip()
                assert i, "blank line"
                im = Image.open(f"{root}/JPEGImages/{i}.jpg"); im.load()
                w, h = im.size
                for o in ET.parse(f"{root}/Annotations/{i}.xml").getroot().iter("object"):
                    int(o.find("difficult").text)
                    assert o.find("name").text.lower().strip() in sys.argv[2].split(",")
                    b = [int(o.find("bndbox").find(k).text) - 1 for k in ("xmin", "ymin", "xmax", "ymax")]
                    assert 0 <= b[0] < b[2] < w and 0 <= b[1] < b[3] < h, b
                    boxes += 1
                images += 1
        print(images, boxes)
        """;

    private const string CheckCoco = """
        import json, os, sys
        root, total = sys.argv[1], [0, 0]
        for name in sorted(os.listdir(root + "/annotations")):
            d = json.load(open(f"{root}/annotations/{name}"))
            side = name[len("instances_"):-5]
            images = {i["id"]: i for i in d["images"]}
            cats = {c["id"] for c in d["categories"]}
            assert len(images) == len(d["images"]) and all(type(i) is int for i in images)
            assert len({a["id"] for a in d["annotations"]}) == len(d["annotations"])
            for i in images.values():
                assert os.path.isfile(f"{root}/images/{side}/{i['file_name']}") and i["width"] > 0 and i["height"] > 0
            for a in d["annotations"]:
                i, (x, y, w, h) = images[a["image_id"]], a["bbox"]
                assert a["category_id"] in cats and a["iscrowd"] in (0, 1) and a["area"] == w * h
                assert x >= 0 and y >= 0 and w > 0 and h > 0 and x + w <= i["width"] and y + h <= i["height"]
            total[0] += len(images); total[1] += len(d["annotations"])
        print(*total)
        """;

    private readonly Scene _scene = new();

    public DatasetLayoutTests()
    {
        _scene.MakeRepo();
        ProjectFiles.Write(_scene, "repo", "close", width: 24, height: 20);
        ProjectFiles.Write(_scene, "repo", "adbutton", seed: 3, yaml: "recipe: [{zoom: 0.1, count: 5}]\n", width: 40, height: 16);
        _scene.Write("repo/datasets/game.yaml", "projects: [close, adbutton]\ncanvas: 64x48\nsplit: {train: 60}\n");
        _scene.Dls("repo", "dataset", "build", "game").Expect(0);
    }

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("voc")]
    [InlineData("darknet")]
    [InlineData("ultralytics")]
    [InlineData("coco")]
    public void R29_every_layout_comes_back_with_every_box_and_side(string layout)
    {
        _scene.Dls("repo", "dataset", "export", layout, "game", _scene.At("out")).Expect(0);
        Assert.Contains("it exists",
            _scene.Dls("repo", "dataset", "export", layout, "game", _scene.At("out")).Expect(1).Error, StringComparison.Ordinal);

        RunResult imported = _scene.Dls("repo", "dataset", "import", layout, _scene.At("out"), "again").Expect(0);

        Assert.Contains("8 images: train 4, val 4, test 0", imported.Output, StringComparison.Ordinal);
        string here = _scene.At("repo/datasets/game/64x48/data_set"), there = _scene.At("repo/datasets/again/own/data_set");
        foreach (string file in Directory.GetFiles(here, "*", SearchOption.AllDirectories))
        {
            string other = Path.Combine(there, Path.GetRelativePath(here, file));
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(other));
        }

        Assert.Empty(_scene.Dls("repo", "dataset", "diff", "game", "again", "--json").Expect(0).Output.Split("\"moved\"").Skip(1));
    }

    [Fact]
    public void R30_the_archive_holds_the_tree_of_the_old_tool_and_is_the_same_twice()
    {
        _scene.Dls("repo", "dataset", "export", "tar", "game", _scene.At("a.tar.gz")).Expect(0);
        _scene.Dls("repo", "dataset", "export", "tar", "game", _scene.At("b.tar.gz")).Expect(0);

        string[] names = _scene.RunProgram(
            "tar", ["tzf", "a.tar.gz"], _scene.Root).Expect(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(File.ReadAllBytes(_scene.At("a.tar.gz")), File.ReadAllBytes(_scene.At("b.tar.gz")));
        Assert.All(names, static n => Assert.StartsWith("data_set/", n, StringComparison.Ordinal));
        Assert.Contains("data_set/ImageSets/Main/trainval.txt", names);
        Assert.Equal(8, names.Count(
            static n => n.StartsWith("data_set/JPEGImages/", StringComparison.Ordinal) && n.EndsWith(".jpg", StringComparison.Ordinal)));
        Assert.Equal(8, names.Count(
            static n => n.StartsWith("data_set/Annotations/", StringComparison.Ordinal) && n.EndsWith(".xml", StringComparison.Ordinal)));
    }

    [Fact]
    public void Another_program_reads_every_image_and_box_of_the_voc_export_by_the_rules_of_the_ssd_reader()
    {
        _scene.Dls("repo", "dataset", "export", "voc", "game", _scene.At("out")).Expect(0);

        RunResult read = _scene.RunProgram("/usr/bin/python3", ["-c", ReadVoc, "out", "close,adbutton"], _scene.Root).Expect(0);

        Assert.Equal("8 8\n", read.Output);
    }

    [Fact]
    public void Another_program_finds_the_coco_export_as_cocoeval_needs_it()
    {
        _scene.Dls("repo", "dataset", "export", "coco", "game", _scene.At("out")).Expect(0);

        Assert.Equal("8 8\n", _scene.RunProgram("/usr/bin/python3", ["-c", CheckCoco, "out"], _scene.Root).Expect(0).Output);
    }

    [Fact]
    public void R32_P44_darknet_lists_hold_images_of_the_set_only_each_with_its_labels()
    {
        _scene.Dls("repo", "dataset", "export", "darknet", "game", _scene.At("ds7")).Expect(0);

        string[] lines = [.. File.ReadLines(_scene.At("ds7/train.txt")).Concat(File.ReadLines(_scene.At("ds7/valid.txt")))];

        Assert.Equal(8, lines.Length);
        Assert.All(lines, line =>
        {
            Assert.StartsWith("game/", line, StringComparison.Ordinal);
            Assert.EndsWith(".jpg", line, StringComparison.Ordinal);
            Assert.True(File.Exists(_scene.At("ds7/" + line)));
            Assert.Matches(@"\A\d( \d\.\d{6}){4}\n\z", File.ReadAllText(_scene.At("ds7/" + Path.ChangeExtension(line, ".txt"))));
        });
    }

    [Fact]
    public void P09_R31_lists_of_the_old_tool_are_refused_with_the_reason()
    {
        _scene.Dls("repo", "dataset", "export", "voc", "game", _scene.At("old")).Expect(0);
        File.Copy(_scene.At("old/ImageSets/Main/val.txt"), _scene.At("old/ImageSets/Main/trainval.txt"), overwrite: true);
        File.Copy(_scene.At("old/ImageSets/Main/val.txt"), _scene.At("old/ImageSets/Main/test.txt"), overwrite: true);

        string refused = _scene.Dls("repo", "dataset", "import", "voc", _scene.At("old"), "old").Expect(1).Error;

        Assert.Contains("SPLIT_TRAINVAL", refused, StringComparison.Ordinal);
        Assert.Contains("copies of val", refused, StringComparison.Ordinal);
        Assert.False(Path.Exists(_scene.At("repo/datasets/old.yaml")));
        Assert.False(Path.Exists(_scene.At("repo/datasets/old")));
    }

    [Fact]
    public void Planted_faults_are_found_and_a_baseline_accepts_them()
    {
        string xml = _scene.At("repo/datasets/game/64x48/data_set/Annotations/adbutton_2.xml");
        File.SetUnixFileMode(xml, (UnixFileMode)0x1A4);
        XElement annotation = XElement.Load(xml);
        annotation.Element("object")!.Element("bndbox")!.Element("xmax")!.Value = "999";
        annotation.Save(xml);

        RunResult found = _scene.Dls("repo", "dataset", "lint", "game", "--for", "ssd").Expect(4);
        Assert.Contains("BOX_OUT error Annotations/adbutton_2.xml:", found.Output, StringComparison.Ordinal);
        Assert.Contains(
            "\"code\":\"BOX_OUT\"", _scene.Dls("repo", "dataset", "lint", "game", "--json").Expect(4).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "dataset", "lint", "game", "--accept", "BOX_OUT").Expect(0);
        _scene.Dls("repo", "dataset", "lint", "game", "--write-baseline").Expect(0);

        Assert.Contains(
            "BOX_OUT\tAnnotations/adbutton_2.xml", File.ReadAllText(_scene.At("repo/datasets/game.lint")), StringComparison.Ordinal);
        Assert.Contains("accepted", _scene.Dls("repo", "dataset", "lint", "game").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_contact_sheet_is_a_picture_and_replaces_nothing_unasked()
    {
        _scene.Dls("repo", "dataset", "preview", "game", "--out", "sheet.jpg").Expect(0);

        (int width, int height) = Drawn.SizeOf(_scene.At("repo/sheet.jpg"));

        Assert.InRange(width, 400, 4000);
        Assert.InRange(height, 300, 4000);
        Assert.Contains("the file exists",
            _scene.Dls("repo", "dataset", "preview", "game", "--out", "sheet.jpg").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_contact_sheet_is_of_the_form_that_its_name_says()
    {
        _scene.Dls("repo", "dataset", "preview", "game", "--out", "sheet.JPEG").Expect(0);
        _scene.Dls("repo", "dataset", "preview", "game", "--out", "sheet.png").Expect(0);
        string[] before = Directory.GetFiles(_scene.At("repo"));
        foreach (string name in (string[])["sheet", "sheet.gif", "sheet.png.txt"])
        {
            Assert.Contains("end the name with .jpg, .jpeg or .png",
                _scene.Dls("repo", "dataset", "preview", "game", "--out", name).Expect(2).Error, StringComparison.Ordinal);
        }

        byte[] png = File.ReadAllBytes(_scene.At("repo/sheet.png"));
        Assert.Equal([0xFF, 0xD8, 0xFF], File.ReadAllBytes(_scene.At("repo/sheet.JPEG"))[..3]);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal(Drawn.SizeOf(_scene.At("repo/sheet.JPEG")),
            (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));
        Assert.Equal(before, Directory.GetFiles(_scene.At("repo")));
    }
}
