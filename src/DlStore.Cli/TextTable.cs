using System.Text;

namespace DlStore.Cli;

/// <summary>The title of a column and on which side its cells stand.</summary>
internal sealed record Column(string Title, bool Right = false);

/// <summary>Lays out rows of text in columns two spaces apart; wide characters count twice.</summary>
internal static class TextTable
{
    public static IEnumerable<string> Lines(IReadOnlyList<Column> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        int[] widths = [.. columns.Select(static c => Format.Width(c.Title))];
        foreach (IReadOnlyList<string> row in rows)
        {
            for (int i = 0; i < widths.Length; i++)
            {
                widths[i] = Math.Max(widths[i], Format.Width(row[i]));
            }
        }

        yield return Line(columns, widths, [.. columns.Select(static c => c.Title)]);
        foreach (IReadOnlyList<string> row in rows)
        {
            yield return Line(columns, widths, row);
        }
    }

    private static string Line(IReadOnlyList<Column> columns, int[] widths, IReadOnlyList<string> cells)
    {
        StringBuilder line = new();
        for (int i = 0; i < cells.Count; i++)
        {
            string space = new(' ', widths[i] - Format.Width(cells[i]));
            line.Append(i == 0 ? "" : "  ").Append(columns[i].Right ? space + cells[i] : cells[i] + space);
        }

        return line.ToString().TrimEnd(' ');
    }
}
