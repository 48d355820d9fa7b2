using System.Globalization;
using System.Text;
using DlStore.Io;
using DlStore.Lineage;
using DlStore.Objects;
using DlStore.Operations.Index;
using DlStore.Operations.Store;
using DlStore.WorkTree;

namespace DlStore.Operations.Erasing;

/// <summary>
/// What names some objects: pointers of every commit, with the paths inside their trees, those of the work tree, and records of tasks,
/// data sets and deployments. A directory in which none of them is, is walked once, however many versions have it.
/// </summary>
internal sealed class EraseNames
{
    private const int ShownMax = 10;
    private readonly Repo _repo;
    private readonly EraseTargets _targets;
    private readonly Dictionary<Oid, (List<string> Shown, HashSet<string> All)> _names = [];
    private readonly HashSet<Oid> _clean = [];
    private readonly SortedSet<string> _unknown = new(StringComparer.Ordinal);
    private readonly HashSet<Oid> _directories = [];

    private EraseNames(Repo repo, EraseTargets targets)
    {
        _repo = repo;
        _targets = targets;
    }

    /// <summary>Gets the objects that something names outside of the typed paths.</summary>
    public HashSet<Oid> Elsewhere { get; } = [];

    /// <summary>Gets the paths of the work tree whose pointers name one, from its top.</summary>
    public SortedDictionary<string, Oid> Current { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets what could not be looked at, a sentence each.</summary>
    public IReadOnlyCollection<string> Unknown => _unknown;

    /// <summary>Gets how many contents the typed paths had in other commits, that were not taken.</summary>
    public long OtherVersions { get; private set; }

    /// <summary>Finds the names.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="targets">The objects; with <paramref name="allVersions"/> those of other versions are added first.</param>
    /// <param name="allVersions">Every content that the typed paths ever had is meant.</param>
    /// <param name="cancel">Stops it.</param>
    public static EraseNames Find(Repo repo, EraseTargets targets, bool allVersions, CancellationToken cancel)
    {
        EraseNames names = new(repo, targets);
        IReadOnlyList<KnownPointer> uses = IndexCatchUp.Ask(
            repo, index => new LineageQuery(index, repo.StateDirectory).Pointers(), cancel);
        names.TakeVersions(uses, allVersions);
        foreach (KnownPointer use in uses)
        {
            cancel.ThrowIfCancellationRequested();
            string more = use.Commits > 1 ? string.Create(CultureInfo.InvariantCulture, $" and {use.Commits - 1} more") : "";
            names.Look(Entry(use.Kind, use.Oid), use.Path, $" at commit {use.Commit![..12]}{more}", current: false);
        }

        foreach (ManagedPath managed in repo.ListManaged(w => names._unknown.Add(w)))
        {
            names.Look(Snapshot.EntryOf(managed.Pointer), managed.Path.Value, " in the work tree", current: true);
        }

        names.TakeRecords(cancel);
        return names;
    }

    /// <summary>Describes one object.</summary>
    public ErasedObject Describe(Oid oid, long? size)
    {
        (List<string> shown, HashSet<string> all) = _names.GetValueOrDefault(oid, ([], []));
        return new ErasedObject(oid, size, _repo.Store.Contains(oid), shown, all.Count);
    }

    /// <summary>Tells whether anything names an object.</summary>
    public bool IsNamed(Oid oid) => _names.ContainsKey(oid);

    /// <summary>Tells whether something names an object as a directory.</summary>
    public bool IsDirectory(Oid oid) => _directories.Contains(oid);

    private static PathEntry Entry(ObjectKind kind, Oid oid) =>
        new(kind == ObjectKind.Tree ? TreeMode.Directory : TreeMode.File, oid, 0, 0);

    private void TakeVersions(IReadOnlyList<KnownPointer> uses, bool allVersions)
    {
        int before = _targets.Blobs.Count;
        HashSet<Oid> now = [.. _targets.Blobs.Keys];
        foreach (KnownPointer use in uses.DistinctBy(static u => (u.Path, u.Oid)))
        {
            if (RelPath.TryParse(use.Path, out RelPath path, out _) && !_targets.TakeVersion(path, Entry(use.Kind, use.Oid)))
            {
                NotHere($"'{use.Path}' at commit {use.Commit![..12]}");
            }
        }

        if (!allVersions)
        {
            OtherVersions = _targets.Blobs.Count - before;
            _targets.Leave([.. _targets.Blobs.Keys.Where(o => !now.Contains(o))]);
        }
    }

    private void TakeRecords(CancellationToken cancel)
    {
        Dictionary<Oid, SortedSet<string>> records = [];
        HashSet<Oid> trees = [];
        try
        {
            _ = GcRoots.Collect(_repo, cancel, (oid, isTree, by) =>
            {
                _ = records.TryGetValue(oid, out SortedSet<string>? known) ? known.Add(by) : records.TryAdd(oid, [by]);
                _ = isTree && trees.Add(oid);
            });
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt or ErrorKind.Failed)
        {
            _unknown.Add($"what records name was not all read: {e.Message}");
        }

        foreach ((Oid oid, SortedSet<string> by) in records)
        {
            string text = by.First().Replace(_repo.WorkTree + "/", "", StringComparison.Ordinal)
                + (by.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" and {by.Count - 1} more records") : "");
            Look(new PathEntry(trees.Contains(oid) ? TreeMode.Directory : TreeMode.File, oid, 0, 0), "", $"record {text}", current: false);
        }
    }

    private void Look(in PathEntry entry, string path, string where, bool current)
    {
        if (entry.IsDirectory)
        {
            _ = Walk(entry.Oid, path, where, current, 0);
        }
        else if (_targets.Blobs.ContainsKey(entry.Oid))
        {
            Note(entry.Oid, path, where, current);
        }
    }

    /// <summary>Walks a directory.</summary>
    /// <returns>True if one of the objects is below it, or may be.</returns>
    private bool Walk(Oid tree, string path, string where, bool current, int depth)
    {
        _ = _targets.Blobs.ContainsKey(tree) && _directories.Add(tree);
        if (_clean.Contains(tree))
        {
            return false;
        }

        bool any = false;
        try
        {
            TreeNode.RequireDepth(depth, path);
            TreeCursor cursor = new(_repo.Store.Read, tree);
            while (cursor.Next())
            {
                bool isHit = cursor.Mode != TreeMode.Directory && _targets.Blobs.ContainsKey(cursor.Oid);
                if (isHit || cursor.Mode == TreeMode.Directory)
                {
                    string below = $"{path}/{Encoding.UTF8.GetString(cursor.Name)}";
                    any |= isHit || Walk(cursor.Oid, below, where, current, depth + 1);
                    _ = isHit && Note(cursor.Oid, below, where, current);
                }
            }
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            NotHere($"'{path}'{where}");
            return true;
        }

        _ = !any && _clean.Add(tree);
        return any;
    }

    private void NotHere(string what) => _unknown.Add($"the listing of {what} is not here; `dls fetch --all --listings` brings it");

    private bool Note(Oid oid, string path, string where, bool current)
    {
        if (!_names.TryGetValue(oid, out (List<string> Shown, HashSet<string> All) names))
        {
            _names[oid] = names = ([], new HashSet<string>(StringComparer.Ordinal));
        }

        string text = where.StartsWith(' ') ? EscapedLine.Escape(path) + where : where + EscapedLine.Escape(path);
        if (names.All.Add(text) && names.Shown.Count < ShownMax)
        {
            names.Shown.Add(text);
        }

        bool isTyped = path.Length > 0 && path[0] != '/'
            && _targets.Paths.Any(p => path == p.Value || path.StartsWith(p.Value + "/", StringComparison.Ordinal));
        _ = !isTyped && Elsewhere.Add(oid);
        _ = current && Current.TryAdd(path, oid);
        return true;
    }
}
