using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>One file of a project that is to be made.</summary>
/// <param name="Relative">Relative to the project.</param>
/// <param name="Read">Gives its bytes when they are needed.</param>
/// <param name="IsManaged">Whether dls stores it behind a pointer; else git gets it.</param>
/// <param name="IsExecutable">Whether it may be executed.</param>
internal sealed record ProjectFile(string Relative, Func<byte[]> Read, bool IsManaged = false, bool IsExecutable = false);

/// <summary>
/// A project that is to be made, with all its files. Order: a private copy that is flushed, the rename that lets it appear, the objects and
/// pointers of its images, git's index.
/// A kill before the rename leaves nothing; a kill after it leaves a whole project that is not staged yet.
/// </summary>
/// <param name="Name">The project.</param>
/// <param name="Files">Its files.</param>
internal sealed record ProjectFiles(PortableName Name, IReadOnlyList<ProjectFile> Files)
{
    /// <summary>Gets directories that are made although nothing is in them yet; git does not see them.</summary>
    public IReadOnlyList<string> Directories { get; init; } = [];

    /// <summary>Makes projects. The caller holds the lock of projects and has checked that the names are free.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="projects">The projects.</param>
    /// <param name="origin">Where the stored bytes come from, for their pointers, or null.</param>
    /// <param name="done">Called after each project has appeared.</param>
    /// <param name="cancel">Stops between two projects; those that appeared are finished.</param>
    /// <returns>How many objects were new to the store.</returns>
    public static long Make(Repo repo, IReadOnlyList<ProjectFiles> projects, string? origin, Action? done, CancellationToken cancel)
    {
        List<ProjectFiles> made = [];
        using (ProjectStaging staging = ProjectStaging.Open(repo))
        {
            foreach (ProjectFiles project in projects)
            {
                if (cancel.IsCancellationRequested)
                {
                    break;
                }

                Stage(staging, project);
                staging.Publish(project.Name);
                made.Add(project);
                done?.Invoke();
            }
        }

        // What has appeared is finished even if somebody wants to stop: half a command would have to be cleaned up by hand.
        long stored = Record(repo, made, origin);
        cancel.ThrowIfCancellationRequested();
        return stored;
    }

    private static void Stage(ProjectStaging staging, ProjectFiles project)
    {
        foreach (string directory in project.Directories)
        {
            staging.MakeDirectory(project.Name, directory);
        }

        foreach (ProjectFile file in project.Files)
        {
            staging.Write(project.Name, file.Relative, file.Read(), file.IsExecutable);
        }
    }

    private static long Record(Repo repo, List<ProjectFiles> made, string? origin)
    {
        (string Path, bool IsManaged)[] files = [
            .. made.SelectMany(static p => p.Files.Select(f => ($"{Project.Root}/{p.Name}/{f.Relative}", f.IsManaged)))];
        string[] managed = [.. files.Where(static f => f.IsManaged).Select(f => $"{repo.WorkTree}/{f.Path}")];
        string[] plain = [.. files.Where(static f => !f.IsManaged).Select(static f => f.Path)];
        if (managed.Length > 0)
        {
            return Add.Run(
                repo,
                new AddOptions { Paths = managed, Origin = origin, AlsoStage = plain },
                CancellationToken.None).ObjectsStored;
        }

        repo.Git.Stage(plain);
        return 0;
    }
}
