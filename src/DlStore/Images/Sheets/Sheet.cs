namespace DlStore.Images.Sheets;

/// <summary>What a contact sheet shows.</summary>
/// <param name="Title">The first line.</param>
/// <param name="Subtitle">The second line; empty for none.</param>
/// <param name="Classes">The classes, in the order of the class list; boxes name them by number.</param>
/// <param name="Sections">Groups of pictures, each with a heading.</param>
public sealed record Sheet(string Title, string Subtitle, IReadOnlyList<SheetClass> Classes, IReadOnlyList<SheetSection> Sections);
