namespace DlStore.Images;

/// <summary>
/// The map from the pixels of a transformed picture back to those of its source: x' = XX x + XY y + X0, y' = YX x + YY y + Y0, with (0, 0)
/// the middle of the top-left pixel.
/// Made of doubles in a fixed order of operations; what loops use is rounded to 1/2^32 pixel first.
/// </summary>
internal readonly record struct AffineMap(double XX, double XY, double X0, double YX, double YY, double Y0)
{
    public static readonly AffineMap Identity = new(1, 0, 0, 0, 1, 0);

    /// <summary>Gives the map of an augmentation: flips, then Keras' matrix, then the cut.</summary>
    /// <param name="a">The parameters.</param>
    /// <param name="rule">The centre and the axes.</param>
    /// <param name="width">Columns of the picture, before and after.</param>
    /// <param name="height">Rows of the picture.</param>
    public static AffineMap Of(Augmentation a, AffineRule rule, int width, int height)
    {
        AffineMap map = a.HasAffine ? Keras(a, rule, width, height) : Identity;
        if (a.HasCrop)
        {
            // The first and the last pixel that are kept become the first and the last of the picture.
            double sx = width == 1 ? 1 : (width - 1.0 - a.CropLeft - a.CropRight) / (width - 1.0);
            double sy = height == 1 ? 1 : (height - 1.0 - a.CropTop - a.CropBottom) / (height - 1.0);
            map = new AffineMap(sx * map.XX, sx * map.XY, (sx * map.X0) + a.CropLeft, sy * map.YX, sy * map.YY, (sy * map.Y0) + a.CropTop);
        }

        return map;
    }

    /// <summary>Gives the map the other way, from the source to the transformed picture.</summary>
    public AffineMap Inverse()
    {
        double det = (XX * YY) - (XY * YX);
        double xx = YY / det, xy = -XY / det, yx = -YX / det, yy = XX / det;
        return new AffineMap(xx, xy, -((xx * X0) + (xy * Y0)), yx, yy, -((yx * X0) + (yy * Y0)));
    }

    // M = R T Sh Z over (row, column), the order of apply_affine_transform; then the centre is put in.
    private static AffineMap Keras(Augmentation a, AffineRule rule, int width, int height)
    {
        double c = FixedAngle.Cos(a.RotationMilli), s = FixedAngle.Sin(a.RotationMilli);
        double hc = FixedAngle.Cos(a.ShearMilli), hs = FixedAngle.Sin(a.ShearMilli);
        double tr = a.ShiftY / 1000.0, tc = a.ShiftX / 1000.0;
        double zr = a.ZoomY / (double)Augmentation.ZoomUnit, zc = a.ZoomX / (double)Augmentation.ZoomUnit;
        double rr = c * zr;
        double rc = ((-c * hs) - (s * hc)) * zc;
        double cr = s * zr;
        double cc = ((-s * hs) + (c * hc)) * zc;
        double shiftR = (c * tr) - (s * tc);
        double shiftC = (s * tr) + (c * tc);

        double off = rule == AffineRule.Keras112 ? 0.5 : -0.5;
        double middleR = (height / 2.0) + off, middleC = (width / 2.0) + off;
        double r0 = shiftR + middleR - ((rr * middleR) + (rc * middleC));
        double c0 = shiftC + middleC - ((cr * middleR) + (cc * middleC));

        // Keras' later fix gives the matrix (row, column) the coordinates (column, row): what it says of rows is done to columns.
        return rule == AffineRule.KerasCore ? new AffineMap(rr, rc, r0, cr, cc, c0) : new AffineMap(cc, cr, c0, rc, rr, r0);
    }
}
