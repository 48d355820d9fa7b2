namespace DlStore.Images.Sheets;

/// <summary>
/// Draws a contact sheet: a title, a legend of the classes, and sections of equal cells, each a small picture with its boxes and the words
/// that belong to it. What
/// is drawn depends on the input and the font alone.
/// </summary>
public sealed class ContactSheet
{
    private readonly Sheet _sheet;
    private readonly int _columns;
    private readonly int _side;
    private readonly Painter _painter;
    private readonly SheetText _text;
    private readonly List<SheetLegendRow> _legend;
    private readonly bool _hasDetail;

    private ContactSheet(Sheet sheet, int columns, int side, GlyphFont? font)
    {
        _sheet = sheet;
        _columns = columns;
        _side = side;
        _hasDetail = sheet.Sections.Any(static s => s.Cells.Any(static c => c.Detail.Length > 0));

        // The height follows from measured text, which needs no painter.
        _legend = SheetLegendRow.Break(sheet.Classes, Width - (2 * SheetStyle.Margin), new SheetText(new Painter(new Raster(1, 1)), font));
        int height = Walk(draw: false);
        if (Width > Raster.SideMax || height > Raster.SideMax || (long)Width * height > Raster.PixelsMax)
        {
            throw new DlsException(ErrorKind.Failed,
                $"draw contact sheet '{sheet.Title}': {Width}x{height} pixels are too many", "show fewer images, or smaller ones");
        }

        _painter = new Painter(new Raster(Width, height));
        _text = new SheetText(_painter, font);
    }

    private int CardWidth => _side + (2 * SheetStyle.Padding);

    private int Width => (2 * SheetStyle.Margin) + (_columns * CardWidth) + ((_columns - 1) * SheetStyle.Gap);

    /// <summary>Draws a sheet.</summary>
    /// <param name="sheet">What to show.</param>
    /// <param name="columns">Cells in a row, 1 to 64.</param>
    /// <param name="side">The side of the square for a picture, 48 to 1024 pixels.</param>
    /// <param name="font">Draws what is not ASCII; null: question marks.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="DlsException">Kind Failed: it would have more pixels than a JPEG or <see cref="Raster.PixelsMax"/>
    /// allows.</exception>
    public static Raster Draw(Sheet sheet, int columns = 6, int side = 180, GlyphFont? font = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, 64);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 48);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, 1024);
        ContactSheet drawing = new(sheet, columns, side, font);
        drawing.Walk(draw: true);
        return drawing._painter.Raster;
    }

    /// <summary>Gives the height of the cells of a section: all are equal, and have a strip for flags if one has a flag.</summary>
    private int CardHeight(SheetSection section) => _side + (3 * SheetStyle.Padding) + (SheetText.Line * (_hasDetail ? 2 : 1))
        + (section.Cells.Any(static c => c.Flag is not null) ? SheetText.Line + 6 : 0);

    /// <summary>Goes from the top to the bottom, so that measuring and drawing cannot differ.</summary>
    private int Walk(bool draw)
    {
        if (draw)
        {
            _painter.Fill(0, 0, _painter.Raster.Width, _painter.Raster.Height, SheetStyle.Paper);
        }

        int y = Head(draw, SheetStyle.Margin);
        foreach (SheetSection section in _sheet.Sections)
        {
            y = Heading(draw, section, y + SheetStyle.Gap);
            int cardHeight = CardHeight(section);
            for (int i = 0; draw && i < section.Cells.Count; i++)
            {
                Card(section.Cells[i], SheetStyle.Margin + (i % _columns * (CardWidth + SheetStyle.Gap)),
                    y + (i / _columns * (cardHeight + SheetStyle.Gap)), cardHeight);
            }

            y = checked(y + ((section.Cells.Count + _columns - 1) / _columns * (cardHeight + SheetStyle.Gap)));
        }

        return y + SheetStyle.Margin - SheetStyle.Gap;
    }

    private int Head(bool draw, int y)
    {
        // Bold letters are one column wider than measured.
        int room = Width - (2 * SheetStyle.Margin);
        if (draw)
        {
            _text.Draw(_text.Shorten(_sheet.Title, room * 12 / 13, 2), SheetStyle.Margin, y, 2, SheetStyle.Text, isBold: true);
        }

        y += 2 * SheetText.Line;
        if (_sheet.Subtitle.Length > 0)
        {
            if (draw)
            {
                _text.Draw(_text.Shorten(_sheet.Subtitle, room, 1), SheetStyle.Margin, y + 2, 1, SheetStyle.Faint);
            }

            y += SheetText.Line + 4;
        }

        y += 8;
        foreach (SheetLegendRow row in _legend)
        {
            if (draw)
            {
                row.Draw(_painter, _text, SheetStyle.Margin, y, _sheet.Classes.Count);
            }

            y += SheetLegendRow.Height;
        }

        return y;
    }

    private int Heading(bool draw, SheetSection section, int y)
    {
        if (draw)
        {
            string count = CountWords.Of(section.Cells.Count, "image");
            int countWidth = _text.Measure(count, 1);
            string heading = _text.Shorten(section.Heading, (Width - (2 * SheetStyle.Margin) - countWidth - SheetStyle.Gap) * 6 / 7, 1);
            _text.Draw(heading, SheetStyle.Margin, y, 1, SheetStyle.Text, isBold: true);
            _text.Draw(count, Width - SheetStyle.Margin - countWidth, y, 1, SheetStyle.Faint);
            _painter.Fill(SheetStyle.Margin, y + SheetText.Line + 2, Width - (2 * SheetStyle.Margin), 1, SheetStyle.Border);
        }

        return y + SheetText.Line + 12;
    }

    private void Card(SheetCell cell, int x, int y, int height)
    {
        const int pad = SheetStyle.Padding;
        _painter.Fill(x, y, CardWidth, height, SheetStyle.Card);
        _painter.Frame(x, y, CardWidth, height, 1, cell.Flag is null ? SheetStyle.Border : SheetStyle.Alarm);
        _painter.Fill(x + pad, y + pad, _side, _side, SheetStyle.Mat);
        new SheetPicture(_painter, _text, _sheet.Classes).Draw(cell, x + pad, y + pad, _side);

        int line = y + _side + (2 * pad);
        _text.Draw(_text.Shorten(cell.Caption, _side, 1), x + pad, line, 1, SheetStyle.Text);
        line += SheetText.Line;
        if (_hasDetail)
        {
            _text.Draw(_text.Shorten(cell.Detail, _side, 1), x + pad, line, 1, SheetStyle.Faint);
            line += SheetText.Line;
        }

        if (cell.Flag is { } flag)
        {
            _painter.Fill(x + pad, line + 2, _side, SheetText.Line + 3, SheetStyle.AlarmPaper);
            _text.Draw(_text.Shorten(flag, _side - 8, 1), x + pad + 4, line + 4, 1, SheetStyle.Alarm);
        }
    }
}
