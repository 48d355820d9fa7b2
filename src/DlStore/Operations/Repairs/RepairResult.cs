namespace DlStore.Operations.Repairs;

/// <summary>What a repair did, or would do.</summary>
public sealed record RepairResult
{
    /// <summary>Gets the stores that were looked through, the local one first.</summary>
    public required IReadOnlyList<RepairedStore> Stores { get; init; }

    /// <summary>Gets remotes that could not be asked for good copies, and why.</summary>
    public IReadOnlyList<string> Unasked { get; init; } = [];

    /// <summary>Gets a value indicating whether everything that was looked at is whole now.</summary>
    public bool IsComplete => Stores.All(static s => s.Left.Count == 0 && s.Error is null);
}
