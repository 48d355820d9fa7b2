namespace DlStore.Operations.Dvc;

/// <summary>What to take over from DVC, and how.</summary>
public sealed record DvcImportOptions
{
    /// <summary>Gets records, directories with records, and outs, as typed; empty for all.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Gets a value indicating whether the <c>.dvc</c> files stay.</summary>
    public bool Keep { get; init; }

    /// <summary>Gets a value indicating whether files that differ from the record stay as they are and show as modified afterwards, in
    /// place of stopping the import.</summary>
    public bool KeepModified { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}
