using System.Globalization;

namespace DlStore.Learning.Logs;

/// <summary>Numbers as programs print them, with NaN and the infinities as C and Python write those.</summary>
internal static class LogNumber
{
    /// <summary>Reads a number: <c>0.5</c>, <c>1e-05</c>, <c>-nan</c>, <c>inf</c>, in any letter case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        ReadOnlySpan<char> bare = text.TrimStart("+-");
        if (bare.StartsWith("nan", StringComparison.OrdinalIgnoreCase))
        {
            value = double.NaN;
            return true;
        }

        if (bare.Equals("inf", StringComparison.OrdinalIgnoreCase) || bare.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            value = text.StartsWith('-') ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(text, Styles, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Takes the hours that a program itself names as left.</summary>
    /// <param name="hours">Its number; programs print -1 or NaN when they do not know.</param>
    /// <returns>The time, or null if it is no number from 0 to 1,000,000.</returns>
    public static TimeSpan? Hours(double hours) => hours is >= 0 and <= 1_000_000 ? TimeSpan.FromHours(hours) : null;
}
