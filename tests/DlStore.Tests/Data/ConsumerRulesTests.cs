using DlStore.Data.Annotations;
using DlStore.Data.Lint;

namespace DlStore.Tests.Data;

public sealed class ConsumerRulesTests
{
    private const string Main = "ImageSets/Main/";

    [Fact]
    public void On_a_clean_set_every_reader_says_what_it_gets()
    {
        using LintSample sample = new();

        LintReport report = sample.Lint(Enum.GetValues<LintConsumer>());

        Assert.Equal(
            ["Ssd ImageSets/Main/trainval.txt 22 0 0 close,open",
                "ResNet34 JPEGImages/*.jpg 24 0 0 close,open", "Darknet ImageSets/Main/train.txt 16 0 0 close,open",
                "Ultralytics ImageSets/Main/train.txt 16 0 0 close,open", "Torchvision ImageSets/Main/train.txt 16 0 0 "],
            report.Views.Select(static v => $"{v.Consumer} {v.List} {v.Items} {v.Dropped} {v.Crashes} {string.Join(',', v.Classes)}"));
        Assert.False(report.HasErrors);
        Assert.Contains(report.Findings, static f => f.Code == "FOR_LISTS"
            && f.Message == "resnet34: all 24 images are taken and split anew, also the 8 of val and test");
    }

    [Fact]
    public void Ssd_stops_where_its_reader_does()
    {
        using LintSample sample = new();
        sample.Replace("Annotations/close_00.xml", "<xmin>11<", "<xmin>11.0<");
        sample.Replace("Annotations/close_02.xml", "<difficult>0</difficult>", "");
        sample.Replace("Annotations/close_04.xml", "<difficult>0<", "<difficult>1<");
        sample.Replace("Annotations/close_06.xml", "<name>close<", "<name>zoom<");
        sample.Append(Main + "trainval.txt", "\n");

        LintReport report = sample.Lint(LintConsumer.Ssd);

        Assert.Equal(
            [
                "Annotations/close_00.xml:20: ssd: int() of a number with a decimal point",
                "Annotations/close_02.xml:14: ssd: an object without 'difficult'",
                "Annotations/close_04.xml: ssd: no object is left in the image: an empty array is indexed",
                "Annotations/close_06.xml:14: ssd: KeyError: label 'zoom' is not in the class list",
                "ImageSets/Main/trainval.txt:23: ssd: LIST_BLANK: the line is taken for an image",
            ],
            report.Findings.Where(static f => f.Code == "FOR_CRASH").Select(static f => $"{f.Place}: {f.Message}"));
        Assert.Equal((5, 1), (report.Views[0].Crashes, report.Views[0].Dropped));
    }

    [Fact]
    public void Ssd_reads_labels_in_lower_case()
    {
        using LintSample sample = new();
        sample.Append("classes.txt", "RBC\n");
        sample.Add("RBC_1", "RBC", "train");

        Assert.Contains(sample.Lint(LintConsumer.Ssd).Findings,
            static f => f.Code == "FOR_CLASS" && f.Message == "ssd: label 'RBC' is read as 'rbc', which the list of classes must have");
    }

    [Fact]
    public void Resnet_gives_ids_by_rank_of_the_names()
    {
        using LintSample sample = new();
        sample.Append("classes.txt", "add\n");
        sample.Add("add_1", "add", "train");
        sample.Add("ja_char_7_1", "open", "train");

        LintReport report = sample.Lint(LintConsumer.ResNet34);

        Assert.Equal(["7", "add", "close", "open"], report.Views[0].Classes);
        Assert.Contains(
            report.Findings, static f => f.Message == "resnet34: ids are ranks of the names: '7' gets 0, in the class list it has no id");
    }

    [Fact]
    public void Darknet_and_ultralytics_pass_things_over()
    {
        using LintSample sample = new();
        sample.Write("JPEGImages/close_00.jpg", "a text");
        sample.Write("JPEGImages/close_02.jpg", SampleJpeg.Make(1000, 1000, "large"));
        sample.Annotate("close_02", "close", new PixelBox(5, 5, 6, 600));
        sample.Replace("Annotations/close_04.xml", "<ymax>30<", "<ymax>300<");
        sample.Write("JPEGImages/close_06.jpg", SampleJpeg.Make(9, 9, "small"));

        LintReport report = sample.Lint(LintConsumer.Darknet, LintConsumer.Ultralytics);

        string[] Dropped(
            string name) => [.. report.Findings.Where(f => f.Code == "FOR_DROPPED" && f.Message.StartsWith(name, StringComparison.Ordinal))
            .Select(static f => $"{f.Place} {f.Message[(f.Message.IndexOf(' ', StringComparison.Ordinal) + 1)..]}")];
        Assert.Equal(
            ["Annotations/close_02.xml:19 the box is less than one pixel of a network of 416x416",
                "Annotations/close_04.xml:19 wrong annotation: the box leads out of the image or has no extent",
                "Annotations/close_06.xml:19 wrong annotation: the box leads out of the image or has no extent",
                    "JPEGImages/close_00.jpg an image that cannot be read: a blank of 10x10 is trained on in its place"],
            Dropped("darknet"));
        Assert.Equal(
            ["Annotations/close_04.xml:19 the whole image: a box leads out of it",
                "Annotations/close_06.xml:19 the whole image: a box leads out of it",
                "JPEGImages/close_00.jpg an image that cannot be read",
                "JPEGImages/close_06.jpg an image with a side below 10 pixels"],
            Dropped("ultralytics"));
    }

    [Fact]
    public void A_list_that_is_not_there_stops_its_reader_and_a_crowd_of_places_is_cut_short()
    {
        using LintSample sample = new();
        File.Delete(sample.At(Main + "trainval.txt"));
        foreach (string file in Directory.EnumerateFiles(sample.At("JPEGImages")))
        {
            File.WriteAllText(file, "no picture");
        }

        LintReport report = sample.Lint(LintConsumer.Ssd, LintConsumer.Torchvision);

        Assert.Contains(report.Findings, static f => f.Code == "FOR_CRASH" && f.Place == Main + "trainval.txt");
        Assert.Equal((0, 16), (report.Views[0].Items, report.Views[1].Crashes));
        Assert.Equal(
            10, report.Findings.Count(static f => f.Code == "FOR_CRASH" && f.Message.StartsWith("torchvision", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_unknown_reader_is_a_usage_error()
    {
        Assert.Equal(ErrorKind.Usage, Assert.Throws<DlsException>(static () => LintOptions.ParseConsumer("caffe")).Kind);
        Assert.All(Enum.GetValues<LintConsumer>(), static c => Assert.Equal(c, LintOptions.ParseConsumer(LintOptions.NameOf(c))));
    }
}
