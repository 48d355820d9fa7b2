using DlStore.Io;

namespace DlStore.Objects;

/// <summary>
/// The local object store: packs of small objects and files of large blobs, below <c>$(git common dir)/dls</c> or <c>dls.storePath</c>.
///
/// Layout: packs/hex.pack, index/hex.idx, blobs/aa/bb/hex, erased/hex, tmp/, damaged, locks/store. Every file is immutable; what is
/// visible is complete. Reading takes no lock. Lookups go to the index files, and to the own tables of packs that no index covers. A crash
/// leaves at worst files in tmp/ and objects that nothing names. Safe for any number of threads and processes.
/// </summary>
public sealed class ObjectStore : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Damage _damage;
    private Sources _sources;

    private ObjectStore(string root)
    {
        Root = root;
        Large = new LargeBlobs(Path.Combine(root, "blobs"), TempDirectory);
        Erased = new Tombstones(Path.Combine(root, "erased"));
        _damage = Damage.Read(Path.Combine(root, "damaged"));
        _sources = Sources.Open(root, null);
    }

    /// <summary>Gets the absolute path of the store.</summary>
    public string Root { get; }

    /// <summary>Gets the large blobs.</summary>
    public LargeBlobs Large { get; }

    /// <summary>Gets what is known here to be erased.</summary>
    public Tombstones Erased { get; }

    /// <summary>Gets where unfinished files are made.</summary>
    public string TempDirectory => Path.Combine(Root, "tmp");

    /// <summary>Gets where packs lie.</summary>
    public string PackDirectory => Path.Combine(Root, "packs");

    /// <summary>Gets where index files lie.</summary>
    public string IndexDirectory => Path.Combine(Root, "index");

    /// <summary>Gets the places that verify found damaged and that lookups therefore skip.</summary>
    public Damage Damage => _damage;

    /// <summary>Gets what was found wrong while opening: damaged index files and pack tables, each a sentence.</summary>
    public IReadOnlyList<string> Warnings => _sources.Warnings;

    /// <summary>Opens a store; nothing is created until something is written.</summary>
    /// <param name="root">Absolute path; need not exist.</param>
    /// <returns>The store.</returns>
    public static ObjectStore Open(string root) => new(root);

    /// <summary>Gives the path of a pack.</summary>
    /// <param name="id">The pack's id.</param>
    /// <returns>An absolute path.</returns>
    public string PackPath(Oid id) => Path.Combine(PackDirectory, id.ToHex() + ".pack");

    /// <summary>Tells whether an object is here, by index alone.</summary>
    /// <param name="oid">The object.</param>
    /// <returns>True if a pack or a large blob file has it.</returns>
    public bool Contains(Oid oid) => Find(oid) is not null || Large.Contains(oid);

    /// <summary>Finds a packed object.</summary>
    /// <param name="oid">The object.</param>
    /// <returns>Where it lies, or null; places known to be damaged are passed over.</returns>
    public PackedObject? Find(Oid oid) => _sources.Find(oid, _damage);

    /// <summary>Reads a small object whole.</summary>
    /// <param name="oid">A node, or a blob that lies in a pack.</param>
    /// <returns>Its plain bytes, hashed.</returns>
    /// <exception cref="DlsException">Kind Missing: not here; kind Erased: not here, and on purpose; kind Corrupt: damaged.</exception>
    public byte[] Read(Oid oid)
    {
        PackedObject at = Find(oid) ?? FindAfterRefresh(oid) ?? throw Absent(oid);
        for (int looksLeft = Sources.LooksMax; ; looksLeft--)
        {
            try
            {
                return ReadAt(at);
            }
            catch (DlsException) when (looksLeft > 0 && !File.Exists(at.Pack.FilePath))
            {
                // A gc has copied it into another pack since it was found, and the next gc may be at that one by now.
                at = FindAfterRefresh(oid) ?? throw Absent(oid);
            }
        }
    }

    /// <summary>Looks again at the directories: another process may have added packs.</summary>
    public void Refresh() => Refresh(anew: false);

    /// <summary>Looks again; anew if a file that is open may have given way to another of its name.</summary>
    internal void Refresh(bool anew)
    {
        lock (_gate)
        {
            _sources = Sources.Open(Root, anew ? null : _sources);
            Large.Forget();
            Erased.Forget();
        }
    }

    /// <summary>Starts adding. Holds the store's shared lock until disposed, so that a gc cannot run in between.</summary>
    /// <param name="wait">How long to wait for a gc.</param>
    /// <returns>The writer.</returns>
    /// <exception cref="DlsException">Kind Locked: a gc is running; kind Failed: the store cannot be written.</exception>
    public ObjectWriter BeginWrite(TimeSpan wait)
    {
        foreach (string directory in (string[])[Path.Combine(Root, "locks"), TempDirectory, PackDirectory, IndexDirectory])
        {
            AtomicFile.MakeDirectory(directory);
        }

        string path = Path.Combine(Root, "locks", "store");
        ClearLeftovers(path);
        FileLock held = FileLock.TakeShared(path, wait);
        try
        {
            // A gc may have run between the first look at the store and the lock: what it deleted must not be taken for stored.
            Refresh();
            return new ObjectWriter(this, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Lists all packs that are here, opened by their own tables.</summary>
    /// <returns>One table a pack, in name order; the caller disposes each.</returns>
    public IEnumerable<PackTable> OpenTables()
    {
        foreach (Oid id in Sources.ListPacks(PackDirectory))
        {
            yield return PackTable.Open(PackPath(id), id);
        }
    }

    /// <summary>Writes a new index from the packs' own tables and removes the others.</summary>
    /// <returns>The number of objects indexed.</returns>
    public int RebuildIndex()
    {
        using ObjectWriter writer = BeginWrite(TimeSpan.FromSeconds(10));
        int count = Sources.Rebuild(Root);
        Refresh();
        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => _sources.Dispose();

    internal void MergeIndexes()
    {
        lock (_gate)
        {
            if (_sources.WantsMerge)
            {
                _sources.Merge(Root);
                _sources = Sources.Open(Root, _sources);
            }
        }
    }

    /// <summary>Says why an object is not here: it was erased, or it has not come.</summary>
    internal DlsException Absent(Oid oid) => Erased.Find(oid) is { } tombstone
        ? new DlsException(ErrorKind.Erased, $"read object '{oid}': {tombstone.Sentence}",
            "`dls rm PATH` takes it out of the pointer that names it; older commits keep its name, not its bytes")
        : NotHere(oid);

    internal static DlsException NotHere(Oid oid) => new(
        ErrorKind.Missing, $"read object '{oid}': it is not in the local store",
            "run `dls pull` to fetch it; if it is a listing, `dls fetch --listings` is enough");

    private static byte[] ReadAt(PackedObject at)
    {
        byte[] plain = GC.AllocateUninitializedArray<byte>((int)Math.Min(at.Entry.Plain, PackFormat.EntryMax));
        at.Pack.Read(at.Entry, plain);
        return plain;
    }

    private PackedObject? FindAfterRefresh(Oid oid)
    {
        Refresh();
        return Find(oid);
    }

    /// <summary>Removes temp files of processes that died. Only when nobody writes: the exclusive lock proves it.</summary>
    private void ClearLeftovers(string lockPath)
    {
        if (!Directory.EnumerateFileSystemEntries(TempDirectory).Any())
        {
            return;
        }

        using FileLock? alone = FileLock.TryExclusive(lockPath);
        if (alone is not null)
        {
            foreach (string file in Directory.EnumerateFiles(TempDirectory))
            {
                File.Delete(file);
            }
        }
    }
}
