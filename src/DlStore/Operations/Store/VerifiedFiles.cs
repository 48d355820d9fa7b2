using DlStore.Remotes;

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

/// <summary>Counts the files of a remote by how they were checked.</summary>
internal struct VerifiedCounts
{
    public VerifiedFiles ReadHere { get; private set; }

    public VerifiedFiles HashedThere { get; private set; }

    public VerifiedFiles Stored { get; private set; }

    public VerifiedFiles ByLength { get; set; }

    public readonly VerifiedFiles All => new(
        ReadHere.Files + HashedThere.Files + Stored.Files + ByLength.Files,
        ReadHere.Bytes + HashedThere.Bytes + Stored.Bytes + ByLength.Bytes);

    /// <summary>Tells the counts in a result.</summary>
    public readonly VerifyResult Tell(VerifyResult result) =>
        result with { ReadHere = ReadHere, HashedThere = HashedThere, Stored = Stored, ByLength = ByLength };

    public void Add(HashSource source, long bytes)
    {
        switch (source)
        {
            case HashSource.ReadThere:
                HashedThere = HashedThere.Add(bytes);
                break;
            case HashSource.Stored:
                Stored = Stored.Add(bytes);
                break;
            case HashSource.None or HashSource.ReadHere:
                ReadHere = ReadHere.Add(bytes);
                break;
        }
    }
}
