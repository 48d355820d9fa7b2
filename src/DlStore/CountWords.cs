using System.Globalization;

namespace DlStore;

/// <summary>A number and the right form of what it counts: <c>1 file</c>, <c>2 files</c>.</summary>
internal static class CountWords
{
    /// <summary>Gives the count and its noun, with the verb where one follows.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">For exactly one: <c>file</c>, <c>file is</c>.</param>
    /// <param name="many">For any other count: <c>files are</c>; the first with an s where it is not given.</param>
    public static string Of(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}");
}
