namespace DlStore.Learning.Weights;

/// <summary>How many classes weights tell apart, as far as their layers show it.</summary>
/// <param name="Count">The number of classes, without a background class; null if nothing shows it.</param>
/// <param name="Basis">What it was derived from, or why nothing was, as the end of a sentence.</param>
public sealed record ClassGuess(int? Count, string Basis);
