namespace DlStore.Operations.Imports;

/// <summary>What to import.</summary>
public sealed record ProjectImportOptions
{
    /// <summary>Gets the directory, as typed.</summary>
    public required string Directory { get; init; }

    /// <summary>Gets what is put before a name that other content has already, or null: then that project is refused.</summary>
    public string? Prefix { get; init; }

    /// <summary>Gets a value indicating whether recipes of the built-in engine are made of the programs.</summary>
    public bool BuiltinRecipes { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}
