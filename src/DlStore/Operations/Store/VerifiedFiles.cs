namespace DlStore.Operations.Store;

/// <summary>Files of a remote that were checked in one way.</summary>
/// <param name="Files">Packs and large blobs.</param>
/// <param name="Bytes">Their bytes.</param>
public readonly record struct VerifiedFiles(long Files, long Bytes)
{
    /// <summary>Counts one more.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <returns>The sum.</returns>
    public VerifiedFiles Add(long bytes) => new(Files + 1, Bytes + bytes);
}
