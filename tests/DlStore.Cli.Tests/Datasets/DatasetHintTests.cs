using DlStore.TestKit;

namespace DlStore.Cli.Tests.Datasets;

/// <summary>What a command says of a set or a canvas that is not there leads on.</summary>
public sealed class DatasetHintTests : IDisposable
{
    private readonly Scene _scene = new();

    public DatasetHintTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("auto")]
    [InlineData("voc")]
    [InlineData("darknet")]
    [InlineData("ultralytics")]
    [InlineData("coco")]
    [InlineData("labelme")]
    public void A_directory_without_labels_holds_no_set_in_any_format(string format)
    {
        _scene.Write("pics/a.jpg", Drawn.Jpeg(64, 48, 1));

        string error = Dls("dataset", "import", format, "../pics", "x").Expect(1).Error;

        Assert.StartsWith("error: import '../pics': it holds no data set; what is there: 1 picture\n", error, StringComparison.Ordinal);
        Assert.DoesNotContain("--accept", error, StringComparison.Ordinal);
        Assert.DoesNotContain("looks like", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_classes_that_are_missing_are_asked_for_first()
    {
        _scene.Write("flat/a.jpg", Drawn.Jpeg(64, 48, 1));
        _scene.Write("flat/a.txt", "0 0.5 0.5 0.25 0.25\n1 0.5 0.5 0.5 0.5\n");

        string error = Dls("dataset", "import", "auto", "../flat", "x").Expect(1).Error;

        Assert.Contains("; the first: SET_BAD classes.txt: there is no such file, nor obj.names or data.yaml", error, StringComparison.Ordinal);
        Assert.Contains("--accept SET_BAD,CLASS_UNKNOWN", error, StringComparison.Ordinal);
        Assert.Contains("imported data set x  1 image",
            Dls("dataset", "import", "auto", "../flat", "x", "--accept", "SET_BAD,CLASS_UNKNOWN").Expect(0).Output, StringComparison.Ordinal);
        _scene.Write("flat/classes.txt", "open\nclose\n");
        Dls("dataset", "import", "auto", "../flat", "named").Expect(0);
    }

    [Fact]
    public void Accepting_is_not_hinted_where_nothing_would_be_left()
    {
        _scene.Write("lists/train.txt", "a.jpg\nb.jpg\n\n");
        _scene.Write("lm/a.jpg", Drawn.Jpeg(64, 48, 1));
        _scene.Write("lm/a.json", "{\"shapes\": [ }");

        string lists = Dls("dataset", "import", "auto", "../lists", "x").Expect(1).Error;
        string labelme = Dls("dataset", "import", "auto", "../lm", "x").Expect(1).Error;

        Assert.Contains("SET_BAD obj.data", lists, StringComparison.Ordinal);
        Assert.DoesNotContain("--accept", lists + labelme, StringComparison.Ordinal);
        Assert.Contains("1 fault that would mislead", labelme, StringComparison.Ordinal);
        Assert.Contains("it is not JSON: '}' is an invalid start of a value\n", labelme, StringComparison.Ordinal);
    }

    [Fact]
    public void A_canvas_that_a_data_set_does_not_have_is_not_one_to_pull()
    {
        _scene.Write("flat/a.jpg", Drawn.Jpeg(64, 48, 1));
        _scene.Write("flat/a.txt", "0 0.5 0.5 0.25 0.25\n");
        _scene.Write("flat/classes.txt", "open\n");
        string imported = Dls("dataset", "import", "auto", "../flat", "d").Expect(0).Error;

        Assert.Contains("LIST_MISSING classes.txt: nothing says which images are train", imported, StringComparison.Ordinal);
        Assert.Matches(@"lint finds in it \d+ errors?, \d+ warnings?", imported);
        foreach (string line in (string[])["preview d", "lint d", "export voc d ../out"])
        {
            string error = Dls(["dataset", .. line.Split(' '), "--canvas", "12x12"]).Expect(2).Error;
            Assert.Equal("error: read data set 'd': it has no canvas '12x12'\nhint: its canvas is own\n", error);
        }

        Directory.Delete(_scene.At("repo/datasets/d"), recursive: true);
        Assert.Contains("hint: run `dls pull datasets/d`", Dls("dataset", "lint", "d").Expect(12).Error, StringComparison.Ordinal);
        _scene.Write("repo/datasets/e.yaml", "projects: []\n");
        Assert.Contains("it was never built\nhint: run `dls dataset build e`", Dls("dataset", "lint", "e").Expect(1).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_picture_gets_one_hint_whatever_its_name()
    {
        const string Hint = "hint: pictures are JPEG, PNG, GIF, BMP or WebP files of at most 100 million pixels; save it anew as one of them";
        byte[] png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0];
        foreach (string name in (string[])["no.jpg", "no.png", "no.gif", "no.txt", "cut.png"])
        {
            _scene.Write(name, name == "cut.png" ? png : "nope\n"u8.ToArray());
            Assert.Contains(Hint, Dls("project", "new", "p", "--image", $"../{name}").Expect(1).Error, StringComparison.Ordinal);
            Assert.Contains(Hint, Dls("testset", "add", "t", $"../{name}").Expect(1).Error, StringComparison.Ordinal);
        }
    }

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);
}
