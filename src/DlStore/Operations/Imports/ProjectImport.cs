using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Projects;
using DlStore.Operations.Store;
using DlStore.Operations.Words;

namespace DlStore.Operations.Imports;

/// <summary>
/// <c>dls project import</c>: copies projects of the seeds' program byte for byte, with its sets as data sets. Nothing of what is imported
/// is executed or trusted. Each project is there whole or not at all; the same command again goes on where a kill stopped it.
/// </summary>
public sealed class ProjectImport
{
    private readonly Repo _repo;
    private readonly ProjectImportOptions _options;
    private readonly List<ImportedProject> _done = [];
    private readonly List<string> _remarks = [];
    private readonly List<ProjectFiles> _toMake = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _labels = new(StringComparer.Ordinal);
    private readonly ImportedSets _sets;
    private readonly ImportedRecipes _recipes;
    private readonly string _directory;
    private ImportNames? _names;

    private ProjectImport(Repo repo, ProjectImportOptions options)
    {
        _repo = repo;
        _options = options;
        _sets = new ImportedSets(repo, p => _names!.IsOnDisk(p));
        _directory = TypedFile.At(repo, options.Directory).TrimEnd('/');
        _recipes = new ImportedRecipes(repo, ImportSource.TopOf(_directory), options.BuiltinRecipes);
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to import.</param>
    /// <param name="cancel">Stops between two projects; those that were made are finished.</param>
    /// <returns>What was found and what became of it.</returns>
    /// <exception cref="DlsException">Kind Usage: no such directory, or no project in it.</exception>
    public static ProjectImportResult Run(
        Repo repo, ProjectImportOptions options, CancellationToken cancel) => new ProjectImport(repo, options).Run(cancel);

    private ProjectImportResult Run(CancellationToken cancel)
    {
        using FileLock? held = _options.DryRun ? null : _repo.LockProjects();
        Plan(cancel);
        _sets.Plan(_directory, _remarks);
        long stored = 0;
        if (!_options.DryRun)
        {
            int done = 0;
            if (_toMake.Count > 0)
            {
                stored = ProjectFiles.Make(_repo,
                    _toMake, null, () => _options.Progress?.Report(new WorkProgress("importing", ++done, _toMake.Count, 0, -1)), cancel);
            }

            _sets.Write();
            _recipes.Write();
        }

        return new ProjectImportResult(_done, _sets.Planned, SharedMasters(), stored, [.. _remarks, .. _recipes.Remarks])
        {
            Modules = _recipes.Modules,
        };
    }

    private void Plan(CancellationToken cancel)
    {
        if (!Directory.Exists(_directory))
        {
            throw new DlsException(ErrorKind.Usage, $"import '{_options.Directory}': there is no such directory",
                "name a checkout of dl_image_manager, or a directory of projects");
        }

        if (_options.Prefix is { } prefix)
        {
            _ = PortableName.Parse(prefix + "x", "project");
        }

        IReadOnlyList<(string Directory, string Shown, string? Set)> found = ImportSource.Find(_directory);
        if (found.Count == 0)
        {
            throw new DlsException(ErrorKind.Usage, $"import '{_options.Directory}': there is no project in it",
                "a project has a directory master/ or data_augmentation/, or a file project.yaml");
        }

        _names = ImportNames.Read(_repo);
        foreach ((string directory, string shown, string? set) in found)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                Take(ImportSource.Read(directory, shown, set));
            }
            catch (DlsException e)
            {
                _done.Add(new ImportedProject(shown, Path.GetFileName(directory), ImportOutcome.Refused, e.Message, false));
            }
        }
    }

    private void Take(ImportSource source)
    {
        bool hasProgram = source.Files.Any(static f => f.Relative.StartsWith("data_augmentation/", StringComparison.Ordinal));
        _remarks.AddRange(source.Skipped.Select(static s => $"left out {s}"));
        _remarks.AddRange(source.Converted);
        string? reason = null;
        string[] candidates = _options.Prefix is { } prefix ? [source.Name, prefix + source.Name] : [source.Name];
        foreach (string candidate in candidates)
        {
            if (!PortableName.TryParse(candidate, out PortableName name))
            {
                reason = $"its name is not portable: letters, digits, '.', '_' and '-' only, at most {PortableName.LengthMax}";
            }
            else if (_names!.Compare(source, name) is { } comparison)
            {
                reason = comparison.Reason;
                if (comparison.IsSame)
                {
                    Count(source, name, new ImportedProject(source.Shown, name.Value, ImportOutcome.AlreadyThere, reason, hasProgram));
                    return;
                }
            }
            else if (_recipes.Plan(source) is { Refusal: { } refusal })
            {
                reason = refusal;
                break;
            }
            else
            {
                Make(source, name);
                Count(source, name, new ImportedProject(source.Shown, name.Value, ImportOutcome.Imported, null, hasProgram));
                return;
            }
        }

        _done.Add(new ImportedProject(source.Shown, candidates[^1], ImportOutcome.Refused, reason, hasProgram));
    }

    private void Count(ImportSource source, PortableName name, ImportedProject outcome)
    {
        _done.Add(outcome);
        _sets.Count(source, name);
    }

    private void Make(ImportSource source, PortableName name)
    {
        _names!.Take(source, name);
        _labels[name.Value] = source.Labels;
        byte[]? yaml = _recipes.Plan(source).Yaml;
        ProjectFile[] made = yaml is null ? [] : [new ProjectFile(Project.FileName, () => yaml, IsManaged: false, IsExecutable: false)];
        _toMake.Add(new ProjectFiles(
            name, [.. source.Files.Select(f => new ProjectFile(f.Relative, () => Same(f), f.IsManaged, f.IsExecutable)), .. made]));
    }

    private static byte[] Same(ImportFile file)
    {
        if (file.Made is { } made)
        {
            return made;
        }

        byte[] bytes = SmallFile.Read(file.Absolute, file.Relative, KnownFiles.LengthMax);
        return Oid.Of(bytes) == file.Oid
            ? bytes : throw new DlsException(ErrorKind.Failed, $"import '{file.Absolute}': it changed meanwhile", "run the command again");
    }

    /// <summary>Lists masters that several projects have, if one of the projects was looked at by this import.</summary>
    private List<SharedMaster> SharedMasters()
    {
        HashSet<string> looked = [.. _done.Where(static d => d.Outcome != ImportOutcome.Refused).Select(static d => d.Name)];
        List<SharedMaster> shared = [];
        foreach ((Oid oid, List<KnownMaster> masters) in _names!.Masters)
        {
            string[] projects = [.. masters.Select(static m => m.Project).Distinct().Order(StringComparer.Ordinal)];
            if (projects.Length > 1 && projects.Any(looked.Contains))
            {
                shared.Add(new SharedMaster(oid, projects, [.. projects.SelectMany(LabelsOf).Distinct().Order(StringComparer.Ordinal)]));
            }
        }

        return [.. shared.OrderBy(static s => s.Projects[0], StringComparer.Ordinal)];
    }

    private IReadOnlyList<string> LabelsOf(string project)
    {
        try
        {
            return _labels.TryGetValue(project, out IReadOnlyList<string>? known)
                ? known : ProjectLabels.Of(_repo, ProjectSelection.Read(_repo, project));
        }
        catch (DlsException)
        {
            return [];
        }
    }
}
