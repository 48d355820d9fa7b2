using DlStore.TestKit;

namespace DlStore.Cli.Tests.Projects;

public sealed class ProjectNewTests : IDisposable
{
    private const string DefaultRecipe = """
        - height: 5
        """;

    private readonly Scene _scene = new();

    public ProjectNewTests()
    {
        _scene.MakeRepo();
        _scene.Write("crop.jpg", Crops.Jpg(300, 100));
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R01_new_makes_the_tree_of_a_project_and_a_second_call_changes_nothing()
    {
        string output = _scene.Dls("repo", "project", "new", "adbutton", "--image", "../crop.jpg").Expect(0).Output;

        Assert.Contains("made projects/adbutton  label adbutton, at lu", output, StringComparison.Ordinal);
        foreach (string name in (string[])["README.md",
            "project.yaml", "master/image.jpg", "master/image.xml", "build", "data_augmentation", "jupyter_notebook"])
        {
            Assert.True(Path.Exists(_scene.At($"repo/projects/adbutton/{name}")), name);
        }

        Assert.Equal(
            "A  projects/adbutton/README.md\nA  projects/adbutton/master/.gitignore\nA  projects/adbutton/master/image.jpg.dls\nA "
                + " projects/adbutton/master/image.xml\nA  projects/adbutton/project.yaml",
            _scene.Git("repo", "status", "--porcelain"));
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo"));
        RunResult again = _scene.Dls("repo", "project", "new", "adbutton", "--image", "../crop.jpg").Expect(1);
        Assert.Contains("'projects/adbutton' is there already", again.Error, StringComparison.Ordinal);
        Assert.Equal("", OnlyLocks(before.Difference(TreeSnapshot.Of(_scene.At("repo")))));
    }

    [Fact]
    public void R02_a_fresh_clone_and_pull_gives_the_project_byte_equal()
    {
        _scene.Write("daug.py", "#!/bin/sh\nexit 1\n");
        _scene.Dls("repo", "project", "new", "close", "--image", "../crop.jpg", "--program", "../daug.py").Expect(0);
        _scene.Write("repo/projects/close/jupyter_notebook/a.ipynb", "{}\n");
        _scene.Commit("repo", "close");
        _scene.Dls("repo", "push").Expect(0);

        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull").Expect(0);

        TreeSnapshot.AssertEqual(
            TreeSnapshot.Of(_scene.At("repo/projects/close"), "build"), TreeSnapshot.Of(_scene.At("clone/projects/close"), "build"));
        Assert.Contains("not allowed", _scene.Dls("clone", "trust").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("\nallowed", "\n" + _scene.Dls("repo", "trust").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void R03_built_images_are_not_seen_by_git()
    {
        _scene.Dls("repo", "project", "new", "close", "--image", "../crop.jpg", "--count", "2").Expect(0);
        _scene.Dls("repo", "build", "close").Expect(0);

        Assert.Equal(18, Directory.GetFiles(_scene.At("repo/projects/close/build/own"), "*.jpg").Length);
        Assert.DoesNotContain("build", _scene.Git("repo", "status", "--porcelain"), StringComparison.Ordinal);
        Assert.DoesNotContain("build/", _scene.Git("repo", "ls-files"), StringComparison.Ordinal);
    }

    [Fact]
    public void R05_the_annotation_fits_the_crop_exactly()
    {
        _scene.Dls("repo", "project", "new", "adbutton", "--image", "../crop.jpg").Expect(0);

        string xml = File.ReadAllText(_scene.At("repo/projects/adbutton/master/image.xml")).Replace("\n", "").Replace("\t", "");

        Assert.Contains("<name>adbutton</name>", xml, StringComparison.Ordinal);
        Assert.Contains("<width>300</width><height>100</height><depth>3</depth>", xml, StringComparison.Ordinal);
        Assert.Contains("<xmin>1</xmin><ymin>1</ymin><xmax>300</xmax><ymax>100</ymax>", xml, StringComparison.Ordinal);
        _scene.Dls("repo", "project", "lint").Expect(0);
    }

    [Fact]
    public void R09_one_master_at_two_placements_makes_both_and_is_stored_once()
    {
        _scene.Dls("repo", "project", "new", "close", "--image", "../crop.jpg", "--placement", "lu,ru", "--count", "1").Expect(0);
        _scene.Dls("repo", "build", "close", "--canvas", "400x400").Expect(0);

        string[] right = [.. Directory.GetFiles(_scene.At("repo/projects/close/build/400x400"), "*.xml")
            .Select(File.ReadAllText).Where(static x => x.Contains("<xmax>400</xmax>", StringComparison.Ordinal))];

        Assert.Equal(18, Directory.GetFiles(_scene.At("repo/projects/close/build/400x400"), "*.jpg").Length);
        Assert.NotEmpty(right);
        Assert.Single(Directory.GetFiles(_scene.At("repo/projects/close/master"), "*.jpg"));
    }

    [Fact]
    public void The_recipe_that_is_written_out_is_the_default_one_and_gives_the_same_build()
    {
        _scene.Dls("repo", "project", "new", "a", "--image", "../crop.jpg").Expect(0);
        string file = _scene.At("repo/projects/a/project.yaml");
        string written = Recipe("a");
        Assert.Contains(DefaultRecipe, File.ReadAllText(file), StringComparison.Ordinal);
        File.WriteAllText(file, "label: a\n");

        Assert.Equal(written, Recipe("a"));
    }

    [Fact]
    public void Two_masters_get_an_annotation_each_and_a_list_in_project_yaml()
    {
        _scene.Write("b.jpg", Crops.Jpg(64, 48, 2));
        _scene.Dls("repo", "project", "new", "close", "--image", "../crop.jpg", "../b.jpg", "--label", "閉じる").Expect(0);

        string show = _scene.Dls("repo", "project", "show", "close").Expect(0).Output;

        Assert.Contains("projects/close/master/image_2.jpg  64x48", show, StringComparison.Ordinal);
        Assert.Contains("object      閉じる at 1,1,64,48", show, StringComparison.Ordinal);
        Assert.Contains("object      閉じる at 1,1,300,100", show, StringComparison.Ordinal);
    }

    [Fact]
    public void P45_a_corpus_is_stored_with_its_origin_and_makes_a_class_a_character()
    {
        _scene.Write("本.txt", "ああいう\n");
        RunResult made = _scene.Dls("repo", "project",
            "new", "kana", "--glyphs", "../本.txt", "--origin", "https://example.org/a.zip", "--count", "2", "--size", "32").Expect(0);

        Assert.Contains("the text gives 3 characters, so a build has 6 images", made.Error, StringComparison.Ordinal);
        Assert.Contains("origin https://example.org/a.zip\n",
            File.ReadAllText(_scene.At("repo/projects/kana/corpus/本.txt.dls")), StringComparison.Ordinal);
        Assert.Contains("corpus: \"projects/kana/corpus/本.txt\"",
            File.ReadAllText(_scene.At("repo/projects/kana/project.yaml")), StringComparison.Ordinal);
        _scene.Dls("repo", "project", "lint", "kana").Expect(0);
    }

    [Fact]
    public void A_png_becomes_a_master_and_what_was_made_of_it_is_said()
    {
        _scene.Write("crop.png", DrawnPng.Make(40, 30));

        RunResult made = _scene.Dls("repo", "project", "new", "close", "--image", "../crop.png").Expect(0);

        Assert.Contains("image '../crop.png' is a PNG file, written as a JPEG of quality 95; what is transparent laid over white",
            made.Error, StringComparison.Ordinal);
        byte[] master = File.ReadAllBytes(_scene.At("repo/projects/close/master/image.jpg"));
        DlStore.Images.Raster raster = DlStore.Images.Jpeg.Decode(master, "image.jpg");
        Assert.Equal((40, 30), (raster.Width, raster.Height));
        Assert.InRange(raster.Row(25)[6], 245, 255);
        Assert.InRange(raster.Row(5)[6], 195, 205);
        _scene.Dls("repo", "build", "close").Expect(0);
    }

    [Fact]
    public void A_png_of_a_size_that_is_not_decoded_is_refused_before_it_takes_memory()
    {
        _scene.Write("bomb.png", DrawnPng.Make(30_000, 30_000, isWhole: false));

        RunResult result = _scene.Dls("repo", "project", "new", "close", "--image", "../bomb.png").Expect(1);

        Assert.Contains("its 30000x30000 pixels are more than the 100000000 that are decoded", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("repo/projects/close")));
    }

    [Theory]
    [InlineData("tiff", "it is a TIFF file, not a JPEG")]
    [InlineData("cut", "it is cut off")]
    [InlineData("turned", "its EXIF tag turns it")]
    public void R04_what_is_no_whole_upright_jpeg_is_refused_and_nothing_is_made(string kind, string reason)
    {
        byte[] jpeg = Crops.Jpg(40, 40);
        _scene.Write("bad.jpg", kind == "tiff" ? [.. "II*\0"u8, .. new byte[40]] : kind == "cut" ? jpeg[..^40] : Crops.Turned(jpeg));

        RunResult result = _scene.Dls("repo", "project", "new", "close", "--image", "../bad.jpg").Expect(1);

        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("repo/projects/close")));
    }

    [Theory]
    [InlineData(2, "a/b", "--image", "../crop.jpg")]
    [InlineData(2, "close")]
    [InlineData(2, "close", "--image", "../crop.jpg", "--placement", "middle")]
    [InlineData(2, "close", "--image", "../crop.jpg", "--label", " close")]
    [InlineData(2, "close", "--image", "../nowhere.jpg")]
    [InlineData(2, "close", "--image", "../crop.jpg", "--glyphs", "../crop.jpg")]
    [InlineData(2, "close", "--image", "../crop.jpg", "--count", "0")]
    [InlineData(1, "close", "--image", "../crop.jpg", "../crop.jpg")]
    [InlineData(1, "close", "--program", "../crop.jpg")]
    public void Wrong_arguments_are_told_and_nothing_is_made(int code, params string[] arguments)
    {
        RunResult result = _scene.Dls("repo", ["project", "new", .. arguments]).Expect(code);

        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.False(
            Directory.Exists(_scene.At("repo/projects")) && Directory.EnumerateFileSystemEntries(_scene.At("repo/projects")).Any());
    }

    [Fact]
    public void A_dry_run_shows_the_files_and_makes_none()
    {
        string output = _scene.Dls("repo", "project", "new", "close", "--image", "../crop.jpg", "--dry-run").Expect(0).Output;

        Assert.Contains("would make projects/close", output, StringComparison.Ordinal);
        Assert.Contains("projects/close/project.yaml", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("repo/projects")));
    }

    [Fact]
    public void A_kill_leaves_no_project_or_a_whole_one()
    {
        _scene.Crash("repo", "project.staged", "project", "new", "close", "--image", "../crop.jpg").Expect(137);
        Assert.False(Directory.Exists(_scene.At("repo/projects/close")));
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));

        _scene.Crash("repo", "project.published", "project", "new", "other", "--image", "../crop.jpg").Expect(137);
        Assert.True(File.Exists(_scene.At("repo/projects/other/master/image.jpg")));
        Assert.Contains("?? projects/other/project.yaml",
            _scene.Git("repo", "status", "--porcelain", "--untracked-files=all"), StringComparison.Ordinal);
        _scene.Dls("repo", "project", "lint", "other").Expect(0);

        _scene.Dls("repo", "project", "new", "close", "--image", "../crop.jpg").Expect(0);
        Assert.Equal(["close", "other"],
            Directory.GetDirectories(_scene.At("repo/projects")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private string Recipe(
        string name) => _scene.Dls("repo", "project", "show", name).Expect(0).Output.Split("  recipe")[1].Split("  data sets")[0];

    /// <summary>Locks and caches under .git are not the project's.</summary>
    private static string OnlyLocks(string difference) =>
        string.Join('\n', difference.Split('\n').Where(static l => l.Length > 0
            && !l.Contains(".git/dls/", StringComparison.Ordinal) && !l.EndsWith(".git/index", StringComparison.Ordinal)));
}
