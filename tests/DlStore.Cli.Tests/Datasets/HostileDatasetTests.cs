using DlStore.TestKit;

namespace DlStore.Cli.Tests.Datasets;

/// <summary>
/// What a hostile or careless repository may hold in data sets and test sets: refused with its place, nothing written outside, never an
/// internal error.
/// </summary>
public sealed class HostileDatasetTests : IDisposable
{
    private readonly Scene _scene = new();

    public HostileDatasetTests()
    {
        _scene.MakeRepo();
        ProjectFiles.Write(_scene, "repo", "close");
        ProjectFiles.WriteVoc(_scene, "repo/real", "r", 3, "close");
        ProjectFiles.WriteVoc(_scene, "outside", "o", 3, "close", seed: 77);
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\nimages: [real]\n");
        _scene.Commit("repo", "close");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Hostile_data_set_files_are_refused_with_their_line()
    {
        (string Yaml, string Named)[] files =
        [
            ("projects: &a [close]\nexclude: *a\n", "anchors"),
            ("projects: !!set {close}\n", "tags"),
            ("projects: [close]\nprojects: [close]\n", "line 2: key 'projects' stands here twice"),
            ("projects: [close]\n---\nprojects: [close]\n", "a second document"),
            ("project: [close]\n", "key 'project' is not known"),
            ("projects: [close\n", "line"),
            (new string('[', 5000), "nested"),
            ("projects: [" + new string('a', 10 << 20) + "]", "larger than"),
            ("projects: [../close]\n", "is not a portable name"),
            ("projects: [/etc]\n", "is not a portable name"),
            ("include: [../x]\n", "is not a portable name"),
            ("include: [game]\n", "it includes itself (game -> game)"),
            ("include: [a]\n", "it includes itself (game -> a -> b -> a)"),
            ("include: [nothing]\n", "there is no file 'datasets/nothing.yaml'"),
            ("images: [../outside]\n", "is refused"),
            ($"images: [{_scene.At("outside")}]\n", "is refused"),
            ("images: [{from: .git}]\n", "is refused"),
            ("images: [{from: real, split: perhaps}]\n", "split is neither keep nor divide"),
            ("images: [nothing]\n", "there is no such data set or directory"),
            ("classes: ../../x\nprojects: [close]\n", "is not a portable name"),
            ("projects: [close]\ncanvas: 0x4\n", "canvas '0x4' is neither"),
            ("projects: [close]\ncanvas: 99999x99999\n", "canvas '99999x99999' is neither"),
            ("projects: [close]\ncanvas: 8x8\n", "does not fit"),
            ("projects: [close]\nsplit: {train: 101}\n", "is not a whole number from 0 to 100"),
            ("projects: [close]\nsplit: {method: random}\n", "method is neither"),
            ("projects: [nothing]\n", "projects/nothing"),
            ("projects: []\n", "no project and no image set"),
            ("", "no project and no image set"),
            ("projects: {close: 1}\n", "expected a list"),
            ("merge: [close]\n", "expected a mapping"),
        ];
        _scene.Write("repo/datasets/a.yaml", "include: [b]\n");
        _scene.Write("repo/datasets/b.yaml", "include: [a]\n");
        TreeSnapshot before = Snapshot();

        foreach ((string yaml, string named) in files)
        {
            File.WriteAllText(_scene.At("repo/datasets/game.yaml"), yaml);
            RunResult refused = Dls("dataset", "build", "game");
            string start = yaml.Length > 100 ? yaml[..100] : yaml;
            Assert.True(refused.ExitCode is 1 or 2 && refused.Error.Contains(named, StringComparison.Ordinal), $"{start}\n{refused}");
            Assert.True(refused.Error.Length < 2000, refused.Error);
            // The other verbs do not stop at it either.
            RunResult listed = Dls("dataset", "list");
            Assert.True(listed.ExitCode == 0 && listed.Output.Contains("game", StringComparison.Ordinal), $"{start}\n{listed}");
        }

        AssertOnlyChanged(before, "repo/datasets/game.yaml");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"format\": 99}")]
    [InlineData("<<<<<<< HEAD\n")]
    [InlineData("")]
    [InlineData("{\"format\":1,\"recipe\":\"x\",\"tree\":\"sha256:zz\",\"split\":\"\",\"canvases\":{}}")]
    [InlineData("{\"format\":1,\"recipe\":\"x\",\"tree\":\"sha256:0000000000000000000000000000000000000000000000000000000000000000\",\"split\":\"\",\"canvases\":{\"../../../outside\":{\"key\":\"\",\"dirHash\":\"\",\"bytes\":0,\"images\":0,\"sides\":[],\"classes\":[],\"sources\":[],\"twins\":{\"groups\":0,\"images\":0,\"conflicts\":0,\"ceiling\":0},\"lint\":{\"errors\":0,\"warnings\":0,\"codes\":{}}}}}")]
    public void A_damaged_or_hostile_lock_is_never_an_internal_error(string text)
    {
        Dls("dataset", "build", "game").Expect(0);
        File.WriteAllText(_scene.At("repo/datasets/game.lock"), text);
        _scene.Commit("repo", "lock");
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("outside"));
        string[][] verbs =
        [
            ["dataset", "show", "game"], ["dataset", "show", "game@HEAD"], ["dataset", "show", "ffffffff"],
                ["dataset", "diff", "game@HEAD", "game"], ["dataset", "verify", "game"], ["dataset", "list"],
            ["testset", "add", "t", "real/JPEGImages"], ["dataset", "lint", "game"],
                ["dataset", "export", "voc", "game", "../x"], ["dataset", "build", "game"], ["dataset", "rm", "game"],
        ];

        foreach (string[] verb in verbs)
        {
            RunResult result = Dls(verb);
            Assert.True(result.ExitCode is >= 0 and <= 14, result.ToString());
        }

        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("outside")));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("close\n\nopen\n")]
    [InlineData("close\r\n")]
    [InlineData("close\nclose\n")]
    [InlineData("close")]
    [InlineData("../x\n\0\n")]
    public void A_damaged_class_list_stops_the_build_with_its_line(string text)
    {
        _scene.Write("repo/classes/game.txt", text);

        RunResult refused = Dls("dataset", "build", "game");

        Assert.True(
            refused.ExitCode is 1 or 13 && refused.Error.Contains("classes/game.txt", StringComparison.Ordinal), refused.ToString());
        Assert.Equal(text, File.ReadAllText(_scene.At("repo/classes/game.txt")));
    }

    [Fact]
    public void Symlinks_lead_no_verb_outside()
    {
        ProjectFiles.WriteVoc(_scene, "repo/shots", "s", 2, "close", seed: 500);
        Dls("dataset", "build", "game").Expect(0);
        _scene.Commit("repo", "game");
        (string Path, string[] Verb)[] links =
        [
            ("datasets", ["dataset", "build", "game"]),
            ("datasets/game", ["dataset", "build", "game"]),
            ("datasets/game.yaml", ["dataset", "build", "game"]),
            ("datasets/game.lock", ["dataset", "build", "game"]),
            ("datasets/game.dls", ["dataset", "build", "game"]),
            ("classes", ["dataset", "build", "game", "--force"]),
            ("classes/game.txt", ["dataset", "build", "game", "--force"]),
            ("real", ["dataset", "build", "game", "--force"]),
            ("real/JPEGImages", ["dataset", "build", "game", "--force"]),
            ("real/Annotations", ["dataset", "build", "game", "--force"]),
            ("real/JPEGImages/r_0.jpg", ["dataset", "build", "game", "--force"]),
            ("real/Annotations/r_0.xml", ["dataset", "build", "game", "--force"]),
            ("testsets", ["testset", "add", "t", "shots"]),
            ("testsets/t", ["testset", "add", "t", "shots"]),
            ("testsets/t.yaml", ["testset", "add", "t", "shots"]),
            (".dlstore/kinds", ["build", "--kind", "ssd"]),
            ("datasets/.dls-staging", ["dataset", "build", "game", "--force"]),
            ("datasets/.gitignore", ["dataset", "import", "voc", "real", "other"]),
        ];
        _scene.Write("outside/game.yaml", "projects: [close]\n");
        _scene.Write("outside/ssd.yaml", "canvas: own\n");

        foreach ((string path, string[] verb) in links)
        {
            string at = _scene.At($"repo/{path}");
            _scene.RunProgram("rm", ["-rf", at], _scene.Root).Expect(0);
            Directory.CreateDirectory(Path.GetDirectoryName(at)!);
            File.CreateSymbolicLink(at, _scene.At(path.EndsWith(".jpg", StringComparison.Ordinal) ? "outside/JPEGImages/o_0.jpg"
                : path.EndsWith(".xml", StringComparison.Ordinal) ? "outside/Annotations/o_0.xml" : Path.HasExtension(path)
                && !path.EndsWith("staging", StringComparison.Ordinal) && path != ".dlstore/kinds" ? "outside/game.yaml" : "outside"));
            TreeSnapshot before = TreeSnapshot.Of(_scene.At("outside"));
            RunResult refused = Dls(verb);
            bool may = path is "datasets/.dls-staging" or "datasets/.gitignore";
            Assert.True(refused.ExitCode is > 0 and < 20 || may, $"{path}\n{refused}");
            Assert.True(may || refused.Error.Contains("symlink", StringComparison.Ordinal)
                || refused.Error.Contains("symbolic link", StringComparison.Ordinal), $"{path}\n{refused}");
            Assert.True(before.Difference(TreeSnapshot.Of(_scene.At("outside"))).Length == 0,
                $"{path}\n{before.Difference(TreeSnapshot.Of(_scene.At("outside")))}\n{refused}");
            _scene.RunProgram("rm", ["-rf", at, "datasets/other", "datasets/other.yaml"], _scene.At("repo")).Expect(0);
            _scene.Git("repo", "reset", "-q", "--hard");
            _scene.Git("repo", "clean", "-qffd");
            Dls("checkout", "--force").Expect(0);
        }

        Dls("dataset", "build", "game").Expect(0);
        Dls("dataset", "verify", "game").Expect(0);
    }

    [Fact]
    public void Hostile_sets_are_imported_without_leaving_their_directory()
    {
        (string Layout, string File, string Text)[] sets =
        [
            ("darknet", "train.txt", "../outside/JPEGImages/o_0.jpg\n"),
            ("darknet", "train.txt", "/etc/passwd.jpg\n"),
            ("darknet", "obj.data", "classes = 1\ntrain = /etc/passwd\nvalid = ../outside/x\nnames = obj.names\n"),
            ("darknet", "obj.data", "names = ../../../etc/passwd\ntrain = train.txt\n"),
            ("ultralytics", "data.yaml", "path: /etc\ntrain: ../outside\nval: x\nnames: [a]\n"),
            ("ultralytics", "data.yaml", "names: &a [*a]\n"),
            ("coco", "annotations/instances_train.json", "{\"images\":[{\"id\":1,\"file_name\":\"../../outside/JPEGImages/o_0.jpg\",\"width\":16,\"height\":16}],\"annotations\":[],\"categories\":[]}"),
            ("coco", "annotations/instances_train.json", new string('[', 100_000)),
            ("coco", "annotations/instances_train.json", "{\"images\":5}"),
            ("voc", "ImageSets/Main/train.txt", "../../outside/JPEGImages/o_0\n"),
        ];

        foreach ((string layout, string file, string text) in sets)
        {
            _scene.RunProgram("rm", ["-rf", "set"], _scene.Root).Expect(0);
            ProjectFiles.WriteVoc(_scene, "set", "s", 2, "close");
            _scene.Write("set/obj.names", "close\n");
            _scene.Write("set/obj.data", "classes = 1\ntrain = train.txt\nvalid = train.txt\nnames = obj.names\n");
            _scene.Write($"set/{file}", text);
            RunResult refused = Dls("dataset", "import", layout, "../set", "hostile");
            Assert.True(refused.ExitCode is 1 or 2, $"{layout} {file} {text[..Math.Min(80, text.Length)]}\n{refused}");
            RunResult lint = Dls("dataset", "lint", "../set");
            Assert.True(lint.ExitCode is 0 or 1 or 2 or 4, lint.ToString());
            Assert.False(Directory.Exists(_scene.At("repo/datasets/hostile")), Listing.Of(_scene.Root));
        }
    }

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);

    private TreeSnapshot Snapshot() => TreeSnapshot.Of(_scene.Root, "repo/.git", "repo/projects/close/build");

    private void AssertOnlyChanged(TreeSnapshot before, string path) =>
        Assert.DoesNotContain(
            before.Difference(Snapshot()).Split('\n', StringSplitOptions.RemoveEmptyEntries), l => l.Split(' ')[^1] != path);
}
