using DlStore.Data.Annotations;
using DlStore.Objects;

namespace DlStore.Data.Splits;

/// <summary>An image that is to be put on a side.</summary>
/// <param name="Id">Unique in the data set; decides the order of <see cref="SplitMethod.Legacy"/>.</param>
/// <param name="Unit">The project or real-image set it is from: the percentage holds for each.</param>
/// <param name="Group">Within the unit: images that must not be parted, such as the variants of one master. For a unit of one master: the
/// hash of the bytes.</param>
/// <param name="Oid">SHA-256 of its bytes.</param>
/// <param name="IsReal">Whether it is a real image, not a generated one.</param>
public sealed record SplitItem(string Id, string Unit, string Group, Oid Oid, bool IsReal)
{
    /// <summary>Gets the side it came with and keeps, or <see cref="SplitSide.None"/>.</summary>
    public SplitSide Given { get; init; }
}
