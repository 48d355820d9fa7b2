using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Data;

public sealed class SetLayoutsTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(SetLayout.Voc, true)]
    [InlineData(SetLayout.Coco, true)]
    [InlineData(SetLayout.Darknet, false)]
    [InlineData(SetLayout.Ultralytics, false)]
    public void What_is_written_is_read_again_in_every_layout(SetLayout layout, bool keepsFlags)
    {
        Random random = Seeded.Start(output);
        for (int n = 0; n < 8; n++)
        {
            using TempDir dir = new();
            LabelledSet set = SampleSet.Random(dir, random);

            SetCounts counts = SetLayouts.Write(layout, set, dir.At("out"), new ExportOptions { Name = "ds8" });

            SetReading read = SetLayouts.Read(layout, dir.At("out"));
            Assert.Equal(layout, SetLayouts.Detect(dir.At("out")));
            Assert.Equal(SampleSet.Show(set, keepsFlags), SampleSet.Show(read.Set, keepsFlags));
            Assert.DoesNotContain(read.Findings, static f => f.Severity == Severity.Error);
            Assert.Equal((set.Images.Count, set.Images.Sum(static i => i.Objects.Count)), (counts.Images, counts.Boxes));
            Assert.All(read.Set.Images,
                i => Assert.Equal(File.ReadAllBytes(set.Images.Single(g => g.Id == i.Id).File), File.ReadAllBytes(i.File)));
            Assert.All(Directory.EnumerateFiles(dir.At("out"), "*", SearchOption.AllDirectories), static f =>
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
                    File.GetUnixFileMode(f)));
        }
    }

    [Theory]
    [InlineData(SetLayout.Voc)]
    [InlineData(SetLayout.Coco)]
    [InlineData(SetLayout.Darknet)]
    [InlineData(SetLayout.Ultralytics)]
    public void The_same_set_gives_the_same_bytes_whatever_its_order(SetLayout layout)
    {
        Random random = Seeded.Start(output);
        using TempDir dir = new();
        LabelledSet set = SampleSet.Random(dir, random);
        LabelledImage[] shuffled = [.. set.Images];
        random.Shuffle(shuffled);

        SetLayouts.Write(layout, set, dir.At("a"), new ExportOptions());
        SetLayouts.Write(layout, set with { Images = shuffled }, dir.At("b"), new ExportOptions());

        Assert.Equal(Listing(dir.At("a")), Listing(dir.At("b")));
    }

    [Theory]
    [InlineData(SetLayout.Voc)]
    [InlineData(SetLayout.Coco)]
    [InlineData(SetLayout.Darknet)]
    [InlineData(SetLayout.Ultralytics)]
    public void A_set_of_nothing_goes_round_too(SetLayout layout)
    {
        using TempDir dir = new();

        SetCounts counts = SetLayouts.Write(layout, new LabelledSet(["close"], []), dir.At("a"), new ExportOptions());

        Assert.Equal((0, 0), (counts.Images, counts.Boxes));
        Assert.Equal(["close"], SetLayouts.Read(layout, dir.At("a")).Set.Classes);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("../x")]
    [InlineData("-rf")]
    [InlineData("con")]
    [InlineData("a:b")]
    [InlineData("a\nb")]
    [InlineData(" a")]
    [InlineData("$(id)")]
    public void Names_that_do_not_work_everywhere_are_refused_by_name(string id)
    {
        using TempDir dir = new();
        string file = dir.Write("x.jpg", SampleJpeg.Make(9, 9, "x"));
        LabelledSet set = new([], [new LabelledImage(id, file, 9, 9, [])]);

        foreach (SetLayout layout in Enum.GetValues<SetLayout>())
        {
            DlsException e = Assert.Throws<DlsException>(() => SetLayouts.Write(layout, set, dir.At("out"), new ExportOptions()));
            Assert.Contains("cannot be written", e.Message, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(dir.At("out")));
    }

    [Fact]
    public void Names_that_differ_in_case_alone_are_refused()
    {
        using TempDir dir = new();
        string file = dir.Write("x.jpg", SampleJpeg.Make(9, 9, "x"));
        LabelledSet set = new([], [new LabelledImage("a", file, 9, 9, []), new LabelledImage("A", file, 9, 9, [])]);

        Assert.Contains(
            "letter case", Assert.Throws<DlsException>(() => VocSet.Write(set, dir.At("out"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_box_outside_or_a_label_without_class_stops_an_export_before_it_begins()
    {
        using TempDir dir = new();
        string file = dir.Write("x.jpg", SampleJpeg.Make(9, 9, "x"));
        LabelledSet outside = new(["a"], [new LabelledImage("x", file, 9, 9, [new LabelledObject("a", new PixelBox(1, 1, 10, 9))])]);
        LabelledSet other = new(["a"], [new LabelledImage("x", file, 9, 9, [new LabelledObject("A", new PixelBox(1, 1, 9, 9))])]);

        foreach (SetLayout layout in new[] { SetLayout.Coco, SetLayout.Darknet, SetLayout.Ultralytics })
        {
            Assert.Contains("leads out of the image", Assert.Throws<DlsException>(
                () => SetLayouts.Write(layout, outside, dir.At("out"), new ExportOptions())).Message, StringComparison.Ordinal);
            Assert.Contains("'A' is not in the class list", Assert.Throws<DlsException>(
                () => SetLayouts.Write(layout, other, dir.At("out"), new ExportOptions())).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_check_after_an_export_sees_a_lost_box_and_a_lost_image()
    {
        Random random = Seeded.Start(output);
        using TempDir dir = new();
        LabelledSet set = SampleSet.Random(dir, random);
        SetLayouts.Write(SetLayout.Darknet, set, dir.At("out"), new ExportOptions { Name = "n" });
        LabelledImage victim = set.Images.First(static i => i.Objects.Count > 0 && i.Side == SplitSide.Train);
        string labels = dir.At("out", "n", victim.Id + ".txt");
        string all = File.ReadAllText(labels);

        File.WriteAllLines(labels, all.Split('\n')[1..]);
        DlsException lost = Assert.Throws<DlsException>(() => ExportCheck.Run(SetLayout.Darknet, set, dir.At("out")));
        Assert.Contains($"train boxes of '{victim.Objects[0].Label}'", lost.Message, StringComparison.Ordinal);

        File.WriteAllText(labels, all);
        ExportCheck.Run(SetLayout.Darknet, set, dir.At("out"));
        File.Delete(dir.At("out", "n", victim.Id + ".jpg"));
        Assert.Throws<DlsException>(() => ExportCheck.Run(SetLayout.Darknet, set, dir.At("out")));
    }

    [Fact]
    public void An_unknown_format_is_a_usage_error_that_lists_the_known_ones()
    {
        DlsException e = Assert.Throws<DlsException>(static () => SetLayouts.Parse("yolo9000"));

        Assert.Equal(ErrorKind.Usage, e.Kind);
        Assert.Contains("voc, darknet, ultralytics, coco", e.Hint, StringComparison.Ordinal);
        Assert.Equal(SetLayout.Coco, SetLayouts.Parse("coco"));
        Assert.Equal(ErrorKind.Usage, Assert.Throws<DlsException>(static () => SetLayouts.ParseBoxes("x")).Kind);
    }

    private static string Listing(string directory) => string.Join(
        '\n', Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(f => $"{Path.GetRelativePath(directory, f)} "
            + $"{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))}"));
}
