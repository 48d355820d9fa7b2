using System.Text;

namespace DlStore.Images.Sheets;

/// <summary>
/// Lines of text of a contact sheet: printable ASCII by <see cref="SmallLetters"/>, other characters by a font if there is one that has
/// them, else a question mark.
/// </summary>
/// <param name="painter">Where to draw.</param>
/// <param name="font">The font, or null.</param>
internal sealed class SheetText(Painter painter, GlyphFont? font)
{
    /// <summary>Rows from the top of a line to the baseline, at scale 1.</summary>
    public const int Ascent = 9;

    /// <summary>Rows of a line, at scale 1.</summary>
    public const int Line = 13;
    private const int Narrow = SmallLetters.Columns + 1;

    // A kanji needs more pixels than a letter to be read.
    private const int EmSize = 12;

    /// <summary>Gives the columns that a text takes.</summary>
    public int Measure(string text, int scale)
    {
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += WidthOf(rune, scale);
        }

        return width;
    }

    /// <summary>Shortens a text to a width, from its middle, since names of files differ at both ends.</summary>
    public string Shorten(string text, int width, int scale)
    {
        if (Measure(text, scale) <= width)
        {
            return text;
        }

        Rune[] runes = [.. text.EnumerateRunes()];
        int room = width - (2 * Narrow * scale), head = 0, tail = 0;
        while (head + tail < runes.Length)
        {
            bool atHead = head <= tail;
            room -= WidthOf(atHead ? runes[head] : runes[^(tail + 1)], scale);
            if (room < 0)
            {
                break;
            }

            (head, tail) = atHead ? (head + 1, tail) : (head, tail + 1);
        }

        return $"{string.Concat(runes[..head])}..{string.Concat(runes[^tail..])}";
    }

    /// <summary>Draws a text.</summary>
    /// <param name="text">One line.</param>
    /// <param name="x">Its first column.</param>
    /// <param name="y">The first row of the line.</param>
    /// <param name="scale">1 or more; 2 is twice as large.</param>
    /// <param name="colour">Its colour.</param>
    /// <param name="isBold">True: every letter is drawn twice, one column apart.</param>
    public void Draw(string text, int x, int y, int scale, Colour colour, bool isBold = false)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            for (int pass = 0; pass < (isBold ? 2 : 1); pass++)
            {
                if (rune.IsAscii || font is null || !font.Has(rune))
                {
                    DrawLetter(rune.IsAscii && rune.Value is >= ' ' and <= '~' ? (char)rune.Value : '?', x + pass, y, scale, colour);
                }
                else
                {
                    GlyphBitmap glyph = font.Render(rune, EmSize * scale);
                    glyph.Draw(painter, x + pass + glyph.Left, y + (scale * (Ascent + 1)) - glyph.Top, colour);
                }
            }

            x += WidthOf(rune, scale) + (isBold ? 1 : 0);
        }
    }

    private int WidthOf(Rune rune, int scale) => rune.IsAscii || font is null || !font.Has(rune)
        ? Narrow * scale : font.Render(rune, EmSize * scale).Advance;

    private void DrawLetter(char letter, int x, int y, int scale, Colour colour)
    {
        ReadOnlySpan<byte> rows = SmallLetters.Of(letter);
        for (int row = 0; row < rows.Length; row++)
        {
            for (int column = 0; column < SmallLetters.Columns; column++)
            {
                if ((rows[row] & (16 >> column)) != 0)
                {
                    painter.Fill(x + (column * scale), y + ((row + Ascent - 7) * scale), scale, scale, colour);
                }
            }
        }
    }
}
