using System.Text.Json;

namespace DlStore.Io;

/// <summary>A text of a JSON document that stands where it may and means nothing there.</summary>
/// <param name="why">Quotes the text and says what it is not.</param>
internal sealed class BadValueException(string why) : JsonException(why)
{
    private readonly string _why = why;

    /// <summary>Says why a document cannot be used.</summary>
    /// <param name="error">What its reader threw.</param>
    /// <param name="what">What the document is, as <c>a lock</c>.</param>
    /// <returns>Fits after a colon.</returns>
    public static string Describe(JsonException error, string what) =>
        error is BadValueException bad
            ? $"line {error.LineNumber + 1}: {bad._why}" : $"line {error.LineNumber + 1} is not what {what} holds";
}
