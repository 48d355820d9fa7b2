namespace DlStore.Operations.Collect;

/// <summary>What a collection on a remote did.</summary>
public sealed record CollectResult
{
    /// <summary>Gets the remote's name.</summary>
    public required string Remote { get; init; }

    /// <summary>Gets the number of the collection; 0 if there was nothing to collect.</summary>
    public int Collection { get; init; }

    /// <summary>Gets how many pins keep what they name.</summary>
    public long Pins { get; init; }

    /// <summary>Gets how many objects they name, directly and through listings.</summary>
    public long Live { get; init; }

    /// <summary>Gets the packs that were condemned.</summary>
    public long Packs { get; init; }

    /// <summary>Gets the large blobs that were condemned.</summary>
    public long Blobs { get; init; }

    /// <summary>Gets the packs of which the live objects were sent in new ones.</summary>
    public long PacksRewritten { get; init; }

    /// <summary>Gets the damaged packs that hold what was erased, and cannot be written anew from here.</summary>
    public long ErasedHeld { get; init; }

    /// <summary>Gets the bytes that were moved to quarantine; they are free after the second grace.</summary>
    public long BytesMoved { get; init; }

    /// <summary>Gets the bytes that the remote has less now.</summary>
    public long BytesFreed { get; init; }

    /// <summary>Gets how many files were moved back out of the quarantine.</summary>
    public long Restored { get; init; }

    /// <summary>Gets the commits whose pins were released.</summary>
    public IReadOnlyList<string> Released { get; init; } = [];

    /// <summary>Gets pushes under way that the collection waits for, a line each: another gc goes on from here.</summary>
    public IReadOnlyList<string> Waiting { get; init; } = [];

    /// <summary>Gets the leases that were taken away by hand, a line each.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>
    /// Gets from when on the store can be collected, by its own clock: it was made by a dls that takes no leases; null if it can be now.
    /// </summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Gets a value indicating whether it has ended.</summary>
    public bool IsComplete => Waiting.Count == 0 && ErasedHeld == 0 && NotBefore is null;
}
