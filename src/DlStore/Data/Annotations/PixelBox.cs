namespace DlStore.Data.Annotations;

/// <summary>
/// A rectangle of pixels as Pascal VOC counts them: the top-left pixel of an image is (1, 1), and the last column and row are part of it,
/// so that a box over a whole image of
/// 300 by 100 is 1, 1, 300, 100. Foreign files may hold boxes that are empty or outside; lint names them.
/// </summary>
/// <param name="XMin">First column.</param>
/// <param name="YMin">First row.</param>
/// <param name="XMax">Last column.</param>
/// <param name="YMax">Last row.</param>
public readonly record struct PixelBox(int XMin, int YMin, int XMax, int YMax)
{
    /// <summary>Gets the columns, the last one included; may be 0 or less in foreign files.</summary>
    public int Width => XMax - XMin + 1;

    /// <summary>Gets the rows, the last one included; may be 0 or less in foreign files.</summary>
    public int Height => YMax - YMin + 1;

    /// <summary>Gives the box over a whole image.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <returns>From (1, 1) to (width, height).</returns>
    public static PixelBox Whole(int width, int height) => new(1, 1, width, height);

    /// <summary>Tells whether the box lies in an image.</summary>
    /// <param name="width">The image's columns.</param>
    /// <param name="height">The image's rows.</param>
    /// <returns>True if every pixel of it does.</returns>
    public bool IsInside(int width, int height) => XMin >= 1 && YMin >= 1 && XMax <= width && YMax <= height;

    /// <summary>Gives the box moved.</summary>
    /// <param name="dx">Columns to the right.</param>
    /// <param name="dy">Rows down.</param>
    /// <returns>The moved box.</returns>
    public PixelBox Move(int dx, int dy) => new(XMin + dx, YMin + dy, XMax + dx, YMax + dy);

    /// <inheritdoc/>
    public override string ToString() => $"{XMin},{YMin},{XMax},{YMax}";
}
