using DlStore.Io;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Operations.Transfers;
using DlStore.WorkTree;

namespace DlStore.Operations.Tasks;

/// <summary>
/// Writes the files of tasks and stages them. The caller holds the store's lock from the first object until this returns, so no gc comes
/// between a pointer and its bytes.
/// </summary>
internal static class TaskFiles
{
    private const string Ignored = "/*/attempts/*/*\n!/*/attempts/*/*.*\n!/*/attempts/*/evals/\n";

    /// <summary>Writes files of one attempt or task, the record last, and stages them all.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="files">Paths from the top of the work tree, with their bytes, in the order of writing.</param>
    public static void Write(Repo repo, IReadOnlyList<KeyValuePair<string, byte[]>> files)
    {
        using FileLock held = repo.LockWorkTree();
        string ignore = $"{TaskRecord.Root}/.gitignore";
        List<string> staged = [ignore];
        if (!File.Exists($"{repo.WorkTree}/{ignore}"))
        {
            repo.Files.Write(ignore, Ignored);
        }

        foreach ((string path, byte[] bytes) in files)
        {
            KnownFiles.RequireRealParents(repo, path);
            CrashPoint.Hit("task.writing");
            repo.Files.Write(path, bytes);
            staged.Add(path);
        }

        CrashPoint.Hit("task.written");
        // An earlier command that was killed may have written files of this task and not staged them.
        repo.Git.Stage([.. staged.Union(FilesBeside(repo, files[0].Key))]);
        CrashPoint.Hit("task.staged");
    }

    private static IEnumerable<string> FilesBeside(Repo repo, string path)
    {
        string task = string.Join('/', path.Split('/').Take(2));
        string[] directories = [$"{repo.WorkTree}/{task}",
            .. Sub($"{repo.WorkTree}/{task}/attempts"), .. Sub($"{repo.WorkTree}/{task}/attempts").Select(static d => d + "/evals")];
        return directories.Where(
            Directory.Exists).SelectMany(static d => Directory.EnumerateFiles(d)).Select(f => Path.GetRelativePath(repo.WorkTree, f))
            .Where(static f => !Path.GetFileName(f).StartsWith('.') && Path.HasExtension(f)).Order(StringComparer.Ordinal);

        static string[] Sub(string directory) => Directory.Exists(directory) ? Directory.GetDirectories(directory) : [];
    }

    /// <summary>Makes a pointer whose bytes are fetched only when somebody names them.</summary>
    public static byte[] PointerTo(Oid oid, ObjectKind kind, long size, long files) =>
        new Pointer { Kind = kind, Oid = oid, Size = size, Files = kind == ObjectKind.Tree ? files : 1, Demand = true }.ToBytes();

    /// <summary>Makes the pointer to a stored tree.</summary>
    public static byte[] PointerTo(Repo repo, Oid tree)
    {
        TreeTotals totals = TreeTotals.Of(repo.Store.Read, tree);
        return PointerTo(tree, ObjectKind.Tree, totals.Size, totals.Files);
    }

    /// <summary>Finds a tree or file below a stored tree.</summary>
    /// <returns>The entry; absent if there is none.</returns>
    public static PathEntry FindBelow(Repo repo, Oid tree, string path)
    {
        PathEntry entry = new(TreeMode.Directory, tree, 0, 0);
        foreach (string part in path.Split('/'))
        {
            entry = entry.IsDirectory ? TreeLookup.Find(repo.Store.Read, entry.Oid, System.Text.Encoding.UTF8.GetBytes(part)) : default;
        }

        return entry;
    }

    /// <summary>Brings bytes into the store that a pointer names, if they are not there.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="path">A managed path, or one inside it.</param>
    /// <param name="oid">What has to be there, with everything below it.</param>
    /// <param name="isTree">Whether it is a tree.</param>
    /// <param name="progress">Told about the transfer.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="DlsException">Kind Missing: neither here nor on the remote.</exception>
    public static async Task RequireHereAsync(
        Repo repo, string path, Oid oid, bool isTree, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        if (IsHere(repo, oid, isTree))
        {
            return;
        }

        if (repo.Config.Remotes.Count > 0)
        {
            _ = await Fetch.RunAsync(repo, new FetchOptions { Paths = [$"{repo.WorkTree}/{path}"], Progress = progress }, cancel);
            repo.Store.Refresh();
        }

        if (!IsHere(repo, oid, isTree))
        {
            throw new DlsException(
                ErrorKind.Missing, $"read '{path}': its bytes '{oid}' are not here, and no remote that was asked has them",
                "look for them with `dls where`, or push them from the clone that has them");
        }
    }

    private static bool IsHere(Repo repo, Oid oid, bool isTree)
    {
        if (!repo.Store.Contains(oid))
        {
            return false;
        }

        if (!isTree)
        {
            return true;
        }

        TreeCursor cursor = new(repo.Store.Read, oid);
        while (cursor.Next())
        {
            if (!IsHere(repo, cursor.Oid, cursor.Mode == TreeMode.Directory))
            {
                return false;
            }
        }

        return true;
    }
}
