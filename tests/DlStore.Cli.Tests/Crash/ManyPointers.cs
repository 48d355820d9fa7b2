using DlStore.TestKit;

namespace DlStore.Cli.Tests.Crash;

/// <summary>
/// The stories of the crash sweep with many pointers in one command: files and a directory, in two directories, so that each point is
/// passed in the middle of a set.
/// </summary>
internal static class ManyPointers
{
    private static readonly string[] Paths = ["v/1.bin", "v/2.bin", "w/1.bin", "w/2.bin", "w/3.bin", "w/run.sh", "w/tree"];

    public static IReadOnlyList<CrashScenario> All { get; } =
    [
        new("add of many pointers", "repo", ["add", .. Paths], s => { s.MakeRepo(); Write(s, 1); }),
        new(
            "add of many changed pointers",
            "repo",
            ["add", .. Paths],
            s => { Committed(s); Write(s, 2); s.Write("repo/w/tree/new", "new\n"); }),
        new("checkout of many pointers", "repo", ["checkout"], TwoVersions) { Deletes = true },
        new("checkout --rev of many pointers", "repo", ["checkout", "--rev", "HEAD~", "w"], s => { TwoVersions(
            s); s.Git("repo", "checkout", "-q", "main"); s.Dls("repo", "checkout").Expect(0); }) { Only = ["change."], Deletes = true },
        new("checkout after git took pointers away",
            "repo", ["checkout"], Gone) { Only = ["checkout.", "change.based", "change.cached"], Deletes = true },
        new("pull of many pointers", "clone", ["pull"],
            s => { Committed(s); s.Dls("repo", "push").Expect(0); s.Clone("repo", "clone"); }) { Only = ["checkout.", "change."] },
        new("rm of many pointers", "repo", ["rm", .. Paths], Committed) { Deletes = true, Except = ["change.staged"] },
    ];

    private static void Write(Scene scene, int version)
    {
        for (int i = 0; i < Paths.Length - 1; i++)
        {
            scene.Write($"repo/{Paths[i]}", $"content {i} of version {version}\n");
        }

        File.SetUnixFileMode(scene.At("repo/w/run.sh"), (UnixFileMode)0x1ED);
        scene.Write("repo/w/tree/a", $"a {version}\n");
        scene.Write("repo/w/tree/deep/b", $"b {version}\n");
    }

    private static void Committed(Scene scene)
    {
        scene.MakeRepo();
        Write(scene, 1);
        scene.Dls("repo", ["add", .. Paths]).Expect(0);
        scene.Commit("repo", "one");
    }

    private static void TwoVersions(Scene scene)
    {
        Committed(scene);
        Write(scene, 2);
        File.Delete(scene.At("repo/w/tree/deep/b"));
        scene.Dls("repo", ["add", .. Paths]).Expect(0);
        scene.Commit("repo", "two");
        scene.Git("repo", "checkout", "-q", "HEAD~");
    }

    private static void Gone(Scene scene)
    {
        Committed(scene);
        scene.Git("repo", "rm", "-q", "v/1.bin.dls", "w/2.bin.dls", "w/3.bin.dls");
        scene.Git("repo", "commit", "-q", "-m", "fewer");
    }
}
