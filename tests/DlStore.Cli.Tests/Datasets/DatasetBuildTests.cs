using System.Text.Json;
using System.Xml.Linq;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Datasets;

/// <summary>One test for each requirement of data sets that are built, named after it.</summary>
public sealed class DatasetBuildTests : IDisposable
{
    private readonly Scene _scene = new();

    public DatasetBuildTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R26_two_clones_another_place_locale_and_order_give_the_same_hash_and_lock()
    {
        WriteProjects("repo", "close", "closegb", "adbutton");
        _scene.Write("repo/datasets/game.yaml", "projects: [close, adbutton]\nmerge: {close: [closegb]}\ncanvas: [24x24, own]\n");
        _scene.Dls("repo", "dataset", "build", "game").Expect(0);
        string lockHere = File.ReadAllText(_scene.At("repo/datasets/game.lock"));

        Directory.CreateDirectory(_scene.At("elsewhere/deep"));
        _scene.Git(".", "init", "-q", "-b", "main", "elsewhere/deep/other");
        _scene.Dls("elsewhere/deep/other", "init", "--quiet").Expect(0);
        WriteProjects("elsewhere/deep/other", "adbutton", "closegb", "close");
        _scene.Write("elsewhere/deep/other/datasets/game.yaml", "canvas: [own, 24x24]\n# the same, said otherwise\nmerge:\n  close:\n    - closegb\nprojects: [adbutton, close]\n");
        Dictionary<string, string> other = new(_scene.Environment) { ["LC_ALL"] = "ja_JP.UTF-8", ["HOME"] = _scene.At("elsewhere"), ["USER"] = "somebody" };
        DlsProcess.Run(_scene.At("elsewhere/deep/other"), other, ["dataset", "build", "game"]).Expect(0);

        Assert.Equal(lockHere, File.ReadAllText(_scene.At("elsewhere/deep/other/datasets/game.lock")));
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At("repo/datasets/game")), TreeSnapshot.Of(_scene.At("elsewhere/deep/other/datasets/game")));
        foreach ((string canvas, string hash) in DirHashes("repo", "game"))
        {
            string shell = _scene.RunProgram("sh", ["-c", "find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"], _scene.At($"repo/datasets/game/{canvas}/data_set")).Expect(0).Output;
            Assert.Equal(hash, "sha256:" + shell[..64]);
        }
    }

    [Fact]
    public void R25_R27_only_what_changed_is_built_and_show_says_what_it_is_made_of()
    {
        WriteProjects("repo", "close", "adbutton");
        _scene.Write("repo/datasets/game.yaml", "projects: [close, adbutton]\n");
        _scene.Dls("repo", "dataset", "build", "game").Expect(0);
        string commit = _scene.Commit("repo", "one");

        RunResult second = _scene.Dls("repo", "dataset", "build", "game").Expect(0);
        Assert.Contains("up to date", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("built ", second.Output, StringComparison.Ordinal);
        ProjectFiles.Write(_scene, "repo", "close", seed: 77);
        RunResult third = _scene.Dls("repo", "dataset", "build", "game").Expect(0);

        Assert.Contains("built close own", third.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("built adbutton", third.Output, StringComparison.Ordinal);
        string shown = _scene.Dls("repo", "dataset", "show", "game").Expect(0).Output;
        Assert.Matches($@"adbutton +adbutton +3 +3 +sha256:\w+ +{commit[..12]}", shown);
        Assert.Contains("+ changes", shown, StringComparison.Ordinal);
        string oldHash = _scene.Git("repo", "show", "HEAD:datasets/game.lock").Split("\"dirHash\": \"sha256:")[1][..12];
        Assert.StartsWith("data set game@", _scene.Dls("repo", "dataset", "show", oldHash).Expect(0).Output, StringComparison.Ordinal);
        string diff = _scene.Dls("repo", "dataset", "diff", "game@HEAD", "game").Expect(0).Output;
        Assert.Contains("source  project close changed, other masters: 3 -> 3 images", diff, StringComparison.Ordinal);
        Assert.DoesNotContain("moved", diff, StringComparison.Ordinal);
    }

    [Fact]
    public void R18_R19_a_merge_relabels_and_counts_once_and_leaves_projects_alone()
    {
        WriteProjects("repo", "close", "closea", "closeb", "closec", "closed");
        _scene.Write("repo/datasets/game.yaml", "projects: [close, closea, closea]\nmerge: {close: [closea, closeb, closec, closed, closeb]}\n");
        _scene.Commit("repo", "projects");

        _scene.Dls("repo", "dataset", "build", "game").Expect(0);

        string[] labels = [.. Annotations("repo", "game", "own").Select(a => a.Element("object")!.Element("name")!.Value)];
        Assert.Equal(15, labels.Length);
        Assert.All(labels, static l => Assert.Equal("close", l));
        Assert.All(Annotations("repo", "game", "own"), static a => Assert.StartsWith("close_", a.Element("filename")!.Value, StringComparison.Ordinal));
        Assert.Equal(3, Directory.GetFiles(_scene.At("repo/projects/closea/build/own"), "*.jpg").Length);
        Assert.Contains("<name>closea</name>", File.ReadAllText(_scene.At("repo/projects/closea/build/own/closea_0.xml")), StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain", "--", "projects"));
        _scene.Write("repo/datasets/bad.yaml", "projects: [close]\nmerge: {close: [close]}\n");
        Assert.Contains("datasets/bad.yaml' line 2: 'close' is merged into itself", _scene.Dls("repo", "dataset", "build", "bad").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void R20_R36_includes_share_projects_and_a_new_class_has_to_be_meant()
    {
        WriteProjects("repo", "close", "adbutton", "ja_a");
        _scene.Write("repo/datasets/common.yaml", "projects: [close, adbutton]\n");
        _scene.Write("repo/datasets/ssd.yaml", "include: [common]\nprojects: ['ja_*']\nclasses: game\n");
        _scene.Write("repo/datasets/resnet.yaml", "include: [common]\nclasses: game\n");
        _scene.Dls("repo", "dataset", "build", "resnet").Expect(0);
        Assert.Equal("adbutton\nclose\n", File.ReadAllText(_scene.At("repo/classes/game.txt")));

        RunResult refused = _scene.Dls("repo", "dataset", "build", "ssd").Expect(1);
        Assert.Contains("'ja_a' in ja_a", refused.Error, StringComparison.Ordinal);
        Assert.Equal("adbutton\nclose\n", File.ReadAllText(_scene.At("repo/classes/game.txt")));
        Assert.Contains("added 1 class: ja_a", _scene.Dls("repo", "dataset", "build", "ssd", "--add-classes").Expect(0).Output, StringComparison.Ordinal);

        Assert.Equal("adbutton\nclose\nja_a\n", File.ReadAllText(_scene.At("repo/classes/game.txt")));
        Assert.Equal("adbutton\nclose\nja_a\n", File.ReadAllText(_scene.At("repo/datasets/ssd/own/data_set/classes.txt")));
        Assert.Equal(6, Directory.GetFiles(_scene.At("repo/datasets/resnet/own/data_set/JPEGImages")).Length);
        Assert.Equal(9, Directory.GetFiles(_scene.At("repo/datasets/ssd/own/data_set/JPEGImages")).Length);
        string diff = _scene.Dls("repo", "dataset", "diff", "resnet", "ssd").Expect(0).Output;
        Assert.Contains("class   added ja_a (id 2)", diff, StringComparison.Ordinal);
        _scene.Write("repo/datasets/common.yaml", "include: [ssd]\n");
        Assert.Contains("includes itself", _scene.Dls("repo", "dataset", "build", "ssd").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void R28_P10_the_split_keeps_copies_together_and_counts_per_project()
    {
        ProjectFiles.Write(_scene, "repo", "close", yaml: "recipe:\n  - {rotation: 40, zoom: [0.7, 1.3], count: 99}\n", width: 24, height: 24);
        ProjectFiles.WriteProgram(_scene, "repo", "copies", "for i in 0 1 2 3 4 5 6 7 8 9 10 11; do cp \"$(dirname \"$0\")/variant_$((i % 2)).jpg\" build/copies_$i.jpg; done\n");
        _scene.Write("repo/projects/copies/data_augmentation/variant_0.jpg", Drawn.Jpeg(16, 16, 5));
        _scene.Write("repo/projects/copies/data_augmentation/variant_1.jpg", Drawn.Jpeg(16, 16, 6));
        _scene.Write("repo/datasets/game.yaml", "projects: [close, copies]\n");
        _scene.Dls("repo", "trust", "copies").Expect(0);

        RunResult built = _scene.Dls("repo", "dataset", "build", "game").Expect(0);

        Assert.Contains("train 79, val 20", built.Output, StringComparison.Ordinal);
        Assert.Contains("twins: 12 images in 2 groups of equal bytes", built.Output, StringComparison.Ordinal);
        Assert.Contains("10 of 12 images are copies", built.Error, StringComparison.Ordinal);
        string root = _scene.At("repo/datasets/game/own/data_set");
        Dictionary<string, string> hashes = Directory.GetFiles(root + "/JPEGImages").ToDictionary(f => Path.GetFileNameWithoutExtension(f), f => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f))));
        HashSet<string> train = [.. File.ReadLines(root + "/ImageSets/Main/train.txt").Select(id => hashes[id])];
        Assert.DoesNotContain(File.ReadLines(root + "/ImageSets/Main/val.txt"), id => train.Contains(hashes[id]));
        Assert.NotEmpty(train);
        string[] both = [.. File.ReadLines(root + "/ImageSets/Main/train.txt").Concat(File.ReadLines(root + "/ImageSets/Main/val.txt")).Order(StringComparer.Ordinal)];
        Assert.Equal(both, File.ReadLines(root + "/ImageSets/Main/trainval.txt"));
        Assert.Empty(File.ReadAllText(root + "/ImageSets/Main/test.txt"));
    }

    [Fact]
    public void R17_what_nobody_reviewed_is_left_out_unless_that_is_wanted_and_recorded()
    {
        WriteProjects("repo", "close");
        ProjectFiles.Write(_scene, "repo", "auto", seed: 9, yaml: ProjectFiles.Small + "review: unreviewed\nlabel: close\n");
        _scene.Write("repo/datasets/game.yaml", "projects: [close, auto]\n");

        RunResult without = _scene.Dls("repo", "dataset", "build", "game").Expect(0);
        string lockWithout = File.ReadAllText(_scene.At("repo/datasets/game.lock"));
        _scene.Dls("repo", "dataset", "build", "game", "--allow-unreviewed").Expect(0);

        Assert.Contains("left out", without.Error, StringComparison.Ordinal);
        Assert.Contains("auto", without.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\"name\": \"auto\"", lockWithout, StringComparison.Ordinal);
        Assert.Matches("\"name\": \"auto\"[^}]*\"unreviewed\": true", File.ReadAllText(_scene.At("repo/datasets/game.lock")));
    }

    [Fact]
    public void R34_another_canvas_leaves_no_annotation_of_the_old_size()
    {
        WriteProjects("repo", "close");
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\ncanvas: 24x24\n");
        _scene.Dls("repo", "dataset", "build", "game").Expect(0);
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\ncanvas: 32x20\n");

        _scene.Dls("repo", "dataset", "build", "game").Expect(0);

        Assert.Equal(["32x20"], Directory.GetDirectories(_scene.At("repo/datasets/game")).Select(Path.GetFileName));
        Assert.All(Annotations("repo", "game", "32x20"), static a => Assert.Equal("32 20 3", string.Join(' ', a.Element("size")!.Elements().Select(static e => e.Value))));
    }

    [Fact]
    public void R35_real_images_join_and_val_may_be_theirs_alone()
    {
        WriteProjects("repo", "close");
        ProjectFiles.WriteVoc(_scene, "repo/shots", "shot", 10, "close", 40, 40);
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\nimages: [{from: shots, split: divide}]\nsplit: {train: 50, val_from: real}\n");

        _scene.Dls("repo", "dataset", "build", "game").Expect(0);

        string root = _scene.At("repo/datasets/game/own");
        Assert.All(File.ReadLines(root + "/data_set/ImageSets/Main/val.txt"), static id => Assert.StartsWith("shot_", id, StringComparison.Ordinal));
        Assert.Equal(5, File.ReadLines(root + "/data_set/ImageSets/Main/val.txt").Count());
        JsonElement[] items = [.. File.ReadLines(root + "/items.jsonl").Select(static l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal(10, items.Count(static i => i.GetProperty("real").GetBoolean() && i.GetProperty("from").GetString() == "shots"));
        Assert.All(items.Where(static i => !i.GetProperty("real").GetBoolean()), static i =>
        {
            Assert.Equal("close", i.GetProperty("from").GetString());
            Assert.Equal("train", i.GetProperty("side").GetString());
            Assert.StartsWith("brightness=", i.GetProperty("parameters").GetString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void P04_a_label_that_strays_in_is_refused_and_an_alias_maps_it()
    {
        WriteProjects("repo", "close");
        ProjectFiles.WriteVoc(_scene, "repo/cells", "cell", 3, "WBC");
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\n");
        _scene.Dls("repo", "dataset", "build", "game").Expect(0);
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\nimages: [cells]\n");

        RunResult refused = _scene.Dls("repo", "dataset", "build", "game").Expect(1);
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\nimages: [cells]\naliases: {WBC: close}\n");
        _scene.Dls("repo", "dataset", "build", "game").Expect(0);

        Assert.Contains("'WBC' in cells", refused.Error, StringComparison.Ordinal);
        Assert.Equal("close\n", File.ReadAllText(_scene.At("repo/classes/game.txt")));
    }

    [Fact]
    public void What_the_user_changed_in_a_data_set_is_not_replaced()
    {
        WriteProjects("repo", "close");
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\n");
        _scene.Dls("repo", "dataset", "build", "game").Expect(0);
        _scene.Write("repo/datasets/game/own/data_set/mine.txt", "by hand\n");

        RunResult refused = _scene.Dls("repo", "dataset", "build", "game", "--force").Expect(1);

        Assert.Contains("holds changes that no pointer names", refused.Error, StringComparison.Ordinal);
        Assert.Equal("by hand\n", File.ReadAllText(_scene.At("repo/datasets/game/own/data_set/mine.txt")));
        _scene.Dls("repo", "dataset", "verify", "game").Expect(13);
        File.Delete(_scene.At("repo/datasets/game/own/data_set/mine.txt"));
        _scene.Dls("repo", "dataset", "verify", "game").Expect(0);
    }

    [Fact]
    public void A_build_that_was_changed_after_its_record_is_found_before_it_becomes_data()
    {
        WriteProjects("repo", "close");
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\n");
        _scene.Dls("repo", "build").Expect(0);
        string image = _scene.At("repo/projects/close/build/own/close_1.jpg");
        byte[] bytes = File.ReadAllBytes(image);
        bytes[^10] ^= 1;
        File.WriteAllBytes(image, bytes);

        RunResult refused = _scene.Dls("repo", "dataset", "build", "game").Expect(13);

        Assert.Contains("close_1.jpg", refused.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(_scene.At("repo/datasets/game")));
    }

    [Fact]
    public void Wrong_arguments_are_told_with_what_to_do()
    {
        Assert.Contains("there is no file 'datasets/nothing.yaml'", _scene.Dls("repo", "dataset", "build", "nothing").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("is not portable", _scene.Dls("repo", "dataset", "build", "a b").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("missing argument", _scene.Dls("repo", "dataset", "build").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("known formats: voc, darknet, ultralytics, coco", _scene.Dls("repo", "dataset", "import", "zip", ".", "x").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("known readers: ssd", _scene.Dls("repo", "dataset", "lint", ".", "--for", "yolo").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("no such code", _scene.Dls("repo", "dataset", "lint", ".", "--accept", "NOPE").Expect(2).Error, StringComparison.Ordinal);
        _scene.Write("repo/datasets/odd.yaml", "project: [close]\n");
        Assert.Contains("datasets/odd.yaml' line 1: key 'project' is not known here", _scene.Dls("repo", "dataset", "build", "odd").Expect(1).Error, StringComparison.Ordinal);
        _scene.Write("repo/datasets/odd.yaml", "projects: [gone]\n");
        Assert.Contains("use project 'gone'", _scene.Dls("repo", "dataset", "build", "odd").Expect(2).Error, StringComparison.Ordinal);
    }

    private void WriteProjects(string repo, params string[] names)
    {
        foreach (string name in names)
        {
            // The picture depends on the name alone, so that repositories that write them in another order have the same ones.
            ProjectFiles.Write(_scene, repo, name, seed: name.Sum(static c => c) % 1000);
        }
    }

    private IEnumerable<XElement> Annotations(string repo, string dataset, string canvas) =>
        Directory.GetFiles(_scene.At($"{repo}/datasets/{dataset}/{canvas}/data_set/Annotations")).Order(StringComparer.Ordinal).Select(XElement.Load);

    private IEnumerable<(string Canvas, string Hash)> DirHashes(string repo, string dataset)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(_scene.At($"{repo}/datasets/{dataset}.lock")));
        return [.. document.RootElement.GetProperty("canvases").EnumerateObject().Select(static c => (c.Name, c.Value.GetProperty("dirHash").GetString()!))];
    }
}
