using DlStore.Objects;

namespace DlStore.Operations.Store;

/// <summary>Reads small stored files whole, wherever the store keeps them.</summary>
internal static class StoredFile
{
    /// <summary>Reads a blob and checks it against its oid.</summary>
    /// <exception cref="DlsException">Kind Missing: it is not here. Kind Corrupt: its bytes are others.</exception>
    public static byte[] Read(Repo repo, Oid oid)
    {
        if (!repo.Store.Large.Contains(oid))
        {
            return repo.Store.Read(oid);
        }

        byte[] bytes = File.ReadAllBytes(repo.Store.Large.PathOf(oid));
        return Oid.Of(bytes) == oid ? bytes : throw new DlsException(
            ErrorKind.Corrupt, $"read object '{oid}': its bytes do not hash to its oid", "run `dls verify`, then `dls pull`");
    }
}
