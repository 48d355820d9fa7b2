using DlStore.TestKit;

namespace DlStore.Cli.Tests.Crash;

/// <summary>The stories of the crash sweep: each verb from each kind of start.</summary>
internal static class CrashScenarios
{
    private const int Large = (1 << 20) + 4321;

    public static IReadOnlyList<CrashScenario> Add { get; } =
    [
        new("add of a new tree", "repo", ["add", "data"], s => { s.MakeRepo(); s.WriteSample("repo/data"); }),
        new("add of a changed tree", "repo", ["add", "data"], s => { Committed(s); Change(s, "repo"); }),
        new("add of a file inside a tree",
            "repo", ["add", "data/img/new.txt"], s => { Committed(s); s.Write("repo/data/img/new.txt", "new\n"); }),
        new("add of large blobs", "repo", ["add", "weights"], s => { s.MakeRepo(); WriteLarge(s, "repo/weights"); }),
        new("add when packs are many", "repo", ["add", "data"], s => { Committed(s); ManyPacks(s); s.Write("repo/data/last", "last\n"); }),
    ];

    public static IReadOnlyList<CrashScenario> Checkout { get; } =
    [
        new("checkout of a fresh tree",
            "clone", ["checkout"], s => { Cloned(s); s.Dls("clone", "fetch").Expect(0); }) { AddsBetween = true },
        new("checkout of another version",
            "repo", ["checkout"], s => { TwoVersions(s); s.Git("repo", "checkout", "-q", "HEAD~"); }) { AddsBetween = true },
        // to the trash
        new("checkout of one path",
            "repo", ["checkout", "data"], s => { Committed(s); s.Write("repo/data/img/001.txt", "picture 2\n"); }) { Deletes = true },
        new("checkout --force over local bytes",
            "repo", ["checkout", "--force", "data"], s => { Committed(s); Change(s, "repo"); }) { Deletes = true },
        new("checkout of large blobs", "clone", ["checkout"], s => { Cloned(s, WriteLargeTree); s.Dls("clone", "fetch").Expect(0); }),
    ];

    public static IReadOnlyList<CrashScenario> Push { get; } =
    [
        new("first push", "repo", ["push"], s => Committed(s, WriteLargeTree)) { Afterwards = IsPushed },
        new("second push", "repo", ["push"], s => { TwoVersions(s, firstPushed: true); }) { Afterwards = IsPushed },
        new("push of a very large blob",
            "repo", ["push"], s => Committed(s, t => t.Write("repo/data/huge", Scene.Pattern(17 << 20, 3)))) { Afterwards = IsPushed },
    ];

    public static IReadOnlyList<CrashScenario> Repair { get; } =
    [
        new("push --repair of a damaged remote", "repo", ["push", "--repair"], Damaged) { Afterwards = IsPushed },
    ];

    public static IReadOnlyList<CrashScenario> Pull { get; } =
    [
        new("pull in a fresh clone", "clone", ["pull"], s => Cloned(s)) { AddsBetween = true },
        new("pull of large blobs", "clone", ["pull"], s => Cloned(s, WriteLargeTree)),
        new("pull of an update", "clone", ["pull"], Updated) { AddsBetween = true },
    ];

    public static IReadOnlyList<CrashScenario> Rm { get; } =
    [
        new("rm of a pointer", "repo", ["rm", "data"], s => Committed(s)) { Deletes = true, Except = ["change.staged"] },
        new("rm of a path inside", "repo", ["rm", "data/img"], s => Committed(s)) { Deletes = true, Except = ["change.staged"] },
        new("rm of two paths, one with local bytes", "repo", ["rm", "data/img", "data/deep"],
            s => { Committed(s); s.Write("repo/data/img/mine", "only here\n"); }) { Deletes = true, Except = ["change.staged"] },
    ];

    public static IReadOnlyList<CrashScenario> Merges { get; } =
    [
        new("resolve of a clash", "repo", ["resolve", "--both", "data"], Unmerged) { Except = ["change.staged"] },
    ];

    public static IReadOnlyList<CrashScenario> Builds { get; } =
    [
        new("first build", "repo", ["build"], Projects) { Only = ["build."] },
        new("build after a change", "repo", ["build"],
            s => { Projects(s); s.Dls("repo", "build").Expect(0); ChangeProject(s); }) { Only = ["build."], Derived = ["/build/"] },
        new("build of a program", "repo", ["build", "open", "--canvas", "own"], s => { Projects(s); Program(s); }) { Only = ["build."] },
    ];

    public static IReadOnlyList<CrashScenario> Datasets { get; } =
    [
        new("first build of a data set", "repo", ["dataset", "build", "game"], Projects) { Only = ["dataset."] },
        new("build of a data set after a change", "repo", ["dataset", "build", "game", "--add-classes"], s => { Built(s); ChangeProject(
            s); Grow(s); }) { Only = ["dataset.", "add.", "change."], Derived = ["/build/", ".lock", "classes/"], Deletes = true },
        new("import of a data set", "repo", ["dataset", "import", "voc", "../set", "shots"],
            s => { s.MakeRepo(); ProjectFiles.WriteVoc(s, "set", "close", 4, "close"); }) { Only = ["dataset."] },
        new("removal of a data set", "repo", ["dataset", "rm", "game"], Built) { Only = ["rm.", "trash.", "change."], Deletes = true },
        new("first add to a test set", "repo", ["testset", "add", "games", "../set"],
            s => { s.MakeRepo(); ProjectFiles.WriteVoc(s, "set", "close", 2, "close"); }) { Only = ["testset.", "change.pointed"] },
        new("add to a test set", "repo", ["testset", "add", "games", "../more"], s =>
            { TestSet(s); ProjectFiles.WriteVoc(s, "more", "more", 2, "close", seed: 44); }) { Only = ["testset.", "add.", "change."] },
    ];

    public static IReadOnlyList<CrashScenario> Garbage { get; } =
    [
        new("gc of packs and large blobs",
            "repo", ["gc", "--grace", "0s"], Garbled) { Only = ["gc.", "pack.", "index."], Afterwards = IsCollected },
        new("gc of a remote", "repo", ["gc", "--remote", "lab"],
            GarbledRemote) { Only = ["gc.", "remote.", "index."], Between = LetLocksDie, Afterwards = IsRemoteCollected },
    ];

    public static IReadOnlyList<CrashScenario> Tasks { get; } =
    [
        new("checkout of a task", "repo", ["checkout", "task:second/ssd", "--to", "../again"],
            TwoTasks) { Only = ["checkout."], Between = RemoveUnfinished, Afterwards = IsReproduced },
    ];

    public static IEnumerable<CrashScenario> All =>
        [.. Add, .. Checkout, .. ManyPointers.All, .. Push, .. Repair, .. Pull, .. Rm, .. DvcImports.All, .. Merges, .. Builds, .. Datasets, .. Garbage, .. Tasks];

    /// <summary>A pack that is dead in part, one that is dead whole, and a dead large blob.</summary>
    private static void Garbled(Scene scene)
    {
        scene.MakeRepo();
        scene.WriteSample("repo/data");
        for (int i = 0; i < 12; i++)
        {
            scene.Write($"repo/data/old{i}", Scene.Pattern(9_000, 100 + i));
        }

        scene.Dls("repo", "add", "data").Expect(0);
        for (int i = 0; i < 12; i++)
        {
            File.Delete(scene.At($"repo/data/old{i}"));
        }

        scene.Dls("repo", "add", "--remove", "data").Expect(0);
        scene.Commit("repo", "data");
        WriteLarge(scene, "repo/loose");
        scene.Write("repo/loose/small", Scene.Pattern(5_000, 200));
        scene.Dls("repo", "add", "loose").Expect(0);
        scene.Git("repo", "rm", "-q", "-f", "loose.dls");
        scene.Dls("repo", "checkout").Expect(0);
        scene.Commit("repo", "not loose");
    }

    /// <summary>A remote with a pack that is dead in part and a dead large blob: what only a commit named whose pin is gone.</summary>
    private static void GarbledRemote(Scene scene)
    {
        scene.MakeRepo();
        scene.WriteSample("repo/data");
        for (int i = 0; i < 12; i++)
        {
            scene.Write($"repo/data/old{i}", Scene.Pattern(9_000, 100 + i));
        }

        WriteLarge(scene, "repo/data/large");
        scene.Dls("repo", "add", "data").Expect(0);
        scene.Commit("repo", "one");
        scene.Dls("repo", "push").Expect(0);
        for (int i = 0; i < 12; i++)
        {
            File.Delete(scene.At($"repo/data/old{i}"));
        }

        Directory.Delete(scene.At("repo/data/large"), recursive: true);
        scene.Dls("repo", "add", "--remove", "data").Expect(0);
        scene.Commit("repo", "two");
        scene.Dls("repo", "push").Expect(0);
        string one = scene.Git("repo", "rev-parse", "HEAD~").Trim();
        File.Delete(Assert.Single(Directory.GetFiles(scene.At("remote/pins"), one, SearchOption.AllDirectories)));
    }

    /// <summary>What a killed collector held is dead after 72 hours.</summary>
    private static void LetLocksDie(Scene scene)
    {
        string locks = scene.At("remote/gc/lock");
        foreach (string file in Directory.Exists(locks) ? Directory.GetFiles(locks) : [])
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-73));
        }
    }

    private static void IsRemoteCollected(Scene scene)
    {
        scene.Dls("repo", "verify", "--remote", "lab").Expect(0);
        Assert.Empty(Directory.GetFiles(scene.At("remote/blobs"), "*", SearchOption.AllDirectories));
        scene.Clone("repo", "fresh");
        scene.Dls("fresh", "pull").Expect(0);
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(scene.At("repo/data")), TreeSnapshot.Of(scene.At("fresh/data")));
    }

    private static void IsCollected(Scene scene)
    {
        scene.Dls("repo", "verify").Expect(0);
        Assert.Contains("nothing to delete", scene.Dls("repo", "gc", "--grace", "0s").Expect(0).Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(scene.At("repo/.git/dls/blobs"), "*", SearchOption.AllDirectories));
        scene.Dls("repo", "push").Expect(0);
        scene.Clone("repo", "fresh");
        scene.Dls("fresh", "pull").Expect(0);
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(scene.At("repo/data")), TreeSnapshot.Of(scene.At("fresh/data")));
    }

    private static void TwoTasks(Scene scene)
    {
        scene.MakeRepo();
        using (Repo repo = Repo.Open(new RepoSettings { StartDirectory = scene.At("repo"), Environment = scene.Environment }))
        {
            TaskStory story = new(repo);
            MadeAttempt first = story.Attempt("first");
            story.Attempt("second", ("game", story.Dataset("game", ("close", story.Project("close", "a master")))), first, "first");
        }

        scene.Commit("repo", "two tasks");
    }

    /// <summary>The unfinished work tree is named with the command that removes it.</summary>
    private static void RemoveUnfinished(Scene scene)
    {
        if (Directory.Exists(scene.At("again")))
        {
            string said = scene.Dls("repo", "checkout", "task:second/ssd", "--to", "../again").Expect(1).Error;
            Assert.Contains("interrupted", said, StringComparison.Ordinal);
            Assert.Contains($"git worktree remove --force {scene.At("again")}", said, StringComparison.Ordinal);
            scene.Git("repo", "worktree", "remove", "--force", scene.At("again"));
        }
    }

    private static void IsReproduced(Scene scene)
    {
        string was = "repo/tasks/second/attempts/1";
        TreeSnapshot.AssertEqual(
            TreeSnapshot.Of(scene.At($"{was}/outputs")), TreeSnapshot.Of(scene.At("again/tasks/second/attempts/1/outputs")));
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(scene.At($"{was}/data")), TreeSnapshot.Of(scene.At("again/sources/1/data_set")));
        Assert.Equal(File.ReadAllBytes(scene.At($"{was}/source/train.sh")), File.ReadAllBytes(scene.At("again/sources/1/train.sh")));
        Assert.Equal(File.ReadAllBytes(scene.At($"{was}/initial")), File.ReadAllBytes(scene.At("again/sources/1/start.pth")));
    }

    private static void Projects(Scene scene)
    {
        scene.MakeRepo();
        ProjectFiles.Write(scene, "repo", "close");
        ProjectFiles.Write(scene, "repo", "open", 2);
        scene.Write("repo/datasets/game.yaml", "projects: ['*']\ncanvas: [own, 24x24]\n");
        scene.Commit("repo", "projects");
    }

    private static void Program(Scene scene)
    {
        ProjectFiles.WriteProgram(scene, "repo", "open", "for n in 0 1; do cp master/image.jpg build/$1_$n.jpg; done\n");
        scene.Dls("repo", "trust", "open").Expect(0);
    }

    private static void ChangeProject(Scene scene) => ProjectFiles.Write(scene, "repo", "close", 3);

    private static void Grow(Scene scene) => ProjectFiles.Write(scene, "repo", "zoom", 4);

    private static void Built(Scene scene)
    {
        Projects(scene);
        scene.Dls("repo", "dataset", "build", "game").Expect(0);
        scene.Commit("repo", "game");
    }

    private static void TestSet(Scene scene)
    {
        scene.MakeRepo();
        ProjectFiles.WriteVoc(scene, "set", "close", 2, "close");
        scene.Dls("repo", "testset", "add", "games", "../set").Expect(0);
        scene.Commit("repo", "games");
    }

    private static void Committed(Scene scene) => Committed(scene, null);

    private static void Committed(Scene scene, Action<Scene>? more)
    {
        scene.MakeRepo();
        scene.WriteSample("repo/data");
        more?.Invoke(scene);
        scene.Dls("repo", "add", "data").Expect(0);
        scene.Commit("repo", "one");
    }

    private static void TwoVersions(Scene scene, bool firstPushed = false)
    {
        Committed(scene);
        if (firstPushed)
        {
            scene.Dls("repo", "push").Expect(0);
        }

        Change(scene, "repo");
        scene.Dls("repo", "add", "data").Expect(0);
        scene.Commit("repo", "two");
    }

    private static void Unmerged(Scene scene)
    {
        TwoVersions(scene);
        scene.Git("repo", "checkout", "-q", "-b", "other", "HEAD~");
        scene.Dls("repo", "checkout").Expect(0);
        scene.Write("repo/data/img/001.txt", "the other branch's\n");
        scene.Dls("repo", "add", "data").Expect(0);
        scene.Commit("repo", "other");
        scene.TryGit("repo", "merge", "-q", "main").Expect(1);
    }

    private static void Cloned(Scene scene, Action<Scene>? more = null)
    {
        Committed(scene, more);
        scene.Dls("repo", "push").Expect(0);
        scene.Clone("repo", "clone");
    }

    private static void Updated(Scene scene)
    {
        Cloned(scene);
        scene.Dls("clone", "pull").Expect(0);
        Change(scene, "repo");
        scene.Dls("repo", "add", "data").Expect(0);
        scene.Commit("repo", "two");
        scene.Dls("repo", "push").Expect(0);
        scene.Git("clone", "pull", "-q");
    }

    /// <summary>A remote with a wrong large blob, a flipped byte in one pack and another pack gone; verify has noted it.</summary>
    private static void Damaged(Scene scene)
    {
        Committed(scene, WriteLargeTree);
        scene.Dls("repo", "push").Expect(0);
        string blob = Directory.GetFiles(scene.At("remote/blobs"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        string[] packs = [
            .. Directory.GetFiles(scene.At("remote/packs"), "*.pack", SearchOption.AllDirectories).OrderBy(p => new FileInfo(p).Length)];
        foreach (string file in (string[])[blob, packs[^1]])
        {
            byte[] bytes = File.ReadAllBytes(file);
            bytes[bytes.Length / 2] ^= 1;
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.WriteAllBytes(file, bytes);
        }

        File.Delete(packs[0]);
        scene.Dls("repo", "verify", "--remote", "lab").Expect(13);
    }

    private static void Change(Scene scene, string repo)
    {
        scene.Write($"{repo}/data/img/001.txt", "another picture\n");
        scene.Write($"{repo}/data/img/002.txt", "a second other picture\n");
        scene.Write($"{repo}/data/img/more/1.txt", "added 1\n");
        scene.Write($"{repo}/data/added", "added 2\n");
        File.Delete(scene.At($"{repo}/data/img/003.txt"));
        Directory.Delete(scene.At($"{repo}/data/deep"), recursive: true);
        File.SetUnixFileMode(scene.At($"{repo}/data/img/004.txt"), (UnixFileMode)0x1ED);
    }

    private static void WriteLarge(Scene scene, string directory)
    {
        scene.Write($"{directory}/a.pth", Scene.Pattern(Large, 1));
        scene.Write($"{directory}/b.pth", Scene.Pattern(Large + 17, 2));
    }

    private static void WriteLargeTree(Scene scene) => WriteLarge(scene, "repo/data/weights");

    /// <summary>Eight packs without an index: the next one makes the store write one.</summary>
    private static void ManyPacks(Scene scene)
    {
        for (int i = 0; i < 3; i++)
        {
            scene.Write($"repo/data/many-{i}", $"{i}\n");
            scene.Dls("repo", "add", "data").Expect(0);
        }

        scene.Commit("repo", "many");
    }

    /// <summary>The newest commit is pinned, and a fresh clone gets every byte.</summary>
    private static void IsPushed(Scene scene)
    {
        string commit = scene.Git("repo", "rev-parse", "HEAD");
        string pins = scene.At("remote/pins");
        string[] named = Directory.Exists(pins) ? Directory.GetFiles(pins, commit, SearchOption.AllDirectories) : [];
        Assert.True(named.Length == 1, $"there is no pin of {commit}\n{Listing.Of(scene.At("remote"))}");
        scene.Clone("repo", "fresh");
        scene.Dls("fresh", "pull").Expect(0);
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(scene.At("repo/data")), TreeSnapshot.Of(scene.At("fresh/data")));
    }
}
