using System.Text;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Sets;
using DlStore.Data.Texts;
using DlStore.Io;
using DlStore.Operations.Store;

namespace DlStore.Operations.Imports;

/// <summary>The data sets of an import: which of its projects stand in which set, and the files that say so.</summary>
/// <param name="repo">The repository.</param>
/// <param name="onDisk">Tells whether the work tree has a project of that name.</param>
internal sealed class ImportedSets(Repo repo, Func<string, bool> onDisk)
{
    private readonly SortedDictionary<string, SortedSet<string>> _projects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly List<(ImportedSet Set, byte[] Text)> _planned = [];

    /// <summary>Gets what was planned.</summary>
    public IReadOnlyList<ImportedSet> Planned => [.. _planned.Select(static p => p.Set)];

    /// <summary>Counts a project that is there now, under the name that it has here.</summary>
    public void Count(ImportSource source, PortableName name)
    {
        _names.TryAdd(source.Name, name.Value);
        string? set = source.Set ?? (source.Shown.StartsWith(Project.Root + "/", StringComparison.Ordinal) ? "" : null);
        if (set is not null)
        {
            _projects.TryAdd(set, new SortedSet<string>(StringComparer.Ordinal));
            _projects[set].Add(name.Value);
        }
    }

    /// <summary>Plans a file for each set that has projects, once all of them are counted.</summary>
    /// <param name="directory">Absolute path of the checkout, whose configurations are read.</param>
    /// <param name="remarks">Gets what could not be used, each a sentence.</param>
    public void Plan(string directory, List<string> remarks)
    {
        IReadOnlyList<ImportConfig> configs = ImportSets.ReadConfigs(directory, remarks);
        bool hasStore = _projects.Keys.Any(static s => s.Length > 0);
        bool hasShared = _projects.ContainsKey(ImportSets.Shared);
        foreach (string name in _projects.Keys.Where(
            static s => s.Length > 0).Union(configs.Select(static c => c.Set)).Order(StringComparer.Ordinal))
        {
            if (!PortableName.TryParse(name, out PortableName set))
            {
                remarks.Add($"set '{name}' has no portable name; no data set was made of it");
                continue;
            }

            // A checkout without sets has one for every configuration: all of its projects.
            string[] projects = [.. _projects.GetValueOrDefault(hasStore ? name : "") ?? []];
            bool includes = hasShared && name != ImportSets.Shared;
            if (projects.Length > 0 || includes)
            {
                string text = ImportSets.ToYaml(name, projects, includes, configs.FirstOrDefault(c => c.Set == name), Existing, remarks);
                Plan(set, projects.Length, Encoding.UTF8.GetBytes(text), remarks);
            }
        }
    }

    /// <summary>Writes and stages the files that are not there yet.</summary>
    public void Write()
    {
        List<string> written = [];
        foreach ((ImportedSet set, byte[] text) in _planned.Where(static s => s.Set.IsWritten))
        {
            repo.Files.Write(set.File, text);
            written.Add(set.File);
        }

        repo.Git.Stage(written);
    }

    private void Plan(PortableName set, int projects, byte[] text, List<string> remarks)
    {
        string file = DatasetRecipe.FileOf(set);
        KnownFiles.RequireRealParents(repo, file);
        byte[]? there = SmallFile.Find($"{repo.WorkTree}/{file}", file, SafeYaml.LengthMax);
        if (there is not null && !there.AsSpan().SequenceEqual(text))
        {
            remarks.Add($"'{file}' is there already and says something else; it was left as it is");
        }

        _planned.Add((new ImportedSet(set.Value, file, projects, there is null), text));
    }

    private string? Existing(string project) =>
        _names.TryGetValue(project, out string? name)
            ? name : onDisk(project) && PortableName.TryParse(project, out _) ? project : null;
}
