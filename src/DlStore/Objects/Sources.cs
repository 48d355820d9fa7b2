using System.Globalization;

namespace DlStore.Objects;

/// <summary>
/// One consistent look at the store's index files and uncovered packs. Immutable; a refresh makes a new one that takes over what is still
/// there.
/// </summary>
internal sealed class Sources : IDisposable
{
    private const int UncoveredMax = 8;
    private const int IndexesMax = 8;

    /// <summary>How often a reader looks again when a gc takes away what it has just seen, before it says so.</summary>
    public const int LooksMax = 100;

    private readonly List<PackIndex> _indexes = [];
    private readonly List<PackReader?[]> _readers = [];
    private readonly List<PackTable> _tables = [];
    private readonly HashSet<Oid> _packs;
    private readonly List<string> _warnings = [];

    private Sources(HashSet<Oid> packs) => _packs = packs;

    public IReadOnlyList<string> Warnings => _warnings;

    public bool WantsMerge => _tables.Count > UncoveredMax || _indexes.Count > IndexesMax;

    public static Sources Open(string root, Sources? before) => Look(root, before, LooksMax);

    private static Sources Look(string root, Sources? before, int looksLeft)
    {
        string packs = Path.Combine(root, "packs");
        Sources sources = new(ListPacksAtOnce(packs));
        HashSet<Oid> covered = sources.OpenIndexes(Path.Combine(root, "index"), before);
        Dictionary<Oid, PackTable> old = before?._tables.ToDictionary(t => t.Pack.Id) ?? [];
        foreach (Oid id in sources._packs)
        {
            if (!covered.Contains(id))
            {
                string path = Path.Combine(packs, id.ToHex() + ".pack");
                PackTable table;
                try
                {
                    table = old.TryGetValue(id, out PackTable? open) ? open : PackTable.Open(path, id);
                }
                catch (DlsException) when (looksLeft > 0 && !File.Exists(path))
                {
                    // A gc has deleted it since the directory was listed. What was still wanted of it lies in a pack that this look did not
                    // list.
                    return Look(root, sources, looksLeft - 1);
                }

                sources._tables.Add(table);
                if (table.WasDamaged)
                {
                    sources._warnings.Add(string.Create(CultureInfo.InvariantCulture,
                        $"pack '{table.Pack.FilePath}' has a damaged table; "
                            + $"{CountWords.Of(table.Count, "object was", "objects were")} found by scanning it"));
                }
            }
        }

        return sources;
    }

    public static IEnumerable<Oid> ListPacks(string directory)
    {
        if (!Directory.Exists(directory))
        {
            yield break;
        }

        foreach (string file in Directory.EnumerateFiles(directory, "*.pack").Order(StringComparer.Ordinal))
        {
            if (Oid.TryParseHex(Path.GetFileNameWithoutExtension(file), out Oid id))
            {
                yield return id;
            }
        }
    }

    /// <summary>
    /// Lists until two listings agree. One alone is no moment in time: it can miss the pack that a gc wrote where the listing had already
    /// been, and the pack that this gc then deleted where the listing had yet to come.
    /// </summary>
    private static HashSet<Oid> ListPacksAtOnce(string directory)
    {
        HashSet<Oid> seen = [.. ListPacks(directory)];
        for (int looksLeft = LooksMax; looksLeft > 0; looksLeft--)
        {
            HashSet<Oid> again = [.. ListPacks(directory)];
            if (again.SetEquals(seen))
            {
                break;
            }

            seen = again;
        }

        return seen;
    }

    public static int Rebuild(string root)
    {
        string directory = Path.Combine(root, "index");
        string[] old = Directory.GetFiles(directory, "*.idx");
        PackIndexWriter writer = new();
        List<PackTable> tables = [];
        int count = 0;
        foreach (Oid id in ListPacks(Path.Combine(root, "packs")))
        {
            string path = Path.Combine(root, "packs", id.ToHex() + ".pack");
            PackTable table = PackTable.Open(path, id);
            tables.Add(table);
            if (!table.WasDamaged)
            {
                writer.AddTable(table, new FileInfo(path).Length);
                count += table.Count;
            }
        }

        string? kept = tables.Count == 0 ? null : writer.Write(directory).ToHex() + ".idx";
        tables.ForEach(t => t.Dispose());
        foreach (string file in old.Where(f => Path.GetFileName(f) != kept))
        {
            File.Delete(file);
        }

        return count;
    }

    public PackedObject? Find(Oid oid, Damage damage)
    {
        for (int i = _tables.Count - 1; i >= 0; i--)
        {
            if (_tables[i].TryFind(oid, out PackEntry entry) && !damage.Contains(_tables[i].Pack.Id, oid))
            {
                return new PackedObject(_tables[i].Pack, entry);
            }
        }

        for (int i = _indexes.Count - 1; i >= 0; i--)
        {
            int row = _indexes[i].Find(oid);
            for (; row >= 0 && row < _indexes[i].RowCount; row++)
            {
                PackEntry entry = _indexes[i].Get(row, out int pack);
                if (entry.Oid != oid)
                {
                    break;
                }

                if (_readers[i][pack] is { } reader && !damage.Contains(reader.Id, oid))
                {
                    return new PackedObject(reader, entry);
                }
            }
        }

        return null;
    }

    /// <summary>Merges everything into one index file, then removes the files it supersedes.</summary>
    public void Merge(string root)
    {
        string directory = Path.Combine(root, "index");
        PackIndexWriter writer = new();
        foreach (PackTable table in _tables.Where(t => !t.WasDamaged))
        {
            writer.AddTable(table, new FileInfo(table.Pack.FilePath).Length);
        }

        foreach (PackIndex index in _indexes)
        {
            writer.AddIndex(index, _packs.Contains);
        }

        string kept = writer.Write(directory).ToHex();
        foreach (PackIndex index in _indexes.Where(i => i.Id.ToHex() != kept))
        {
            File.Delete(index.FilePath);
        }
    }

    public void Dispose()
    {
        _indexes.ForEach(i => i.Dispose());
        _tables.ForEach(t => t.Dispose());
        foreach (PackReader?[] readers in _readers)
        {
            foreach (PackReader? reader in readers)
            {
                reader?.Dispose();
            }
        }
    }

    private HashSet<Oid> OpenIndexes(string directory, Sources? before)
    {
        HashSet<Oid> covered = [];
        if (!Directory.Exists(directory))
        {
            return covered;
        }

        List<PackIndex> opened = [];
        foreach (string file in Directory.EnumerateFiles(directory, "*.idx").Order(StringComparer.Ordinal))
        {
            if (Oid.TryParseHex(Path.GetFileNameWithoutExtension(file), out Oid id) && OpenIndex(file, id, before) is { } index)
            {
                opened.Add(index);
            }
        }

        string packs = Path.Combine(Path.GetDirectoryName(directory)!, "packs");
        HashSet<Oid> superseded = [.. opened.SelectMany(i => i.Superseded)];
        foreach (PackIndex index in opened.Where(i => !superseded.Contains(i.Id)))
        {
            _indexes.Add(index);
            _readers.Add([.. index.Packs.Select(
                p => _packs.Contains(p.Id) ? new PackReader(Path.Combine(packs, p.Id.ToHex() + ".pack"), p.Id) : null)]);
            covered.UnionWith(index.Packs.Select(p => p.Id));
        }

        return covered;
    }

    private PackIndex? OpenIndex(string file, Oid id, Sources? before)
    {
        if (before?._indexes.Find(i => i.Id == id) is { } known)
        {
            return known;
        }

        PackIndex? index = null;
        string? wrong = null;
        try
        {
            (index, wrong) = PackIndex.Open(file, id);
        }
        catch (DlsException) when (!File.Exists(file))
        {
            // Another process has merged it into a newer one since the directory was listed; packs are found by their own tables until the
            // next look.
            return null;
        }

        if (index is null)
        {
            _warnings.Add($"pack index '{file}' is damaged ({wrong}) and is not used; `dls index rebuild` makes a new one");
        }

        return index;
    }
}
