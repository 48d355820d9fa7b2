using System.Globalization;
using System.Text;
using DlStore.Io;

namespace DlStore.Learning.Logs;

/// <summary>
/// Draws curves as one SVG file that needs nothing else: no script, no font, no link. A panel a metric, in it one line a task. The same
/// series give the same text on every machine.
/// Where a value is no finite number the line breaks, and a dashed mark says at which step.
/// </summary>
public static class CurveSvg
{
    /// <summary>The most tasks of one picture.</summary>
    public const int TasksMax = 6;

    private const int Width = 760;
    private const int PanelHeight = 240;
    private const int Left = 70;
    private const int Right = 20;
    private const int Top = 30;
    private const int Bottom = 42;
    private const int RowHeight = 20;
    private const int NameMax = 80;
    private const int MarksMax = 20;
    private const int UpTicks = 5;
    private const int AcrossTicks = 8;
    private const int PlotWidth = Width - Left - Right;
    private const int PlotHeight = PanelHeight - Top - Bottom;

    /// <summary>
    /// Colours that people with any colour vision tell apart (Okabe and Ito, Color Universal Design, 2008), darkest first.
    /// </summary>
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"];

    /// <summary>Draws curves.</summary>
    /// <param name="tasks">1 to <see cref="TasksMax"/> tasks, in the order of the legend.</param>
    /// <param name="metrics">What to draw, a panel each; null: every metric that any of the tasks has, sorted ordinally.</param>
    /// <returns>The text of the file.</returns>
    public static string Draw(IReadOnlyList<CurveSource> tasks, IReadOnlyList<string>? metrics = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tasks.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tasks.Count, TasksMax);
        metrics ??= [.. tasks.SelectMany(static t => t.Series.Metrics).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        IReadOnlyList<ILookup<string,
            MetricLine>> points = [.. tasks.Select(static t => t.Series.Thin().ToLookup(static p => p.Metric, StringComparer.Ordinal))];
        int head = (tasks.Count * RowHeight) + 12;
        StringBuilder svg = new();
        DrawHead(svg, tasks, head + (Math.Max(1, metrics.Count) * PanelHeight));
        // One axis of steps for all panels, so that they can be compared from top to bottom.
        MetricLine[] drawn = [.. points.SelectMany(p => metrics.SelectMany(m => p[m]))];
        long[] steps = [.. drawn.Where(static p => p.Step is not null).Select(static p => p.Step!.Value)];
        CurveAxis stepAxis = steps.Length == 0 ? CurveAxis.Over(0, 1, false) : CurveAxis.Over(steps.Min(), steps.Max(), false);
        for (int i = 0; i < metrics.Count; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<g transform="translate(0 {head + (i * PanelHeight)})">""").Append('\n');
            DrawPanel(svg, metrics[i], [.. points.Select(p => (IReadOnlyList<MetricLine>)[.. p[metrics[i]]])], stepAxis);
            svg.Append("</g>\n");
        }

        if (metrics.Count == 0)
        {
            svg.Append(CultureInfo.InvariantCulture,
                $"""<text x="{Left}" y="{head + 30}" fill="#555">no numbers were found in the log</text>""").Append('\n');
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawHead(StringBuilder svg, IReadOnlyList<CurveSource> tasks, int height)
    {
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{height}" viewBox="0 0 {Width} {height}" font-family="sans-serif" font-size="12">""");
        svg.Append(CultureInfo.InvariantCulture, $"\n<title>{Escape(string.Join(", ", tasks.Select(static t => t.Name)))}</title>\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        for (int i = 0; i < tasks.Count; i++)
        {
            int y = 18 + (i * RowHeight);
            svg.Append(CultureInfo.InvariantCulture,
                $"""<line x1="{Left}" y1="{y - 4}" x2="{Left + 24}" y2="{y - 4}" stroke="{Colours[i]}" stroke-width="3"/>""");
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="{Left + 32}" y="{y}">{Escape(tasks[i].Name)}</text>""").Append('\n');
        }
    }

    private static void DrawPanel(StringBuilder svg, string metric, IReadOnlyList<IReadOnlyList<MetricLine>> curves, CurveAxis stepAxis)
    {
        MetricLine[] all = [.. curves.SelectMany(static c => c)];
        double[] finite = [.. all.Select(static p => p.Value).Where(double.IsFinite)];
        bool hasSteps = all.All(static p => p.Step is not null);
        double X(MetricLine p) => hasSteps ? p.Step!.Value : p.LineNumber;
        CurveAxis across = hasSteps ? stepAxis : CurveAxis.Over(all.Min(X), all.Max(X), false);
        CurveAxis up = finite.Length == 0 ? CurveAxis.Over(0, 1, false) : CurveAxis.Over(finite.Min(), finite.Max(), true);
        string scale = up.IsLog ? " (logarithmic)" : finite.Length == 0 ? " (no finite value)" : "";
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{Left}" y="{Top - 10}" font-weight="bold">{Escape(metric)}{scale}</text>""")
            .Append('\n');
        DrawGrid(svg, across, up, hasSteps ? "step" : "line of the log");
        for (int i = 0; i < curves.Count; i++)
        {
            DrawCurve(
                svg, curves[i], Colours[i], p => Left + (across.At(X(p)) * PlotWidth), p => Top + ((1 - up.At(p.Value)) * PlotHeight));
            DrawMarks(svg, curves[i], Colours[i], p => Left + (across.At(X(p)) * PlotWidth), X, i);
        }
    }

    private static void DrawGrid(StringBuilder svg, CurveAxis across, CurveAxis up, string below)
    {
        const int Floor = Top + PlotHeight;
        svg.Append("<g stroke=\"#ddd\">");
        foreach (CurveTick tick in up.Ticks(UpTicks, isWhole: false))
        {
            string y = Number(Top + ((1 - tick.At) * PlotHeight));
            svg.Append(CultureInfo.InvariantCulture, $"""<line x1="{Left}" y1="{y}" x2="{Left + PlotWidth}" y2="{y}"/>""");
        }

        svg.Append("</g>\n<g fill=\"#555\" font-size=\"11\">\n");
        foreach (CurveTick tick in up.Ticks(UpTicks, isWhole: false))
        {
            svg.Append(CultureInfo.InvariantCulture,
                $"""<text x="{Left - 8}" y="{Number(Top + ((1 - tick.At) * PlotHeight) + 4)}" text-anchor="end">{tick.Label}</text>""")
                .Append('\n');
        }

        foreach (CurveTick tick in across.Ticks(AcrossTicks, isWhole: true))
        {
            string x = Number(Left + (tick.At * PlotWidth));
            svg.Append(CultureInfo.InvariantCulture, $"""<line x1="{x}" y1="{Floor}" x2="{x}" y2="{Floor + 4}" stroke="#555"/><text x="{x}" y="{Floor + 17}" text-anchor="middle">{tick.Label}</text>""").Append('\n');
        }

        svg.Append(CultureInfo.InvariantCulture,
            $"""<text x="{Left + (PlotWidth / 2)}" y="{Floor + 33}" text-anchor="middle">{below}</text>""").Append("\n</g>\n");
        svg.Append(CultureInfo.InvariantCulture, $"""<path d="M{Left} {Top}V{Floor}H{Left + PlotWidth}" fill="none" stroke="#555"/>""")
            .Append('\n');
    }

    /// <summary>Draws the runs of finite values; a value between two that are not is a dot.</summary>
    private static void DrawCurve(
        StringBuilder svg, IReadOnlyList<MetricLine> points, string colour, Func<MetricLine, double> x, Func<MetricLine, double> y)
    {
        StringBuilder path = new();
        for (int i = 0; i < points.Count; i++)
        {
            if (!double.IsFinite(points[i].Value))
            {
                continue;
            }

            bool begins = i == 0 || !double.IsFinite(points[i - 1].Value);
            bool ends = i == points.Count - 1 || !double.IsFinite(points[i + 1].Value);
            path.Append(begins ? 'M' : 'L').Append(Number(x(points[i]))).Append(' ').Append(Number(y(points[i])));
            if (begins && ends)
            {
                // A line of no length with round ends is a dot.
                path.Append("h0");
            }
        }

        if (path.Length > 0)
        {
            svg.Append(CultureInfo.InvariantCulture,
                $"""<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round"/>""")
                .Append('\n');
        }
    }

    /// <summary>Marks where values stop being finite.</summary>
    private static void DrawMarks(StringBuilder svg,
        IReadOnlyList<MetricLine> points, string colour, Func<MetricLine, double> x, Func<MetricLine, double> number, int row)
    {
        int marks = 0;
        for (int i = 0; i < points.Count && marks < MarksMax; i++)
        {
            if (double.IsFinite(points[i].Value) || (i > 0 && !double.IsFinite(points[i - 1].Value)))
            {
                continue;
            }

            double at = x(points[i]);
            string anchor = at > Left + (PlotWidth / 2) ? "end" : "start";
            double textAt = at + (anchor == "end" ? -4 : 4);
            string what = double.IsNaN(points[i].Value) ? "NaN" : "infinite";
            svg.Append(CultureInfo.InvariantCulture, $"""<line x1="{Number(at)}" y1="{Top}" x2="{Number(at)}" y2="{Top + PlotHeight}" stroke="{colour}" stroke-dasharray="4 3"/>""");
            if (marks == 0)
            {
                svg.Append(CultureInfo.InvariantCulture, $"""<text x="{Number(textAt)}" y="{Top + 12 + (row * 14)}" text-anchor="{anchor}" fill="{colour}" font-size="11">{what} from {Number(number(points[i]))}</text>""");
            }

            svg.Append('\n');
            marks++;
        }
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>
    /// Makes a name harmless: control characters as <c>\xNN</c>, markup as entities, what XML may not hold as a question mark.
    /// </summary>
    private static string Escape(string text)
    {
        string cut = text.Length > NameMax ? text[..(NameMax - 1)] + "…" : text;
        StringBuilder safe = new(cut.Length);
        foreach (char c in EntryName.Show(Encoding.UTF8.GetBytes(cut)))
        {
            _ = c switch
            {
                '&' => safe.Append("&amp;"),
                '<' => safe.Append("&lt;"),
                '>' => safe.Append("&gt;"),
                '"' => safe.Append("&quot;"),
                '\uFFFE' or '\uFFFF' => safe.Append('?'),
                _ => safe.Append(c),
            };
        }

        return safe.ToString();
    }
}
