using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Objects;
using DlStore.Operations.Projects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Imports;

/// <summary>What has a name already: the projects that are there, and those that this import has given a name to.</summary>
internal sealed class ImportNames
{
    private readonly Repo _repo;
    private readonly ProjectNames _there;
    private readonly KnownMasters _known;
    private readonly Dictionary<string, ImportSource> _taken = new(StringComparer.Ordinal);

    private ImportNames(Repo repo)
    {
        _repo = repo;
        _there = ProjectNames.Read(repo);
        _known = KnownMasters.Read(repo);
    }

    /// <summary>Gets who has which picture as a master, those that are imported counted.</summary>
    public IReadOnlyDictionary<Oid, List<KnownMaster>> Masters => _known.ByOid;

    /// <summary>Reads the names that are there.</summary>
    public static ImportNames Read(Repo repo) => new(repo);

    /// <summary>Tells whether the work tree has a project of that name.</summary>
    public bool IsOnDisk(string project) => _there.OnDisk.Contains(project);

    /// <summary>Gives a name away, with the masters that come with it.</summary>
    public void Take(ImportSource source, PortableName name)
    {
        _taken[name.Value] = source;
        foreach (ImportFile file in source.Files.Where(static f => ImportSource.IsMaster(f.Relative)))
        {
            _known.Take(file.Oid, new KnownMaster(name.Value, $"{Project.Root}/{name}/{file.Relative}"));
        }
    }

    /// <summary>Compares with what has the name already: the masters decide, and what else differs is told.</summary>
    /// <returns>Whether both are one project, and what there is to say; null if the name is free.</returns>
    public (bool IsSame, string? Reason)? Compare(ImportSource source, PortableName name)
    {
        if (_taken.TryGetValue(name.Value, out ImportSource? other))
        {
            return Compare(source, f => other.Files.FirstOrDefault(o => o.Relative == f)?.Oid, other.Masters, other.Shown);
        }

        if (!_there.OnDisk.Contains(name.Value))
        {
            return Clash(name) is { } clash ? (false, clash) : null;
        }

        Oid[] masters = [.. _known.ByOid.SelectMany(
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
        string? taken = _there.OnDisk.Concat(
            _there.Staged).Concat(_taken.Keys).FirstOrDefault(n => n.Equals(name.Value, StringComparison.OrdinalIgnoreCase));
        return taken is null ? null : taken == name.Value ? "git has files of that name staged that are not in the work tree"
            : $"'{taken}' has the name on systems that do not tell cases apart";
    }
}
