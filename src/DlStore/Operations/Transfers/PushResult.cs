namespace DlStore.Operations.Transfers;

/// <summary>What push did.</summary>
public sealed record PushResult
{
    /// <summary>Gets the remote's name.</summary>
    public required string Remote { get; init; }

    /// <summary>Gets the commits that were pinned.</summary>
    public IReadOnlyList<string> Pinned { get; init; } = [];

    /// <summary>Gets the newest commit that was found pinned already, or null.</summary>
    public string? AlreadyPinned { get; init; }

    /// <summary>Gets the packs and large blobs sent.</summary>
    public long FilesSent { get; init; }

    /// <summary>Gets the bytes sent.</summary>
    public long BytesSent { get; init; }

    /// <summary>Gets the objects that were new to the remote.</summary>
    public long Objects { get; init; }

    /// <summary>
    /// Gets objects that are neither here nor named by the remote, each with the commit and pointer that needs it; their commits are not
    /// pinned.
    /// </summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>
    /// Gets objects that were erased and therefore were not sent, each with who did it and the commit and pointer that names it; their
    /// commits are pinned all the same.
    /// </summary>
    public IReadOnlyList<string> Erased { get; init; } = [];

    /// <summary>Gets how many places of the remote that were damaged or gone are whole again.</summary>
    public long Repaired { get; init; }

    /// <summary>
    /// Gets objects that are damaged or gone there and are not here either, with who uses them; no commit of this push needs them.
    /// </summary>
    public IReadOnlyList<string> Unrepaired { get; init; } = [];

    /// <summary>Gets index files of the remote that cannot be used; what only they name counts as not there.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Gets a value indicating whether only some paths were to be sent: nothing is pinned then.</summary>
    public bool IsOfPaths { get; init; }

    /// <summary>Gets a value indicating whether the remote confirmed that all it was sent would survive a loss of power there.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>Gets a value indicating whether this was about repairs only.</summary>
    public bool IsRepair { get; init; }

    /// <summary>Gets pointers of commits that cannot be read, a sentence each; those commits are not pinned.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>Gets a value indicating whether the newest commit, not only a past one, has such a pointer.</summary>
    public bool IsTipUnreadable { get; init; }

    /// <summary>Gets a value indicating whether all that was to be sent is there.</summary>
    public bool IsComplete => Missing.Count + Unrepaired.Count == 0 && !IsTipUnreadable;
}
