using DlStore.Io;

namespace DlStore.Operations.Transfers;

/// <summary>What fetch did.</summary>
/// <param name="Remote">The remote's name.</param>
/// <param name="Objects">Objects that were missing here and have come.</param>
/// <param name="FilesRead">Packs, large blobs and ranges that were read.</param>
/// <param name="BytesRead">Bytes that were read.</param>
/// <param name="Missing">Objects that are neither here nor whole on the remote.</param>
/// <param name="Skipped">Pointers left out because they are fetched only when named.</param>
/// <param name="Lost">The paths that need those objects, at most 1,000, with whom to ask.</param>
/// <param name="Problems">Index files of the remote that cannot be used.</param>
public sealed record FetchResult(
    string? Remote, long Objects, long FilesRead, long BytesRead,
        IReadOnlyList<string> Missing, IReadOnlyList<RelPath> Skipped, IReadOnlyList<LostPath> Lost, IReadOnlyList<string> Problems)
{
    /// <summary>Gets the paths that need objects that were erased, at most 1,000, each with who erased it and why.</summary>
    public IReadOnlyList<LostPath> Erased { get; init; } = [];

    /// <summary>Gets how many objects were left out because they were erased.</summary>
    public long ErasedObjects { get; init; }

    /// <summary>
    /// Gets a value indicating whether this was about all commits: then nobody can do anything about what was erased.
    /// </summary>
    public bool IsOfPast { get; init; }

    /// <summary>Gets a value indicating whether all that was asked for is here now.</summary>
    public bool IsComplete => Missing.Count == 0 && (ErasedObjects == 0 || IsOfPast);

    /// <summary>Gets pointers that cannot be read: what they name was not looked for.</summary>
    public IReadOnlyList<UnreadablePointer> Unreadable { get; init; } = [];

    /// <summary>Gets pointers of past commits that cannot be read, a sentence each; what they name was not looked for.</summary>
    public IReadOnlyList<string> UnreadablePast { get; init; } = [];
}
