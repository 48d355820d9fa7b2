namespace DlStore.Data.Lint;

/// <summary>Images of a set that are copies of each other, byte for byte.</summary>
/// <param name="Images">All images that could be read.</param>
/// <param name="Distinct">How many of them differ.</param>
/// <param name="Groups">The groups of two or more equal images, largest first, then by name; each sorted by id.</param>
/// <param name="Conflicting">Images whose bytes stand under another label too.</param>
/// <param name="Ceiling">The share of images that a classifier can get right at best, 0 to 1; 1 without conflicts.</param>
public sealed record LintTwins(int Images, int Distinct, IReadOnlyList<IReadOnlyList<string>> Groups, int Conflicting, double Ceiling);
