using DlStore.Data.Annotations;
using DlStore.Data.Layouts;
using DlStore.Data.Lint;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Data;

/// <summary>One lint for all layouts: the same set gives the same findings, in whichever way it is written down.</summary>
public sealed class LayoutParityTests(ITestOutputHelper output)
{
    private static readonly SetLayout[] _all = [SetLayout.Voc, SetLayout.Darknet, SetLayout.Ultralytics, SetLayout.Coco];

    /// <summary>What each fault is called, and which images it is about; one finding for each.</summary>
    private static readonly string[] _planted =
    [
        "BOX_DUP dup", "BOX_EMPTY zero", "BOX_OUT out", "BOX_TINY tiny", "IMG_CMYK ink", "IMG_ROTATED turned", "IMG_TRAILING tail",
        "IMG_TRUNCATED cut", "SPLIT_LEAK", "TWIN", "TWIN_LABEL_CONFLICT", "IMG_GREY", "NO_OBJECT none",
    ];

    [Fact]
    public void The_same_set_with_planted_faults_gives_the_same_findings_in_four_layouts()
    {
        Dictionary<SetLayout, string[]> found = [];
        foreach (SetLayout layout in _all)
        {
            using TempDir dir = new();
            WriteFaulty(layout, dir);

            LintReport report = DatasetLint.RunAny(dir.At("set"), new LintOptions(), out IReadOnlyList<string> saw);

            output.WriteLine($"{layout}: {string.Join("; ", saw)}\n{LintSample.Show(report.Findings)}");
            found[layout] = [.. report.Findings.Select(static f => $"{f.Code} {f.Severity} {f.Count}").Order(StringComparer.Ordinal)];
            Assert.All(_planted, p => Assert.Contains(report.Findings, f => f.Code == p.Split(' ')[0]
                && (!p.Contains(' ', StringComparison.Ordinal) || (f.File + f.Message).Contains(p.Split(' ')[^1],
                    StringComparison.Ordinal))));
            Assert.Equal((15, 13), (report.Twins.Images, report.Twins.Distinct));
            Assert.Equal((12, 3, 0), (report.Counts.ImagesOf(SplitSide.Train), report.Counts.ImagesOf(SplitSide.Val),
                report.Counts.ImagesOf(SplitSide.Test)));
            Assert.Equal(15, report.Counts.Boxes);
        }

        Assert.All(_all, layout => Assert.Equal(found[SetLayout.Voc], found[layout]));
    }

    [Theory]
    [InlineData(LintConsumer.Ssd)]
    [InlineData(LintConsumer.ResNet34)]
    [InlineData(LintConsumer.Darknet)]
    [InlineData(LintConsumer.Ultralytics)]
    [InlineData(LintConsumer.Torchvision)]
    public void A_reader_is_followed_in_four_layouts_with_the_same_numbers(LintConsumer consumer)
    {
        List<string> views = [];
        foreach (SetLayout layout in _all)
        {
            using TempDir dir = new();
            WriteFaulty(layout, dir);

            LintReport report = DatasetLint.RunAny(dir.At("set"), new LintOptions { Consumers = [consumer] }, out _);

            LintView view = Assert.Single(report.Views);
            views.Add($"{view.Items} items, {view.Dropped} dropped, {view.Crashes} crashes, classes {string.Join(',', view.Classes)}");
        }

        output.WriteLine(views[0]);
        Assert.All(views, v => Assert.Equal(views[0], v));
    }

    [Fact]
    public void A_set_without_val_has_the_same_error_in_every_layout_and_after_an_import()
    {
        foreach (SetLayout layout in _all)
        {
            using TempDir dir = new();
            LabelledSet set = new(["a"], [Image(dir, "x", SampleJpeg.Make(100, 80, "x"), new PixelBox(11, 11, 40, 40))]);
            SetLayouts.Write(layout, set, dir.At("set"), new ExportOptions());
            foreach (string left in (string[])["ImageSets/Main/val.txt", "valid.txt", "annotations/instances_val.json"])
            {
                if (File.Exists(dir.At("set", left)))
                {
                    File.Delete(dir.At("set", left));
                }
            }

            foreach (string file in (string[])["obj.data", "data.yaml"])
            {
                if (File.Exists(dir.At("set", file)))
                {
                    File.WriteAllLines(dir.At("set", file), File.ReadAllLines(dir.At("set", file)).Where(
                        static l => !l.StartsWith("val", StringComparison.Ordinal)));
                }
            }

            LintReport report = DatasetLint.RunAny(dir.At("set"), new LintOptions(), out _);
            SetReading read = SetLayouts.Read(layout, dir.At("set"), null, ImageRule.AnyPicture);
            VocSet.Write(read.Set, dir.At("imported"));
            LintReport imported = DatasetLint.Run(dir.At("imported"), new LintOptions());

            Assert.Equal(["LIST_MISSING Warning", "SPLIT_EMPTY Error"],
                report.Findings.Select(static f => $"{f.Code} {f.Severity}").Order(StringComparer.Ordinal));
            Assert.Equal(["SPLIT_EMPTY Error"], imported.Findings.Select(static f => $"{f.Code} {f.Severity}"));
            Assert.Equal(["LIST_MISSING Warning"], read.Findings.Select(static f => $"{f.Code} {f.Severity}"));
        }
    }

    [Theory]
    [InlineData("obj.names", "close\nclose\n", "SET_BAD")]
    [InlineData("a.jpg", "text", "IMG_NOT_JPEG")]
    [InlineData("a.jpg", "", "IMG_SIZE_ZERO")]
    [InlineData("a.txt", "\0\0\0", "LABEL_BAD")]
    [InlineData("train.txt", "\u00ff", "LIST_BAD")]
    public void A_file_that_cannot_be_read_is_a_finding(string file, string text, string code)
    {
        using TempDir dir = new();
        dir.Write("obj.data", "classes = 1\ntrain = train.txt\nvalid = train.txt\nnames = obj.names\n");
        dir.Write("obj.names", "close\n");
        dir.Write("a.jpg", SampleJpeg.Make(100, 100, "a"));
        dir.Write("a.txt", "0 0.5 0.5 0.2 0.2\n");
        dir.Write("train.txt", "a.jpg\n");
        dir.Write(file, System.Text.Encoding.Latin1.GetBytes(text));

        LintReport report = DatasetLint.RunAny(dir.Path, new LintOptions { Consumers = Enum.GetValues<LintConsumer>() }, out _);

        Assert.Contains(report.Findings, f => f.Code == code && f.Place.StartsWith(file, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("data.yaml", "train: [\n")]
    [InlineData("data.yaml", "train: a\nval: a\n")]
    [InlineData("annotations/instances_train.json", "{")]
    [InlineData("annotations/instances_train.json", "[]")]
    public void A_description_that_cannot_be_read_is_a_finding_of_lint_and_an_error_of_an_import(string file, string text)
    {
        using TempDir dir = new();
        dir.Write(file, text);

        LintReport report = DatasetLint.RunAny(dir.Path, new LintOptions(), out _);

        Assert.Contains(report.Findings, f => f.Code == "SET_BAD" && (f.File + f.Message).Contains(file, StringComparison.Ordinal));
        Assert.Contains(file, Assert.Throws<DlsException>(
            () => SetLayouts.Read(SetLayouts.Detect(dir.Path), dir.Path)).Message, StringComparison.Ordinal);
    }

    private static LabelledImage Image(TempDir dir, string id, byte[] bytes, params PixelBox[] boxes) => new(
        id, dir.Write($"source/{id}.jpg", bytes), 100, 80, [.. boxes.Select(static b => new LabelledObject("a", b))])
    {
        Side = SplitSide.Train
    };

    /// <summary>Writes a clean set in a layout and then plants the faults, in the images and in what says what is in them.</summary>
    private static void WriteFaulty(SetLayout layout, TempDir dir)
    {
        PixelBox box = new(41, 33, 60, 48);
        byte[] twin = SampleJpeg.Make(100, 80, "twin"), leak = SampleJpeg.Make(100, 80, "leak");
        LabelledImage[] images =
        [
            Image(dir, "cut", SampleJpeg.Make(100, 80, "cut"), box), Image(dir, "dup", SampleJpeg.Make(100, 80, "dup"), box, box),
            Image(dir, "good", SampleJpeg.Make(100, 80, "good"), box), Image(dir, "grey", SampleJpeg.Make(100, 80, "grey", channels: 1),
                box),
            Image(dir, "ink", SampleJpeg.Make(100, 80, "ink", channels: 4), box), Image(dir, "leaked", leak,
                box) with { Side = SplitSide.Val },
            Image(dir, "leak", leak, box), Image(dir, "none", SampleJpeg.Make(100, 80, "none")),
            Image(dir, "out", SampleJpeg.Make(100, 80, "out"), new PixelBox(91, 33, 100, 48)),
            Image(dir, "tail", SampleJpeg.Make(100, 80, "tail"), box), Image(dir, "tiny", SampleJpeg.Make(100, 80, "tiny"),
                new PixelBox(41, 33, 41, 48)),
            Image(dir, "turned", SampleJpeg.Make(100, 80, "turned", orientation: 6), box),
            Image(dir, "twin1", twin, box), Image(dir, "twin2", twin) with { Objects = [new LabelledObject("b", box)],
                Side = SplitSide.Train },
            Image(dir, "zero", SampleJpeg.Make(100, 80, "zero"), new PixelBox(41, 33, 60, 48)) with { Side = SplitSide.Val },
        ];
        (images[3], images[4]) = (images[3] with { Channels = 1 }, images[4] with { Channels = 4 });
        images[2] = images[2] with { Side = SplitSide.Val };
        SetLayouts.Write(layout, new LabelledSet(["a", "b"], images), dir.At("set"), new ExportOptions { Name = "ds" });
        foreach (string file in Directory.GetFiles(dir.At("set"), "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            byte[] bytes = File.ReadAllBytes(file);
            if (file.EndsWith("/cut.jpg", StringComparison.Ordinal))
            {
                File.WriteAllBytes(file, bytes[..^2]);
            }
            else if (file.EndsWith("/tail.jpg", StringComparison.Ordinal))
            {
                File.WriteAllBytes(file, [.. bytes, 1, 2, 3]);
            }
            else if (!file.EndsWith(".jpg", StringComparison.Ordinal))
            {
                File.WriteAllText(file, Plant(Path.GetFileName(file), File.ReadAllText(file)));
            }
        }
    }

    /// <summary>Makes the box of 'out' lead outside and that of 'zero' have no columns, as each format says it.</summary>
    private static string Plant(string name, string text) => name switch
    {
        "out.xml" => text.Replace("<xmax>100<", "<xmax>110<", StringComparison.Ordinal),
        "zero.xml" => text.Replace("<xmax>60<", "<xmax>40<", StringComparison.Ordinal),
        "out.txt" => "0 1.000000 0.500000 0.200000 0.200000\n",
        "zero.txt" => "0 0.400000 0.500000 0.000000 0.200000\n",
        _ => text.Replace("[90,32,10,16]", "[90,32,20,16]", StringComparison.Ordinal)
            .Replace("\"image_id\":15,\"category_id\":1,\"bbox\":[40,32,20,16]", "\"image_id\":15,\"category_id\":1,\"bbox\":[40,32,0,16]",
                StringComparison.Ordinal),
    };
}
