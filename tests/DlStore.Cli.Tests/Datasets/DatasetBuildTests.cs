using System.Xml.Linq;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.TestKit;

using static DlStore.Cli.Tests.Datasets.DatasetFacts;

namespace DlStore.Cli.Tests.Datasets;

/// <summary>One test for each requirement of data sets, named after it.</summary>
public sealed class DatasetBuildTests : IDisposable
{
    private readonly Scene _scene = new();

    public DatasetBuildTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R17_a_project_that_nobody_reviewed_is_left_out_unless_allowed_and_then_the_lock_says_so()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        ProjectFiles.Write(_scene, "repo", "harvested", 2, ProjectFiles.Small + "label: close\nreview: unreviewed\n");
        ProjectFiles.Write(_scene, "repo", "refused", 3, ProjectFiles.Small + "label: close\nreview: rejected\n");
        Dataset("game", "projects: [close, harvested, refused]\n");

        RunResult without = Dls("dataset", "build", "game").Expect(0);
        Assert.Contains("left out, because nobody has reviewed them or somebody refused them: harvested, refused",
            without.Error, StringComparison.Ordinal);
        Assert.Equal(["close"], Lock(_scene, "game").Sources.Select(s => s.Name));
        Assert.DoesNotContain(Items(_scene, "game"), i => i.From != "close");

        Dls("dataset", "build", "game", "--allow-unreviewed").Expect(0);
        Assert.Equal([("close", false), ("harvested", true)], Lock(_scene, "game").Sources.Select(s => (s.Name, s.Unreviewed)));

        _scene.Write("repo/projects/harvested/project.yaml", ProjectFiles.Small + "label: close\nreview: accepted\n");
        Dls("dataset", "build", "game").Expect(0);
        Assert.Equal([("close", false), ("harvested", false)], Lock(_scene, "game").Sources.Select(s => (s.Name, s.Unreviewed)));
    }

    [Fact]
    public void R17_a_data_set_of_which_nothing_is_left_is_an_error()
    {
        ProjectFiles.Write(_scene, "repo", "close", yaml: "review: unreviewed\n");
        Dataset("game", "projects: [close]\n");

        Assert.Contains("no project and no image set is left", Dls("dataset", "build", "game").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void R18_R19_projects_are_merged_into_one_class_and_stay_as_they_are()
    {
        string[] sources = ["closebcow", "closegb", "closewcobfat", "closewcolg"];
        ProjectFiles.Write(_scene, "repo", "close");
        for (int i = 0; i < sources.Length; i++)
        {
            ProjectFiles.Write(_scene, "repo", sources[i], 2 + i);
        }

        Dataset("game", $"projects: [close]\nmerge:\n  close: [{string.Join(", ", sources)}, closegb]\n");
        _scene.Commit("repo", "projects");
        Dls("build").Expect(0);
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo/projects"));

        Dls("dataset", "build", "game").Expect(0);
        _scene.Commit("repo", "game");

        LockedCanvas locked = Lock(_scene, "game");
        Assert.Equal(5 * 3, locked.Images);
        Assert.Equal("close", Assert.Single(locked.Classes).Name);
        Assert.Equal(["close", .. sources], locked.Sources.Select(s => s.Name));
        Assert.Equal(5 * 3, Directory.GetFiles(_scene.At("repo/datasets/game/own/data_set/JPEGImages")).Length);
        foreach (string xml in Directory.GetFiles(_scene.At("repo/datasets/game/own/data_set/Annotations")))
        {
            Assert.Equal(["close"], XElement.Load(xml).Descendants("name").Select(n => n.Value));
        }

        // A reader that takes the class from the file name gets the same one.
        Assert.All(Items(_scene, "game"), i => Assert.Equal("close", i.Id[..i.Id.LastIndexOf('_')]));
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo/projects")));
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
    }

    [Theory]
    [InlineData("merge: {close: [close, open]}\n", "'close' is merged into itself")]
    [InlineData("merge: {close: [open], shut: [open]}\n", "project 'open' is merged into 'close' and into 'shut'")]
    [InlineData("merge: {close: [nothing]}\n", "there is no directory 'projects/nothing'")]
    [InlineData("merge: {close: ['x*']}\n", "no project matches 'x*'")]
    public void R18_a_merge_that_means_nothing_is_refused(string yaml, string named)
    {
        ProjectFiles.Write(_scene, "repo", "close");
        ProjectFiles.Write(_scene, "repo", "open", 2);
        Dataset("game", yaml);

        RunResult refused = Dls("dataset", "build", "game");

        Assert.True(refused.ExitCode is 1 or 2, refused.ToString());
        Assert.Contains(named, refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("repo/datasets/game.lock")));
    }

    [Fact]
    public void R20_included_project_sets_give_each_algorithm_exactly_its_projects()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        ProjectFiles.Write(_scene, "repo", "adbutton", 2);
        ProjectFiles.Write(_scene, "repo", "letters", 3);
        Dataset("common", "projects: [close, adbutton]\n");
        Dataset("ssd", "include: [common]\nprojects: [letters]\nclasses: all\n");
        Dataset("resnet34", "include: [common]\nexclude: ['ad*']\nclasses: all\n");

        Dls("dataset", "build", "ssd").Expect(0);
        Dls("dataset", "build", "resnet34").Expect(0);

        Assert.Equal(["adbutton", "close", "letters"], Lock(_scene, "ssd").Sources.Select(s => s.Name));
        Assert.Equal(["close"], Lock(_scene, "resnet34").Sources.Select(s => s.Name));
        Assert.Equal(["adbutton", "close", "letters"], Lines(_scene.At("repo/classes/all.txt")));
        Assert.Contains("resnet34, ssd include it", Dls("dataset", "rm", "common").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void R27_show_prints_project_count_label_recipe_and_commit_and_finds_a_version_by_its_hash()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        string commit = _scene.Commit("repo", "close");
        Dataset("game", "projects: [close]\n");
        Dls("dataset", "build", "game").Expect(0);
        _scene.Commit("repo", "game");
        _scene.Git("repo", "tag", "v1");
        LockedCanvas old = Lock(_scene, "game");
        ProjectFiles.Write(_scene, "repo", "close", 2);
        Dls("dataset", "build", "game").Expect(0);

        RunResult byHash = _scene.Dls("repo", "dataset", "show", old.DirHash.ToString()[7..17]).Expect(0);
        RunResult byTag = Dls("dataset", "show", "game@v1").Expect(0);
        RunResult now = Dls("dataset", "show", "game").Expect(0);

        string row = byTag.Output.Split('\n').Single(l => l.StartsWith("close ", StringComparison.Ordinal));
        Assert.Equal(["close", "close", "3", "3", old.Sources[0].Recipe.ToString()![..19], commit[..12]],
            row.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(old.DirHash.ToString(), byHash.Output, StringComparison.Ordinal);
        Assert.Contains("data set game@", byHash.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(old.DirHash.ToString(), now.Output, StringComparison.Ordinal);
        Assert.Contains(" + changes", now.Output, StringComparison.Ordinal);
        Assert.Contains("images", Dls("dataset", "diff", "game@v1", "game").Expect(0).Output, StringComparison.Ordinal);
        Dls("dataset", "show", "ffffffffff").Expect(2);
    }

    [Fact]
    public void R28_ninety_nine_images_are_divided_79_to_20()
    {
        ProjectFiles.Write(_scene, "repo", "close", yaml: "recipe: [{zoom: 0.3}]\n");
        Dataset("game", "projects: [close]\n");

        RunResult built = Dls("dataset", "build", "game").Expect(0);

        Assert.Equal([79, 20, 0], Lock(_scene, "game").Sides);
        Assert.Contains("99 images", built.Output, StringComparison.Ordinal);
        Assert.Contains("train 79, val 20, test 0", built.Output, StringComparison.Ordinal);
        string root = _scene.At("repo/datasets/game/own/data_set");
        Assert.Equal((79, 20), (List(root, "train").Length, List(root, "val").Length));
        Dataset("game", "projects: [close]\nsplit: {train: 50, seed: 7}\n");
        Dls("dataset", "build", "game").Expect(0);
        Assert.Equal([49, 50, 0], Lock(_scene, "game").Sides);
    }

    [Fact]
    public void R28_the_seeds_projects_come_to_3006_and_756_of_3762_images()
    {
        int[] counts = [792, 792, 594, 99, 99, 891, 99, 99, 99, 99, 99];
        for (int i = 0; i < counts.Length; i++)
        {
            ProjectFiles.Write(
                _scene, "repo", $"p{i:00}", i, $"count: {counts[i]}\nrecipe: [{{mix: {{rotation: 10, zoom: 0.3, brightness: 0.3}}}}]\n");
        }

        Dataset("game", "projects: ['p*']\n");

        Dls("dataset", "build", "game").Expect(0);

        LockedCanvas locked = Lock(_scene, "game");
        Assert.Equal(0, locked.Twins.Groups);
        Assert.Equal(3762, locked.Images);
        Assert.Equal([3006, 756, 0], locked.Sides);
        Assert.Equal(counts.Select(c => (c * 80 / 100, c - (c * 80 / 100))), locked.Classes.Select(c => (c.Train, c.Val)));
    }

    [Fact]
    public void R31_the_lists_are_what_their_names_say()
    {
        ProjectFiles.Write(_scene, "repo", "close", yaml: "count: 20\nrecipe: [{zoom: 0.3}]\n");
        Dataset("game", "projects: [close]\n");

        Dls("dataset", "build", "game").Expect(0);

        string root = _scene.At("repo/datasets/game/own/data_set");
        string[] train = List(root, "train");
        string[] val = List(root, "val");
        Assert.Empty(train.Intersect(val));
        Assert.Equal(train.Concat(val).Order(StringComparer.Ordinal), List(root, "trainval"));
        Assert.Empty(List(root, "test"));
        Assert.Equal(Directory.GetFiles(
            root + "/JPEGImages").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal), List(root, "trainval"));
        Assert.All(train, id => Assert.True(File.Exists($"{root}/Annotations/{id}.xml")));
    }

    [Fact]
    public void R34_no_annotation_of_the_old_canvas_survives()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        Dataset("game", "projects: [close]\ncanvas: 32x32\n");
        Dls("dataset", "build", "game").Expect(0);

        Dataset("game", "projects: [close]\ncanvas: 48x40\n");
        Dls("dataset", "build", "game").Expect(0);

        Assert.Equal(["48x40"], Directory.GetDirectories(_scene.At("repo/datasets/game")).Select(Path.GetFileName));
        string[] xmls = Directory.GetFiles(_scene.At("repo/datasets/game"), "*.xml", SearchOption.AllDirectories);
        Assert.Equal(3, xmls.Length);
        Assert.All(xmls, x => Assert.Equal("48 40 3", string.Join(' ', XElement.Load(x).Element("size")!.Elements().Select(e => e.Value))));
        Assert.Equal(["48x40"], DatasetLock.Find(_scene.At("repo"), PortableName.Parse("game", ""))!.Canvases.Keys);
        Dls("verify").Expect(0);
        Dls("status", "--exit-code").Expect(0);
    }

    [Fact]
    public void R36_P19_classes_are_named_by_text_and_ids_are_stable_and_only_grow_when_asked()
    {
        ProjectFiles.Write(_scene, "repo", "open");
        ProjectFiles.Write(_scene, "repo", "close", 2);
        Dataset("game", "projects: [open, close]\n");
        Dls("dataset", "build", "game").Expect(0);
        _scene.Commit("repo", "one");
        string one = File.ReadAllText(_scene.At("repo/datasets/game.lock"));

        // Another order says the same.
        Dataset("game", "projects: [close, open]\n");
        Assert.Contains("is up to date", Dls("dataset", "build", "game").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(one, File.ReadAllText(_scene.At("repo/datasets/game.lock")));
        Assert.Equal(["close", "open"], Lines(_scene.At("repo/classes/game.txt")));

        ProjectFiles.Write(_scene, "repo", "adbutton", 3);
        Dataset("game", "projects: [close, open, adbutton]\n");
        RunResult refused = Dls("dataset", "build", "game").Expect(1);
        Assert.Contains("'adbutton' in adbutton", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--add-classes", refused.Error, StringComparison.Ordinal);
        Assert.Equal(one, File.ReadAllText(_scene.At("repo/datasets/game.lock")));

        Assert.Contains(
            "added 1 class: adbutton", Dls("dataset", "build", "game", "--add-classes").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(["close", "open", "adbutton"], Lines(_scene.At("repo/classes/game.txt")));
        Assert.Equal([(0, "close"), (1, "open"), (2, "adbutton")], Lock(_scene, "game").Classes.Select(c => (c.Id, c.Name)));
        Assert.Contains(
            "class   added adbutton (id 2)", Dls("dataset", "diff", "game@HEAD", "game").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void P46_diff_names_the_classes_that_came_and_went()
    {
        for (int i = 0; i < 4; i++)
        {
            ProjectFiles.Write(_scene, "repo", $"c{i}", i);
        }

        Dataset("before", "projects: [c0, c1, c2]\n");
        Dataset("after", "projects: [c1, c2, c3]\n");
        Dls("dataset", "build", "before").Expect(0);
        Dls("dataset", "build", "after").Expect(0);

        string[] lines = _scene.Dls("repo", "dataset", "diff", "before", "after", "--exit-code").Expect(4).Output.Split('\n');

        Assert.Contains("own  class   removed c0 (id 0)", lines);
        Assert.Contains("own  class   added c3 (id 2)", lines);
        Assert.Contains("own  class   c1 changed its id 1 -> 0", lines);
        Assert.Contains("own  source  removed project c0, 3 images", lines);
        Assert.Contains("own  source  added project c3, 3 images", lines);
        Assert.Contains("own  images  9 -> 9: 6 the same, 3 new or changed, 3 gone or changed", lines);
        Assert.Contains(
            "no differences", Dls("dataset", "diff", "before", "before", "--exit-code").Expect(0).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Adding_a_project_moves_no_image_of_another()
    {
        ProjectFiles.Write(_scene, "repo", "close", yaml: "count: 30\nrecipe: [{zoom: 0.3}]\n");
        ProjectFiles.Write(_scene, "repo", "open", 2, yaml: "count: 30\nrecipe: [{zoom: 0.3}]\n");
        Dataset("game", "projects: [close]\n");
        Dls("dataset", "build", "game").Expect(0);
        _scene.Commit("repo", "one");
        Dictionary<string, string> before = Items(_scene, "game").ToDictionary(i => i.Id, i => i.Side);

        Dataset("game", "projects: [close, open]\n");
        Dls("dataset", "build", "game", "--add-classes").Expect(0);

        Assert.Equal(before, Items(_scene, "game").Where(i => i.From == "close").ToDictionary(i => i.Id, i => i.Side));
        Assert.DoesNotContain("moved", Dls("dataset", "diff", "game@HEAD", "game").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void P20_the_same_master_under_two_labels_is_an_error_of_lint_and_the_ceiling_is_told()
    {
        ProjectFiles.Write(_scene, "repo", "close", 1, "recipe: [{flip: horizontal, count: 2}]\nseed: 1\n");
        ProjectFiles.Write(_scene, "repo", "open", 1, "recipe: [{flip: horizontal, count: 2}]\nseed: 1\n");
        ProjectFiles.Write(_scene, "repo", "close2", 2, "recipe: [{brightness: 0.4, count: 10}]\nlabel: close\n");
        ProjectFiles.Write(_scene, "repo", "open2", 3, "recipe: [{brightness: 0.4, count: 10}]\nlabel: open\n");
        Dataset("game", "projects: ['*']\n");

        RunResult built = Dls("dataset", "build", "game").Expect(0);
        RunResult lint = Dls("dataset", "lint", "game").Expect(4);

        Assert.Contains("images carry two labels: no classifier can get more than 91.7 % right", built.Output, StringComparison.Ordinal);
        Assert.Contains("bytes that several projects share", built.Error, StringComparison.Ordinal);
        Assert.Contains("TWIN_LABEL_CONFLICT error", lint.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("SPLIT_LEAK", lint.Output, StringComparison.Ordinal);
        Dls("dataset", "lint", "game", "--accept", "TWIN_LABEL_CONFLICT").Expect(0);
    }

    [Fact]
    public void A_second_build_does_nothing_and_a_change_of_the_users_is_never_replaced()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        Dataset("game", "projects: [close]\n");
        _scene.Dls("repo", "dataset", "build", "game").Expect(0);
        _scene.Commit("repo", "game");
        Assert.Contains("data set game is up to date", Dls("dataset", "build", "game").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));

        string list = _scene.At("repo/datasets/game/own/data_set/ImageSets/Main/val.txt");
        File.AppendAllText(list, "close_0\n");
        ProjectFiles.Write(_scene, "repo", "close", 2);
        RunResult refused = Dls("dataset", "build", "game").Expect(1);
        Assert.Contains("it holds changes that no pointer names", refused.Error, StringComparison.Ordinal);
        Assert.EndsWith("close_0\n", File.ReadAllText(list), StringComparison.Ordinal);

        Dls("checkout", "--force", "datasets/game").Expect(0);
        Dls("dataset", "build", "game").Expect(0);
        Dls("dataset", "verify", "game").Expect(0);
        Assert.Contains("val.txt", Dls("trash", "list").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_set_that_is_not_pulled_is_built_from_its_projects_and_comes_to_the_same()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        Dataset("game", "projects: [close]\n");
        Dls("dataset", "build", "game").Expect(0);
        _scene.Commit("repo", "game");
        _scene.Clone("repo", "clone");

        Assert.Contains(
            "dls pull datasets/game", InProcess.Dls(_scene, "clone", "dataset", "lint", "game").Expect(12).Error, StringComparison.Ordinal);
        _scene.Dls("clone", "dataset", "build", "game").Expect(0);

        TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At("repo/datasets")), TreeSnapshot.Of(_scene.At("clone/datasets")));
        Assert.Equal("", _scene.Git("clone", "status", "--porcelain"));
        InProcess.Dls(_scene, "clone", "status", "--exit-code").Expect(0);
        Assert.Contains(
            "is up to date", InProcess.Dls(_scene, "clone", "dataset", "build", "game").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_set_that_is_pulled_in_part_is_pulled_whole_before_it_is_built()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        Dataset("game", "projects: [close]\n");
        Dls("dataset", "build", "game").Expect(0);
        _scene.Commit("repo", "game");
        Dls("push").Expect(0);
        _scene.Clone("repo", "clone");
        InProcess.Dls(_scene, "clone", "pull", "datasets/game/own/data_set/classes.txt").Expect(0);

        Assert.Contains("`dls pull datasets/game`",
            InProcess.Dls(_scene, "clone", "dataset", "build", "game").Expect(1).Error, StringComparison.Ordinal);
        InProcess.Dls(_scene, "clone", "pull", "datasets/game").Expect(0);
        InProcess.Dls(_scene, "clone", "dataset", "build", "game").Expect(0);

        TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At("repo/datasets")), TreeSnapshot.Of(_scene.At("clone/datasets")));
        Assert.Equal("", _scene.Git("clone", "status", "--porcelain"));
    }

    [Fact]
    public void A_removed_data_set_comes_back_from_the_trash()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        Dataset("game", "projects: [close]\n");
        Dls("dataset", "build", "game").Expect(0);
        _scene.Commit("repo", "game");
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo/datasets"));

        RunResult removed = Dls("dataset", "rm", "game").Expect(0);
        Assert.False(Directory.Exists(_scene.At("repo/datasets/game")));
        Assert.True(File.Exists(_scene.At("repo/classes/game.txt")));
        _scene.Git("repo", "checkout", "-q", "HEAD", "--", "datasets");
        Dls("checkout").Expect(0);

        Assert.Contains("dls trash restore", removed.Error, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo/datasets")));
    }

    [Fact]
    public void A_build_that_was_killed_goes_on_with_newer_sources()
    {
        ProjectFiles.Write(_scene, "repo", "close");
        Dataset("game", "projects: [close]\n");
        Dls("dataset", "build", "game").Expect(0);
        _scene.Commit("repo", "game");
        ProjectFiles.Write(_scene, "repo", "close", 2);
        string[] points =
        [
            "dataset.stored", "dataset.swapped", "change.pointed", "change.based", "dataset.pointed", "dataset.classes", "dataset.locked",
        ];
        foreach (string point in points)
        {
            using Scene scene = _scene.Copy();
            scene.Crash("repo", point, "dataset", "build", "game").Expect(137);
            ProjectFiles.Write(scene, "repo", "close", 3);
            RunResult built = InProcess.Dls(scene, "repo", "dataset", "build", "game");
            Assert.True(built.ExitCode == 0, $"{point}\n{built}");
            InProcess.Dls(scene, "repo", "dataset", "verify", "game").Expect(0);
            InProcess.Dls(scene, "repo", "status", "--exit-code").Expect(0);
            Assert.Equal(Lock(scene, "game").DirHash.ToString(), DirHash(scene, scene.At("repo/datasets/game/own/data_set")));
        }
    }

    private void Dataset(string name, string yaml) => _scene.Write($"repo/datasets/{name}.yaml", yaml);

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);
}
