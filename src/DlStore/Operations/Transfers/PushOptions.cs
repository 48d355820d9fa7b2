using DlStore.Git;

namespace DlStore.Operations.Transfers;

/// <summary>What to push.</summary>
public sealed record PushOptions
{
    /// <summary>Gets the remote's name, or null for the default one.</summary>
    public string? Remote { get; init; }

    /// <summary>Gets paths to restrict the push to, as typed; then no pin is written, because a pin speaks for a whole commit.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Gets a value indicating whether only the newest commit is pushed.</summary>
    public bool Tip { get; init; }

    /// <summary>Gets a value indicating whether all commits of all refs are pushed.</summary>
    public bool All { get; init; }

    /// <summary>Gets the commits to push instead of HEAD, for the pre-push hook.</summary>
    public IReadOnlyList<CommitId>? Commits { get; init; }

    /// <summary>
    /// Gets a value indicating whether the remote is looked through for what is damaged or gone, for all commits that are pinned there, and
    /// that is sent again; nothing else is.
    /// </summary>
    public bool Repair { get; init; }

    /// <summary>Gets a value indicating whether a remote may be made where none is.</summary>
    public bool Create { get; init; }

    /// <summary>Gets how many transfers to have under way, or null for what the remote likes.</summary>
    public int? Jobs { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}
