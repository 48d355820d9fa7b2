namespace DlStore.Operations.Transfers;

/// <summary>What to mirror.</summary>
public sealed record MirrorOptions
{
    /// <summary>Gets the remote to copy from.</summary>
    public required string From { get; init; }

    /// <summary>Gets the remote to copy to.</summary>
    public required string To { get; init; }

    /// <summary>Gets a value indicating whether the pins of every repository are copied, not only this one's.</summary>
    public bool AllRepositories { get; init; }

    /// <summary>Gets a value indicating whether the remote to copy to may be made.</summary>
    public bool Create { get; init; }

    /// <summary>Gets how many transfers to have under way, or null for what the remotes like.</summary>
    public int? Jobs { get; init; }

    /// <summary>Gets a value indicating whether to look only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>What a mirror did.</summary>
public sealed record MirrorResult
{
    /// <summary>Gets the remote copied from.</summary>
    public required string From { get; init; }

    /// <summary>Gets the remote copied to.</summary>
    public required string To { get; init; }

    /// <summary>Gets the packs and large blobs copied.</summary>
    public required long Files { get; init; }

    /// <summary>Gets their bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Gets the pins copied.</summary>
    public required long Pins { get; init; }

    /// <summary>
    /// Gets what the first remote's indexes name and that is not there, or damaged; if any, no index and no pin was copied.
    /// </summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Gets a value indicating whether the second remote confirmed that all would survive a loss of power there.</summary>
    public bool IsDurable { get; init; } = true;
}
