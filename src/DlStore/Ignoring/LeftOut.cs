namespace DlStore.Ignoring;

/// <summary>What <c>.dlsignore</c> files left out.</summary>
/// <param name="Count">Files, and directories as a whole.</param>
/// <param name="First">The first of them, at most 1,000 a managed path, from the top of the work tree; a directory ends with a slash.
/// </param>
public sealed record LeftOut(long Count, IReadOnlyList<string> First)
{
    /// <summary>Gets the answer where nothing was left out.</summary>
    public static LeftOut Nothing { get; } = new(0, []);

    /// <summary>Gives two together.</summary>
    public LeftOut And(LeftOut other) =>
        other.Count == 0 ? this : Count == 0 ? other : new(Count + other.Count, [.. First, .. other.First]);
}
