using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Data.Texts;
using DlStore.Io;
using DlStore.Operations.Store;
using DlStore.WorkTree;

namespace DlStore.Operations.Datasets;

/// <summary>What was removed.</summary>
/// <param name="Name">The data set.</param>
/// <param name="Files">Its files in git that were removed, from the top of the work tree.</param>
/// <param name="Trashed">What went to the trash, or null in a dry run.</param>
public sealed record DatasetRmResult(string Name, IReadOnlyList<string> Files, IReadOnlyList<TrashEntry> Trashed);

/// <summary>
/// <c>dls dataset rm</c>: stops managing a data set. Its files go to the trash, stored objects stay, and the class list stays, because
/// weights may depend on it.
/// </summary>
public static class DatasetRm
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="typed">The data set's name.</param>
    /// <param name="dryRun">Plan only.</param>
    /// <returns>What was removed.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such data set. Kind Failed: another data set needs it.</exception>
    public static DatasetRmResult Run(Repo repo, string typed, bool dryRun)
    {
        PortableName name = PortableName.Parse(typed.Trim('/').Split('/')[^1], "data set");
        _ = DatasetRecipe.Read(repo.WorkTree, name);
        string[] users = [.. DatasetRecipe.List(repo.WorkTree).Where(n => n != name && Uses(repo, n, name)).Select(static n => n.Value)];
        if (users.Length > 0)
        {
            throw new DlsException(ErrorKind.Failed,
                $"remove data set '{name}': {string.Join(", ", users)} include it or take its images", "change those first");
        }

        string[] candidates = [DatasetLock.FileOf(name), DatasetLintRun.BaselineOf(name), DatasetRecipe.FileOf(name)];
        string[] files = [.. candidates.Where(f => File.Exists($"{repo.WorkTree}/{f}"))];
        if (dryRun)
        {
            return new DatasetRmResult(name.Value, files, []);
        }

        List<TrashEntry> trashed = [];
        RelPath directory = RelPath.Parse($"{DatasetRecipe.Root}/{name}");
        bool isManaged = repo.FindPointer(directory) is not null || HalfRemoved.Find(repo, WorkTreeState.Read(repo), directory) is not null;
        if (isManaged && Rm.Run(repo, new RmOptions { Paths = [repo.Absolute(directory)] }).Trashed is { } whole)
        {
            trashed.Add(whole);
        }

        // Git's index first, the recipe last: as long as that is there, the same command finishes, and once it is gone nothing is left to
        // do.
        using FileLock held = repo.LockWorkTree();
        repo.Git.Unstage([.. candidates.Select(RelPath.Parse)]);
        trashed.Add(repo.Trash.Move(repo.WorkTree, files, $"dls dataset rm {name}"));
        return new DatasetRmResult(name.Value, files, trashed);
    }

    private static bool Uses(Repo repo, PortableName other, PortableName name)
    {
        string file = DatasetRecipe.FileOf(other);
        YamlNode yaml = SafeYaml.ReadFile($"{repo.WorkTree}/{file}", file);
        bool includes = yaml.Find("include")?.RequireItems().Any(i => i.Text == name.Value) ?? false;
        return includes
            || (yaml.Find("images")?.RequireItems().Any(i => (i.Keys is null ? i.Text : i.Find("from")?.Text) == name.Value) ?? false);
    }
}
