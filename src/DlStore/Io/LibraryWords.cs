using System.Text.Json;
using System.Text.RegularExpressions;

namespace DlStore.Io;

/// <summary>
/// What an exception of a library says, as the end of a sentence of dls: without the place, which dls names as file and line itself,
/// without advice to programmers, in lower case and without a full stop.
/// </summary>
internal static partial class LibraryWords
{
    /// <summary>Gives the words.</summary>
    /// <param name="error">What was thrown while somebody's text was read.</param>
    /// <returns>One line, harmless for a terminal.</returns>
    public static string Of(Exception error)
    {
        string text = error switch
        {
            JsonException => JsonPlace().Replace(error.Message, ""),
            RegexParseException => PatternLead().Replace(error.Message, ""),
            _ => LinePlace().Replace(error.Message, ""),
        };
        text = EntryName.ShowLine(text.TrimEnd('.', ' '));
        text = text.Length > 1 && char.IsAsciiLetterLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
        return error is RegexParseException { Offset: var offset } ? $"at character {offset}: {text}" : text;
    }

    [GeneratedRegex(@" (?:Path: |LineNumber: |Change the reader options).*$", RegexOptions.Singleline)]
    private static partial Regex JsonPlace();

    [GeneratedRegex(@"^Invalid pattern '.*' at offset \d+\. ", RegexOptions.Singleline)]
    private static partial Regex PatternLead();

    [GeneratedRegex(@" Line \d+, position \d+\.$")]
    private static partial Regex LinePlace();
}
