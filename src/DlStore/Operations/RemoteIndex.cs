using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations;

/// <summary>Where a remote has an object.</summary>
/// <param name="Pack">The pack; its id is zero for a large blob.</param>
/// <param name="Entry">The entry in the pack; for a large blob only its oid is set.</param>
internal readonly record struct RemotePlace(IndexedPack Pack, PackEntry Entry)
{
    public bool IsLarge => Pack.Id.IsZero;
}

/// <summary>A remote's index files, brought up to date in the local cache with one listing, and opened.</summary>
internal sealed class RemoteIndex : IDisposable
{
    private const int IndexMax = 1 << 30;
    private readonly IReadOnlyList<PackIndex> _indexes;

    private RemoteIndex(IReadOnlyList<PackIndex> indexes) => _indexes = indexes;

    public IReadOnlyList<PackIndex> Indexes => _indexes;

    public static async Task<RemoteIndex> SyncAsync(IRemote remote, RemoteCache cache, CancellationToken cancel)
    {
        HashSet<string> there = new(StringComparer.Ordinal);
        await foreach (RemoteFile file in remote.ListAsync(RemoteLayout.IndexDirectory, cancel))
        {
            string name = Path.GetFileName(file.Name);
            if (name.EndsWith(".idx", StringComparison.Ordinal) && Oid.TryParseHex(name.AsSpan(0, name.Length - 4), out Oid id) && file.Size <= IndexMax)
            {
                there.Add(name);
                await FetchAsync(remote, cache, file.Name, id, cancel);
            }
        }

        foreach (string file in Directory.Exists(cache.IndexDirectory) ? Directory.GetFiles(cache.IndexDirectory) : [])
        {
            if (!there.Contains(Path.GetFileName(file)))
            {
                File.Delete(file);
            }
        }

        return new RemoteIndex(cache.OpenIndexes());
    }

    /// <summary>Finds an object by what the remote's index files say.</summary>
    public RemotePlace? Find(Oid oid)
    {
        foreach (PackIndex index in _indexes)
        {
            if (index.Find(oid) is var row and >= 0)
            {
                PackEntry entry = index.Get(row, out int pack);
                return new RemotePlace(index.Packs[pack], entry);
            }

            if (index.ContainsBlob(oid))
            {
                return new RemotePlace(default, new PackEntry(oid, 0, 0, 0));
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

    private static async Task FetchAsync(IRemote remote, RemoteCache cache, string name, Oid id, CancellationToken cancel)
    {
        string path = Path.Combine(cache.IndexDirectory, id.ToHex() + ".idx");
        if (File.Exists(path))
        {
            return;
        }

        AtomicFile.MakeDirectory(cache.IndexDirectory);
        string temp = path + "." + Path.GetRandomFileName();
        try
        {
            Oid got = await remote.DownloadAsync(name, temp, null, cancel);
            if (got != id)
            {
                throw new DlsException(ErrorKind.Corrupt, $"read '{name}' of remote '{remote.Name}': its bytes do not match its name", $"run `dls verify --remote {remote.Name}`; from a clone that has the data, `dls push --all` writes a new index");
            }

            AtomicFile.Rename(temp, path, replace: true);
        }
        finally
        {
            File.Delete(temp);
        }
    }
}
