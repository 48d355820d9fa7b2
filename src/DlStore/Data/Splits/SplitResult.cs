using DlStore.Data.Annotations;

namespace DlStore.Data.Splits;

/// <summary>A split.</summary>
/// <param name="Sides">One side an item, at the position the item was given at; never <see cref="SplitSide.None"/>.</param>
/// <param name="Units">What became of each unit, sorted by name.</param>
/// <param name="CrossTwins">Positions of the images that follow the bytes they share with another unit, or with an image that came with a
/// side; ascending.</param>
public sealed record SplitResult(IReadOnlyList<SplitSide> Sides, IReadOnlyList<SplitUnit> Units, IReadOnlyList<int> CrossTwins);
