using System.Collections.Concurrent;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Store;

/// <summary>What to verify.</summary>
public sealed record VerifyOptions
{
    /// <summary>Gets the remote whose files are read instead of the local store, or null.</summary>
    public string? Remote { get; init; }

    /// <summary>Gets a value indicating whether every byte of the remote comes here, also where the far side could tell a hash.</summary>
    public bool Download { get; init; }

    /// <summary>Gets managed paths to restrict the check to, as typed; then only what they name is read, and it must be there.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Gets the packs and large blobs of the remote to look at; null for all of them and for what the pins name.</summary>
    internal IReadOnlySet<Oid>? Only { get; init; }

    /// <summary>Gets a value indicating whether files of the remote are taken as whole by name and length.</summary>
    internal bool Quick { get; init; }

    /// <summary>Gets a value indicating whether what is wrong is noted and set aside; a plan only looks.</summary>
    internal bool Notes { get; init; } = true;

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>A damaged or missing object or file.</summary>
/// <param name="What">A digest, or a file's path.</param>
/// <param name="Where">The file it lies in.</param>
/// <param name="Wrong">What is wrong, fits after a colon.</param>
/// <param name="UsedBy">Paths with the commits whose pointers name it.</param>
public sealed record DamagedObject(string What, string Where, string Wrong, IReadOnlyList<string> UsedBy)
{
    /// <summary>Gets the objects that are not whole there; none if only a file is wrong that holds no fact of its own.</summary>
    internal IReadOnlyCollection<Oid> Oids { get; init; } = [];
}

/// <summary>What verify found.</summary>
/// <param name="Packs">Packs read.</param>
/// <param name="Objects">Small objects in them; hashed one by one where the pack was read here.</param>
/// <param name="LargeBlobs">Large blobs hashed.</param>
/// <param name="Bytes">Bytes of all these files.</param>
/// <param name="Damaged">What is wrong.</param>
public sealed record VerifyResult(long Packs, long Objects, long LargeBlobs, long Bytes, IReadOnlyList<DamagedObject> Damaged)
{
    /// <summary>Gets files of a remote that were read and hashed here; null for the local store, where all are.</summary>
    public VerifiedFiles? ReadHere { get; init; }

    /// <summary>Gets files of a remote that the far side has read and hashed now; null for the local store.</summary>
    public VerifiedFiles? HashedThere { get; init; }

    /// <summary>
    /// Gets files of a remote that were not read: the hash that was stored when they were sent is the right one, and their length. Null
    /// for the local store.
    /// </summary>
    public VerifiedFiles? Stored { get; init; }

    /// <summary>Gets files of a remote that were not read and whose hash nobody was asked: they lie there in their length.</summary>
    public VerifiedFiles? ByLength { get; init; }

    /// <summary>Gets objects of a remote that have no good place there.</summary>
    internal IReadOnlyCollection<Oid> Lacking { get; init; } = [];

    /// <summary>Gets how many objects are named and not there because they were erased on purpose: that is no damage.</summary>
    public long Erased { get; init; }
}

/// <summary>
/// <c>dls verify</c>: every byte of the store against its oid and every pack and index against its name, on all cores. Damaged places are
/// noted, so that lookups pass over
/// them and the next pull fetches the objects again; a damaged large blob is set aside. Deletes nothing.
/// </summary>
public sealed class Verify
{
    private readonly Repo _repo;
    private readonly VerifyOptions _options;
    private readonly CancellationToken _cancel;
    private readonly ConcurrentBag<(Oid Oid, Oid? Pack, string Where, string Wrong)> _found = [];
    private readonly ConcurrentBag<DamagedObject> _files = [];
    private long _packs;
    private long _objects;
    private long _large;
    private long _erased;
    private long _bytes;
    private long _bytesTotal;
    private long _itemsTotal;

    private Verify(Repo repo, VerifyOptions options, CancellationToken cancel)
    {
        _repo = repo;
        _options = options;
        _cancel = cancel;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to verify.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What was found.</returns>
    public static Task<VerifyResult> RunAsync(Repo repo, VerifyOptions options, CancellationToken cancel) =>
        options is { Remote: null, Download: true }
            ? throw new DlsException(ErrorKind.Usage, "verify: --download goes with --remote", "add --remote NAME")
        : options is { Remote: not null, Paths.Count: > 0 }
            ? throw new DlsException(
                ErrorKind.Usage, $"verify '{options.Paths[0]}': --remote checks everything the remote has, and goes with no path",
                $"run `dls verify --remote {options.Remote}`, or `dls verify {ShellWord.Of(options.Paths[0])}` for the local store")
        : options.Remote is not null ? VerifyRemote.RunAsync(repo, options, cancel)
        : options.Paths.Count > 0 ? Task.FromResult(VerifyPaths.Run(repo, options, cancel))
        : Task.FromResult(new Verify(repo, options, cancel).Run());

    private VerifyResult Run()
    {
        Oid[] packs = [.. Sources.ListPacks(_repo.Store.PackDirectory)];
        IReadOnlyList<Oid> large = _repo.Store.Large.ListAll();
        _itemsTotal = packs.Length + large.Count;
        _bytesTotal = packs.Sum(
            p => new FileInfo(_repo.Store.PackPath(p)).Length) + large.Sum(b => new FileInfo(_repo.Store.Large.PathOf(b)).Length);
        CheckIndexes();
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = _repo.Threads, CancellationToken = _cancel };
        Parallel.ForEach(packs.OrderByDescending(p => new FileInfo(_repo.Store.PackPath(p)).Length),
            parallel, p => CheckPack(_repo.Store.PackPath(p), p));
        Parallel.ForEach(large, parallel, CheckLarge);
        FindLost();
        if (_options.Notes)
        {
            NoteDamage();
        }

        return ToResult();
    }

    private void FindLost()
    {
        HashSet<Oid> damaged = [.. _found.Select(static f => f.Oid)];
        ILookup<bool, (Oid Oid, string Path)> lost = VerifyLost.List(_repo, _cancel).ToLookup(l => _repo.Store.Erased.Contains(l.Oid));
        _erased = lost[true].Count();
        foreach ((Oid oid, string path) in lost[false].Where(l => !damaged.Contains(l.Oid)))
        {
            const string why = "it was recorded or written out here, and the store has lost it "
                + "(`dls repair` puts back what is on disk or on a remote)";
            _files.Add(new DamagedObject(oid.ToString(), "", why, [path]) { Oids = [oid] });
        }
    }

    private void CheckIndexes()
    {
        string directory = _repo.Store.IndexDirectory;
        foreach (string file in Directory.Exists(directory) ? Directory.GetFiles(directory, "*.idx") : [])
        {
            (PackIndex? index, string? wrong) = Oid.TryParseHex(Path.GetFileNameWithoutExtension(file), out Oid id)
                ? PackIndex.Open(file, id) : (null, "its name is not a digest");
            using (index)
            {
                if (index is null || !index.CheckDigest())
                {
                    _files.Add(new DamagedObject(
                        file, file, $"{wrong ?? "its bytes do not match its name"}; `dls index rebuild` makes a new one", []));
                }
            }
        }
    }

    private void CheckPack(string path, Oid id)
    {
        _cancel.ThrowIfCancellationRequested();
        using PackTable table = PackTable.Open(path, id);
        IReadOnlyList<(Oid Oid, string Wrong)> wrong = PackCheck.ListWrong(table, out bool isNamedRight);
        Interlocked.Increment(ref _packs);
        Interlocked.Add(ref _objects, table.Count);
        foreach ((Oid oid, string why) in wrong)
        {
            _found.Add((oid, id, path, why));
        }

        if (table.WasDamaged)
        {
            FindLost(table, id, path);
        }
        else if (!isNamedRight && wrong.Count == 0)
        {
            _files.Add(new DamagedObject(path, path, "its bytes do not match its name, but every object in it is whole", []));
        }

        Report(new FileInfo(path).Length);
    }

    /// <summary>A pack whose table is gone or cut off has fewer objects than the index says: those are damaged too.</summary>
    private void FindLost(PackTable table, Oid id, string path)
    {
        bool indexed = false;
        foreach (PackIndex index in OpenIndexes())
        {
            using (index)
            {
                foreach (PackEntry entry in index.EntriesOf(id))
                {
                    indexed = true;
                    if (!table.TryFind(entry.Oid, out _))
                    {
                        _found.Add((entry.Oid, id, path, "the pack is cut off or overwritten where it lay"));
                    }
                }
            }
        }

        if (!indexed || _found.IsEmpty)
        {
            _files.Add(new DamagedObject(
                path, path, $"its table is damaged; {CountWords.Of(table.Count, "object was", "objects were")}"
                    + " found by scanning it, others may be lost", []));
        }
    }

    private IEnumerable<PackIndex> OpenIndexes()
    {
        string directory = _repo.Store.IndexDirectory;
        foreach (string file in Directory.Exists(directory) ? Directory.GetFiles(directory, "*.idx") : [])
        {
            if (Oid.TryParseHex(Path.GetFileNameWithoutExtension(file), out Oid id) && PackIndex.Open(file, id).Index is { } index)
            {
                yield return index;
            }
        }
    }

    private void CheckLarge(Oid oid)
    {
        _cancel.ThrowIfCancellationRequested();
        string path = _repo.Store.Large.PathOf(oid);
        Interlocked.Increment(ref _large);
        if (PackFile.Hash(path) != oid)
        {
            _found.Add((oid, null, path, "its bytes do not hash to its oid"));
        }

        Report(new FileInfo(path).Length);
    }

    private void NoteDamage()
    {
        (Oid Pack, Oid Oid)[] places = [.. _found.Where(f => f.Pack is not null).Select(f => (f.Pack!.Value, f.Oid))];
        if (places.Length > 0 || !_repo.Store.Damage.IsEmpty)
        {
            _repo.Store.Damage.Replace(places);
        }

        foreach ((Oid oid, Oid? pack, string where, string _) in _found)
        {
            if (pack is null)
            {
                _repo.Store.Large.SetAside(oid, where);
            }
        }
    }

    private VerifyResult ToResult()
    {
        Dictionary<Oid, List<string>> users = _found.IsEmpty ? [] : ObjectUsers.Find(_repo, [.. _found.Select(f => f.Oid)], _cancel);
        IEnumerable<DamagedObject> objects = _found.Select(
            f => new DamagedObject(f.Oid.ToString(), f.Where, f.Wrong, users.TryGetValue(f.Oid, out List<string>? by) ? by : [])
            {
                Oids = [f.Oid],
            });
        DamagedObject[] all = [.. objects.Concat(_files).OrderBy(d => d.What, StringComparer.Ordinal)];
        return new VerifyResult(_packs, _objects, _large, _bytes, all) { Erased = _erased };
    }

    private void Report(long bytes)
    {
        long done = Interlocked.Add(ref _bytes, bytes);
        _options.Progress?.Report(new WorkProgress("verifying", _packs + _large, _itemsTotal, done, _bytesTotal));
    }
}
