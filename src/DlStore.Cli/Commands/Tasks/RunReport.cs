using System.Globalization;
using DlStore.Operations.Tables;

namespace DlStore.Cli.Commands.Tasks;

/// <summary>How a table of runs looks.</summary>
internal static class RunReport
{
    private const int TextMax = 40;
    private const int NumbersMax = 4;

    /// <summary>Finds the columns that were asked for, else those that say most: who it is, the numbers of tests, the order.</summary>
    /// <param name="table">The runs.</param>
    /// <param name="typed">Names with commas, or null.</param>
    /// <param name="sort">The column of the order, or null.</param>
    public static RunField[] Columns(RunTable table, string? typed, string? sort)
    {
        string[] names = typed is not null ? typed.Split(',', StringSplitOptions.TrimEntries)
            : ["task", "kind", "n", "state", .. table.Fields.Tests.Take(NumbersMax).Select(static t => "test." + t), "created"];
        List<RunField> fields = [.. names.Select(n => table.Fields.Get(n, "show"))];
        if (typed is null && sort is not null && table.Fields.Get(sort, "sort by") is var by && fields.TrueForAll(f => f.Name != by.Name))
        {
            fields.Insert(4, by);
        }

        return [.. fields];
    }

    public static void Print(Terminal terminal, RunPage page, IReadOnlyList<RunField> fields)
    {
        if (page.Runs.Count > 0)
        {
            bool[] isNumber = [.. fields.Select(f => page.Runs.All(r => f.Of(r) is { IsPresent: false } or { Number: not null }))];
            terminal.Table([.. fields.Select((f, i) => new Column(f.Name.ToUpperInvariant(), Right: isNumber[i]))],
                [.. page.Runs.Select(r => (IReadOnlyList<string>)[.. fields.Select(f => Text(f.Of(r)))])]);
        }

        if (page.Runs.Count < page.Total || page.Total == 0)
        {
            terminal.Note(page.Total == 0 ? $"none of {Format.Count(page.Of, "attempt")} is such a one"
                : $"{Format.Count(page.Runs.Count)} of {Format.Count(page.Total)} are shown");
        }
    }

    private static string Text(RunCell cell)
    {
        string text = cell.Number is { } number && cell.Text.Contains('.', StringComparison.Ordinal)
            ? number.ToString("G6", CultureInfo.InvariantCulture) : cell.Text.Split('\n')[0];
        return text.Length > TextMax ? text[..(TextMax - 1)] + "…" : text;
    }
}
