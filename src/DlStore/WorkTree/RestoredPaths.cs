namespace DlStore.WorkTree;

/// <summary>What a restore moved back.</summary>
/// <param name="Restored">The paths that are back, relative to where they were restored.</param>
/// <param name="Left">Paths below the entry's <c>files/</c> that its record does not name and that stay in the trash.</param>
public sealed record RestoredPaths(IReadOnlyList<string> Restored, IReadOnlyList<string> Left);
