using System.Text;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Images;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Operations.Words;

namespace DlStore.Operations.Projects;

/// <summary>Which crops to take in.</summary>
public sealed record ProjectHarvestOptions
{
    /// <summary>Gets the directory of crops, as typed.</summary>
    public required string Directory { get; init; }

    /// <summary>Gets what the projects' names begin with; a number follows.</summary>
    public required string Prefix { get; init; }

    /// <summary>Gets the class.</summary>
    public required string Label { get; init; }

    /// <summary>Gets a list that says which of them to take, as typed, or null for all.</summary>
    public string? List { get; init; }

    /// <summary>Gets the placements; empty for the left upper corner.</summary>
    public IReadOnlyList<Placement> Placements { get; init; } = [];

    /// <summary>Gets how many images a step makes of each.</summary>
    public int Count { get; init; } = 99;

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>A crop and what became of it.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Oid">Digest of its bytes.</param>
/// <param name="Project">The project that has it: new, or known already.</param>
/// <param name="IsNew">Whether the project was made now.</param>
public sealed record HarvestedCrop(string File, Oid Oid, string Project, bool IsNew);

/// <summary>A file that was not taken.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Reason">Why.</param>
public sealed record RefusedFile(string File, string Reason);

/// <summary>What a harvest did.</summary>
/// <param name="Crops">Crops in the order of their names.</param>
/// <param name="Refused">Files that are no usable images, or not named as such.</param>
/// <param name="Rejected">Files that the list marks false.</param>
/// <param name="Remarks">What the user should know, each a sentence.</param>
public sealed record ProjectHarvestResult(
    IReadOnlyList<HarvestedCrop> Crops, IReadOnlyList<RefusedFile> Refused, int Rejected, IReadOnlyList<string> Remarks);

/// <summary>
/// <c>dls project harvest</c>: a numbered project for each crop whose bytes no project has yet. Numbers go on from the largest that any
/// branch ever had. The projects are
/// unreviewed: data sets leave them out until somebody has looked.
/// </summary>
public sealed class ProjectHarvest
{
    private readonly Repo _repo;
    private readonly ProjectHarvestOptions _options;
    private readonly List<HarvestedCrop> _crops = [];
    private readonly List<RefusedFile> _refused = [];
    private readonly List<string> _remarks = [];
    private readonly List<ProjectFiles> _projects = [];
    private int _rejected;

    private ProjectHarvest(Repo repo, ProjectHarvestOptions options)
    {
        _repo = repo;
        _options = options;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to take in.</param>
    /// <param name="cancel">Stops between two projects; those that were made are finished.</param>
    /// <returns>What was taken.</returns>
    /// <exception cref="DlsException">Kind Usage: no such directory, a bad prefix or label. Kind Failed: leftovers of an interrupted
    /// harvest, or a list that cannot be used; nothing was made.</exception>
    public static ProjectHarvestResult Run(
        Repo repo, ProjectHarvestOptions options, CancellationToken cancel) => new ProjectHarvest(repo, options).Run(cancel);

    private ProjectHarvestResult Run(CancellationToken cancel)
    {
        using FileLock? held = _options.DryRun ? null : _repo.LockProjects();
        Plan(cancel);
        if (!_options.DryRun && _projects.Count > 0)
        {
            int done = 0;
            ProjectFiles.Make(_repo,
                _projects, null, () => _options.Progress?.Report(new WorkProgress("harvesting", ++done, _projects.Count, 0, -1)), cancel);
        }

        return new ProjectHarvestResult(_crops, _refused, _rejected, _remarks);
    }

    private void Plan(CancellationToken cancel)
    {
        string prefix = _options.Prefix.TrimEnd('_') + "_";
        _ = PortableName.Parse(prefix + "0", "project");
        ProjectNew.RequireLabel(_options.Label, _remarks);
        if (_options.Count is < 1 or > 100_000)
        {
            throw new DlsException(ErrorKind.Usage, $"harvest: --count {_options.Count} is not from 1 to 100000", "choose another number");
        }

        string directory = TypedFile.At(_repo, _options.Directory);
        if (!Directory.Exists(directory))
        {
            throw new DlsException(ErrorKind.Usage, $"harvest '{_options.Directory}': there is no such directory",
                "check the spelling; paths are relative to the current directory");
        }

        ProjectNames names = ProjectNames.Read(_repo);
        RequireFinished(names, prefix);
        IReadOnlyList<string> files = Files(directory);
        KnownMasters known = KnownMasters.Read(_repo);
        long number = names.LastNumber(_repo, prefix);
        foreach (string file in files)
        {
            cancel.ThrowIfCancellationRequested();
            Take(file, prefix, known, ref number);
        }
    }

    /// <summary>
    /// A numbered project that git knows nothing of was left by a harvest that was killed: going on would number around it for ever.
    /// </summary>
    private static void RequireFinished(ProjectNames names, string prefix)
    {
        string[] left = [.. names.OnDisk.Where(n => ProjectNames.TryNumber(n, prefix, out _) && !names.Staged.Contains(n))];
        if (left.Length > 0)
        {
            throw new DlsException(
                ErrorKind.Failed, $"harvest: an interrupted one left {CountWords.Of(left.Length, "project")} in "
                    + $"'{Project.Root}/', not in git",
                "look at them, then keep them with `dls add projects/NAME/master/image.jpg` and "
                    + "`git add projects/NAME`, or drop them with `dls project rm NAME`")
            {
                Items = [.. left.Select(static n => $"{Project.Root}/{n}")],
            };
        }
    }

    private IReadOnlyList<string> Files(string directory)
    {
        if (_options.List is { } list)
        {
            (IReadOnlyList<string> accepted, _rejected) = HarvestList.Read(_repo, list, directory);
            return accepted;
        }

        List<string> files = [];
        foreach (string entry in Directory.EnumerateFileSystemEntries(directory).Order(StringComparer.Ordinal))
        {
            if (entry.EndsWith(".jpg", StringComparison.Ordinal) && !Directory.Exists(entry))
            {
                files.Add(entry);
            }
            else if (Path.GetFileName(entry) is not (ProjectCrop.RecordName or ".gitignore"))
            {
                _refused.Add(new RefusedFile(Path.GetFileName(entry), Directory.Exists(entry)
                    ? "it is a directory; name it to harvest it" : "its name does not end in .jpg"));
            }
        }

        return files;
    }

    private void Take(string file, string prefix, KnownMasters known, ref long number)
    {
        string name = Path.GetFileName(file);
        byte[] bytes;
        JpegHeader header;
        try
        {
            bytes = SmallFile.Read(file, name, KnownFiles.LengthMax);
            header = MasterJpeg.Require(bytes, name);
            _ = Jpeg.Decode(bytes, name);
        }
        catch (DlsException e)
        {
            _refused.Add(new RefusedFile(name, e.Message));
            return;
        }

        Oid oid = Oid.Of(bytes);
        if (known.Find(oid) is { } twin)
        {
            _crops.Add(new HarvestedCrop(name, oid, twin.Project, false));
            return;
        }

        PortableName project = PortableName.Parse($"{prefix}{++number}", "project");
        known.Take(oid, new KnownMaster(project.Value, $"{Project.Root}/{project}/master/image.jpg"));
        _crops.Add(new HarvestedCrop(name, oid, project.Value, true));
        _projects.Add(Make(project, name, file, oid, header));
    }

    private ProjectFiles Make(PortableName project, string name, string file, Oid oid, JpegHeader header)
    {
        ProjectDraft draft = new()
        {
            Name = project,
            Label = _options.Label,
            Placements = _options.Placements.Count > 0 ? _options.Placements : [Placement.LeftUpper],
            Count = _options.Count,
            Review = ReviewState.Unreviewed,
            Origin = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["file"] = Printable(name), ["sha256"] = oid.ToHex() },
        };
        return new ProjectFiles(project,
        [
            // Read again, so that ten thousand crops need not be in memory at once; the digest says whether it is the same file still.
            new ProjectFile("master/image.jpg", () => Same(SmallFile.Read(file, name, KnownFiles.LengthMax), oid, name), IsManaged: true),
            new ProjectFile("master/image.xml", ProjectNew.Exact("master/image.jpg", header, _options.Label).ToBytes),
            new ProjectFile(Project.FileName, () => Encoding.UTF8.GetBytes(draft.ToYaml())),
            new ProjectFile("README.md", () => Encoding.UTF8.GetBytes(draft.ToReadme())),
        ]);
    }

    private static string Printable(string name) => new([.. name.Where(static c => !char.IsControl(c))]);

    private static byte[] Same(byte[] bytes, Oid oid, string name) => Oid.Of(bytes) == oid
        ? bytes
        : throw new DlsException(ErrorKind.Failed, $"harvest '{name}': it changed meanwhile", "run the command again");
}
