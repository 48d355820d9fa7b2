namespace DlStore.Images.Sheets;

/// <summary>A box on a picture; counted from 1, the last column and row included.</summary>
/// <param name="XMin">First column.</param>
/// <param name="YMin">First row.</param>
/// <param name="XMax">Last column.</param>
/// <param name="YMax">Last row.</param>
/// <param name="ClassIndex">The class, from 0; another number is drawn in grey.</param>
public readonly record struct SheetBox(int XMin, int YMin, int XMax, int YMax, int ClassIndex);
