using System.Globalization;

namespace DlStore.Operations.Tables;

/// <summary>What one run has in one column.</summary>
/// <param name="Text">As it is shown; empty if the run has none.</param>
/// <param name="Number">Its value, if it is a number.</param>
public readonly record struct RunCell(string Text, double? Number)
{
    /// <summary>Gets the cell of a run that has nothing there.</summary>
    public static RunCell None => new("", null);

    /// <summary>Gets a value indicating whether the run has something there.</summary>
    public bool IsPresent => Text is { Length: > 0 };

    /// <summary>Makes a cell of a text, which may be a number.</summary>
    /// <param name="text">Any text, or null for none.</param>
    /// <returns>The cell.</returns>
    public static RunCell Of(string? text) => string.IsNullOrEmpty(text) ? None : new RunCell(text, TryNumber(text));

    /// <summary>Makes a cell of a number.</summary>
    /// <param name="number">Any number, or null for none.</param>
    /// <returns>The cell.</returns>
    public static RunCell Of(double? number) =>
        number is { } value ? new RunCell(value.ToString("R", CultureInfo.InvariantCulture), value) : None;

    /// <summary>Reads a number as programs print them: <c>0.5</c>, <c>1e-3</c>, <c>nan</c>, <c>-inf</c>.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The number, or null.</returns>
    public static double? TryNumber(string text) => text.ToLowerInvariant() switch
    {
        "nan" => double.NaN,
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null,
    };
}
