namespace DlStore.Operations.Collect;

/// <summary>What to collect on a remote.</summary>
public sealed record CollectOptions
{
    /// <summary>Gets the remote's name, or null for the default one.</summary>
    public string? Remote { get; init; }

    /// <summary>
    /// Gets after how many days a pin is released whose commit nothing in this clone reaches; null releases none.
    /// </summary>
    public int? KeepDays { get; init; }

    /// <summary>Gets how long to wait for pushes under way that began before this collection.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>
    /// Gets leases to take away whatever their age, by their ids or the first eight digits of them or more: their pushes were killed.
    /// </summary>
    public IReadOnlyList<string> DropLeases { get; init; } = [];

    /// <summary>Gets the number of the lock of a collector who was killed, to take whatever its age; or null.</summary>
    public int? TakeLock { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}
