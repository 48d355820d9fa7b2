using System.Text;
using System.Text.RegularExpressions;
using DlStore.Io;

namespace DlStore.Operations.Exports;

/// <summary>
/// Tables as text with commas (RFC 4180, lines end with LF), such that no spreadsheet takes a text for a formula (docs/formats/exports.md).
/// </summary>
public static partial class CsvText
{
    /// <summary>Writes a table.</summary>
    /// <param name="columns">The titles.</param>
    /// <param name="rows">The cells of each row, as many as there are titles; any text.</param>
    /// <returns>A line of titles and a record a row; line breaks within cells stay.</returns>
    public static string Of(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        StringBuilder text = new();
        foreach (IReadOnlyList<string> row in rows.Prepend(columns))
        {
            for (int i = 0; i < row.Count; i++)
            {
                text.Append(i == 0 ? "" : ",").Append(Cell(row[i]));
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Writes one cell.</summary>
    private static string Cell(string value)
    {
        string shown = Harmless(value);
        // A spreadsheet computes what begins with one of these; one that begins with the mark itself gets another, so that taking one away
        // always gives the text.
        string marked = shown.Length > 0 && "=+-@\t\r'".Contains(shown[0], StringComparison.Ordinal) && !Number().IsMatch(shown)
            ? "'" + shown : shown;
        bool quoted = marked.AsSpan().IndexOfAny(",\"\r\n") >= 0 || marked.StartsWith(' ') || marked.EndsWith(' ');
        return quoted ? $"\"{marked.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : marked;
    }

    /// <summary>Shows control characters as everywhere, but for line breaks and tabs, which a cell may have.</summary>
    private static string Harmless(string value) => Break().Replace(value, static part => EntryName.ShowLine(part.Value));

    [GeneratedRegex(@"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\z|^[-+]?(inf|nan)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"[^\t\r\n]+", RegexOptions.CultureInvariant)]
    private static partial Regex Break();
}
