namespace DlStore.Data.Layouts;

/// <summary>A line of a list that says something.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">Without its end.</param>
internal readonly record struct ListLine(int Number, string Text);
