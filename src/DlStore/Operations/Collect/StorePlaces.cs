using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations.Collect;

/// <summary>What lies on a remote: one listing of its packs and one of its large blobs.</summary>
internal sealed class StorePlaces
{
    private StorePlaces()
    {
    }

    /// <summary>Gets the packs that are there, with their bytes.</summary>
    public Dictionary<Oid, long> Packs { get; } = [];

    /// <summary>Gets the large blobs that are there, with their bytes.</summary>
    public Dictionary<Oid, long> Blobs { get; } = [];

    public static async Task<StorePlaces> ListAsync(IRemote remote, CancellationToken cancel)
    {
        StorePlaces places = new();
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, "packs", RemoteListing.FilesMax, cancel))
        {
            if (Oid.TryParseHex(Path.GetFileNameWithoutExtension(file.Name), out Oid id) && file.Name == RemoteLayout.Pack(id))
            {
                places.Packs[id] = file.Size;
            }
        }

        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, "blobs", RemoteListing.FilesMax, cancel))
        {
            if (Oid.TryParseHex(Path.GetFileName(file.Name), out Oid id) && file.Name == RemoteLayout.Blob(id))
            {
                places.Blobs[id] = file.Size;
            }
        }

        return places;
    }
}
