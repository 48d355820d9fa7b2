using DlStore.Data.Annotations;
using DlStore.Data.Layouts;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Data;

public sealed class DarknetSetTests(ITestOutputHelper output)
{
    private const string Box = "0 0.500000 0.500000 0.200000 0.200000\n";

    [Fact]
    public void Every_line_of_a_list_is_an_image_of_the_set_s_own_name_with_a_label_file()
    {
        using TempDir dir = new();
        LabelledSet set = SampleSet.Random(dir, Seeded.Start(output));

        SetLayouts.Write(SetLayout.Darknet, set, dir.At("out"), new ExportOptions { Name = "ds8", Boxes = BoxConversion.Voc });

        Assert.Equal(FormatPage.Read("labelled-sets").Text("# dls boxes = voc\nclasses")
            .Replace("classes = 2", "classes = 6", StringComparison.Ordinal), File.ReadAllText(dir.At("out", "obj.data")));
        Assert.True(Directory.Exists(dir.At("out", "backup")));
        foreach (string list in new[] { "train", "valid", "test" })
        {
            string[] lines = File.ReadAllText(dir.At("out", list + ".txt")).Split('\n')[..^1];
            Assert.Equal(10, lines.Length);
            Assert.Equal(lines.Order(StringComparer.Ordinal), lines);
            Assert.All(lines, line =>
            {
                Assert.StartsWith("ds8/", line, StringComparison.Ordinal);
                Assert.EndsWith(".jpg", line, StringComparison.Ordinal);
                Assert.True(File.Exists(dir.At("out", line)) && File.Exists(dir.At("out", Path.ChangeExtension(line, ".txt"))));
            });
        }
    }

    [Theory]
    [InlineData(BoxConversion.LabelImg)]
    [InlineData(BoxConversion.AlexeyAb)]
    public void The_conversion_is_kept_in_a_comment(BoxConversion boxes)
    {
        using TempDir dir = new();
        string file = dir.Write("x.jpg", SampleJpeg.Make(100, 80, "x"));
        LabelledSet set = new(["a"],
            [new LabelledImage("x", file, 100, 80, [new LabelledObject("a", new PixelBox(3, 5, 10, 20))]) { Side = SplitSide.Train }]);

        foreach (SetLayout layout in new[] { SetLayout.Darknet, SetLayout.Ultralytics })
        {
            SetLayouts.Write(layout, set, dir.At($"{layout}"), new ExportOptions { Boxes = boxes });

            Assert.Equal(new PixelBox(3, 5, 10, 20), SetLayouts.Read(layout, dir.At($"{layout}")).Set.Images[0].Objects[0].Box);
            Assert.NotEqual(
                new PixelBox(3, 5, 10, 20), SetLayouts.Read(layout, dir.At($"{layout}"), BoxConversion.Voc).Set.Images[0].Objects[0].Box);
        }
    }

    [Fact]
    public void A_box_that_a_conversion_makes_vanish_is_refused()
    {
        using TempDir dir = new();
        string file = dir.Write("x.jpg", SampleJpeg.Make(100, 80, "x"));
        LabelledSet set = new(["a"], [new LabelledImage("x", file, 100, 80, [new LabelledObject("a", new PixelBox(3, 5, 3, 20))])]);

        Assert.Contains("has no size", Assert.Throws<DlsException>(() => DarknetSet.Write(
            set, dir.At("out"), new ExportOptions { Boxes = BoxConversion.LabelImg })).Message, StringComparison.Ordinal);
        SetLayouts.Write(SetLayout.Darknet, set, dir.At("ok"), new ExportOptions());
    }

    [Fact]
    public void A_directory_in_the_author_s_form_is_read_from_above_and_with_odd_blanks()
    {
        using TempDir dir = new();
        dir.Write("ds2/a.jpg", SampleJpeg.Make(100, 100, "a"));
        dir.Write("ds2/a.txt", Box);
        dir.Write("ds2/b.jpg", SampleJpeg.Make(100, 100, "b"));
        dir.Write("ds2/b.txt", "");
        dir.Write("ds2/obj.data", "  classes=1\n# comment\n;other\ntrain = ./ds2/train.txt\nvalid= "
            + "./ds2/valid.txt\nnames =ds2/obj.names\nbackup = ds2/backup/\n");
        dir.Write("ds2/obj.names", "close\n");
        dir.Write("ds2/train.txt", "./ds2/a.jpg\n");
        dir.Write("ds2/valid.txt", "./ds2/b.jpg\n");

        SetReading read = DarknetSet.Read(dir.At("ds2"));

        Assert.Empty(read.Findings);
        Assert.Equal("close\na 100x100x3 Train close 41,41,60,60\nb 100x100x3 Val ", SampleSet.Show(read.Set, withFlags: false));
    }

    [Fact]
    public void Each_fault_of_a_list_or_label_is_named_with_its_line()
    {
        using TempDir dir = new();
        dir.Write("a.jpg", SampleJpeg.Make(100, 100, "a"));
        dir.Write("a.txt",
            Box + "1 0.5 0.5 0.2 0.2\n0 0.5 nan 0.2 0.2\n0 0.5 0.5 0.2\n0 0.95 0.5 0.2 0.2\n0 5e-1 0.5 0.2 0.2\n0 0.5 0.5 0.206 0.2\n");
        dir.Write("b.jpg", SampleJpeg.Make(100, 100, "b"));
        dir.Write("c.png", "x");
        dir.Write("sub/a.jpg", SampleJpeg.Make(100, 100, "c"));
        dir.Write("obj.data", "classes = 2\ntrain = train.txt\nvalid = valid.txt\nnames = obj.names\nwhat\n");
        dir.Write("obj.names", "close\n");
        dir.Write("train.txt", "a.jpg\n\na.jpg\nb.jpg \nc.png\na.txt\n../x.jpg\n/etc/x.jpg\ngone.jpg\n");
        dir.Write("valid.txt", "a.jpg\r\nsub/a.jpg\r\n");

        SetReading read = DarknetSet.Read(dir.Path);

        Assert.Equal(
            [
                "CLASS_UNKNOWN a.txt:2", "LABEL_BAD a.txt:3", "LABEL_BAD a.txt:4",
                    "BOX_OUT a.txt:5", "BOX_ROUNDED a.txt:7", "IMG_NO_LABEL b.jpg", "SET_BAD obj.data", "SET_BAD obj.data:5",
                "IMG_NO_LABEL sub/a.jpg", "LIST_BLANK train.txt:2", "LIST_DUP train.txt:3", "LIST_PADDED train.txt:4",
                    "IMG_EXTENSION train.txt:5", "LIST_NOT_IMAGE train.txt:6", "LIST_OUTSIDE train.txt:7", "LIST_OUTSIDE train.txt:8",
                "IMG_MISSING train.txt:9", "LIST_CRLF valid.txt:1", "SPLIT_OVERLAP valid.txt:1", "ID_DUP valid.txt:2",
            ],
            read.Findings.Select(static f => $"{f.Code} {f.Place}"));
    }

    [Fact]
    public void Lists_without_anything_else_are_read_for_their_faults_and_refused()
    {
        using TempDir dir = new();
        dir.Write("good.txt", "./ds2/a.jpg\n./ds2/b.jpg\n");
        dir.Write("valid.txt", "./ds2/a.jpg\n./ds2/a.txt\n");
        dir.Write("tail.txt", "./ds4/a.jpg\n\n");
        dir.Write("notes.txt", "buy milk\n\n\n");

        DlsException e = Assert.Throws<DlsException>(
            () => SetLayouts.Read(SetLayouts.Detect(dir.Path), dir.Path).Require("import 'lists'"));

        Assert.Equal(
            ["SET_BAD obj.data: there is no such file, so neither classes nor sides are known",
                "LIST_BLANK tail.txt:2: the line is blank", "LIST_NOT_IMAGE valid.txt:2: './ds2/a.txt' is no image"], e.Items);
    }
}
