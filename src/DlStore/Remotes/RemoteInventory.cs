using DlStore.Objects;

namespace DlStore.Remotes;

/// <summary>
/// Compares what a remote's indexes name with what lies there, by name and length; no byte is read. What is gone or has another length is
/// noted as damaged.
/// </summary>
internal static class RemoteInventory
{
    /// <summary>Lists the packs and large blobs that lie on a remote, with their bytes.</summary>
    public static async Task<Dictionary<string, long>> ListSizesAsync(IRemote remote, CancellationToken cancel) =>
        new((await ListAsync(remote, "packs", cancel)).Concat(await ListAsync(remote, "blobs", cancel)), StringComparer.Ordinal);

    /// <summary>Lists the packs that lie on a remote, with their bytes.</summary>
    public static Task<Dictionary<string, long>> ListPacksAsync(IRemote remote, CancellationToken cancel) =>
        ListAsync(remote, "packs", cancel);

    /// <summary>Looks at all packs with one listing.</summary>
    /// <param name="remote">The remote.</param>
    /// <param name="index">What it names.</param>
    /// <param name="listed">A listing that may be older than the index files: what it lacks is looked for again.</param>
    /// <param name="note">Who notes it, and when.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task NotePacksAsync(
        IRemote remote, RemoteIndex index, IReadOnlyDictionary<string, long> listed, DamageNote note, CancellationToken cancel)
    {
        Dictionary<string, IndexedPack> left = new(StringComparer.Ordinal);
        foreach (IndexedPack pack in index.Indexes.SelectMany(i => i.Packs).Where(p => !index.Condemned.Packs.Contains(p.Id)))
        {
            string name = RemoteLayout.Pack(pack.Id);
            if (listed.TryGetValue(name, out long size) && size == pack.Size)
            {
                continue;
            }

            left[name] = pack;
        }

        await StrikeAsync(remote, "packs", left, static (pack, size) => pack.Size == size, cancel);
        foreach (IndexedPack pack in left.Values)
        {
            index.Damage.Add(new DamagedPlace(DamagedKind.Pack, pack.Id, default), note);
        }
    }

    /// <summary>Looks at all large blobs with one listing.</summary>
    public static async Task NoteBlobsAsync(IRemote remote, RemoteIndex index, DamageNote note, CancellationToken cancel)
    {
        Dictionary<string, (Oid Oid, long Size)> left = new(StringComparer.Ordinal);
        foreach (PackIndex file in index.Indexes)
        {
            for (int i = 0; i < file.BlobCount; i++)
            {
                left[RemoteLayout.Blob(file.GetBlob(i).Oid)] = file.GetBlob(i);
            }
        }

        await StrikeAsync(remote, "blobs", left, static (blob, size) => blob.Size == size, cancel);
        foreach ((Oid oid, long _) in left.Values)
        {
            index.Damage.Add(new DamagedPlace(DamagedKind.Blob, default, oid), note);
        }
    }

    /// <summary>Looks at some large blobs, one question each.</summary>
    /// <returns>True if something was noted.</returns>
    public static async Task<bool> NoteBlobsAsync(
        IRemote remote, RemoteIndex index, IEnumerable<(Oid Oid, long Size)> blobs, DamageNote note, CancellationToken cancel)
    {
        bool any = false;
        foreach ((Oid oid, long size) in blobs)
        {
            if (await remote.FindSizeAsync(RemoteLayout.Blob(oid), cancel) != size)
            {
                index.Damage.Add(new DamagedPlace(DamagedKind.Blob, default, oid), note);
                any = true;
            }
        }

        return any;
    }

    private static async Task<Dictionary<string, long>> ListAsync(IRemote remote, string directory, CancellationToken cancel)
    {
        Dictionary<string, long> there = new(StringComparer.Ordinal);
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, directory, RemoteListing.FilesMax, cancel))
        {
            there[file.Name] = file.Size;
        }

        return there;
    }

    private static async Task StrikeAsync<T>(
        IRemote remote, string directory, Dictionary<string, T> left, Func<T, long, bool> isRight, CancellationToken cancel)
    {
        if (left.Count == 0)
        {
            return;
        }

        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, directory, RemoteListing.FilesMax, cancel))
        {
            if (left.TryGetValue(file.Name, out T? named) && isRight(named, file.Size))
            {
                left.Remove(file.Name);
            }
        }
    }
}
