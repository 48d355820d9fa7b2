using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Io;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>
/// Makes whole projects in a private directory beside the others, which git passes over, and renames each in when it is complete: a kill
/// leaves a project that is there with all
/// its files, or none. The caller holds <see cref="Repo.LockProjects"/>, so what an earlier command left behind is nobody's.
/// </summary>
internal sealed class ProjectStaging : IDisposable
{
    private const string Prefix = ".dls-staging-";
    private readonly string _projects;
    private readonly string _directory;

    private ProjectStaging(string projects)
    {
        _projects = projects;
        _directory = $"{projects}/{Prefix}{TempName.Next()}";
        AtomicFile.MakeDirectory(_directory);
        AtomicFile.WriteStaged($"{_directory}/.gitignore", "*\n"u8);
    }

    /// <summary>Opens an empty one and removes leftovers.</summary>
    public static ProjectStaging Open(Repo repo)
    {
        KnownFiles.RequireRealParents(repo, $"{Project.Root}/x");
        string projects = $"{repo.WorkTree}/{Project.Root}";
        AtomicFile.MakeDirectory(projects);
        foreach (string left in Directory.EnumerateDirectories(projects, Prefix + "*"))
        {
            Directory.Delete(left, recursive: true);
        }

        return new ProjectStaging(projects);
    }

    /// <summary>Writes a file of a project that is not published yet.</summary>
    /// <param name="name">The project.</param>
    /// <param name="relative">Relative to the project.</param>
    /// <param name="bytes">The content.</param>
    /// <param name="executable">Whether it may be executed.</param>
    public void Write(PortableName name, string relative, ReadOnlySpan<byte> bytes, bool executable = false)
    {
        string file = $"{_directory}/{name}/{relative}";
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        AtomicFile.WriteFlushed(file, bytes);
        if (executable)
        {
            File.SetUnixFileMode(
                file, File.GetUnixFileMode(file) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }

    /// <summary>Makes a directory of a project that is not published yet.</summary>
    public void MakeDirectory(PortableName name, string relative) => Directory.CreateDirectory($"{_directory}/{name}/{relative}");

    /// <summary>Lets a project appear.</summary>
    /// <exception cref="DlsException">Kind Failed: one of that name is there.</exception>
    public void Publish(PortableName name)
    {
        CrashPoint.Hit("project.staged");
        foreach (string directory in Directory.EnumerateDirectories(
            $"{_directory}/{name}", "*", SearchOption.AllDirectories).Append($"{_directory}/{name}"))
        {
            AtomicFile.FlushDirectory(directory);
        }

        if (!AtomicFile.Rename($"{_directory}/{name}", $"{_projects}/{name}", replace: false))
        {
            throw new DlsException(
                ErrorKind.Failed, $"make project '{name}': '{Project.Root}/{name}' appeared meanwhile", "choose another name");
        }

        AtomicFile.FlushDirectory(_projects);
        CrashPoint.Hit("project.published");
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
