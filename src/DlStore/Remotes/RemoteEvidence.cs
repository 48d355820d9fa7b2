namespace DlStore.Remotes;

/// <summary>How something is known to be on a remote.</summary>
public enum EvidenceKind
{
    /// <summary>No remote is configured.</summary>
    NoRemote,
    /// <summary>Nothing that was read from the remote names it.</summary>
    Unknown,
    /// <summary>An index file of the remote names it, but no pin that was read does: its parts may be incomplete.</summary>
    Indexed,
    /// <summary>A pin of the remote names it: it was there, whole, when the pin was written.</summary>
    Pinned,
    /// <summary>Something it needs was found damaged or gone there and was not sent again since.</summary>
    Damaged,
}

/// <summary>What is known about one object on a remote, and since when. Never inferred from anything else.</summary>
/// <param name="Kind">How it is known.</param>
/// <param name="Commit">The pin's commit, or null.</param>
/// <param name="ReadAt">When that was read from the remote, or when the damage was found; or null.</param>
public sealed record RemoteEvidence(EvidenceKind Kind, string? Commit, DateTimeOffset? ReadAt)
{
    /// <summary>Gets which verb found the damage, or null.</summary>
    public string? FoundBy { get; init; }

    /// <summary>The answer where no remote is configured.</summary>
    public static readonly RemoteEvidence NoRemote = new(EvidenceKind.NoRemote, null, null);

    /// <summary>The answer where nothing is known.</summary>
    public static readonly RemoteEvidence Unknown = new(EvidenceKind.Unknown, null, null);
}
