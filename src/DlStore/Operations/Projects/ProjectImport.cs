using System.Text;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Sets;
using DlStore.Data.Texts;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Operations.Words;

namespace DlStore.Operations.Projects;

/// <summary>What to import.</summary>
public sealed record ProjectImportOptions
{
    /// <summary>Gets the directory, as typed.</summary>
    public required string Directory { get; init; }

    /// <summary>Gets what is put before a name that other content has already, or null: then that project is refused.</summary>
    public string? Prefix { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>
/// <c>dls project import</c>: copies projects of the seeds' program byte for byte, with its sets as data sets. Nothing of what is imported
/// is executed or trusted. Each project is
/// there whole or not at all; the same command again goes on where a kill stopped it.
/// </summary>
public sealed class ProjectImport
{
    private readonly Repo _repo;
    private readonly ProjectImportOptions _options;
    private readonly List<ImportedProject> _done = [];
    private readonly List<string> _remarks = [];
    private readonly List<ProjectFiles> _toMake = [];
    private readonly Dictionary<string, ImportSource> _taken = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> _sets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _labels = new(StringComparer.Ordinal);
    private readonly string _directory;
    private KnownMasters? _known;
    private ProjectNames? _there;

    private ProjectImport(Repo repo, ProjectImportOptions options)
    {
        _repo = repo;
        _options = options;
        _directory = TypedFile.At(repo, options.Directory).TrimEnd('/');
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
        List<(ImportedSet Set, byte[] Text)> sets = PlanSets();
        long stored = 0;
        if (!_options.DryRun)
        {
            int done = 0;
            if (_toMake.Count > 0)
            {
                stored = ProjectFiles.Make(_repo,
                    _toMake, null, () => _options.Progress?.Report(new WorkProgress("importing", ++done, _toMake.Count, 0, -1)), cancel);
            }

            WriteSets(sets);
        }

        return new ProjectImportResult(_done, [.. sets.Select(static s => s.Set)], SharedMasters(), stored, _remarks);
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

        _there = ProjectNames.Read(_repo);
        _known = KnownMasters.Read(_repo);
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
            else if (Compare(source, name) is { } comparison)
            {
                reason = comparison.Reason;
                if (comparison.IsSame)
                {
                    Count(source, name, new ImportedProject(source.Shown, name.Value, ImportOutcome.AlreadyThere, reason, hasProgram));
                    return;
                }
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
        _names.TryAdd(source.Name, name.Value);
        string? set = source.Set ?? (source.Shown.StartsWith(Project.Root + "/", StringComparison.Ordinal) ? "" : null);
        if (set is not null)
        {
            _sets.TryAdd(set, new SortedSet<string>(StringComparer.Ordinal));
            _sets[set].Add(name.Value);
        }
    }

    private void Make(ImportSource source, PortableName name)
    {
        _taken[name.Value] = source;
        _labels[name.Value] = source.Labels;
        foreach (ImportFile file in source.Files.Where(static f => ImportSource.IsMaster(f.Relative)))
        {
            _known!.Take(file.Oid, new KnownMaster(name.Value, $"{Project.Root}/{name}/{file.Relative}"));
        }

        _toMake.Add(
            new ProjectFiles(name, [.. source.Files.Select(f => new ProjectFile(f.Relative, () => Same(f), f.IsManaged, f.IsExecutable))]));
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

    /// <summary>Compares with what has the name already: the masters decide, and what else differs is told.</summary>
    private (bool IsSame, string? Reason)? Compare(ImportSource source, PortableName name)
    {
        if (_taken.TryGetValue(name.Value, out ImportSource? other))
        {
            return Compare(source, f => other.Files.FirstOrDefault(o => o.Relative == f)?.Oid, other.Masters, other.Shown);
        }

        if (!_there!.OnDisk.Contains(name.Value))
        {
            return Clash(name) is { } clash ? (false, clash) : null;
        }

        Oid[] masters = [.. _known!.ByOid.SelectMany(
            static k => k.Value.Select(m => (k.Key, m))).Where(p => p.m.Project == name.Value).Select(static p => p.Key).Order()];
        return Compare(source, f => KnownFiles.Find(_repo, $"{Project.Root}/{name}/{f}")?.Oid, masters, $"{Project.Root}/{name}");
    }

    private static (
        bool IsSame, string? Reason) Compare(ImportSource source, Func<string, Oid?> find, IReadOnlyList<Oid> masters, string where)
    {
        string[] different = [.. source.Files.Where(f => find(f.Relative) != f.Oid).Select(static f => f.Relative)];
        bool isSame = source.Masters.SequenceEqual(masters) && (masters.Count > 0 || different.Length == 0);
        string shown = string.Join(", ", different.Take(5)) + (different.Length > 5 ? $" and {different.Length - 5} more" : "");
        return isSame
            ? (true, different.Length == 0 ? null : $"what is there was kept; different or missing in '{where}': {shown}")
            : (false, $"'{where}' has the name and other content ({shown})");
    }

    private string? Clash(PortableName name)
    {
        string? taken = _there!.OnDisk.Concat(
            _there.Staged).Concat(_taken.Keys).FirstOrDefault(n => n.Equals(name.Value, StringComparison.OrdinalIgnoreCase));
        return taken is null ? null : taken == name.Value ? "git has files of that name staged that are not in the work tree"
            : $"'{taken}' has the name on systems that do not tell cases apart";
    }

    private List<(ImportedSet Set, byte[] Text)> PlanSets()
    {
        IReadOnlyList<ImportConfig> configs = ImportSets.ReadConfigs(_directory, _remarks);
        bool hasStore = _sets.Keys.Any(static s => s.Length > 0);
        bool hasShared = _sets.ContainsKey(ImportSets.Shared);
        List<(ImportedSet, byte[])> sets = [];
        foreach (string name in _sets.Keys.Where(
            static s => s.Length > 0).Union(configs.Select(static c => c.Set)).Order(StringComparer.Ordinal))
        {
            if (!PortableName.TryParse(name, out PortableName set))
            {
                _remarks.Add($"set '{name}' has no portable name; no data set was made of it");
                continue;
            }

            // A checkout without sets has one for every configuration: all of its projects.
            string[] projects = [.. _sets.GetValueOrDefault(hasStore ? name : "") ?? []];
            bool includes = hasShared && name != ImportSets.Shared;
            if (projects.Length == 0 && !includes)
            {
                continue;
            }

            byte[] text = Encoding.UTF8.GetBytes(
                ImportSets.ToYaml(name, projects, includes, configs.FirstOrDefault(c => c.Set == name), Existing, _remarks));
            string file = DatasetRecipe.FileOf(set);
            KnownFiles.RequireRealParents(_repo, file);
            byte[]? there = SmallFile.Find($"{_repo.WorkTree}/{file}", file, SafeYaml.LengthMax);
            if (there is not null && !there.AsSpan().SequenceEqual(text))
            {
                _remarks.Add($"'{file}' is there already and says something else; it was left as it is");
            }

            sets.Add((new ImportedSet(name, file, projects.Length, there is null), text));
        }

        return sets;
    }

    private string? Existing(string project) =>
        _names.TryGetValue(project, out string? name)
            ? name : _there!.OnDisk.Contains(project) && PortableName.TryParse(project, out _) ? project : null;

    private void WriteSets(List<(ImportedSet Set, byte[] Text)> sets)
    {
        List<string> written = [];
        foreach ((ImportedSet set, byte[] text) in sets.Where(static s => s.Set.IsWritten))
        {
            _repo.Files.Write(set.File, text);
            written.Add(set.File);
        }

        _repo.Git.Stage(written);
    }

    /// <summary>Lists masters that several projects have, if one of the projects was looked at by this import.</summary>
    private List<SharedMaster> SharedMasters()
    {
        HashSet<string> looked = [.. _done.Where(static d => d.Outcome != ImportOutcome.Refused).Select(static d => d.Name)];
        List<SharedMaster> shared = [];
        foreach ((Oid oid, List<KnownMaster> masters) in _known!.ByOid)
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
