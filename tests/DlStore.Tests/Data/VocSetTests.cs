using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Data;

public sealed class VocSetTests(ITestOutputHelper output)
{
    [Fact]
    public void Lists_are_sorted_trainval_is_train_and_val_and_nothing_is_blank()
    {
        Random random = Seeded.Start(output);
        using TempDir dir = new();
        LabelledSet set = SampleSet.Random(dir, random);
        VocSet.Write(set, dir.At("out"));

        string[] List(string name) => File.ReadAllText(dir.At("out", "ImageSets/Main", name + ".txt")).Split('\n')[..^1];

        Assert.Equal(set.Images.Where(static i => i.Side == SplitSide.Train).Select(static i => i.Id), List("train"));
        Assert.Equal([.. List("train").Concat(List("val")).Order(StringComparer.Ordinal)], List("trainval"));
        Assert.Empty(List("test").Intersect(List("trainval")));
        Assert.DoesNotContain("", List("trainval"));
        Assert.Equal(string.Concat(set.Classes.Select(static c => c + "\n")), File.ReadAllText(dir.At("out", "classes.txt")));
    }

    [Fact]
    public void A_given_annotation_is_written_as_it_is()
    {
        using TempDir dir = new();
        string file = dir.Write("x.jpg", SampleJpeg.Make(9, 9, "x"));
        byte[] bytes = Encoding.UTF8.GetBytes("<annotation><filename>x.jpg</filename></annotation>");

        VocSet.Write(new LabelledSet([], [new LabelledImage("x", file, 9, 9, []) { Side = SplitSide.Train }]), dir.At("out"), _ => bytes);

        Assert.Equal(bytes, File.ReadAllBytes(dir.At("out", "Annotations/x.xml")));
    }

    [Theory]
    [InlineData("data_set")]
    [InlineData("VOCdevkit/VOC2012")]
    public void A_directory_above_is_read_too(string below)
    {
        using TempDir dir = new();
        LabelledSet set = SampleSet.Random(dir, Seeded.Start(output), 8);
        VocSet.Write(set, dir.At("in", below));

        Assert.Equal(8, VocSet.Read(dir.At("in")).Set.Images.Count);
        Assert.Equal(8, VocSet.Read(dir.At("in", below)).Set.Images.Count);
    }

    [Fact]
    public void No_layout_is_an_error_and_a_broken_file_a_finding()
    {
        using TempDir dir = new();
        LabelledSet set = SampleSet.Random(dir, Seeded.Start(output), 8);
        VocSet.Write(set, dir.At("in"));
        dir.Write("in/Annotations/close_1.xml", "<annotation><oops></annotation>");
        dir.Write("in/JPEGImages/close_2.jpg", "not a picture, but a text");
        File.Delete(dir.At("in", "Annotations/close_3.xml"));
        File.AppendAllText(dir.At("in", "ImageSets/Main/train.txt"), "../../etc/passwd\n");
        File.CreateSymbolicLink(dir.At("in", "JPEGImages/link.jpg"), "/etc/passwd");

        SetReading read = VocSet.Read(dir.At("in"));

        Assert.Equal(5, read.Set.Images.Count);
        Assert.Equal(
            ["XML_BAD Annotations/close_1.xml:1", "LIST_OUTSIDE ImageSets/Main/train.txt:3", "IMG_NOT_JPEG JPEGImages/close_2.jpg",
                "IMG_NO_XML JPEGImages/close_3.jpg", "IMG_NO_XML JPEGImages/link.jpg"],
            read.Findings.Select(static f => $"{f.Code} {f.Place}"));
        DlsException e = Assert.Throws<DlsException>(() => read.Require("import 'in'"));
        Assert.Equal(5, e.Items.Count);
        Assert.Contains("import 'in': 5 errors: XML_BAD Annotations/close_1.xml:1: it is not well-formed XML",
            e.Message, StringComparison.Ordinal);
        Assert.Throws<DlsException>(() => VocSet.Read(dir.At("source")));
        Assert.Throws<DlsException>(() => VocSet.Read(dir.At("absent")));
    }

    [Fact]
    public void Lists_as_the_author_s_tool_writes_them_are_refused_with_the_reason()
    {
        using TempDir dir = new();
        LabelledSet set = SampleSet.Random(dir, Seeded.Start(output));
        VocSet.Write(set with
        {
            Images = [
            .. set.Images.Select(static i => i with { Side = i.Side == SplitSide.Val ? SplitSide.Val : SplitSide.Train })]
        }, dir.At("in"));
        string main = dir.At("in", "ImageSets/Main");
        File.Copy(main + "/val.txt", main + "/trainval.txt", overwrite: true);
        File.Copy(main + "/val.txt", main + "/test.txt", overwrite: true);

        Finding only = Assert.Single(VocSet.Read(dir.At("in")).Findings);

        Assert.Equal(("SPLIT_TRAINVAL", "ImageSets/Main/trainval.txt"), (only.Code, only.Place));
        Assert.Equal("trainval and test are copies of val: a reader of trainval (SSD) trains "
            + "on the 10 images of val alone and never sees the 30 of train", only.Message);
    }
}
