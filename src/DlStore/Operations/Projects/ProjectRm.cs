using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Sets;
using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.WorkTree;

namespace DlStore.Operations.Projects;

/// <summary>Which project to remove.</summary>
public sealed record ProjectRmOptions
{
    /// <summary>Gets the project by name or path.</summary>
    public required string Name { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What project rm did.</summary>
/// <param name="Project">The name.</param>
/// <param name="Staged">Files that git tracked, from the top of the work tree; they are out of its index now.</param>
/// <param name="Pointers">Managed paths among them.</param>
/// <param name="Trashed">What went to the trash, or null: nothing was on disk.</param>
public sealed record ProjectRmResult(string Project, IReadOnlyList<string> Staged, IReadOnlyList<string> Pointers, TrashEntry? Trashed);

/// <summary>
/// <c>dls project rm</c>: takes a project out of the work tree, whole, into the trash, and out of git's index. Stored objects stay, so
/// older commits still have their masters.
/// Order: trash, base, git's index; the same command again finishes what a kill left.
/// </summary>
public static class ProjectRm
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">Which project.</param>
    /// <returns>What was removed.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such project. Kind Failed: a data set names it, or it lies in a managed
    /// directory; nothing was removed.</exception>
    public static ProjectRmResult Run(Repo repo, ProjectRmOptions options)
    {
        PortableName name = ProjectSelection.Names([options.Name])[0];
        using FileLock? held = options.DryRun ? null : repo.LockProjects();
        // A build under way writes into the directory that is about to move.
        using FileLock? builds = options.DryRun ? null : repo.LockBuilds();
        RelPath path = RelPath.Parse($"{Project.Root}/{name}");
        KnownFiles.RequireRealParents(repo, path.Value);
        bool isThere = Sys.TryStat(repo.Absolute(path), out FileStat stat);
        IReadOnlyList<string> staged = GitIndexFile.Read(repo.Git).FindTrackedBelow(path, int.MaxValue);
        if (!isThere && staged.Count == 0)
        {
            throw new DlsException(
                ErrorKind.Usage, $"remove project '{name}': there is no '{path}'", "run `dls project list` to see the projects");
        }

        RequireRemovable(repo, name, path, isThere && !stat.IsDirectory ? stat : null);
        string[] pointers = [.. staged.Where(
            static s => s.EndsWith(Pointer.Suffix, StringComparison.Ordinal)).Select(static s => s[..^Pointer.Suffix.Length])];
        if (options.DryRun)
        {
            return new ProjectRmResult(name.Value, staged, pointers, null);
        }

        using WorkTreeChange change = WorkTreeChange.Open(repo);
        TrashEntry? trashed = isThere ? repo.Trash.Move(repo.WorkTree, [path.Value], $"dls project rm {name}") : null;
        Forget(repo, change, path);
        foreach (string file in staged)
        {
            change.Stage(file);
        }

        change.Commit();
        return new ProjectRmResult(name.Value, staged, pointers, trashed);
    }

    private static void RequireRemovable(Repo repo, PortableName name, RelPath path, FileStat? stranger)
    {
        if (stranger is { } stat)
        {
            throw new DlsException(ErrorKind.Failed, $"remove project '{name}': '{path}' is a {stat.Describe()}", "remove it by hand");
        }

        if (repo.FindManaged(path) is { } managed)
        {
            throw new DlsException(
                ErrorKind.Failed, $"remove project '{name}': it lies in the managed directory '{managed.Path}'", $"run `dls rm {path}`");
        }

        if (ProjectUsers.Of(repo, name) is { Count: > 0 } users)
        {
            throw new DlsException(
                ErrorKind.Failed, $"remove project '{name}': {(users.Count == 1 ? "a data set takes" : "data sets take")} it in",
                "take it out of those files first")
            {
                Items = [.. users.Select(static u => $"{DatasetRecipe.Root}/{u}.yaml")],
            };
        }
    }

    /// <summary>What was written out below the project is not any more; its pointers are gone with it.</summary>
    private static void Forget(Repo repo, WorkTreeChange change, RelPath path)
    {
        foreach (RelPath managed in change.State.Base.Paths.Select(RelPath.Parse).Where(p => p.IsAtOrBelow(path)).ToArray())
        {
            change.Remember(managed, null);
            change.End(managed);
            change.Cache(() => repo.ForgetStats(managed));
        }
    }
}
