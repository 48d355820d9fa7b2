using DlStore.Io;

namespace DlStore.Data.Recipes;

/// <summary>
/// The places where a program that does not keep to its private copy most likely writes, to be compared before and after: the project
/// itself and where it would lie in a home with all that is in them, and images and what is named after the project directly in the homes
/// and the temporary directory: other programs make other files there at any time.
/// </summary>
internal sealed class KnownPlaces
{
    private const int EntriesMax = 200_000;
    private readonly Dictionary<string, FileStat> _whole = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly string _name;
    private readonly string[] _projects;
    private readonly string[] _directories;

    private KnownPlaces(string name, IEnumerable<string> projects, IEnumerable<string> directories)
    {
        _name = name;
        _projects = [.. projects.Distinct()];
        _directories = [.. directories.Distinct()];
        foreach (string project in _projects)
        {
            Collect(project, _whole);
        }

        foreach (string directory in _directories)
        {
            _names.UnionWith(NamesIn(directory));
        }
    }

    /// <summary>Looks at the places.</summary>
    /// <param name="name">The project's name.</param>
    /// <param name="projects">Absolute paths of directories that count with all that is in them; they need not exist.</param>
    /// <param name="directories">Absolute paths of directories in which such new names count.</param>
    public static KnownPlaces Take(string name, IEnumerable<string> projects, IEnumerable<string> directories) =>
        new(name, projects, directories);

    /// <summary>Looks again, and lists what is new, other or gone.</summary>
    /// <returns>Absolute paths, sorted; those that are gone say so.</returns>
    public IReadOnlyList<string> Changes()
    {
        KnownPlaces now = new(_name, _projects, _directories);
        List<string> changes = [.. now._whole.Where(
            n => !_whole.TryGetValue(n.Key, out FileStat before) || !before.SameContentAs(n.Value)).Select(static n => n.Key)];
        changes.AddRange(_whole.Keys.Where(k => !now._whole.ContainsKey(k)).Select(static k => $"{k} (removed)"));
        changes.AddRange(now._names.Except(_names));
        changes.Sort(StringComparer.Ordinal);
        return [.. changes.Distinct()];
    }

    private static void Collect(string directory, Dictionary<string, FileStat> found)
    {
        if (!Sys.TryStat(directory, out FileStat stat) || !stat.IsDirectory)
        {
            return;
        }

        foreach (string entry in Entries(directory))
        {
            if (found.Count >= EntriesMax || !Sys.TryStat(entry, out FileStat inner))
            {
                continue;
            }

            if (inner.IsDirectory)
            {
                Collect(entry, found);
            }
            else
            {
                found[entry] = inner;
            }
        }
    }

    private IEnumerable<string> NamesIn(string directory) => Entries(directory).Where(
        e => IsItsOwn(Path.GetFileName(e)) && Sys.TryStat(e, out FileStat stat) && stat.Uid == Posix.GetEUid());

    private bool IsItsOwn(string file) => file.StartsWith(_name, StringComparison.Ordinal)
        || Path.GetExtension(file).ToLowerInvariant() is ".jpg" or ".jpeg" or ".png" or ".xml";

    private static string[] Entries(string directory)
    {
        try
        {
            return Directory.Exists(directory) ? Directory.GetFileSystemEntries(directory) : [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }
}
