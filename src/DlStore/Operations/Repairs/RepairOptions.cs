namespace DlStore.Operations.Repairs;

/// <summary>What to repair.</summary>
public sealed record RepairOptions
{
    /// <summary>Gets the remote whose damage is mended instead of the local store's, or null.</summary>
    public string? Remote { get; init; }

    /// <summary>Gets a value indicating whether the local store and every remote that can be written are repaired.</summary>
    public bool All { get; init; }

    /// <summary>Gets managed paths to restrict the repair of the local store to, as typed; what they name has to be here.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Gets a value indicating whether every byte of a remote is read here when it is looked through.</summary>
    public bool Download { get; init; }

    /// <summary>Gets how many transfers to have under way, or null for what a remote likes.</summary>
    public int? Jobs { get; init; }

    /// <summary>Gets a value indicating whether to look and plan only: nothing is noted, set aside, fetched or sent.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}
