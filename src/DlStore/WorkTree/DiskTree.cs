using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>
/// A scanned directory. Before <see cref="Seal"/> some files have no oid; after it every directory has its tree's oid. Directories that did
/// not change live
/// only in the stat cache until they are asked for.
/// </summary>
internal sealed class DiskTree
{
    private readonly Dictionary<string, DirListing?> _directories;
    private readonly StatCache? _cache;

    public DiskTree(string root, Dictionary<string, DirListing?> directories, StatCache? cache, IReadOnlyList<RefusedPath> refused)
    {
        Root = root;
        _directories = directories;
        _cache = cache;
        Refused = [.. refused.OrderBy(r => r.Path, StringComparer.Ordinal)];
    }

    /// <summary>Gets the absolute path that was scanned.</summary>
    public string Root { get; }

    public IReadOnlyList<RefusedPath> Refused { get; }

    /// <summary>Gets the tree of the whole, after <see cref="Seal"/>.</summary>
    public TreeTotals Totals { get; private set; }

    /// <summary>
    /// Gets a value indicating whether the stat cache on disk says exactly what was found, so that it need not be written.
    /// </summary>
    public bool IsAsCached { get; private set; }

    /// <summary>Gives the directories with something to hash, in path order.</summary>
    public IReadOnlyList<DirListing> ListChanged() =>
        [.. _directories.Values.OfType<DirListing>().OrderBy(d => d.Path + "/", StringComparer.Ordinal)];

    /// <summary>Gives a directory's entries; null if it is not there.</summary>
    public DirListing? Find(string directory)
    {
        if (!_directories.TryGetValue(directory, out DirListing? listing))
        {
            return null;
        }

        return listing ?? ReadCached(directory);
    }

    /// <summary>
    /// Marks files whose oid is known but whose bytes the store lacks to be read again: a cached oid is not a stored object.
    /// </summary>
    /// <param name="has">Tells whether the store has an object.</param>
    public void RequireStored(Func<Oid, bool> has)
    {
        foreach (string directory in _directories.Keys.ToArray())
        {
            bool wasChanged = _directories[directory] is not null;
            DirListing listing = _directories[directory] ?? ReadCached(directory);
            bool lacks = false;
            for (int i = 0; i < listing.Count; i++)
            {
                ref DiskEntry entry = ref listing.Entries[i];
                if (entry.Mode != TreeMode.Directory && !entry.NeedsHash && !has(entry.Oid))
                {
                    entry.NeedsHash = true;
                    lacks = true;
                }
            }

            if (lacks && !wasChanged)
            {
                _directories[directory] = listing;
            }
        }
    }

    /// <summary>Computes every directory's tree, children first, and hands each node of a changed directory on.</summary>
    /// <param name="put">Takes nodes; null when only the oids are wanted.</param>
    /// <param name="mustPut">Says whether an unchanged directory's root node has to be made again because the store lacks it.</param>
    public void Seal(TreeWriter.NodeSink? put, Func<Oid, bool>? mustPut)
    {
        TreeWriter writer = new(put ?? ((_, _) => { }));
        bool asCached = _cache is not null && _cache.DirectoryCount == _directories.Count;
        foreach (string directory in _directories.Keys.OrderByDescending(d => d.Length == 0 ? 0 : 1 + d.AsSpan().Count('/')).ToArray())
        {
            DirListing? listing = _directories[directory];
            TreeTotals totals;
            if (listing is null && _cache!.TryGetBlock(directory, out StatBlock block)
                && !(mustPut?.Invoke(block.Totals.Oid) ?? false) && !HasChangedChild(directory))
            {
                totals = block.Totals;
            }
            else
            {
                bool wasCached = listing is null;
                listing ??= ReadCached(directory);
                totals = Build(listing, writer);
                listing.Totals = totals;
                bool still = wasCached && _cache!.TryGetBlock(directory, out StatBlock before) && before.Totals == totals;
                asCached &= still;
                _directories[directory] = still ? null : listing;
            }

            Note(directory, totals);
        }

        Totals = _totals[""];
        IsAsCached = asCached;
    }

    /// <summary>Gives a directory's tree after <see cref="Seal"/>.</summary>
    public TreeTotals TotalsOf(string directory) => _totals[directory];

    /// <summary>Writes the stat cache for what was found.</summary>
    /// <param name="path">Where the cache lives.</param>
    /// <param name="racyFrom">Files changed at or after this instant are marked to be hashed again.</param>
    public void WriteCache(string path, long racyFrom)
    {
        using StatCacheWriter writer = new(path);
        foreach ((string directory, DirListing? listing) in _directories)
        {
            if (listing is not null)
            {
                writer.Add(listing, racyFrom);
            }
            else if (_cache!.TryGetBlock(directory, out StatBlock block) && _cache.ReadBlock(block) is { } bytes)
            {
                writer.AddRaw(directory, bytes, block.Count, block.Totals);
            }
        }

        writer.Finish();
    }

    private readonly Dictionary<string, TreeTotals> _totals = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changedParents = new(StringComparer.Ordinal);

    private bool HasChangedChild(string directory) => _changedParents.Contains(directory);

    private void Note(string directory, TreeTotals totals)
    {
        _totals[directory] = totals;
        if (directory.Length > 0 && !(_cache?.TryGetBlock(directory, out StatBlock block) == true && block.Totals == totals))
        {
            _changedParents.Add(Parent(directory));
        }
    }

    private DirListing ReadCached(string directory) => _cache!.ReadListing(directory)
        ?? throw new DlsException(ErrorKind.Failed,
            $"read the stat cache of '{Root}': it is damaged", "delete the file `dls doctor` names, or run the command again");

    private TreeTotals Build(DirListing listing, TreeWriter writer)
    {
        for (int i = 0; i < listing.Count; i++)
        {
            ref DiskEntry entry = ref listing.Entries[i];
            if (entry.Mode == TreeMode.Directory)
            {
                if (!_totals.TryGetValue(listing.PathOf(i), out TreeTotals below))
                {
                    if (Refused.Count > 0)
                    {
                        // Status goes on past a directory that cannot be listed; add has stopped before this.
                        continue;
                    }

                    throw new DlsException(ErrorKind.Failed, $"read '{Root}/{listing.PathOf(i)}': it changed while it was read",
                        "run the command again when nothing writes there");
                }

                (entry.Oid, entry.Size, entry.Files) = (below.Oid, below.Size, below.Files);
            }

            writer.Add(listing.NameOf(i), entry.Mode, entry.Size, entry.Oid, entry.Files);
        }

        return writer.Finish();
    }

    private static string Parent(string directory) => directory.LastIndexOf('/') is var i and >= 0 ? directory[..i] : "";
}
