namespace DlStore.WorkTree.Merges;

/// <summary>A key of a pointer, such as <c>origin</c>, that both sides of a merge set to different values.</summary>
/// <param name="Key">The key.</param>
/// <param name="Base">The value both sides started from, or null.</param>
/// <param name="Ours">This side's value, or null.</param>
/// <param name="Theirs">The other side's value, or null.</param>
public sealed record KeyClash(string Key, string? Base, string? Ours, string? Theirs)
{
    /// <summary>Gets what was decided, or null; never both.</summary>
    public MergeChoice? Decided { get; init; }
}
