namespace DlStore.Operations.Erasing;

/// <summary>What to erase, where, and why.</summary>
public sealed record EraseOptions
{
    /// <summary>Gets managed paths, paths inside them, directories above some, and digests, as typed.</summary>
    public required IReadOnlyList<string> What { get; init; }

    /// <summary>Gets the commit whose pointers the paths are of, or null for the work tree's.</summary>
    public string? Rev { get; init; }

    /// <summary>Gets why, one line of at most 500 characters; everybody who misses the object reads it.</summary>
    public required string Reason { get; init; }

    /// <summary>Gets the names of remotes; empty for every one that is configured.</summary>
    public IReadOnlyList<string> Remotes { get; init; } = [];

    /// <summary>Gets a value indicating whether every content that the paths had in any commit goes, not only the present one.</summary>
    public bool AllVersions { get; init; }

    /// <summary>Gets a value indicating whether files of a directory go too that something outside of it names.</summary>
    public bool Shared { get; init; }

    /// <summary>Gets a value indicating whether the files go too that have these bytes in the work tree.</summary>
    public bool WorkTree { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }
}
