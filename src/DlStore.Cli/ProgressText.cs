namespace DlStore.Cli;

/// <summary>The words and the bar of a progress line. Pure functions.</summary>
internal static class ProgressText
{
    private const int BarMin = 10;
    private const int BarMax = 30;

    /// <summary>Makes the line.</summary>
    /// <param name="work">How far the work is.</param>
    /// <param name="bytesPerSecond">The present rate; 0 while unknown.</param>
    /// <param name="left">The time left, or null while unknown.</param>
    /// <param name="columns">The cells of the terminal; the last one is left free, since writing there may wrap.</param>
    public static string Line(WorkProgress work, double bytesPerSecond, TimeSpan? left, int columns)
    {
        List<string> parts = [work.Stage];
        double? fraction = Fraction(work);
        if (fraction is { } known)
        {
            parts.Add($"{(int)(known * 100),3} %");
        }

        if (work.Items > 0 || work.ItemsTotal > 0)
        {
            parts.Add(work.ItemsTotal >= 0 ? $"{Format.Count(work.Items)}/{Format.Count(work.ItemsTotal)}" : Format.Count(work.Items));
        }

        if (work.Bytes > 0 || work.BytesTotal > 0)
        {
            parts.Add(work.BytesTotal >= 0 ? $"{Format.Bytes(work.Bytes)}/{Format.Bytes(work.BytesTotal)}" : Format.Bytes(work.Bytes));
        }

        if (bytesPerSecond > 0)
        {
            parts.Add(Format.Bytes((long)bytesPerSecond) + "/s");
        }

        if (left is { } time)
        {
            parts.Add("ETA " + Format.Duration(time));
        }

        int room = columns - 1 - parts.Sum(static p => Format.Width(p) + 2);
        if (fraction is { } share && room >= BarMin + 2)
        {
            parts.Insert(1, Bar(share, Math.Min(room - 2, BarMax)));
        }

        return Format.Cut(string.Join("  ", parts), Math.Max(0, columns - 1));
    }

    /// <summary>Draws a bar; <paramref name="cells"/> counts what stands between the brackets.</summary>
    public static string Bar(double fraction, int cells)
    {
        int full = (int)(Math.Clamp(fraction, 0, 1) * cells);
        return $"[{new string('#', full)}{new string('-', cells - full)}]";
    }

    /// <summary>Gives the share that is done, by bytes where their total is known, else by items; null if neither is.</summary>
    public static double? Fraction(WorkProgress work) => work.BytesTotal > 0 ? Share(work.Bytes, work.BytesTotal)
        : work.ItemsTotal > 0 ? Share(work.Items, work.ItemsTotal)
        : null;

    private static double Share(long done, long total) => Math.Clamp((double)done / total, 0, 1);
}
