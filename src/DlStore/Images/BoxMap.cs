namespace DlStore.Images;

/// <summary>
/// Follows boxes through a transform. A box covers whole pixels, so its edges lie half a pixel outside the middles of its first and last
/// ones. A pixel belongs to the mapped box
/// if its middle lies within the bounding rectangle of the four mapped corners; if no middle does, the nearest pixel stands for it.
/// </summary>
internal sealed class BoxMap
{
    // Positions are rounded to this part of a pixel before middles are compared, so that a whole shift is exact whatever doubles make of
    // it.
    private const int Unit = 65_536;
    private readonly Augmentation _augmentation;
    private readonly int _width;
    private readonly int _height;
    private readonly AffineMap _forward;

    public BoxMap(Augmentation augmentation, AffineRule rule, int width, int height)
    {
        _augmentation = augmentation;
        _width = width;
        _height = height;
        _forward = AffineMap.Of(augmentation, rule, width, height).Inverse();
    }

    /// <summary>Maps a box; all counted from 1, the last column and row included.</summary>
    public MappedBox Map(int xMin, int yMin, int xMax, int yMax)
    {
        // What the cut removes is gone before the transform, which might else bring it back into the picture, where only fill is.
        int left = Math.Max(xMin, 1 + _augmentation.CropLeft), right = Math.Min(xMax, _width - _augmentation.CropRight);
        int top = Math.Max(yMin, 1 + _augmentation.CropTop), bottom = Math.Min(yMax, _height - _augmentation.CropBottom);
        if (left > right || top > bottom)
        {
            return new MappedBox(0, 0, 0, 0, 1000);
        }

        Int128 whole = Area(xMax - (long)xMin + 1, yMax - (long)yMin + 1);
        Int128 kept = Area(right - left + 1, bottom - top + 1);
        (long x0, long x1) = Bounds(_forward.XX, _forward.XY, _forward.X0, left, top, right, bottom);
        (long y0, long y1) = Bounds(_forward.YX, _forward.YY, _forward.Y0, left, top, right, bottom);
        (long cx0, long cx1) = Clip(x0, x1, _width);
        (long cy0, long cy1) = Clip(y0, y1, _height);
        if (cx0 >= cx1 || cy0 >= cy1)
        {
            return new MappedBox(0, 0, 0, 0, 1000);
        }

        Int128 permille = kept * Area(cx1 - cx0, cy1 - cy0) * 1000 / (whole * Area(x1 - x0, y1 - y0));
        (int columnMin, int columnMax) = Pixels(cx0, cx1, _width);
        (int rowMin, int rowMax) = Pixels(cy0, cy1, _height);

        // A sliver of less than a thousandth is still there.
        int cut = Math.Min(999, 1000 - (int)permille);
        return _augmentation switch
        {
            { FlipX: true, FlipY: true } => new(
                _width + 1 - columnMax, _height + 1 - rowMax, _width + 1 - columnMin, _height + 1 - rowMin, cut),
            { FlipX: true } => new(_width + 1 - columnMax, rowMin, _width + 1 - columnMin, rowMax, cut),
            { FlipY: true } => new(columnMin, _height + 1 - rowMax, columnMax, _height + 1 - rowMin, cut),
            _ => new(columnMin, rowMin, columnMax, rowMax, cut),
        };
    }

    private static Int128 Area(long width, long height) => (Int128)width * height;

    /// <summary>
    /// Gives the least and the largest of one coordinate over the four corners, in units, counted from the middle of the first pixel.
    /// </summary>
    private static (long Min, long Max) Bounds(double x, double y, double zero, int left, int top, int right, int bottom)
    {
        long min = long.MaxValue, max = long.MinValue;
        foreach (double cx in (ReadOnlySpan<double>)[left - 1.5, right - 0.5])
        {
            foreach (double cy in (ReadOnlySpan<double>)[top - 1.5, bottom - 0.5])
            {
                long value = (long)Math.Floor((((x * cx) + (y * cy) + zero) * Unit) + 0.5);
                min = Math.Min(min, value);
                max = Math.Max(max, value);
            }
        }

        return (min, Math.Max(max, min + 1));
    }

    private static (long Min, long Max) Clip(
        long min, long max, int size) => (Math.Max(min, -Unit / 2), Math.Min(max, ((long)size * Unit) - (Unit / 2)));

    private static (int Min, int Max) Pixels(long min, long max, int size)
    {
        long first = -Floor(-min), last = Floor(max);
        if (first > last)
        {
            first = last = Floor(((min + max) / 2) + (Unit / 2));
        }

        return ((int)Math.Clamp(first + 1, 1, size), (int)Math.Clamp(last + 1, 1, size));
    }

    private static long Floor(long value) => value >= 0 ? value / Unit : -((-value + Unit - 1) / Unit);
}
