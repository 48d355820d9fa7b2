using System.Globalization;
using DlStore.Learning.Logs;

namespace DlStore.Cli.Commands.Tasks;

/// <summary>
/// Draws curves with braille dots, two across and four down in a character: a panel for each task, all panels of a metric with the same
/// axes, so that nothing depends on colour. A point that is no finite number is marked below the panel.
/// </summary>
internal static class CurvePlot
{
    private const int RowsOfOne = 12;
    private const int RowsOfMany = 6;
    private const int LabelWidth = 11;
    private const int WidthMin = 20;
    private const int WidthMax = 120;

    /// <summary>Gives the lines of the panels of one metric.</summary>
    /// <param name="sources">The attempts.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="columns">How wide the terminal is.</param>
    public static IEnumerable<(string Line, Ink Ink)> Lines(IReadOnlyList<CurveSource> sources, string metric, int columns)
    {
        MetricLine[][] points = [.. sources.Select(s => (MetricLine[])[.. s.Series.PointsOf(metric)])];
        double[] values = [.. points.SelectMany(static p => p).Select(static p => p.Value).Where(double.IsFinite)];
        yield return (metric, Ink.Strong);
        if (values.Length == 0)
        {
            yield return ($"  no finite number in {Format.Count(points.Sum(static p => p.Length), "point")}", Ink.Dim);
            yield break;
        }

        int width = Math.Clamp(columns - LabelWidth - 2, WidthMin, WidthMax);
        Axes axes = new(points.Min(From), points.Max(To), values.Min(), values.Max(), width,
            sources.Count(s => s.Series.PointsOf(metric).Any()) > 1 ? RowsOfMany : RowsOfOne);
        for (int i = 0; i < sources.Count; i++)
        {
            string ends = points[i].Length == 0 ? "no such metric" : Ends(sources[i].Series.Summarise(metric)!);
            yield return ($"  {sources[i].Name}  {ends}", Ink.Plain);
            foreach (string line in points[i].Length == 0 ? [] : Panel(points[i], axes))
            {
                yield return (line, Ink.Plain);
            }
        }

        string low = axes.From.ToString(CultureInfo.InvariantCulture), high = axes.To.ToString(CultureInfo.InvariantCulture);
        yield return ($"{new string(' ', LabelWidth)} {low}{high.PadLeft(Math.Max(1, width - low.Length))}", Ink.Dim);
    }

    private sealed record Axes(long From, long To, double Low, double High, int Width, int Rows);

    private static string Ends(MetricSummary of)
    {
        string At(MetricLine? p) => p is not { } end ? "none" : $"{Number(end.Value)}{(end.Step is { } step ? $" at {step}" : "")}";
        string broken = of.FirstNan is { } nan ? $", no finite number{(nan.Step is { } step ? $" at {step}" : "")}" : "";
        return $"last {Number(of.Last.Value)}, least {At(of.Min)}, greatest {At(of.Max)}{broken}";
    }

    private static IEnumerable<string> Panel(MetricLine[] points, Axes axes)
    {
        bool[][] dots = [.. Enumerable.Range(0, axes.Width * 2).Select(_ => new bool[axes.Rows * 4])];
        (int X, int Y)? before = null;
        for (int i = 0; i < points.Length; i++)
        {
            if (!double.IsFinite(points[i].Value))
            {
                before = null;
                continue;
            }

            (int X, int Y) at = (Place(Step(points[i], i), axes.From, axes.To, (axes.Width * 2) - 1),
                (axes.Rows * 4) - 1 - Place(points[i].Value, axes.Low, axes.High, (axes.Rows * 4) - 1));
            Connect(dots, before ?? at, at);
            before = at;
        }

        for (int row = 0; row < axes.Rows; row++)
        {
            string label = row == 0 ? Number(axes.High) : row == axes.Rows - 1 ? Number(axes.Low) : "";
            yield return $"{label,LabelWidth} {Row(dots, row, axes.Width)}".TrimEnd('\u2800', ' ');
        }
    }

    private static void Connect(bool[][] dots, (int X, int Y) from, (int X, int Y) to)
    {
        int steps = Math.Max(1, Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)));
        for (int i = 0; i <= steps; i++)
        {
            dots[from.X + ((to.X - from.X) * i / steps)][from.Y + ((to.Y - from.Y) * i / steps)] = true;
        }
    }

    private static string Row(bool[][] dots, int row, int width)
    {
        // The bits of a braille character, from the top left down, then the right side; the last row came later to the standard.
        ReadOnlySpan<int> bits = [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80];
        Span<char> line = stackalloc char[width];
        for (int x = 0; x < width; x++)
        {
            int cell = 0;
            for (int dot = 0; dot < 8; dot++)
            {
                cell |= dots[(x * 2) + (dot / 4)][(row * 4) + (dot % 4)] ? bits[dot] : 0;
            }

            line[x] = (char)(0x2800 + cell);
        }

        return line.ToString();
    }

    private static int Place(double value, double low, double high, int last) =>
        high > low ? (int)Math.Round((value - low) / (high - low) * last) : last / 2;

    /// <summary>Points of a log that names no steps stand in the order of the log.</summary>
    private static long Step(MetricLine point, int at) => point.Step ?? at;

    private static long From(MetricLine[] points) => points.Length == 0 ? long.MaxValue : points.Select(Step).Min();

    private static long To(MetricLine[] points) => points.Length == 0 ? long.MinValue : points.Select(Step).Max();

    private static string Number(double value) => value.ToString("G5", CultureInfo.InvariantCulture);
}
