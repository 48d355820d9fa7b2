namespace DlStore.Images.Sheets;

/// <summary>One row of the legend: for each class a square of its colour, its name and its count.</summary>
internal sealed class SheetLegendRow
{
    public const int Height = SheetText.Line + 6;
    private const int Square = 11;
    private const int Space = 22;
    private readonly List<(int X, int Index, string Name, string Count, int NameWidth)> _items = [];

    /// <summary>Distributes classes over rows.</summary>
    /// <param name="classes">The classes.</param>
    /// <param name="width">Columns of a row.</param>
    /// <param name="text">Measures words.</param>
    public static List<SheetLegendRow> Break(IReadOnlyList<SheetClass> classes, int width, SheetText text)
    {
        List<SheetLegendRow> rows = [];
        int x = 0;
        for (int i = 0; i < classes.Count; i++)
        {
            string count = classes[i].Count.ToString("#,0");
            int rest = Square + 6 + 6 + text.Measure(count, 1);
            string name = text.Shorten(classes[i].Name, width - rest, 1);
            int nameWidth = text.Measure(name, 1);
            if (rows.Count == 0 || x + rest + nameWidth > width)
            {
                rows.Add(new SheetLegendRow());
                x = 0;
            }

            rows[^1]._items.Add((x, i, name, count, nameWidth));
            x += rest + nameWidth + Space;
        }

        return rows;
    }

    /// <summary>Draws the row.</summary>
    public void Draw(Painter painter, SheetText text, int left, int y, int count)
    {
        foreach ((int x, int index, string name, string number, int nameWidth) in _items)
        {
            painter.Fill(left + x, y, Square, Square, SheetStyle.OfClass(index, count));
            text.Draw(name, left + x + Square + 6, y, 1, SheetStyle.Text);
            text.Draw(number, left + x + Square + 6 + nameWidth + 6, y, 1, SheetStyle.Faint);
        }
    }
}
