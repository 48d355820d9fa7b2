using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Operations.Store;
using DlStore.WorkTree;

namespace DlStore.Operations.Datasets;

/// <summary>
/// <c>dls testset rm</c>: stops managing a test set. Its files go to the trash; stored objects and the scores that were made with it stay.
/// </summary>
public static class TestSetRm
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="typed">The test set's name.</param>
    /// <param name="dryRun">Plan only.</param>
    /// <returns>What was removed.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such test set.</exception>
    public static DatasetRmResult Run(Repo repo, string typed, bool dryRun)
    {
        PortableName name = PortableName.Parse(typed.Trim('/').Split('/')[^1], "test set");
        RelPath directory = RelPath.Parse($"{TestSet.Root}/{name}");
        string file = TestSet.FileOf(name);
        bool hasFile = repo.Files.TryStat(file, out _);
        bool isManaged = repo.FindPointer(directory) is not null || HalfRemoved.Find(repo, WorkTreeState.Read(repo), directory) is not null;
        if (!hasFile && !isManaged)
        {
            throw new DlsException(ErrorKind.Usage, $"remove test set '{name}': there is no file '{file}'",
                "run `dls testset list` to see the test sets");
        }

        string[] files = hasFile ? [file] : [];
        if (dryRun)
        {
            return new DatasetRmResult(name.Value, files, []);
        }

        List<TrashEntry> trashed = [];
        if (isManaged && Rm.Run(repo, new RmOptions { Paths = [repo.Absolute(directory)] }).Trashed is { } whole)
        {
            trashed.Add(whole);
        }

        // The file last: as long as that is there, the same command finishes.
        using FileLock held = repo.LockWorkTree();
        repo.Git.Unstage([RelPath.Parse(file)]);
        if (hasFile)
        {
            trashed.Add(repo.Trash.Move(repo.WorkTree, files, $"dls testset rm {name}"));
        }

        return new DatasetRmResult(name.Value, files, trashed);
    }
}
