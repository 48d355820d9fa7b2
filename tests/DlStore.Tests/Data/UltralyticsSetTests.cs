using DlStore.Data.Annotations;
using DlStore.Data.Layouts;
using DlStore.TestKit;

namespace DlStore.Tests.Data;

public sealed class UltralyticsSetTests
{
    [Fact]
    public void The_page_shows_what_is_written()
    {
        using TempDir dir = new();
        string file = dir.Write("x.jpg", SampleJpeg.Make(9, 9, "x"));

        SetLayouts.Write(SetLayout.Ultralytics, new LabelledSet(
            ["close", "open"], [new LabelledImage("x", file, 9, 9, []) { Side = SplitSide.Train }]), dir.At("out"), new ExportOptions());

        Assert.Equal(FormatPage.Read("labelled-sets").Text("# dls boxes = voc\ntrain"), File.ReadAllText(dir.At("out", "data.yaml")));
        Assert.True(Directory.Exists(dir.At("out", "images/val")) && File.Exists(dir.At("out", "labels/train/x.txt")));
    }

    [Fact]
    public void Names_as_a_list_and_images_in_lists_are_read_too()
    {
        using TempDir dir = new();
        dir.Write("images/train/a.jpg", SampleJpeg.Make(100, 100, "a"));
        dir.Write("labels/train/a.txt", "1 0.5 0.5 0.2 0.2\n");
        dir.Write("images/b.jpg", SampleJpeg.Make(100, 100, "b"));
        dir.Write("lists/val.txt", "images/b.jpg\n");
        dir.Write("data.yaml", "path: .\ntrain: [images/train]\nval: lists/val.txt\nnc: 2\nnames: [close, 'no']\n");

        SetReading read = UltralyticsSet.Read(dir.Path);

        Assert.Equal("close|no\na 100x100x3 Train no 41,41,60,60\nb 100x100x3 Val ", SampleSet.Show(read.Set, withFlags: false));
        Assert.Equal(["IMG_NO_LABEL images/b.jpg"], read.Findings.Select(static f => $"{f.Code} {f.Place}"));
    }

    [Theory]
    [InlineData("train: a\nval: b\n", "there is no key 'names'")]
    [InlineData("train: a\nval: b\nnames: {0: a, 2: b}\n", "line 3: expected id 1, not '2'")]
    [InlineData("train: a\nval: b\nnames: [a, a]\n", "it stands there twice")]
    [InlineData("train: a\nval: b\nnames: [a]\nnc: 2\n", "nc is 2, but it names 1 class")]
    [InlineData("train: a\nval: b\nnames: &x [a]\n", "anchors")]
    public void A_description_that_readers_take_differently_is_refused(string yaml, string message)
    {
        using TempDir dir = new();
        dir.Write("data.yaml", yaml);

        Assert.Contains(message, Assert.Throws<DlsException>(() => UltralyticsSet.Read(dir.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Paths_that_lead_outside_are_refused_by_name()
    {
        using TempDir dir = new();
        dir.Write("data.yaml", "train: ../images\nval: /etc\ntest: list.txt\nnames: [a]\n");
        dir.Write("list.txt", "../../x.jpg\n");

        Assert.Equal(
            ["LIST_OUTSIDE data.yaml:1", "LIST_OUTSIDE data.yaml:2", "LIST_OUTSIDE list.txt:1"],
                UltralyticsSet.Read(dir.Path).Findings.Select(static f => $"{f.Code} {f.Place}"));
    }
}
