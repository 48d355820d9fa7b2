using System.Text.Json;
using DlStore.Data.Annotations;
using DlStore.Data.Layouts;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Data;

public sealed class CocoSetTests(ITestOutputHelper output)
{
    private const string Shell = """{"categories":[{"id":1,"name":"a"}],"images":[IMAGES],"annotations":[OBJECTS]}""";
    private const string Image = """{"id":1,"file_name":"a.jpg","width":100,"height":100}""";

    [Fact]
    public void One_pixel_is_one_wide_and_ids_count_through_all_subsets()
    {
        Random random = Seeded.Start(output);
        using TempDir dir = new();
        LabelledSet set = SampleSet.Random(dir, random);
        SetLayouts.Write(SetLayout.Coco, set, dir.At("out"), new ExportOptions());

        List<long> ids = [];
        int checkedBoxes = 0;
        foreach (string subset in new[] { "train", "val", "test", "default" })
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(dir.At("out", "annotations", $"instances_{subset}.json")));
            Dictionary<int, LabelledImage> images = json.RootElement.GetProperty("images").EnumerateArray().ToDictionary(
                static i => i.GetProperty("id").GetInt32(),
                    i => set.Images.Single(g => g.Id + ".jpg" == i.GetProperty("file_name").GetString()));
            foreach (JsonElement item in json.RootElement.GetProperty("annotations").EnumerateArray())
            {
                ids.Add(item.GetProperty("id").GetInt64());
                int[] box = [.. item.GetProperty("bbox").EnumerateArray().Select(static v => v.GetInt32())];
                Assert.Contains(images[item.GetProperty("image_id").GetInt32()].Objects, o =>
                    (o.Box.XMin - 1, o.Box.YMin - 1, o.Box.Width, o.Box.Height) == (box[0], box[1], box[2], box[3])
                        && set.Classes[item.GetProperty("category_id").GetInt32() - 1] == o.Label);
                Assert.Equal((long)box[2] * box[3], item.GetProperty("area").GetInt64());
                Assert.Equal(0, item.GetProperty("iscrowd").GetInt32());
                Assert.Equal(0, item.GetProperty("segmentation").GetArrayLength());
                checkedBoxes++;
            }
        }

        Assert.Equal(set.Images.Sum(static i => i.Objects.Count), checkedBoxes);
        Assert.Equal(Enumerable.Range(1, ids.Count).Select(static i => (long)i), ids.Order());
    }

    [Fact]
    public void Boxes_with_fractions_are_rounded_by_their_edges_and_said_so()
    {
        SetReading read = Read(Image, """{"id":1,"image_id":1,"category_id":1,"bbox":[9.6,10.4,20.2,5]},{"id":2,"image_id":1,"category_id":1,"bbox":[0,0,1,1],"iscrowd":1},{"id":3,"image_id":1,"category_id":1,"bbox":[5.0,5.0,0.1,2]}""");

        Assert.Equal([new PixelBox(11, 11, 30, 15), new PixelBox(1, 1, 1, 1), new PixelBox(6, 6, 6, 7)],
            read.Set.Images[0].Objects.Select(static o => o.Box));
        Assert.Equal([false, true, false], read.Set.Images[0].Objects.Select(static o => o.Difficult));
        Assert.Equal(["BOX_CROWD 1", "BOX_ROUNDED 2", "LIST_MISSING 1"], read.Findings.Select(static f => $"{f.Code} {f.Count}"));
        Assert.Null(read.Missing());
    }

    [Theory]
    [InlineData("{", "it is not JSON")]
    [InlineData("[]", "key 'categories' is missing")]
    [InlineData("""{"categories":[{"id":1,"name":" a"}],"images":[],"annotations":[]}""", "cannot name a class")]
    [InlineData("""{"categories":[{"id":1,"name":"a"},{"id":1,"name":"b"}],"images":[],"annotations":[]}""", "stands there twice")]
    [InlineData("""{"categories":[{"id":-1,"name":"a"}],"images":[],"annotations":[]}""", "key 'id' of a category")]
    [InlineData("""{"categories":[{"id":1,"name":"\ud800"}],"images":[],"annotations":[]}""", "not valid Unicode")]
    [InlineData("""{"categories":[1],"images":[],"annotations":[]}""", "key 'id' of a category")]
    public void What_is_no_such_file_is_refused(string json, string message)
    {
        using TempDir dir = new();
        dir.Write("annotations/instances_train.json", json);

        Assert.Contains(message, Assert.Throws<DlsException>(() => CocoSet.Read(dir.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":1,"image_id":2,"category_id":1,"bbox":[1,1,1,1]}""", "for an image that is not there")]
    [InlineData("""{"id":1,"image_id":1,"category_id":2,"bbox":[1,1,1,1]}""", "of a category that is not there")]
    [InlineData("""{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,1]}""", "bbox is not four numbers")]
    [InlineData("""{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,1,1e300]}""", "bbox is not four numbers")]
    [InlineData("""{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,1,"1"]}""", "bbox is not four numbers")]
    [InlineData("""{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,1,1],"iscrowd":"no"}""", "key 'iscrowd' is neither 0 nor 1")]
    public void Annotations_that_name_nothing_are_refused(string item, string message)
    {
        Assert.Contains(message, Assert.Throws<DlsException>(() => Read(Image, item)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../a.jpg", "LIST_OUTSIDE")]
    [InlineData("/etc/a.jpg", "LIST_OUTSIDE")]
    [InlineData("x/../../a.jpg", "LIST_OUTSIDE")]
    [InlineData("x\\\\..\\\\a.jpg", "LIST_OUTSIDE")]
    [InlineData("gone.jpg", "IMG_MISSING")]
    public void A_file_name_that_leads_outside_is_refused_by_name(string file, string code)
    {
        SetReading read = Read($$"""{"id":1,"file_name":"{{file}}","width":1,"height":1}""", "");

        Assert.Equal([code], read.Findings.Select(static f => f.Code).Where(static c => c != "LIST_MISSING"));
        Assert.Empty(read.Set.Images);
    }

    [Fact]
    public void Nesting_and_a_wrong_size_do_no_harm()
    {
        Assert.Contains(
            "it is not JSON", Assert.Throws<DlsException>(() => Read(new string('[', 100_000), "")).Message, StringComparison.Ordinal);
        Assert.Equal(["LIST_MISSING", "XML_SIZE"],
            Read(Image.Replace("100}", "99}", StringComparison.Ordinal), "").Findings.Select(static f => f.Code));
    }

    private static SetReading Read(string images, string objects)
    {
        using TempDir dir = new();
        dir.Write("images/train/a.jpg", SampleJpeg.Make(100, 100, "a"));
        dir.Write("annotations/instances_train.json",
            Shell.Replace("IMAGES", images, StringComparison.Ordinal).Replace("OBJECTS", objects, StringComparison.Ordinal));
        return CocoSet.Read(dir.Path);
    }
}
