namespace DlStore.Data.Annotations;

/// <summary>What appending classes gave.</summary>
/// <param name="List">The longer list; the same one if nothing is new.</param>
/// <param name="Added">The new classes, sorted ordinally, as they stand in it.</param>
public sealed record ClassListGrowth(ClassList List, IReadOnlyList<string> Added);
