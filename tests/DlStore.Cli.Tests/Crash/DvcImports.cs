using DlStore.Cli.Tests.Imports;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Crash;

/// <summary>The story of the crash sweep that takes over what DVC has: copies, symlinks into its cache, and a file that only the cache
/// has.</summary>
internal static class DvcImports
{
    public static IReadOnlyList<CrashScenario> All { get; } =
    [
        // The records are texts of git's: its objects have them.
        new("import of dvc", "repo", ["import", "dvc"], Prepare) { Derived = [".dvc"] },
    ];

    private static void Prepare(Scene scene)
    {
        DvcScene dvc = new(scene);
        dvc.AddSample("data");
        dvc.AddSample("linked", link: "symlink");
        dvc.AddSample("made");
        File.Delete(dvc.At("made.dvc"));
        dvc.Dvc("stage", "make", "made", "3");
        dvc.Write("odd [1]!.txt", "odd\n");
        dvc.Dvc("add", "odd [1]!.txt", "3", "copy");
        dvc.Write("far.txt", "far\n");
        dvc.Dvc("add", "far.txt", "2", "copy");
        dvc.Write(".dvcignore", "*.tmp\n");
        dvc.Commit();
        dvc.Drop("far.txt");
    }
}
