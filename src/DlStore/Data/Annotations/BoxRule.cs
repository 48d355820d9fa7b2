namespace DlStore.Data.Annotations;

/// <summary>
/// Tells from the boxes of a set by which conversion they were written (docs/formats/labelled-sets.md). The conversions differ by half a
/// pixel and one pixel, so a box at an edge of its image gives away which of them cannot have been used.
/// </summary>
internal sealed class BoxRule
{
    // Six decimals of the largest image, and what rounding in between loses.
    private const double Near = 0.1;
    private const int AtOneMin = 3;
    private int _boxes;
    private int _whole;
    private int _atZero;
    private int _atOne;
    private int _atEnd;

    /// <summary>Looks at a box.</summary>
    public void Add(double x, double y, double w, double h, int width, int height)
    {
        _boxes++;
        double left = (x - (w / 2)) * width, right = (x + (w / 2)) * width;
        double top = (y - (h / 2)) * height, bottom = (y + (h / 2)) * height;
        if (!IsWhole(left) || !IsWhole(right) || !IsWhole(top) || !IsWhole(bottom))
        {
            return;
        }

        _whole++;
        _atZero += Is(left, 0) || Is(top, 0) ? 1 : 0;
        _atOne += Is(left, 1) || Is(top, 1) ? 1 : 0;
        _atEnd += Is(right, width) || Is(bottom, height) ? 1 : 0;
    }

    /// <summary>Decides.</summary>
    /// <param name="isLabelImg">Whether the directory looks like one of labelImg.</param>
    /// <param name="why">What spoke for it, as a sentence about the boxes.</param>
    /// <returns>The conversion.</returns>
    public BoxConversion Tell(bool isLabelImg, out string why)
    {
        if (_boxes == 0 || _whole * 10 < _boxes * 9)
        {
            why = _boxes == 0 ? "there are none" : "their edges do not lie on whole pixels, as those of drawing programs do not";
            return BoxConversion.Voc;
        }

        if (_atZero == 0 && (isLabelImg || (_atOne >= AtOneMin && _atEnd > 0)))
        {
            why = isLabelImg ? "classes.txt lies beside the labels, as labelImg writes it, and no box begins at 0"
                : $"{_atOne} of {_boxes} begin at pixel 1 and none at 0, as labelImg writes them";
            return BoxConversion.LabelImg;
        }

        why = _atZero > 0 && _atEnd > 0 ? "some begin at 0 and some end at the last pixel, which only voc writes"
            : "nothing in them tells the conversions apart, which differ by a pixel; "
                + "if labelImg made them, give --boxes labelimg, if darknet's voc_label.py did, --boxes alexeyab";
        return BoxConversion.Voc;
    }

    private static bool IsWhole(double value) => Math.Abs(value - Math.Round(value)) < Near;

    private static bool Is(double value, int number) => Math.Abs(value - number) < Near;
}
