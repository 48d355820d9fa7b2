namespace DlStore.Images.Sheets;

/// <summary>One picture.</summary>
/// <param name="Thumbnail">The picture, already small (<see cref="Images.Thumbnail.Fit"/>), so that a sheet of many does not hold them all
/// in full; a larger one is made smaller.</param>
/// <param name="Width">Columns of the picture that the boxes are about.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Boxes">The boxes on it.</param>
/// <param name="Caption">Name of the file; cut in the middle if it is too long.</param>
/// <param name="Detail">A second line, for example the split; empty for none.</param>
/// <param name="Flag">Codes of findings, drawn in red; null for none.</param>
public sealed record SheetCell(
    Raster Thumbnail, int Width, int Height, IReadOnlyList<SheetBox> Boxes, string Caption, string Detail, string? Flag);
