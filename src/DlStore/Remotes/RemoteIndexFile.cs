using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Remotes;

/// <summary>An index file that goes to a remote, and what the index files there name.</summary>
internal static class RemoteIndexFile
{
    /// <summary>Writes an index and sends it; the names that it holds are durable there before it counts here.</summary>
    /// <param name="remote">Where to.</param>
    /// <param name="cache">What is known of it here.</param>
    /// <param name="writer">What the index says.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Its bytes, and whether the remote confirmed the flush.</returns>
    public static async Task<(long Size, Durability Flushed)> SendAsync(
        IRemote remote, RemoteCache cache, PackIndexWriter writer, CancellationToken cancel)
    {
        AtomicFile.MakeDirectory(cache.OutgoingDirectory);
        AtomicFile.MakeDirectory(cache.IndexDirectory);
        Oid written = writer.Write(cache.OutgoingDirectory);
        string name = written.ToHex() + ".idx";
        string file = Path.Combine(cache.OutgoingDirectory, name);
        await remote.PutFileAsync(RemoteLayout.Index(written), file, written, null, cancel);
        Durability flushed = await remote.FlushAsync(cancel);
        long size = new FileInfo(file).Length;

        // In the cache it counts as seen on the remote, so it goes there last.
        AtomicFile.Rename(file, Path.Combine(cache.IndexDirectory, name), replace: true);
        return (size, flushed);
    }

    /// <summary>Lists the packs and large blobs that an index names, as files of the remote.</summary>
    public static IEnumerable<(string Name, Oid Id, long Size)> Named(PackIndex index)
    {
        foreach (IndexedPack pack in index.Packs)
        {
            yield return (RemoteLayout.Pack(pack.Id), pack.Id, pack.Size);
        }

        for (int i = 0; i < index.BlobCount; i++)
        {
            (Oid oid, long size) = index.GetBlob(i);
            yield return (RemoteLayout.Blob(oid), oid, size);
        }
    }
}
