using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.Data.Lint;
using DlStore.TestKit;

namespace DlStore.Tests.Data;

/// <summary>Sets as the programs of the world write them; each has one image a side at most, and the shape of a real export.</summary>
public sealed class WildFormsTests
{
    private const string Xml = "<annotation verified=\"yes\"><folder>x</folder><filename>{0}</filename><size><width>64</width><height>48</height>"
        + "<depth>3</depth></size><segmented>0</segmented><object><name>cat</name><occluded>0</occluded><difficult>0</difficult>"
        + "<bndbox><xmin>5</xmin><xmax>20</xmax><ymin>5</ymin><ymax>20</ymax></bndbox></object></annotation>";

    private const string CatOnTrain = "cat\na 64x48x3 Train cat 5,5,20,20";

    [Fact]
    public void A_flat_directory_of_labelImg_is_a_set_without_sides()
    {
        using TempDir dir = new();
        Pair(dir, "a", ".xml", Xml.Replace("{0}", "a.jpg", StringComparison.Ordinal));
        dir.Write("b.JPG", SampleJpeg.Make(64, 48, "b"));
        dir.Write("b.xml", Xml.Replace("{0}", "b.JPG", StringComparison.Ordinal));

        SetReading read = ReadAny(dir, SetLayout.Voc, SetForm.VocPairs, "taken for a directory of labelImg");

        Assert.Equal("cat\na 64x48x3 None cat 5,5,20,20\nb 64x48x3 None cat 5,5,20,20", SampleSet.Show(read.Set, withFlags: false));
        Assert.Equal(["LIST_MISSING"], Codes(read));
    }

    [Fact]
    public void An_export_of_Roboflow_in_voc_has_a_directory_a_side()
    {
        using TempDir dir = new();
        foreach (string side in (string[])["train", "valid", "test"])
        {
            Pair(dir, $"{side}/{side}_jpg.rf.0a1b", ".xml", Xml.Replace("{0}", $"{side}_jpg.rf.0a1b.jpg", StringComparison.Ordinal));
        }

        dir.Write("README.roboflow.txt", "text");

        SetReading read = ReadAny(dir, SetLayout.Voc, SetForm.VocPairs, "taken for an export of Roboflow");

        Assert.Equal(["Test", "Train", "Val"], read.Set.Images.Select(static i => $"{i.Side}"));
        Assert.Empty(read.Findings);
    }

    [Fact]
    public void An_export_of_Roboflow_for_yolo_names_directories_beside_itself()
    {
        using TempDir dir = new();
        foreach (string side in (string[])["train", "valid"])
        {
            dir.Write($"{side}/images/{side}.jpg", SampleJpeg.Make(64, 48, side));
            dir.Write($"{side}/labels/{side}.txt", "0 0.1875 0.25 0.25 0.333333\n");
        }

        dir.Write("data.yaml",
            "train: ../train/images\nval: ../valid/images\ntest: ../test/images\n\nnc: 1\nnames: ['cat']\n\nroboflow:\n  version: 1\n");

        SetReading read = ReadAny(dir, SetLayout.Ultralytics, SetForm.Ultralytics, "taken for a set of Ultralytics");

        Assert.Equal("cat\ntrain 64x48x3 Train cat 5,5,20,20\nvalid 64x48x3 Val cat 5,5,20,20", SampleSet.Show(read.Set, withFlags: false));
        // Its test directory is named whether it is there or not.
        Assert.Equal(["LIST_MISSING data.yaml:3"], read.Findings.Select(static f => $"{f.Code} {f.Place}"));
    }

    [Fact]
    public void An_export_of_Roboflow_in_coco_has_a_file_a_side_beside_its_images()
    {
        using TempDir dir = new();
        foreach (string side in (string[])["train", "valid"])
        {
            dir.Write($"{side}/{side}.jpg", SampleJpeg.Make(64, 48, side));
            dir.Write($"{side}/_annotations.coco.json", Coco($"{side}.jpg", "0", "1").Replace("\"categories\":[",
                "\"categories\":[{\"id\":0,\"name\":\"animals\",\"supercategory\":\"none\"},", StringComparison.Ordinal));
        }

        SetReading read = ReadAny(dir, SetLayout.Coco, SetForm.Coco, "'valid/_annotations.coco.json': taken for val");

        Assert.Equal("animals|cat\ntrain 64x48x3 Train cat 5,5,20,20\nvalid 64x48x3 Val cat 5,5,20,20",
            SampleSet.Show(read.Set, withFlags: false));
        Assert.Empty(read.Findings);
    }

    [Fact]
    public void An_export_of_Cvat_for_yolo_names_files_below_data()
    {
        using TempDir dir = new();
        dir.Write("obj_train_data/a.jpg", SampleJpeg.Make(64, 48, "a"));
        dir.Write("obj_train_data/a.txt", "0.0 0.1875 0.25 0.25 0.333333\n");
        dir.Write("obj.names", "cat");
        dir.Write("obj.data", "classes = 1\ntrain = data/train.txt\nnames = data/obj.names\nbackup = backup/\n");
        dir.Write("train.txt", "data/obj_train_data/a.jpg\n");

        SetReading read = ReadAny(dir, SetLayout.Darknet, SetForm.Darknet, "'obj.data': taken for a set of darknet");

        Assert.Equal(CatOnTrain, SampleSet.Show(read.Set, withFlags: false));
        Assert.Equal(["LIST_MISSING"], Codes(read));
    }

    [Fact]
    public void A_checkout_of_darknet_has_its_data_file_in_data_and_an_export_of_Cvat_for_Ultralytics_lists_below_data()
    {
        using TempDir dir = new();
        dir.Write("data/obj/a.jpg", SampleJpeg.Make(64, 48, "a"));
        dir.Write("data/obj/a.txt", "0 0.1875 0.25 0.25 0.333333\n");
        dir.Write("data/obj.names", "cat\n");
        dir.Write("data/obj.data", "classes = 1\ntrain = data/train.txt\nvalid = data/train.txt\nnames = data/obj.names\n");
        dir.Write("data/train.txt", "data/obj/a.jpg\n");
        Assert.Equal(CatOnTrain, SampleSet.Show(ReadAny(dir, SetLayout.Darknet, SetForm.Darknet, "'data/obj.data'").Set, withFlags: false));

        using TempDir cvat = new();
        cvat.Write("images/train/a.jpg", SampleJpeg.Make(64, 48, "a"));
        cvat.Write("labels/train/a.txt", "0 0.1875 0.25 0.25 0.333333\n");
        cvat.Write("train.txt", "data/images/train/a.jpg\n");
        cvat.Write("data.yaml", "path: .\ntrain: train.txt\nnames:\n  0: cat\n");
        Assert.Equal(CatOnTrain, SampleSet.Show(ReadAny(cvat, SetLayout.Ultralytics, SetForm.Ultralytics, "'data.yaml'").Set,
            withFlags: false));
    }

    [Fact]
    public void An_export_of_Cvat_in_voc_has_lists_by_its_names_of_subsets()
    {
        using TempDir dir = new();
        dir.Write("JPEGImages/a.jpg", SampleJpeg.Make(64, 48, "a"));
        dir.Write("Annotations/a.xml", Xml.Replace("{0}", "a.jpg", StringComparison.Ordinal).Replace("<ymin>5<", "<ymin>5.4<",
            StringComparison.Ordinal));
        dir.Write("ImageSets/Main/Train.txt", "a\n");
        dir.Write("ImageSets/Main/cat_Train.txt", "a 1\n");
        dir.Write("labelmap.txt", "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:128,0,0::\n");

        SetReading read = ReadAny(dir, SetLayout.Voc, SetForm.Voc, "taken for a set in Pascal VOC layout");

        Assert.Equal(CatOnTrain, SampleSet.Show(read.Set, withFlags: false));
        Assert.Equal(["LIST_MISSING"], Codes(read));
    }

    [Fact]
    public void An_export_of_Label_Studio_for_yolo_has_names_and_no_description()
    {
        foreach (SetLayout layout in (SetLayout[])[SetLayout.Ultralytics, SetLayout.Darknet])
        {
            using TempDir dir = new();
            dir.Write("images/0a-a.jpg", SampleJpeg.Make(64, 48, "a"));
            dir.Write("labels/0a-a.txt", "0 0.18750000000000003 0.25000000000000006 0.24999999 0.3333333333\n");
            dir.Write("classes.txt", "cat\n");
            dir.Write("notes.json", "{\"categories\":[{\"id\":0,\"name\":\"cat\"}],\"info\":{}}");

            SetReading read = ReadAny(dir, layout, SetForm.YoloPairs, "taken for a YOLO export without a description");

            Assert.Equal("cat\n0a-a 64x48x3 None cat 5,5,20,20", SampleSet.Show(read.Set, withFlags: false));
            Assert.Equal(["LIST_MISSING"], Codes(read));
        }
    }

    [Fact]
    public void An_export_of_Label_Studio_in_coco_is_one_file_and_backslashes_are_separators_in_it()
    {
        using TempDir dir = new();
        dir.Write("images/a.jpg", SampleJpeg.Make(64, 48, "a"));
        dir.Write("result.json", Coco("images\\\\a.jpg", "0", "0"));

        SetReading read = ReadAny(dir, SetLayout.Coco, SetForm.Coco, "'result.json': taken for images on no side");

        Assert.Equal("cat\na 64x48x3 None cat 5,5,20,20", SampleSet.Show(read.Set, withFlags: false));
    }

    [Theory]
    [InlineData("path: ../datasets/coco8\n", "", "which is not here: paths begin in the directory of the file")]
    [InlineData("path: sub\n", "sub/", "paths begin in 'sub'")]
    [InlineData("path: {0}\n", "", "taken for a set of Ultralytics")]
    [InlineData("path: {0}/sub\n", "sub/", "paths begin in 'sub'")]
    public void A_path_of_Ultralytics_counts_if_it_leads_here_and_is_told_if_not(string path, string below, string said)
    {
        using TempDir dir = new();
        dir.Write(below + "images/train/deep/a.jpg", SampleJpeg.Make(64, 48, "a"));
        dir.Write(below + "labels/train/deep/a.txt", "0 0.1875 0.25 0.25 0.333333\n");
        dir.Write("coco8.yaml", path.Replace("{0}", dir.Path, StringComparison.Ordinal)
            + "train: images/train\nval: images/train\ntest: # optional\nnames:\n  1: dog\n  0: cat\n");

        SetReading read = ReadAny(dir, SetLayout.Ultralytics, SetForm.Ultralytics, said);

        Assert.Equal("cat|dog\na 64x48x3 Train cat 5,5,20,20", SampleSet.Show(read.Set, withFlags: false));
        Assert.Equal(["SPLIT_OVERLAP"], Codes(read));
    }

    [Fact]
    public void Labels_of_labelme_are_read_with_the_box_around_every_shape()
    {
        using TempDir dir = new();
        const string Shape = """{"label":"LABEL","points":POINTS,"group_id":null,"shape_type":"KIND","flags":{}}""";
        string[] shapes = [.. new[]
        {
            ("cat", "[[20.0,20.0],[4.0,4.2]]", "rectangle"), ("dog", "[[1,1],[10,1],[10,12]]", "polygon"), ("dog", "[[20,20],[23,24]]",
                "circle"),
            ("cat", "[[3,3]]", "point"),
        }.Select(static s => Shape.Replace("LABEL", s.Item1, StringComparison.Ordinal).Replace("POINTS", s.Item2, StringComparison.Ordinal)
            .Replace("KIND", s.Item3, StringComparison.Ordinal))];
        Pair(dir, "a", ".json", "\uFEFF{\"version\":\"5.0.1\",\"flags\":{},\"shapes\":[" + string.Join(',', shapes)
            + "],\"imagePath\":\"..\\\\x\\\\a.jpg\",\"imageData\":null,\"imageHeight\":48,\"imageWidth\":64}");

        SetReading read = Read(dir, SetForm.Labelme);

        Assert.Equal(SetForm.Labelme, LayoutSight.See(dir.Path));
        Assert.Equal("cat|dog\na 64x48x3 None cat 5,5,20,20; dog 2,2,10,12; dog 16,16,25,25", SampleSet.Show(read.Set, withFlags: false));
        Assert.Equal(["BOX_ROUNDED", "BOX_SHAPE", "LABEL_BAD", "LIST_MISSING"], Codes(read));
        Assert.Equal((4, 1), (read.BoxesSeen, read.Findings.Sum(static f => f.BoxesLost)));
        Assert.Null(read.Missing());
    }

    [Theory]
    [InlineData("4294967296", "900100000139")]
    [InlineData("20230115093045123", "1")]
    [InlineData("7.0", "90.0")]
    [InlineData("\"12\"", "3")]
    public void Ids_of_coco_may_have_any_size_and_files_the_names_of_coco_itself(string image, string category)
    {
        using TempDir dir = new();
        dir.Write("val2017/a.jpg", SampleJpeg.Make(64, 48, "a"));
        dir.Write("annotations/instances_val2017.json", Coco("a.jpg", image, category));
        dir.Write("annotations/captions_val2017.json", "{}");

        SetReading read = ReadAny(dir, SetLayout.Coco, SetForm.Coco, "'annotations/instances_val2017.json': taken for val");

        Assert.Equal("cat\na 64x48x3 Val cat 5,5,20,20", SampleSet.Show(read.Set, withFlags: false));
        Assert.Equal(["FILE_STRANGE", "LIST_MISSING"], Codes(read));
    }

    [Fact]
    public void Two_categories_of_one_name_are_one_class_and_keep_every_box()
    {
        using TempDir dir = new();
        dir.Write("images/train/a.jpg", SampleJpeg.Make(64, 48, "a"));
        dir.Write("annotations/instances_train.json",
            """{"images":[{"id":1,"width":64,"height":48,"file_name":"a.jpg"}],"categories":[{"id":1,"name":"cat"},{"id":9,"name":"cat"}],"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[4,4,16,16]},{"id":2,"image_id":1,"category_id":9,"bbox":[0,0,4,4]}]}""");

        SetReading read = CocoSet.Read(dir.Path);

        Assert.Equal("cat\na 64x48x3 Train cat 5,5,20,20; cat 1,1,4,4", SampleSet.Show(read.Set, withFlags: false));
        Assert.Equal(["CLASS_TWICE", "LIST_MISSING"], Codes(read));
    }

    [Theory]
    [InlineData("""{"counts":[202,4,44,4,2818],"size":[48,64]}""", "5,11,6,14")]
    [InlineData("""{"counts":"Z64\\10ff2","size":[48,64]}""", "5,11,6,14")]
    [InlineData("""[[4.0,10.0,6.0,10.0,6.0,14.0]]""", "5,11,6,14")]
    public void A_mask_without_a_box_gets_the_box_around_it(string segmentation, string box)
    {
        using TempDir dir = new();
        dir.Write("images/train/a.jpg", SampleJpeg.Make(64, 48, "a"));
        dir.Write("annotations/instances_train.json",
            """{"images":[{"id":1,"width":64,"height":48,"file_name":"a.jpg"}],"categories":[{"id":1,"name":"cat"}],"annotations":[{"id":1,"image_id":1,"category_id":1,"iscrowd":1,"segmentation":MASK}]}"""
            .Replace("MASK", segmentation, StringComparison.Ordinal));

        SetReading read = CocoSet.Read(dir.Path);

        LabelledObject item = Assert.Single(Assert.Single(read.Set.Images).Objects);
        Assert.True(item.Difficult);
        Assert.Equal(box, item.Box.ToString());
        Assert.Equal(["BOX_CROWD", "BOX_SHAPE", "LIST_MISSING"], Codes(read));
        Assert.Null(read.Missing());
    }

    [Theory]
    [InlineData("open\nclose")]
    [InlineData("open\r\nclose\r\n")]
    [InlineData("\uFEFFopen\nclose\n")]
    public void Names_of_darknet_may_lack_the_last_line_end_or_have_CR_LF_or_a_mark(string names)
    {
        using TempDir dir = new();
        Darknet(dir, "\uFEFFclasses = 2\r\ntrain = train.txt\r\nvalid = train.txt\r\nnames = obj.names\r\n", names, "\uFEFFa.jpg\n",
            "\uFEFF1 0.5 0.5 0.2 0.2\r\n");

        SetReading read = DarknetSet.Read(dir.Path);

        Assert.Equal("open|close\na 100x100x3 Train close 41,41,60,60", SampleSet.Show(read.Set, withFlags: false));
        Assert.DoesNotContain(read.Findings, static f => f.Severity == Severity.Error && f.Code is not "TEXT_BOM" and not "SPLIT_OVERLAP");
    }

    [Fact]
    public void Every_text_may_be_UTF_16_with_a_mark()
    {
        using TempDir dir = new();
        Darknet(dir, "", "", "", "");
        foreach ((string file, string text) in new[]
        {
            ("obj.data", "classes = 2\ntrain = train.txt\nvalid = train.txt\nnames = obj.names\n"), ("obj.names", "open\nclose\n"),
            ("train.txt", "a.jpg\n"), ("a.txt", "1 0.5 0.5 0.2 0.2\n"),
        })
        {
            dir.Write(file, [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)]);
        }

        Assert.Equal("open|close\na 100x100x3 Train close 41,41,60,60", SampleSet.Show(DarknetSet.Read(dir.Path).Set, withFlags: false));

        using TempDir coco = new();
        coco.Write("images/train/a.jpg", SampleJpeg.Make(64, 48, "a"));
        foreach (Encoding encoding in (Encoding[])[Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            coco.Write("annotations/instances_train.json", [.. encoding.GetPreamble(), .. encoding.GetBytes(Coco("a.jpg", "1", "1"))]);
            Assert.Equal(CatOnTrain, SampleSet.Show(CocoSet.Read(coco.Path).Set, withFlags: false));
            coco.Write("data.yaml", [.. encoding.GetPreamble(),
                .. encoding.GetBytes("train: images/train\nval: images/train\nnames: [cat]\n")]);
            Assert.Equal(["cat"], UltralyticsSet.Read(coco.Path).Set.Classes);
            coco.Write("list.txt", [.. encoding.GetPreamble(), .. encoding.GetBytes("a\nb\n")]);
            List<Finding> findings = [];
            Assert.Equal(["a", "b"], ListFile.Find(coco.At("list.txt"), "list.txt", true, findings)!.Lines.Select(static l => l.Text));
            Assert.Equal(["TEXT_BOM Error"], findings.Select(static f => $"{f.Code} {f.Severity}"));
        }
    }

    [Fact]
    public void Polygons_and_turned_boxes_of_yolo_are_read_as_the_boxes_around_them()
    {
        using TempDir dir = new();
        Darknet(dir, "classes = 1\ntrain = train.txt\nvalid = train.txt\nnames = obj.names\n", "cat\n", "a.jpg\n",
            "0 0.1 0.1 0.2 0.1 0.2 0.3\n0 0.5 0.5 0.6 0.5 0.6 0.7 0.5 0.7\n");

        SetReading read = DarknetSet.Read(dir.Path);

        Assert.Equal("cat\na 100x100x3 Train cat 11,11,20,30; cat 51,51,60,70", SampleSet.Show(read.Set, withFlags: false));
        Assert.Equal(2, read.Findings.Single(static f => f.Code == "BOX_SHAPE").Count);
    }

    [Fact]
    public void A_size_of_zero_is_an_error_that_names_the_right_one()
    {
        using LintSample sample = new();
        sample.Replace("Annotations/close_00.xml", "<width>100<", "<width>0<");
        sample.Replace("Annotations/close_00.xml", "<height>80<", "<height>0<");
        sample.Replace("Annotations/close_02.xml", "<height>80<", "<height>0<");

        Assert.Equal(["XML_SIZE Annotations/close_00.xml:8: it says 0x0, the image is 100x80",
            "XML_SIZE Annotations/close_02.xml:8: it says 100x0, the image is 100x80"],
            sample.Lint().Findings.Select(static f => $"{f.Code} {f.Place}: {f.Message}"));
    }

    private static void Pair(TempDir dir, string name, string extension, string text)
    {
        dir.Write(name + ".jpg", SampleJpeg.Make(64, 48, name));
        dir.Write(name + extension, text);
    }

    private static void Darknet(TempDir dir, string data, string names, string list, string labels)
    {
        dir.Write("a.jpg", SampleJpeg.Make(100, 100, "a"));
        dir.Write("obj.data", data);
        dir.Write("obj.names", names);
        dir.Write("train.txt", list);
        dir.Write("a.txt", labels);
    }

    private static string Coco(string file, string image, string category) =>
        """{"info":{},"images":[{"id":IMAGE,"width":64,"height":48,"file_name":"FILE"}],"categories":[{"id":CATEGORY,"name":"cat"}],"annotations":[{"id":0,"image_id":IMAGE,"category_id":CATEGORY,"segmentation":[],"bbox":[4,4,16,16],"ignore":0,"iscrowd":0,"area":256.0}]}"""
            .Replace("IMAGE", image, StringComparison.Ordinal).Replace("CATEGORY", category, StringComparison.Ordinal)
            .Replace("FILE", file, StringComparison.Ordinal);

    private static string[] Codes(SetReading read) => [.. read.Findings.Select(static f => f.Code).Order(StringComparer.Ordinal)];

    private static SetReading Read(TempDir dir, SetForm form) => SetLayouts.ReadForm(form, dir.Path, null, ImageRule.AnyPicture);

    /// <summary>Reads a directory by its layout, which must be seen too, and requires that every image and box is accounted for.</summary>
    private static SetReading ReadAny(TempDir dir, SetLayout layout, SetForm form, string said)
    {
        Assert.Equal(form, LayoutSight.See(dir.Path));
        SetReading read = SetLayouts.Read(layout, dir.Path, null, ImageRule.AnyPicture);
        Assert.Contains(read.Saw, s => s.Contains(said, StringComparison.Ordinal));
        Assert.Equal(form, read.Form);
        Assert.Null(read.Missing());
        LintReport lint = DatasetLint.RunAny(dir.Path, new LintOptions(), out IReadOnlyList<string> saw);
        Assert.Contains(saw, s => s.Contains(said, StringComparison.Ordinal) || form == SetForm.Voc);
        Assert.Equal(read.Set.Images.Count, lint.Counts.Images);
        return read;
    }
}
