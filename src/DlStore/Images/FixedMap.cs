namespace DlStore.Images;

/// <summary>
/// An <see cref="AffineMap"/> in units of 1/2^32 pixel, and the part of the source that may be sampled in units of 1/128 pixel. From here
/// on all is integer.
/// </summary>
internal readonly record struct FixedMap(long XX, long XY, long X0, long YX, long YY, long Y0)
{
    /// <summary>Bits of a pixel's fraction.</summary>
    public const int Bits = 32;

    /// <summary>Bits that the weights of neighbours have.</summary>
    public const int WeightBits = 7;

    /// <summary>What is shifted out to come from the one to the other, and half of it for rounding.</summary>
    public const int Shift = Bits - WeightBits;
    public const long Half = 1L << (Shift - 1);

    /// <summary>Rounds a map, and puts the flips in.</summary>
    public static FixedMap Of(Augmentation a, AffineRule rule, int width, int height)
    {
        AffineMap m = AffineMap.Of(a, rule, width, height);
        FixedMap map = new(Round(m.XX), Round(m.XY), Round(m.X0), Round(m.YX), Round(m.YY), Round(m.Y0));
        if (a.FlipX)
        {
            map = map with { XX = -map.XX, X0 = map.X0 + (map.XX * (width - 1)), YX = -map.YX, Y0 = map.Y0 + (map.YX * (width - 1)) };
        }

        if (a.FlipY)
        {
            map = map with { XY = -map.XY, X0 = map.X0 + (map.XY * (height - 1)), YY = -map.YY, Y0 = map.Y0 + (map.YY * (height - 1)) };
        }

        return map;
    }

    /// <summary>Tells whether rows are only moved, by whole pixels.</summary>
    /// <param name="dx">Where column 0 comes from.</param>
    /// <param name="dy">Where row 0 comes from.</param>
    public bool IsWholeShift(out int dx, out int dy)
    {
        const long One = 1L << Bits;
        dx = (int)(X0 >> Bits);
        dy = (int)(Y0 >> Bits);
        return XX == One && YY == One && XY == 0 && YX == 0 && (X0 & (One - 1)) == 0 && (Y0 & (One - 1)) == 0;
    }

    /// <summary>Finds the columns x of from..to-1 for which start + x * step, rounded to 1/128, is from min to max.</summary>
    /// <param name="start">The position at column 0.</param>
    /// <param name="step">What a column adds.</param>
    /// <param name="min">First position, 1/128 pixel.</param>
    /// <param name="max">Last position, 1/128 pixel.</param>
    /// <param name="from">First column; raised.</param>
    /// <param name="to">The column after the last; lowered, not below <paramref name="from"/>.</param>
    public static void Narrow(long start, long step, long min, long max, ref int from, ref int to)
    {
        long low = (min << Shift) - Half - start;
        long high = ((max + 1) << Shift) - Half - 1 - start;
        if (step < 0)
        {
            (low, high, step) = (-high, -low, -step);
        }

        if (step == 0)
        {
            to = low <= 0 && high >= 0 ? to : from;
            return;
        }

        from = (int)Math.Clamp(-FloorDivide(-low, step), from, to);
        to = (int)Math.Clamp(FloorDivide(high, step) + 1, from, to);
    }

    private static long FloorDivide(long a, long b) => a >= 0 ? a / b : -((-a + b - 1) / b);

    private static long Round(double value) => (long)Math.Floor((value * 4_294_967_296.0) + 0.5);
}
