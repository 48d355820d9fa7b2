using DlStore.Objects;

namespace DlStore.Operations.Dvc;

/// <summary>The bytes that a recorded MD5 stands for: found, checked, and stored or ready to be.</summary>
/// <param name="Oid">Their SHA-256.</param>
/// <param name="Size">How many.</param>
/// <param name="From">Where they were read: <c>work tree</c>, <c>cache</c>, or a remote.</param>
internal sealed record DvcPiece(Oid Oid, long Size, string From)
{
    /// <summary>Gets small bytes as they go into a pack, until they are there; null for those that are stored.</summary>
    public byte[]? Stored { get; set; }

    /// <summary>Gets how those are encoded.</summary>
    public byte Encoding { get; init; }
}

/// <summary>What looking for the bytes of one recorded MD5 came to.</summary>
/// <param name="Piece">The bytes; null if they were found nowhere.</param>
/// <param name="Tried">Where they were looked for, each with what was there.</param>
/// <param name="IsDamaged">Bytes were found under that name which do not have that MD5.</param>
/// <param name="IsModified">The work tree has other bytes there than the record.</param>
internal sealed record DvcFind(DvcPiece? Piece, IReadOnlyList<string> Tried, bool IsDamaged, bool IsModified);
