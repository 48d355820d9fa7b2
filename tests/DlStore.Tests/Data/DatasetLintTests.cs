using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.Data.Lint;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Data;

public sealed class DatasetLintTests(ITestOutputHelper output)
{
    private const string Main = "ImageSets/Main/";

    /// <summary>
    /// For each code a fault: what is done to the clean set, and where it must be reported. Codes of imports alone are tested with their
    /// readers.
    /// </summary>
    private static readonly Dictionary<string, (Action<LintSample> Plant, string Place)> Faults = new()
    {
        ["LIST_BAD"] = (static s => s.Write(Main + "test.txt", [0x61, 0xFF, 0x0A]), Main + "test.txt"),
        ["LIST_MISSING"] = (static s => File.Delete(s.At(Main + "trainval.txt")), Main + "trainval.txt"),
        ["LIST_BLANK"] = (static s => s.Append(Main + "test.txt", "\n"), Main + "test.txt:3"),
        ["LIST_PADDED"] = (static s => s.Replace(Main + "test.txt", "close_22\n", "close_22 \n"), Main + "test.txt:1"),
        ["LIST_CRLF"] = (static s => s.Replace(Main + "test.txt", "\n", "\r\n"), Main + "test.txt:1"),
        ["LIST_NOT_IMAGE"] = (static s => s.Append(Main + "test.txt", "close_22.txt\n"), Main + "test.txt:3"),
        ["LIST_DUP"] = (static s => s.Append(Main + "test.txt", "close_22\n"), Main + "test.txt:3"),
        ["LIST_UNKNOWN_ID"] = (static s => s.Append(Main + "test.txt", "close_99\n"), Main + "test.txt:3"),
        ["LIST_OUTSIDE"] = (static s => s.Append(Main + "test.txt", "../close_01\n"), Main + "test.txt:3"),
        ["IMG_MISSING"] = (static s => File.Delete(s.At("JPEGImages/close_00.jpg")), Main + "train.txt:1"),
        ["IMG_NO_XML"] = (static s => File.Delete(s.At("Annotations/close_00.xml")), "JPEGImages/close_00.jpg"),
        ["IMG_UNLISTED"] = (static s => s.Replace(Main + "test.txt", "close_22\n", ""), "JPEGImages"),
        ["IMG_NOT_JPEG"] = (static s => s.Write("JPEGImages/close_00.jpg", [0x89, 0x50, 0x4E, 0x47, 1, 2, 3]), "JPEGImages/close_00.jpg"),
        ["IMG_EXTENSION"] = (static s => File.Move(s.At("JPEGImages/close_00.jpg"), s.At("JPEGImages/close_00.JPG")),
            "JPEGImages/close_00.JPG"),
        ["IMG_TRUNCATED"] = (static s => s.Write("JPEGImages/close_00.jpg", SampleJpeg.Make(100, 80, "cut")[..^1]),
            "JPEGImages/close_00.jpg"),
        ["IMG_TRAILING"] = (static s => s.Write("JPEGImages/close_00.jpg", [.. SampleJpeg.Make(100, 80, "tail"), 0, 0]),
            "JPEGImages/close_00.jpg"),
        ["TEXT_BOM"] = (static s => s.Write("classes.txt", "\uFEFFclose\nopen\n"), "classes.txt:1"),
        ["IMG_SIZE_ZERO"] = (static s => s.Write("JPEGImages/close_00.jpg", []), "JPEGImages/close_00.jpg"),
        ["IMG_CMYK"] = (static s => s.Write("JPEGImages/close_00.jpg", SampleJpeg.Make(100, 80, "ink", channels: 4)),
            "JPEGImages/close_00.jpg"),
        ["IMG_ROTATED"] = (static s => s.Write("JPEGImages/close_00.jpg", SampleJpeg.Make(100, 80, "turned", orientation: 6)),
            "JPEGImages/close_00.jpg"),
        ["IMG_GREY"] = (static s => s.Write("JPEGImages/close_00.jpg", SampleJpeg.Make(100, 80, "grey", channels: 1)), "JPEGImages"),
        ["FILE_STRANGE"] = (static s => s.Write("JPEGImages/Thumbs.db", "x"), "JPEGImages/Thumbs.db"),
        ["NAME_NOT_PORTABLE"] = (static s => s.Add("open:_1", "open", "train"), "JPEGImages/open:_1.jpg"),
        ["XML_BAD"] = (static s => s.Replace("Annotations/close_00.xml", "</size>", "</sise>"), "Annotations/close_00.xml:12"),
        ["XML_NO_IMAGE"] = (static s => s.Annotate("close_77", "close", new PixelBox(1, 1, 9, 9)), "Annotations/close_77.xml"),
        ["XML_SIZE"] = (static s => s.Replace("Annotations/close_00.xml", "<width>100<", "<width>32<"), "Annotations/close_00.xml:8"),
        ["XML_DEPTH"] = (static s => s.Replace("Annotations/close_00.xml", "<depth>3<", "<depth>1<"), "Annotations/close_00.xml:8"),
        ["XML_FILENAME"] = (static s => s.Replace("Annotations/close_00.xml", "<filename>close_00.jpg<", "<filename>close_00<"),
            "Annotations/close_00.xml:3"),
        ["XML_FLOAT"] = (static s => s.Replace("Annotations/close_00.xml", "<xmin>11<", "<xmin>11.0<"), "Annotations/close_00.xml:20"),
        ["XML_NO_FIELD"] = (static s => s.Replace("Annotations/close_00.xml", "<difficult>0</difficult>", ""),
            "Annotations/close_00.xml:14"),
        ["SET_BAD"] = (static s => s.Append("classes.txt", "\n"), "classes.txt"),
        ["BOX_OUT"] = (static s => s.Replace("Annotations/close_00.xml", "<ymax>30<", "<ymax>81<"), "Annotations/close_00.xml:19"),
        ["BOX_EMPTY"] = (static s => s.Replace("Annotations/close_00.xml", "<xmax>30<", "<xmax>11<"), "Annotations/close_00.xml:19"),
        ["BOX_TINY"] = (static s => s.Replace("Annotations/close_00.xml", "<xmax>30<", "<xmax>13<"), "Annotations/close_00.xml:19"),
        ["BOX_DUP"] = (static s => s.Replace("Annotations/close_00.xml", "</annotation>", "<object><name>close</name><difficult>0</difficult><bndbox><xmin>11</xmin><ymin>11</ymin><xmax>30</xmax><ymax>30</ymax></bndbox></object></annotation>"), "Annotations/close_00.xml:26"),
        ["CLASS_UNKNOWN"] = (static s => s.Replace("Annotations/close_00.xml", "</annotation>", "<object><name>zoom</name><difficult>0</difficult><bndbox><xmin>11</xmin><ymin>11</ymin><xmax>30</xmax><ymax>30</ymax></bndbox></object></annotation>"), "Annotations/close_00.xml:26"),
        ["CLASS_CASE"] = (static s => Upper(s), "Annotations/Open_31.xml:14"),
        ["CLASS_NAME"] = (static s => s.Replace("Annotations/close_00.xml", "</annotation>", "<object><name> close</name><difficult>0</difficult><bndbox><xmin>11</xmin><ymin>11</ymin><xmax>30</xmax><ymax>30</ymax></bndbox></object></annotation>"), "Annotations/close_00.xml:26"),
        ["CLASS_FILE_VS_XML"] = (static s => s.Annotate("close_00", "open", new PixelBox(1, 1, 20, 20)), "Annotations/close_00.xml:14"),
        ["NO_OBJECT"] = (static s => s.Write("Annotations/close_00.xml",
            new Annotation { FileName = "close_00.jpg", Width = 100, Height = 80, Objects = [] }.ToBytes()), "Annotations/close_00.xml"),
        ["TWIN"] = (static s => s.Add("close_30", "close", "train", File.ReadAllBytes(s.At("JPEGImages/close_00.jpg"))), "JPEGImages"),
        ["TWIN_LABEL_CONFLICT"] = (static s => s.Add("open_30", "open", "train", File.ReadAllBytes(s.At("JPEGImages/close_00.jpg"))),
            "JPEGImages"),
        ["SPLIT_LEAK"] = (static s => s.Add("close_30", "close", "val", File.ReadAllBytes(s.At("JPEGImages/close_00.jpg"))),
            Main + "val.txt:7"),
        ["SPLIT_TRAINVAL"] = (static s => s.Replace(Main + "trainval.txt", "open_01\n", ""), Main + "trainval.txt"),
        ["SPLIT_OVERLAP"] = (static s => s.Append(Main + "test.txt", "close_00\n"), Main + "test.txt:3"),
        ["SPLIT_EMPTY"] = (static s => Empty(s), Main + "val.txt"),
        ["SPLIT_EMPTY_CLASS"] = (static s => s.Append("classes.txt", "zoom\n"), "classes.txt:3"),
        ["SIZE_RATIO"] = (static s => Shrink(s), Main + "val.txt"),
    };

    /// <summary>Codes that the reader of another format gives, or that need a reader to be asked for.</summary>
    private static readonly string[] Elsewhere =
    [
        "IMG_NO_LABEL",
            "ID_DUP", "LABEL_BAD", "BOX_ROUNDED", "BOX_CROWD", "BOX_SHAPE", "CLASS_TWICE", "FOR_ITEMS", "FOR_CRASH", "FOR_DROPPED",
                "FOR_LISTS", "FOR_CLASS",
        // Of projects; ProjectLintTests and ProjectHarvestTests have a fault for each.
        "PROJECT_BAD", "MASTER_MISSING", "MASTER_NOT_HERE", "MASTER_NO_XML",
            "BOX_LOOSE", "BOX_TIGHT", "CLASS_CONFLICT", "PROGRAM_BAD", "PROGRAM_WAITS", "BUILD_STALE", "BUILD_STRANGE", "UNREVIEWED",
    ];

    public static TheoryData<string> Codes => [.. Faults.Keys];

    [Fact]
    public void A_clean_set_has_no_finding()
    {
        using LintSample sample = new();

        LintReport report = sample.Lint();

        Assert.Equal("", LintSample.Show(report.Findings));
        Assert.Equal((24, 24, 16, 6, 2), (report.Counts.Images, report.Counts.Boxes,
            report.Counts.ImagesOf(SplitSide.Train), report.Counts.ImagesOf(SplitSide.Val), report.Counts.ImagesOf(SplitSide.Test)));
        Assert.Equal((24, 24, 0, 1.0), (report.Twins.Images, report.Twins.Distinct, report.Twins.Conflicting, report.Twins.Ceiling));
        Assert.Equal(12, report.Counts.BoxesOf("close"));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Each_planted_fault_is_reported_once_at_its_place(string code)
    {
        using LintSample sample = new();
        Faults[code].Plant(sample);

        LintReport report = sample.Lint();

        output.WriteLine(LintSample.Show(report.Findings));
        Finding found = Assert.Single(report.Findings, f => f.Code == code);
        Assert.Equal(Faults[code].Place, found.Place);
        Assert.Equal(LintCodes.All.Single(c => c.Code == code).Severity, found.Severity);
        Assert.True(report.Findings.Count <= 4, "one fault brings a crowd of findings");
    }

    [Fact]
    public void Every_code_has_a_fault_in_these_tests_or_is_tested_with_its_reader()
    {
        Assert.Equal(LintCodes.All.Select(static c => c.Code), [.. Faults.Keys.Concat(Elsewhere).Order(StringComparer.Ordinal)]);
    }

    [Fact]
    public void The_page_lists_every_code()
    {
        string page = File.ReadAllText(SourceTree.At("docs/lint.md"));
        string table = string.Concat(
            LintCodes.All.Select(static c => $"| `{c.Code}` | {c.Severity.ToString().ToLowerInvariant()} | {c.Meaning} |\n"));

        Assert.EndsWith("| code | severity | meaning |\n|---|---|---|\n" + table, page, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_images_with_two_labels_have_a_ceiling()
    {
        using LintSample sample = new();
        byte[] bytes = File.ReadAllBytes(sample.At("JPEGImages/close_00.jpg"));
        sample.Add("open_30", "open", "train", bytes);
        sample.Add("close_31", "close", "train", bytes);
        sample.Add("close_32", "close", "val", bytes);

        LintReport report = sample.Lint();

        Assert.Equal((27, 24, 4), (report.Twins.Images, report.Twins.Distinct, report.Twins.Conflicting));
        Assert.Equal(26.0 / 27, report.Twins.Ceiling, 12);
        Assert.Equal([["close_00", "close_31", "close_32", "open_30"]], report.Twins.Groups);
        Finding conflict = Assert.Single(report.Findings, static f => f.Code == "TWIN_LABEL_CONFLICT");
        Assert.Equal(
            "by annotation, 4 of 27 images (1 different ones) have bytes that stand under another label too, so "
                + "at most 96.3 % can be got right; 'close_00.jpg' is 'close', 'open_30.jpg' is 'open'; "
            + "by file name, 4 of 27 images (1 different ones) have bytes that stand under another label too, "
                + "so at most 96.3 % can be got right; 'close_00.jpg' is 'close', 'open_30.jpg' is 'open'",
            conflict.Message);
    }

    [Fact]
    public void Labels_that_differ_in_the_file_name_alone_have_a_ceiling_for_readers_of_names()
    {
        using LintSample sample = new();
        for (int i = 0; i < 4; i++)
        {
            sample.Add($"ru_close_{i}", "close", "train", File.ReadAllBytes(sample.At($"JPEGImages/close_{2 * i:00}.jpg")));
        }

        LintReport report = sample.Lint();

        Assert.Equal((8, 1 - (4.0 / 28)), (report.Twins.Conflicting, report.Twins.Ceiling));
        Assert.StartsWith("by file name, 8 of 28 images (4 different ones)",
            Assert.Single(report.Findings, static f => f.Code == "TWIN_LABEL_CONFLICT").Message, StringComparison.Ordinal);
        Assert.Equal("the file is called 'ru_close', its annotation says 'close', and 3 more like it",
            Assert.Single(report.Findings, static f => f.Code == "CLASS_FILE_VS_XML").Message);
    }

    [Fact]
    public void A_history_of_eight_copies_each_has_the_ceiling_that_was_worked_out_for_it()
    {
        // Eleven projects of 2,871 images, of which 711 differ; five of them share their 99 pictures with another one of another label.
        using TempDir dir = new();
        List<LabelledImage> images = [];
        void Add(string label, string picture, int index)
        {
            string file = dir.At("source", $"{label}_{index}.jpg");
            dir.Write($"source/{label}_{index}.jpg", SampleJpeg.Make(50, 50, picture));
            images.Add(new LabelledImage(
                $"{label}_{index}", file, 50, 50, [new LabelledObject(label, new PixelBox(1, 1, 32, 32))])
            { Side = SplitSide.Train });
        }

        foreach ((string label, string other, int copies, int own) in new[] { ("close", "ru_close", 6, 198), ("closebcow",
            "ru_closebcow", 6, 198), ("closegb", "ru_closegb", 6, 0), ("closee", "ru_closee", 1, 0), ("closef", "ru_closef", 1, 0) })
        {
            for (int i = 0; i < 99 * copies; i++)
            {
                Add(label, $"{label} {i % 99}", i);
            }

            for (int i = 0; i < own; i++)
            {
                Add(label, $"{label} own {i % 108}", 99 * copies + i);
            }

            for (int i = 0; i < 99; i++)
            {
                Add(other, $"{label} {i}", i);
            }
        }

        VocSet.Write(new LabelledSet([.. images.Select(static i => i.Objects[0].Label).Distinct().Order(StringComparer.Ordinal)], images),
            dir.At("set"));

        LintReport report = DatasetLint.Run(dir.At("set"), new LintOptions { Consumers = [LintConsumer.ResNet34] });

        Assert.Equal((2871, 711), (report.Twins.Images, report.Twins.Distinct));
        Assert.Equal(0.828, report.Twins.Ceiling, 3);
        Assert.Contains("images (495 different ones) have bytes that stand under another label too, so at most 82.8 %",
            Assert.Single(report.Findings, static f => f.Code == "TWIN_LABEL_CONFLICT").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_author_s_lists_are_named_once_with_their_consequence()
    {
        using LintSample sample = new();
        File.Copy(sample.At(Main + "val.txt"), sample.At(Main + "trainval.txt"), overwrite: true);
        File.Copy(sample.At(Main + "val.txt"), sample.At(Main + "test.txt"), overwrite: true);

        LintReport report = sample.Lint(LintConsumer.Ssd);

        Assert.Equal(["SPLIT_TRAINVAL"], report.Findings.Where(static f => f.Severity == Severity.Error).Select(static f => f.Code));
        Assert.Contains("trains on the 6 images of val alone and never sees the 16 of train",
            LintSample.Show(report.Findings), StringComparison.Ordinal);
        Assert.Equal(6, report.Views[0].Items);
    }

    [Fact]
    public void The_report_does_not_depend_on_threads_and_can_be_narrowed()
    {
        Random random = Seeded.Start(output);
        using LintSample sample = new();
        string[] codes = [.. Faults.Keys.Where(
            static c => c is not ("SET_BAD" or "SPLIT_EMPTY" or "LIST_MISSING" or "LIST_BAD" or "SIZE_RATIO" or "IMG_NO_XML"))];
        random.Shuffle(codes);
        foreach (string code in codes.Take(6))
        {
            try
            {
                Faults[code].Plant(sample);
            }
            catch (Exception e) when (e is IOException or Xunit.Sdk.XunitException)
            {
                // Two faults want the same place.
            }
        }

        LintOptions options = new() { Consumers = Enum.GetValues<LintConsumer>() };
        string one = LintSample.Show(DatasetLint.Run(sample.Root, options with { Threads = 1 }).Findings);
        string four = LintSample.Show(DatasetLint.Run(sample.Root, options with { Threads = 4 }).Findings);

        Assert.Equal(one, four);
        Assert.All(DatasetLint.Run(sample.Root, options with { Only = ["TWIN"] }).Findings, static f => Assert.Equal("TWIN", f.Code));
    }

    [Fact]
    public void Hostile_sets_are_reported_not_followed()
    {
        using LintSample sample = new();
        sample.Write("Annotations/close_00.xml",
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><annotation><folder>&x;</folder></annotation>");
        sample.Write("Annotations/close_02.xml", new byte[2 << 20]);
        sample.Replace("Annotations/close_04.xml", "<filename>close_04.jpg", "<filename>../../etc/passwd");
        File.Delete(sample.At("JPEGImages/close_06.jpg"));
        File.CreateSymbolicLink(sample.At("JPEGImages/close_06.jpg"), "/etc/passwd");
        File.Delete(sample.At("Annotations/close_08.xml"));
        File.CreateSymbolicLink(sample.At("Annotations/close_08.xml"), "/etc/passwd");
        Directory.CreateDirectory(sample.At("JPEGImages/dir.jpg"));

        string shown = LintSample.Show(
            sample.Lint(Enum.GetValues<LintConsumer>()).Findings.Where(static f => !f.Code.StartsWith("FOR_", StringComparison.Ordinal)));

        Assert.Contains("XML_BAD error Annotations/close_00.xml:1: a document type is refused", shown, StringComparison.Ordinal);
        Assert.Contains(
            "XML_BAD error Annotations/close_02.xml: read 'Annotations/close_02.xml': it is larger than", shown, StringComparison.Ordinal);
        Assert.Contains("XML_FILENAME error Annotations/close_04.xml:3: it names '../../etc/passwd'", shown, StringComparison.Ordinal);
        Assert.Contains("IMG_NOT_JPEG error JPEGImages/close_06.jpg: it is a symlink", shown, StringComparison.Ordinal);
        Assert.Contains("XML_BAD error Annotations/close_08.xml", shown, StringComparison.Ordinal);
        Assert.Contains("IMG_NOT_JPEG error JPEGImages/dir.jpg: it is a directory", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Lint_can_be_stopped()
    {
        using LintSample sample = new();
        using CancellationTokenSource stop = new();
        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => DatasetLint.Run(sample.Root, new LintOptions(), stop.Token));
    }

    private static void Upper(LintSample s)
    {
        s.Append("classes.txt", "Open\n");
        s.Add("Open_31", "Open", "train");
        s.Add("Open_32", "Open", "val");
    }

    private static void Empty(LintSample s)
    {
        s.Write(Main + "val.txt", "");
        File.Copy(s.At(Main + "train.txt"), s.At(Main + "trainval.txt"), overwrite: true);
    }

    private static void Shrink(LintSample s)
    {
        for (int i = 16; i < 22; i++)
        {
            s.Annotate($"{(i % 2 == 0 ? "close" : "open")}_{i}", i % 2 == 0 ? "close" : "open", new PixelBox(1, 1, 30, 30));
        }

        for (int i = 60; i < 65; i++)
        {
            s.Add($"close_{i}", "close", "val");
            s.Annotate($"close_{i}", "close", new PixelBox(1, 1, 99, 79));
        }
    }
}
