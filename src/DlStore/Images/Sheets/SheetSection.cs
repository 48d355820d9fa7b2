namespace DlStore.Images.Sheets;

/// <summary>A group of pictures.</summary>
/// <param name="Heading">For example <c>suspicious</c> or <c>close / train</c>.</param>
/// <param name="Cells">The pictures.</param>
public sealed record SheetSection(string Heading, IReadOnlyList<SheetCell> Cells);
