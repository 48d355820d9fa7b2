namespace DlStore.Images;

/// <summary>Where a box of the source lies in the transformed picture; counted from 1, the last column and row included.</summary>
/// <param name="XMin">First column.</param>
/// <param name="YMin">First row.</param>
/// <param name="XMax">Last column.</param>
/// <param name="YMax">Last row.</param>
/// <param name="CutPermille">How much of its area lies outside, 0 (nothing) to 1000 (all of it), rounded up.</param>
public readonly record struct MappedBox(int XMin, int YMin, int XMax, int YMax, int CutPermille)
{
    /// <summary>Gets a value indicating whether nothing of the box is left; its sides mean nothing then.</summary>
    public bool IsGone => CutPermille >= 1000;
}
