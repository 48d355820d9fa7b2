namespace DlStore.Images.Sheets;

/// <summary>Draws one picture of a contact sheet in its square, with its boxes and the names of their classes.</summary>
/// <param name="painter">The sheet.</param>
/// <param name="text">Draws words on it.</param>
/// <param name="classes">The classes.</param>
internal sealed class SheetPicture(Painter painter, SheetText text, IReadOnlyList<SheetClass> classes)
{
    // With more, the names would hide the picture; the colours are in the legend.
    private const int NamedBoxesMax = 4;
    private const int TagHeight = SheetText.Line;

    /// <summary>Draws a picture in the middle of a square.</summary>
    public void Draw(SheetCell cell, int x, int y, int side)
    {
        Raster picture = Thumbnail.Fit(cell.Thumbnail, side);
        x += (side - picture.Width) / 2;
        y += (side - picture.Height) / 2;
        painter.Copy(picture, x, y);
        foreach (SheetBox box in cell.Boxes)
        {
            (int left, int top, int right, int bottom) = Place(cell, picture, box);
            painter.Frame(
                x + left, y + top, right - left, bottom - top, SheetStyle.LineWidth, SheetStyle.OfClass(box.ClassIndex, classes.Count));
        }

        if (cell.Boxes.Count <= NamedBoxesMax)
        {
            foreach (SheetBox box in cell.Boxes)
            {
                Name(box, Place(cell, picture, box), picture, x, y);
            }
        }
    }

    /// <summary>Gives the columns and rows that a box has on the small picture, the last ones excluded; at least the lines' own.</summary>
    private static (int Left, int Top, int Right, int Bottom) Place(SheetCell cell, Raster picture, SheetBox box)
    {
        int Column(long x) => (int)Math.Clamp(((x * picture.Width) + (cell.Width / 2)) / Math.Max(1, cell.Width), 0, picture.Width);
        int Row(long y) => (int)Math.Clamp(((y * picture.Height) + (cell.Height / 2)) / Math.Max(1, cell.Height), 0, picture.Height);
        int left = Math.Min(Column(box.XMin - 1L), picture.Width - 1), top = Math.Min(Row(box.YMin - 1L), picture.Height - 1);
        return (left,
            top, Math.Max(Column(box.XMax), Math.Min(left + 3, picture.Width)), Math.Max(Row(box.YMax), Math.Min(top + 3, picture.Height)));
    }

    private void Name(SheetBox box, (int Left, int Top, int Right, int Bottom) place, Raster picture, int x, int y)
    {
        string name = box.ClassIndex >= 0 && box.ClassIndex < classes.Count ? classes[box.ClassIndex].Name : "?";
        name = text.Shorten(name, picture.Width - 8, 1);
        int width = text.Measure(name, 1) + 5;
        if (picture.Height < 3 * TagHeight || width > picture.Width)
        {
            return;
        }

        // Above the box, else below it, so that the word does not hide a small object; where neither has room, below its upper line.
        int top = place.Top >= TagHeight ? place.Top - TagHeight : place.Bottom + TagHeight <= picture.Height ? place.Bottom : place.Top;
        int left = Math.Clamp(place.Left, 0, picture.Width - width);
        Colour colour = SheetStyle.OfClass(box.ClassIndex, classes.Count);
        painter.Fill(x + left, y + top, width, TagHeight, colour);
        text.Draw(name, x + left + 3, y + top, 1, SheetStyle.On(colour));
    }
}
