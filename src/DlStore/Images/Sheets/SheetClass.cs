namespace DlStore.Images.Sheets;

/// <summary>One class in the legend.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">How many boxes it has, in all that the sheet is about.</param>
public sealed record SheetClass(string Name, long Count);
