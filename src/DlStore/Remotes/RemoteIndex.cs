using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes.Leases;

namespace DlStore.Remotes;

/// <summary>
/// A remote's index files, brought up to date in the local cache with one listing, and opened. One that cannot be used stops nobody: it is
/// told, and what only it names
/// counts as not there. One that has vanished although nothing supersedes it is kept as <c>hex.gone</c>, so that a push can put it back.
/// </summary>
internal sealed class RemoteIndex : IDisposable
{
    private const long IndexMax = 1L << 30;
    private const string GoneSuffix = ".gone";
    private readonly IReadOnlyList<PackIndex> _indexes;

    private RemoteIndex(
        IReadOnlyList<PackIndex> indexes, RemoteDamage damage, IReadOnlyList<RemoteProblem> problems, IReadOnlyList<Oid> gone)
    {
        _indexes = indexes;
        Damage = damage;
        Problems = problems;
        Gone = gone;
    }

    public IReadOnlyList<PackIndex> Indexes => _indexes;

    /// <summary>Gets what is noted as damaged there; <see cref="Find(Oid)"/> passes over it.</summary>
    public RemoteDamage Damage { get; }

    /// <summary>Gets or sets what the collection that is under way condemns.</summary>
    public CondemnedList Condemned { get; set; } = CondemnedList.None;

    /// <summary>Gets index files that cannot be used, those that have vanished included.</summary>
    public IReadOnlyList<RemoteProblem> Problems { get; }

    /// <summary>Gets index files that were there, have vanished or gone bad, and are still in the cache.</summary>
    public IReadOnlyList<Oid> Gone { get; }

    /// <summary>Gets a value indicating whether the remote has lists, for readers who cannot list it: pushes keep them.</summary>
    public bool IsPublished { get; private init; }

    /// <summary>Brings the cache up to date.</summary>
    /// <param name="remote">The remote.</param>
    /// <param name="cache">Its cache.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="reads">Index files whose copies are here already are read there too, and compared.</param>
    /// <exception cref="DlsException">Kind Failed: the remote cannot be read; kind Corrupt: it lists more index files than any dls
    /// writes.</exception>
    public static async Task<RemoteIndex> SyncAsync(IRemote remote, RemoteCache cache, CancellationToken cancel, bool reads = false)
    {
        (Dictionary<Oid, RemoteFile> there, bool isPublished) = await ListAsync(remote, cancel);
        List<RemoteProblem> problems = [];
        List<Oid> wrong = [];
        HashSet<Oid> superseded = SupersededIn(cache, there.ContainsKey);
        foreach ((Oid id, RemoteFile file) in there)
        {
            if (superseded.Contains(id))
            {
                continue;
            }

            bool isCopied = File.Exists(CopyOf(cache, id));
            if (await WhyBadAsync(remote, cache, file, id, reads, cancel) is { } why)
            {
                problems.Add(new RemoteProblem(id, file.Name, why));
                wrong.AddRange(isCopied ? [id] : []);
            }
        }

        IReadOnlyList<PackIndex> opened = cache.OpenIndexes(
            (id, why) => problems.Add(new RemoteProblem(id, RemoteLayout.Index(id), why)), there.ContainsKey);
        superseded.UnionWith(opened.SelectMany(i => i.Superseded));
        List<Oid> gone = DropVanished(cache, there, superseded);
        problems.AddRange(gone.Select(id => new RemoteProblem(id, RemoteLayout.Index(id), "it was there before and is gone")));
        problems.RemoveAll(p => superseded.Contains(p.Id));
        return new RemoteIndex(opened, cache.ReadDamage(), problems, [.. gone, .. wrong.Where(id => !superseded.Contains(id))])
        {
            IsPublished = isPublished,
        };
    }

    private static async Task<(Dictionary<Oid, RemoteFile> There, bool IsPublished)> ListAsync(IRemote remote, CancellationToken cancel)
    {
        Dictionary<Oid, RemoteFile> there = [];
        bool isPublished = false;
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, RemoteLayout.IndexDirectory, RemoteListing.IndexesMax, cancel))
        {
            isPublished |= RemoteList.IsMark(file.Name);
            if (IdOf(file.Name) is { } id)
            {
                there[id] = file;
            }
        }

        return (there, isPublished);
    }

    /// <summary>Copies an index file that is not here yet, and says what is wrong with it, or null.</summary>
    private static async Task<string?> WhyBadAsync(
        IRemote remote, RemoteCache cache, RemoteFile file, Oid id, bool reads, CancellationToken cancel) =>
        file.Size > IndexMax ? $"it has {file.Size} bytes, more than {IndexMax}"
        : !File.Exists(CopyOf(cache, id)) ? await FetchAsync(remote, cache, file, id, keep: true, cancel)
        : file.Size != new FileInfo(CopyOf(cache, id)).Length
            ? $"it has {file.Size} bytes instead of {new FileInfo(CopyOf(cache, id)).Length}"
        : reads ? await FetchAsync(remote, cache, file, id, keep: false, cancel) : null;

    /// <summary>Opens what the cache has; nobody is contacted.</summary>
    public static RemoteIndex OpenCached(RemoteCache cache) => new(cache.OpenIndexes(), cache.ReadDamage(), [], []);

    /// <summary>
    /// Puts index files back that have vanished or gone bad; what they name is looked for afterwards like everything else.
    /// </summary>
    public static async Task RestoreAsync(IRemote remote, RemoteCache cache, IReadOnlyList<Oid> gone, CancellationToken cancel)
    {
        foreach (Oid id in gone)
        {
            string file = CopyOf(cache, id);
            bool isGone = File.Exists(file + GoneSuffix);
            await remote.ReplaceFileAsync(RemoteLayout.Index(id), isGone ? file + GoneSuffix : file, id, null, cancel);
            _ = isGone && AtomicFile.Rename(file + GoneSuffix, file, replace: true);
        }

        await remote.FlushAsync(cancel);
    }

    /// <summary>Reads what all index files say of one pack; an object stands there once for each file that names it.</summary>
    public IEnumerable<PackEntry> EntriesOf(Oid pack) => _indexes.SelectMany(i => i.EntriesOf(pack));

    /// <summary>Finds an object by what the remote's index files say; places that are noted as damaged are passed over.</summary>
    public RemotePlace? Find(Oid oid) => Find(oid, Damage);

    /// <summary>Tells whether a place is one that the collection under way condemns.</summary>
    public bool IsCondemned(RemotePlace place) =>
        place.IsLarge ? Condemned.Blobs.Contains(place.Entry.Oid) : Condemned.Packs.Contains(place.Pack.Id);

    /// <summary>Finds an object in a place that is not noted in a list; null for any place.</summary>
    /// <param name="oid">The object.</param>
    /// <param name="except">Places to pass over, or null.</param>
    /// <param name="lasts">Condemned places are passed over too.</param>
    public RemotePlace? Find(Oid oid, RemoteDamage? except, bool lasts = false)
    {
        foreach (PackIndex index in _indexes)
        {
            for (int row = index.Find(oid); row >= 0 && row < index.RowCount; row++)
            {
                PackEntry entry = index.Get(row, out int pack);
                if (entry.Oid != oid)
                {
                    break;
                }

                RemotePlace place = new(index.Packs[pack], entry, 0);
                if (place.CanBe && (except is null || !place.IsNoted(except)) && !(lasts && IsCondemned(place)))
                {
                    return place;
                }
            }

            if (index.FindBlob(oid) is { } size && size >= 0 && (except is null || !except.HasBlob(oid))
                && !(lasts && Condemned.Blobs.Contains(oid)))
            {
                return new RemotePlace(default, new PackEntry(oid, 0, 0, 0), size);
            }
        }

        return null;
    }

    public void Dispose()
    {
        foreach (PackIndex index in _indexes)
        {
            index.Dispose();
        }
    }

    private static string CopyOf(RemoteCache cache, Oid id) => Path.Combine(cache.IndexDirectory, id.ToHex() + ".idx");

    private static Oid? IdOf(string name)
    {
        string last = Path.GetFileName(name);
        return last.EndsWith(".idx", StringComparison.Ordinal)
            && name == $"{RemoteLayout.IndexDirectory}/{last}" && Oid.TryParseHex(last.AsSpan(0, last.Length - 4), out Oid id) ? id : null;
    }

    private static HashSet<Oid> SupersededIn(RemoteCache cache, Func<Oid, bool> isThere)
    {
        // A copy that went bad here is fetched again before anything is said about the remote's.
        IReadOnlyList<PackIndex> cached = cache.OpenIndexes((id, _) => File.Delete(CopyOf(cache, id)), isThere);
        HashSet<Oid> ids = [.. cached.SelectMany(i => i.Superseded)];
        foreach (PackIndex index in cached)
        {
            index.Dispose();
        }

        return ids;
    }

    /// <summary>
    /// Removes cached files that are not there any more; those that nothing supersedes are kept under another name and told.
    /// </summary>
    private static List<Oid> DropVanished(RemoteCache cache, Dictionary<Oid, RemoteFile> there, HashSet<Oid> superseded)
    {
        List<Oid> gone = [];
        foreach (string file in Directory.Exists(cache.IndexDirectory) ? Directory.GetFiles(cache.IndexDirectory) : [])
        {
            bool wasGone = file.EndsWith(GoneSuffix, StringComparison.Ordinal);
            string plain = wasGone ? file[..^GoneSuffix.Length] : file;
            bool isIndex = Oid.TryParseHex(Path.GetFileNameWithoutExtension(plain), out Oid id)
                && plain.EndsWith(".idx", StringComparison.Ordinal);
            if (isIndex && !wasGone && there.ContainsKey(id))
            {
                continue;
            }

            if (isIndex && !there.ContainsKey(id) && !superseded.Contains(id) && PackFile.Hash(file) == id)
            {
                AtomicFile.Rename(file, plain + GoneSuffix, replace: true);
                gone.Add(id);
            }
            else
            {
                File.Delete(file);
            }
        }

        return gone;
    }

    /// <summary>Reads one index file, and keeps it in the cache or only compares.</summary>
    /// <returns>Null, or what is wrong with it.</returns>
    private static async Task<string?> FetchAsync(
        IRemote remote, RemoteCache cache, RemoteFile file, Oid id, bool keep, CancellationToken cancel)
    {
        string path = CopyOf(cache, id);
        AtomicFile.MakeDirectory(cache.IndexDirectory);
        string temp = path + "." + Path.GetRandomFileName();
        try
        {
            Oid got = await remote.DownloadAsync(file.Name, temp, IndexMax, null, cancel);
            if (got != id)
            {
                return "its bytes do not match its name";
            }

            _ = keep && AtomicFile.Rename(temp, path, replace: true);
            return null;
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Corrupt or ErrorKind.Missing)
        {
            return e.Message;
        }
        finally
        {
            File.Delete(temp);
        }
    }
}
