using DlStore.Io;

namespace DlStore;

/// <summary>A pointer that git has not merged, and what both sides did below it.</summary>
/// <param name="Path">The managed path.</param>
/// <param name="Clashes">Paths that both sides changed in different ways, from the top of the work tree, sorted; at most 1,000.</param>
/// <param name="ClashCount">How many there are.</param>
/// <param name="OursCount">Paths that only this side changed.</param>
/// <param name="TheirsCount">Paths that only the other side changed.</param>
/// <param name="Unknown">Why the sides could not be compared (a listing is not here), or null.</param>
/// <param name="Hint">Commands that end the merge of this pointer for one side or the other, relative to where the user stands.</param>
public sealed record PointerClash(
    RelPath Path, IReadOnlyList<string> Clashes, long ClashCount, long OursCount, long TheirsCount, string? Unknown, string Hint)
{
    /// <summary>Gets how many clashes <c>dls resolve</c> was told about already; those are not listed.</summary>
    public int DecidedCount { get; init; }

    /// <summary>Says what clashes, a line each.</summary>
    /// <returns>Lines for people; names are not escaped.</returns>
    public IReadOnlyList<string> Describe()
    {
        List<string> lines = [.. Clashes.Select(static c => $"{c}: the two sides differ")];
        if (ClashCount > Clashes.Count)
        {
            lines.Add($"and {ClashCount - Clashes.Count} more");
        }

        if (DecidedCount > 0)
        {
            lines.Add($"decided already: {DecidedCount}");
        }

        if (Unknown is null && OursCount + TheirsCount > 0)
        {
            lines.Add($"changed on this side only: {OursCount}; on the other side only: {TheirsCount}");
        }

        return Unknown is { } why ? [.. lines, why] : lines;
    }
}
