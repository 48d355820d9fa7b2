using System.Text.RegularExpressions;
using System.Xml.Linq;
using DlStore.Data.Recipes;
using DlStore.Images;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Projects;

/// <summary>One test for each requirement of projects and builds with the built-in engine, named after it.</summary>
public sealed partial class BuildTests : IDisposable
{
    private readonly Scene _scene = new();

    public BuildTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R03_built_images_are_never_in_git()
    {
        ProjectFiles.Write(_scene, "repo", "close", yaml: "recipe: [{brightness: 0.5}]\n");
        _scene.Commit("repo", "close");

        _scene.Dls("repo", "build").Expect(0);

        Assert.Equal(99, Images("close", "own").Length);
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
        _scene.Commit("repo", "nothing");
        Assert.DoesNotContain("build/", _scene.Git("repo", "ls-files"), StringComparison.Ordinal);
    }

    [Fact]
    public void R04_a_png_that_is_named_jpg_is_refused_by_name()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        _scene.Write("repo/projects/close/master/image.jpg", Drawn.Png);

        RunResult refused = Dls("build").Expect(1);

        Assert.Contains("projects/close/master/image.jpg", refused.Error, StringComparison.Ordinal);
        Assert.Contains("PNG", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("repo/projects/close/build/own")));
    }

    [Theory]
    [InlineData("image.jpeg")]
    [InlineData("image.JPG")]
    [InlineData("image.png")]
    public void R04_a_master_with_another_ending_is_not_passed_over(string name)
    {
        ProjectFiles.Write(_scene, "repo", "close");
        File.Move(_scene.At("repo/projects/close/master/image.jpg"), _scene.At($"repo/projects/close/master/{name}"));

        Assert.Contains(name, Dls("build").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains(name, Dls("build", "close").Expect(1).Error, StringComparison.Ordinal);
        _scene.Write("repo/projects/close/project.yaml", $"masters: [master/{name}]\n");
        Assert.Contains("project.yaml' line 1", Dls("build").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void R07_every_image_has_an_annotation_with_its_own_name_and_the_fields_of_the_master()
    {
        ProjectFiles.Write(_scene, "repo", "close", yaml: ProjectFiles.Small + "placements: [lu, ru]\n");
        _scene.Write("repo/projects/close/master/image_extended.xml",
            ProjectFiles.Annotation("image_extended.jpg", 40, 40, ("close", 3, 4, 14, 15)));

        Dls("build", "--canvas", "40x40").Expect(0);

        string[] images = Images("close", "40x40");
        Assert.Equal(6, images.Length);
        Assert.Equal(images.Select(i => Path.ChangeExtension(i, ".xml")),
            Directory.GetFiles(_scene.At("repo/projects/close/build/40x40"), "*.xml").Order(StringComparer.Ordinal));
        for (int n = 0; n < 6; n++)
        {
            XElement xml = XElement.Load(_scene.At($"repo/projects/close/build/40x40/close_{n}.xml"));
            Assert.Equal($"close_{n}.jpg", xml.Element("filename")!.Value);
            Assert.Equal("40 40 3", string.Join(' ', xml.Element("size")!.Elements().Select(e => e.Value)));
            Assert.Equal("close", xml.Element("object")!.Element("name")!.Value);
            Assert.Equal(n < 3
                ? "3 4 14 15" : "27 4 38 15", string.Join(' ', xml.Element("object")!.Element("bndbox")!.Elements().Select(e => e.Value)));
        }
    }

    [Fact]
    public void R09_two_placements_make_twice_the_images_of_one_master_and_right_boxes_end_at_the_edge()
    {
        ProjectFiles.Write(_scene, "repo", "close", yaml: "recipe: [{brightness: 0.5}]\nplacements: [lu, ru]\n");

        Dls("build", "--canvas", "64x64").Expect(0);

        IReadOnlyList<BuiltImage> images = Record("close", "64x64").Images;
        Assert.Equal(2 * 99, images.Count);
        Assert.All(images.Where(i => i.Placement == "lu"), i => Assert.Equal([1, 1, 16, 16], i.Objects.Single().Box));
        Assert.All(images.Where(i => i.Placement == "ru"), i => Assert.Equal([49, 1, 64, 16], i.Objects.Single().Box));
        Assert.Equal(99, images.Count(i => i.Placement == "ru"));
        Assert.Single(Directory.GetFiles(_scene.At("repo/projects/close/master")));
        Raster right = Jpeg.Decode(File.ReadAllBytes(_scene.At("repo/projects/close/build/64x64/close_99.jpg")), "close_99");
        Assert.Equal([255, 255, 255], right.Row(8)[..3].ToArray());
        Assert.NotEqual([255, 255, 255], right.Row(8)[^3..].ToArray());
    }

    [Fact]
    public void R10_the_seeds_mark_for_the_right_corner_is_read()
    {
        ProjectFiles.Write(_scene, "repo", "ru_close");
        ProjectFiles.Write(_scene, "repo", "ru_other", 2);
        _scene.Write("repo/projects/ru_close/master/image_extended.xml",
            ProjectFiles.Annotation("image_extended.jpg", 400, 400, ("close", 387, 3, 398, 14)));

        Dls("build", "--canvas", "400x400").Expect(0);

        BuiltObject labelled = Record("ru_close", "400x400").Images[0].Objects.Single();
        Assert.Equal("close", labelled.Label);
        Assert.Equal([387, 3, 398, 14], labelled.Box);
        BuiltObject whole = Record("ru_other", "400x400").Images[0].Objects.Single();
        Assert.Equal("other", whole.Label);
        Assert.Equal([385, 1, 400, 16], whole.Box);
    }

    [Fact]
    public void R11_edge_mode_changes_recipe_and_build_and_never_the_master()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        _scene.Commit("repo", "close");
        Dls("build").Expect(0);
        BuildRecord plain = Record("close", "own");

        _scene.Write("repo/projects/close/project.yaml", ProjectFiles.Small + "edge: true\n");
        Assert.Contains("its sources or its recipe changed", Dls("build").Expect(0).Output, StringComparison.Ordinal);

        BuildRecord edges = Record("close", "own");
        Assert.NotEqual(plain.Header.Recipe, edges.Header.Recipe);
        Assert.NotEqual(plain.Header.Key, edges.Header.Key);
        Assert.Empty(plain.Images.Select(i => i.Oid).Intersect(edges.Images.Select(i => i.Oid)));
        Assert.Equal(" M projects/close/project.yaml", _scene.Git("repo", "status", "--porcelain"));
    }

    [Fact]
    public void R12_each_kind_has_its_canvas_and_no_tracked_file_changes()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        ProjectFiles.Write(_scene, "repo", "adbutton", 2, width: 30, height: 10);
        _scene.Write("repo/datasets/game.yaml", "projects: [close, adbutton]\n");
        _scene.Write("repo/.dlstore/kinds/ssd.yaml", "dataset: game\ncanvas: 400x400\n");
        _scene.Write("repo/.dlstore/kinds/resnet34.yaml", "dataset: game\ncanvas: own\n");
        _scene.Commit("repo", "kinds");

        _scene.Dls("repo", "build", "--kind", "ssd").Expect(0);
        _scene.Dls("repo", "build", "--algo", "resnet34").Expect(0);

        foreach ((string project, (int, int) own) in ((string, (int, int))[])[("close", (16, 16)), ("adbutton", (30, 10))])
        {
            Assert.All(Images(project, "400x400"), i => Assert.Equal((400, 400), Drawn.SizeOf(i)));
            Assert.All(Images(project, "own"), i => Assert.Equal(own, Drawn.SizeOf(i)));
            Assert.Equal((3, 3), (Images(project, "400x400").Length, Images(project, "own").Length));
        }

        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
        Assert.Contains("there is no file '.dlstore/kinds/yolo.yaml'",
            _scene.Dls("repo", "build", "--kind", "yolo").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void R25_only_the_edited_project_is_built_and_a_second_run_does_nothing_and_says_so()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        ProjectFiles.Write(_scene, "repo", "adbutton", 2);
        _scene.Dls("repo", "build").Expect(0);
        DateTime before = File.GetLastWriteTimeUtc(_scene.At("repo/projects/adbutton/build/own/build.jsonl"));

        _scene.Write("repo/projects/close/master/image.jpg", Drawn.Jpeg(seed: 3));
        Assert.Contains("would build close", _scene.Dls("repo", "build", "--dry-run").Expect(0).Output, StringComparison.Ordinal);
        RunResult edited = _scene.Dls("repo", "build").Expect(0);
        RunResult again = _scene.Dls("repo", "build").Expect(0);

        Assert.Contains("built close", edited.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("adbutton", edited.Output, StringComparison.Ordinal);
        Assert.Equal("", again.Output);
        Assert.Contains("2 builds are up to date", again.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.GetLastWriteTimeUtc(_scene.At("repo/projects/adbutton/build/own/build.jsonl")));
        _scene.Write("repo/projects/close/master/image_extended.xml", ProjectFiles.Annotation("image.jpg", 16, 16, ("close", 1, 1, 9, 9)));
        Assert.Contains("built close", _scene.Dls("repo", "build").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void R25_a_damaged_build_is_made_again()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        Dls("build").Expect(0);
        TreeSnapshot whole = TreeSnapshot.Of(_scene.At("repo/projects/close/build"));
        File.Delete(_scene.At("repo/projects/close/build/own/close_1.jpg"));
        File.WriteAllBytes(_scene.At("repo/projects/close/build/own/close_2.jpg"), []);

        Assert.Contains("some of its files are missing", Dls("build").Expect(0).Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(whole, TreeSnapshot.Of(_scene.At("repo/projects/close/build")));
        Directory.Delete(_scene.At("repo/projects/close/build"), recursive: true);
        Dls("build").Expect(0);
        TreeSnapshot.AssertEqual(whole, TreeSnapshot.Of(_scene.At("repo/projects/close/build")));
    }

    [Fact]
    public void P07_a_stale_image_never_appears_in_a_new_build()
    {
        ProjectFiles.Write(_scene, "repo", "close", yaml: "count: 5\nrecipe: [{brightness: 0.4}]\n");
        Dls("build").Expect(0);
        Assert.Equal(5, Images("close", "own").Length);

        _scene.Write("repo/projects/close/project.yaml", ProjectFiles.Small);
        Dls("build").Expect(0);

        Assert.Equal(3, Images("close", "own").Length);
        Assert.Equal(3 + 3 + 1, Directory.GetFiles(_scene.At("repo/projects/close/build/own")).Length);
        Assert.Equal([".gitignore", "own"],
            Directory.GetFileSystemEntries(_scene.At("repo/projects/close/build")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("notes.txt", "mine")]
    [InlineData("close_7.jpg", "mine")]
    [InlineData("close_1.xml", "<annotation/>")]
    [InlineData("close_1.jpg", "edited")]
    public void P07_a_file_that_somebody_put_into_a_build_stops_it_and_is_kept(string name, string text)
    {
        ProjectFiles.Write(_scene, "repo", "close");
        Dls("build").Expect(0);
        _scene.Write($"repo/projects/close/build/own/{name}", text);
        _scene.Write("repo/projects/close/master/image.jpg", Drawn.Jpeg(seed: 2));
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo/projects/close"));

        RunResult refused = Dls("build").Expect(1);

        Assert.Contains(name, refused.Error, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo/projects/close")));
    }

    [Fact]
    public void P08_fewer_images_than_expected_stop_the_build_and_the_old_one_stays()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        Dls("build").Expect(0);
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo/projects/close/build"));
        _scene.Write("repo/projects/close/project.yaml", "count: 2\nrecipe: [{brightness: 0.4}]\nexpected: 3\n");

        RunResult refused = Dls("build").Expect(1);

        Assert.Contains("close", refused.Error, StringComparison.Ordinal);
        Assert.Contains("expects 3", refused.Error, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo/projects/close/build")));
    }

    [Fact]
    public void An_image_that_is_too_large_for_the_canvas_is_named()
    {
        ProjectFiles.Write(_scene, "repo", "close", width: 48);

        RunResult refused = Dls("build", "--canvas", "40x40").Expect(1);

        Assert.Contains("'master/image.jpg' is 48x16 and does not fit", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_and_preview_show_how_images_came_about()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        _scene.Commit("repo", "close");

        RunResult built = _scene.Dls("repo", "build", "--canvas", "32x32", "--preview").Expect(0);
        string explained = _scene.Dls("repo", "build", "explain", "close_1.jpg").Expect(0).Output;

        Assert.Contains("contact sheet projects/close/build/32x32.preview.jpg", built.Output, StringComparison.Ordinal);
        Raster sheet = Jpeg.Decode(File.ReadAllBytes(_scene.At("repo/projects/close/build/32x32.preview.jpg")), "sheet");
        Assert.True(sheet.Width > 200, $"{sheet.Width}x{sheet.Height}");
        Assert.Matches(ExplainedBrightness(), explained);
        Assert.Contains("master/image.jpg at lu", explained, StringComparison.Ordinal);
        Assert.Contains("close at 1,1,16,16", explained, StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
        _scene.Dls("repo", "build", "explain", "close_99").Expect(2);
    }

    [Fact]
    public void A_dry_run_writes_nothing()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        Dls("status").Expect(0);
        TreeSnapshot before = TreeSnapshot.Of(_scene.Root, "repo/.git/dls/locks", "repo/.git/index");

        Assert.Contains("would build close own", Dls("build", "--dry-run").Expect(0).Output, StringComparison.Ordinal);

        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.Root, "repo/.git/dls/locks", "repo/.git/index"));
    }

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);

    private string[] Images(string project, string canvas)
    {
        string[] images = Directory.GetFiles(_scene.At($"repo/projects/{project}/build/{canvas}"), "*.jpg");
        Array.Sort(images, StringComparer.Ordinal);
        return images;
    }

    private BuildRecord Record(string project, string canvas) =>
        BuildRecord.Find(_scene.At($"repo/projects/{project}/build/{canvas}"), project)
            ?? throw new InvalidOperationException(Listing.Of(_scene.Root));

    [GeneratedRegex("parameters .*brightness")]
    private static partial Regex ExplainedBrightness();
}
