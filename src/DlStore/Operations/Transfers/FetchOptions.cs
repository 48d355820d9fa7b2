namespace DlStore.Operations.Transfers;

/// <summary>What to fetch.</summary>
public sealed record FetchOptions
{
    /// <summary>Gets the remote's name, or null for the default one.</summary>
    public string? Remote { get; init; }

    /// <summary>Gets managed paths or paths inside them, as typed; empty for all that are not fetched on demand only.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Gets objects to fetch in place of paths, each with a name for messages; empty to go by paths.</summary>
    internal IReadOnlyList<NamedObject> Objects { get; init; } = [];

    /// <summary>
    /// Gets a value indicating whether what every commit of every ref names is fetched, not only the work tree's pointers.
    /// </summary>
    public bool All { get; init; }

    /// <summary>
    /// Gets a value indicating whether only the listings (tree nodes) are fetched: enough for ls and diff, and to add single files.
    /// </summary>
    public bool Listings { get; init; }

    /// <summary>Gets how many transfers to have under way, or null for what the remote likes.</summary>
    public int? Jobs { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets the command's word, for errors about words.</summary>
    public string Verb { get; init; } = "fetch";

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}
