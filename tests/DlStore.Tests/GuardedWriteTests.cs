using System.Text.RegularExpressions;
using DlStore.TestKit;

namespace DlStore.Tests;

/// <summary>
/// Whatever Operations write or delete below the work tree goes through WorkTree/WorkDir, which follows no symlink out of it. This counts
/// the calls with a plain path: those that are
/// not below the work tree are named with their reason; the rest is debt, whose counts may only fall.
/// </summary>
public sealed class GuardedWriteTests
{
    private const string Plain = @"\b(File\.(Delete|Create|Copy|CreateSymbolicLink|SetUnixFileMode|WriteAll\w+|Move|AppendAll\w+|OpenWrite)|Directory\.(Delete|CreateDirectory|Move|CreateSymbolicLink)|AtomicFile\.\w+|FileMode\.(Create|CreateNew|OpenOrCreate|Append|Truncate))\b";

    /// <summary>Files that write only below the git directory, below a directory the user named, or in a private one.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["FollowHooks"] = "git's hooks",
        ["DiffSheet"] = "a file the user named",
        ["Get"] = "a directory the user named",
        ["OriginRepo"] = "dls's own directory",
        ["ConfigSettings"] = "the user's own file",
        ["MlflowExport"] = "a directory the user named",
        ["DatasetExport"] = "a directory the user named",
        ["DatasetPreview"] = "a file the user named",
        ["ReviewSheet"] = "a file the user named",
        ["RunComparison"] = "a file the user named",
        ["TaskDiff"] = "a file the user named",
        ["RemoteIndex"] = "the cache of a remote",
        ["PushSender"] = "the cache of a remote",
        ["CollectRewrite"] = "the cache of a remote",
        ["MirrorFiles"] = "the store",
        ["FetchReceiver"] = "the store",
        ["VerifyRemote"] = "the store",
        ["Gc"] = "the store",
        ["EraseLocal"] = "the store",
        ["DamagedPacks"] = "the store",
        ["TaskData"] = "the store",
        ["DvcBytes"] = "the store",
        ["DvcHistory"] = "dls's own directory",
        ["DarknetPaths"] = "dls's own directory",
        ["TaskCreate"] = "dls's own directory",
        ["TaskCheckoutNote"] = "dls's own directory",
        ["TaskReproduce"] = "dls's own directory",
        ["HookFile"] = "git's hooks",
        ["MergeDriver"] = "git's own temporary file, and dls's own directory",
        ["HookTrial"] = "dls's own directory",
        ["RecipeLog"] = "dls's own directory",
        ["ImportLfsHistory"] = "dls's own directory",
        ["CommitMap"] = "dls's own directory",
        ["LfsCommit"] = "dls's own directory",
        ["ExportLfs"] = "git-lfs's objects, and a directory the user named",
    };

    /// <summary>
    /// Plain calls below the work tree that are left. Most of these files refuse symlinked parents first (KnownFiles.RequireRealParents).
    /// </summary>
    private static readonly Dictionary<string, int> Debt = new()
    {
        ["BuildDirectory"] = 7,
        ["DatasetDirectory"] = 5,
        ["ProjectStaging"] = 12,
        ["ProgramBuild"] = 5,
        ["DatasetWriter"] = 4,
        ["EngineWorker"] = 2,
        ["Build"] = 3,
        ["BuildPreview"] = 1,
        ["ProjectCrop"] = 2,
        ["CropRecord"] = 1,
        ["Init"] = 1,
    };

    [Fact]
    public void Operations_write_below_the_work_tree_through_the_guarded_directory()
    {
        string root = SourceTree.Root;
        List<string> wrong = [];
        foreach (string file in Directory.EnumerateFiles(Path.Combine(root, "src/DlStore/Operations"), "*.cs", SearchOption.AllDirectories))
        {
            string name = Path.GetFileNameWithoutExtension(file);
            int calls = File.ReadLines(
                file).Where(static l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal)).Sum(static l => Regex.Count(l, Plain));
            int allowed = Elsewhere.ContainsKey(name) ? int.MaxValue : Debt.GetValueOrDefault(name);
            if (calls > allowed)
            {
                wrong.Add($"{name}.cs: {calls} writes with a plain path, {allowed} allowed; use repo.Files (WorkTree/WorkDir)");
            }
            else if (Debt.TryGetValue(name, out int debt) && calls < debt)
            {
                wrong.Add($"{name}.cs: {calls} writes with a plain path, the list has {debt}: lower it");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
