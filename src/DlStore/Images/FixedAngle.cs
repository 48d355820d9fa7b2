namespace DlStore.Images;

/// <summary>
/// Sine and cosine of angles in 1/1000 degree, of additions and multiplications of IEEE 754 doubles only: the C library's functions differ
/// between machines and versions.
/// The compiler of .NET never fuses the two, so the bits are the same everywhere. The error is below 1e-15.
/// </summary>
internal static class FixedAngle
{
    private const int Turn = 360_000;
    private const int Quarter = 90_000;
    private const double RadiansPerMilli = Math.PI / 180_000;

    /// <summary>Gives the sine.</summary>
    /// <param name="milli">1/1000 degree, any.</param>
    public static double Sin(int milli) => Cos((long)milli - Quarter);

    /// <summary>Gives the cosine; exactly 0, 1 or -1 at the quarters.</summary>
    /// <param name="milli">1/1000 degree, any.</param>
    public static double Cos(long milli)
    {
        // By symmetry to 0..180, then to 0..90, then to the half of it in which the series is short.
        long angle = Math.Abs(milli % Turn);
        angle = angle > Turn / 2 ? Turn - angle : angle;
        int sign = 1;
        if (angle > Quarter)
        {
            angle = (Turn / 2) - angle;
            sign = -1;
        }

        double value = angle <= Quarter / 2 ? CosSeries(angle * RadiansPerMilli) : SinSeries((Quarter - angle) * RadiansPerMilli);
        return sign * value;
    }

    private static double SinSeries(double x)
    {
        double q = x * x;
        double sum = 1.0 - (q / (14.0 * 15.0));
        for (int n = 12; n >= 2; n -= 2)
        {
            sum = 1.0 - (q / (n * (n + 1.0)) * sum);
        }

        return x * sum;
    }

    private static double CosSeries(double x)
    {
        double q = x * x;
        double sum = 1.0 - (q / (15.0 * 16.0));
        for (int n = 13; n >= 1; n -= 2)
        {
            sum = 1.0 - (q / (n * (n + 1.0)) * sum);
        }

        return sum;
    }
}
