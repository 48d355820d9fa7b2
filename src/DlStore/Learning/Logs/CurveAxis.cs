using System.Globalization;

namespace DlStore.Learning.Logs;

/// <summary>One mark on an axis.</summary>
/// <param name="At">From 0 (the axis begins) to 1.</param>
/// <param name="Label">Its number.</param>
internal sealed record CurveTick(double At, string Label);

/// <summary>
/// Maps numbers to an axis and chooses its marks: steps of 1, 2 or 5 times a power of ten, or powers of ten where the numbers span more
/// than two of them.
/// </summary>
internal sealed class CurveAxis
{
    private const int TicksMax = 20;
    private const double FewDecades = 3;
    private const double LogFrom = 100;
    private const double Bound = 1e300;

    private readonly double _from;
    private readonly double _to;

    private CurveAxis(double from, double to, bool isLog)
    {
        _from = from;
        _to = to;
        IsLog = isLog;
    }

    /// <summary>Gets a value indicating whether equal lengths are equal factors.</summary>
    public bool IsLog { get; }

    /// <summary>Makes an axis that holds all numbers.</summary>
    /// <param name="min">The least, finite.</param>
    /// <param name="max">The greatest, finite.</param>
    /// <param name="mayBeLog">Whether a logarithmic axis will do.</param>
    public static CurveAxis Over(double min, double max, bool mayBeLog)
    {
        // A loss falls from hundreds to hundredths: on a plain axis all that matters would lie on the ground.
        if (mayBeLog && min > 0 && max / min >= LogFrom)
        {
            return new CurveAxis(Math.Log10(min), Math.Log10(max), true);
        }

        (min, max) = (Math.Max(min, -Bound), Math.Min(max, Bound));
        double room = max > min ? 0 : min == 0 ? 1 : Math.Abs(min) * 0.1;
        return new CurveAxis(min - room, max + room, false);
    }

    /// <summary>Gives the place of a number.</summary>
    public double At(double value) => Math.Clamp(((IsLog ? Math.Log10(value) : value) - _from) / (_to - _from), 0, 1);

    /// <summary>Gives the marks, ascending.</summary>
    /// <param name="wanted">About how many.</param>
    /// <param name="isWhole">Whether fractions make no sense.</param>
    public IReadOnlyList<CurveTick> Ticks(int wanted, bool isWhole)
    {
        if (IsLog)
        {
            return LogTicks(wanted);
        }

        List<CurveTick> ticks = [];
        double step = Step((_to - _from) / wanted);
        step = isWhole ? Math.Max(1, step) : step;
        int digits = (int)Math.Floor(Math.Log10(step) + 1e-9);
        for (double i = Math.Ceiling((_from / step) - 1e-9); i * step <= _to + (step * 1e-9) && ticks.Count < TicksMax; i++)
        {
            ticks.Add(new CurveTick(Math.Clamp(((i * step) - _from) / (_to - _from), 0, 1), Show(i * step, digits)));
        }

        return ticks;
    }

    /// <summary>Powers of ten, with their double and their fivefold where there are few of them.</summary>
    private List<CurveTick> LogTicks(int wanted)
    {
        List<CurveTick> ticks = [];
        int every = Math.Max(1, (int)Math.Ceiling((_to - _from) / wanted));
        for (int power = (int)Math.Floor(_from); power <= _to + 1e-9; power += every)
        {
            foreach (int times in _to - _from <= FewDecades ? (ReadOnlySpan<int>)[1, 2, 5] : [1])
            {
                double at = (power + Math.Log10(times) - _from) / (_to - _from);
                if (at is >= -1e-9 and <= 1 + 1e-9)
                {
                    ticks.Add(new CurveTick(Math.Clamp(at, 0, 1), Show(times * Math.Pow(10, power), power)));
                }
            }
        }

        return ticks;
    }

    /// <summary>The smallest of 1, 2, 5 times a power of ten that is not below the wish.</summary>
    private static double Step(double wish)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(wish)));
        double times = wish / power;
        return (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10) * power;
    }

    private static string Show(double value, int digits) =>
        value == 0 ? "0"
        : Math.Abs(value) >= 1e6 || digits < -5 ? value.ToString("0.###e+0", CultureInfo.InvariantCulture)
        : value.ToString("F" + Math.Max(0, -digits).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
