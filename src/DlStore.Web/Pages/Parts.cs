using System.Buffers;
using System.Text;
using System.Text.Json;
using DlStore.Io;
using DlStore.Learning.Logs;
using DlStore.Operations.Tables;
using DlStore.Web.Writing;

namespace DlStore.Web.Pages;

/// <summary>Parts that several pages have.</summary>
internal static class Parts
{
    /// <summary>The most points of one curve that are sent; the extremes are among them.</summary>
    public const int PointsMax = 4000;

    /// <summary>Gives a link, or the text alone where there is nothing to lead to.</summary>
    public static Markup Link(string? address, string text) => address is null
        ? new HtmlText().Add($"{text}").ToMarkup() : new HtmlText().Add($"""<a href="{address}">{text}</a>""").ToMarkup();

    /// <summary>Gives the first digits of a digest, whole in its title.</summary>
    public static Markup Oid(Objects.Oid oid) =>
        new HtmlText().Add($"""<code title="sha256:{oid.ToHex()}">{oid.ToHex()[..12]}</code>""").ToMarkup();

    public static Markup State(string state) =>
        new HtmlText().Add($"""<span class="state {Shown.StateClass(state)}">{state}</span>""").ToMarkup();

    /// <summary>Gives a message about what could not be shown.</summary>
    public static Markup Error(DlsException e)
    {
        HtmlText html = new();
        html.Add($"""<div class="error" role="alert"><p>{e.Message}</p>""");
        foreach (string item in e.Items.Take(20))
        {
            html.Add($"<p>{item}</p>");
        }

        return (e.Hint is { } hint ? html.Add($"""<p class="dim">hint: {hint}</p></div>""") : html.Add($"</div>")).ToMarkup();
    }

    /// <summary>
    /// Begins a table that may be wider than the page; the caller ends it. A title that begins with <c>&gt;</c> stands over numbers.
    /// </summary>
    public static void Head(HtmlText html, string label, IReadOnlyList<string> titles)
    {
        html.Add($"""<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table><thead><tr>""");
        foreach (string title in titles)
        {
            string kind = title.StartsWith('>') ? "num" : "";
            html.Add(title.Length == 0 ? new Markup("<td></td>")
                : new HtmlText().Add($"""<th scope="col" class="{kind}">{title.TrimStart('>')}</th>""").ToMarkup());
        }

        html.Add($"</tr></thead><tbody>");
    }

    /// <summary>Gives the best of some cells, or null where there are not two numbers to choose from.</summary>
    public static double? Best(IEnumerable<RunCell> cells, bool isLowBetter)
    {
        double[] numbers = [.. cells.Select(static c => c.Number).OfType<double>().Where(static n => !double.IsNaN(n)).Distinct()];
        return numbers.Length < 2 ? null : isLowBetter ? numbers.Min() : numbers.Max();
    }

    /// <summary>Gives a word of a shell.</summary>
    public static string Word(string text) => ShellWord.Of(text);

    /// <summary>Gives a place where the script draws curves: one for each metric, a line for each run.</summary>
    /// <param name="sources">The runs.</param>
    /// <param name="metric">The metric.</param>
    public static Markup Chart(IReadOnlyList<CurveSource> sources, string metric)
    {
        MetricLine[][] points = [.. sources.Select(s => Thin([.. s.Series.PointsOf(metric)]))];
        bool hasSteps = points.All(static p => p.All(static q => q.Step is not null));
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("x", hasSteps ? "step" : "line of the log");
            json.WriteStartArray("runs");
            for (int i = 0; i < sources.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("name", sources[i].Name);
                json.WriteStartArray("x");
                Array.ForEach(points[i], p => json.WriteNumberValue(hasSteps ? p.Step!.Value : p.LineNumber));
                json.WriteEndArray();
                json.WriteStartArray("y");
                Array.ForEach(points[i], p => WriteNumber(json, p.Value));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        Markup data = Frame.Json(Encoding.UTF8.GetString(buffer.WrittenSpan));
        return new HtmlText().Add($"""<div class="chart" data-metric="{metric}"><h3>{metric}</h3><div class="plot"></div>""")
            .Add($"""<script type="application/json">{data}</script></div>""").ToMarkup();
    }

    /// <summary>
    /// Thins a long curve: of each of equal parts by position the least and the greatest point and the first that is no number, so that no
    /// spike is lost.
    /// </summary>
    public static MetricLine[] Thin(MetricLine[] points, int max = PointsMax)
    {
        if (points.Length <= max)
        {
            return points;
        }

        List<MetricLine> kept = [points[0]];
        int parts = max / 3;
        for (int part = 0; part < parts; part++)
        {
            int from = (int)((long)points.Length * part / parts), to = (int)((long)points.Length * (part + 1) / parts);
            ReadOnlySpan<MetricLine> of = points.AsSpan(from..to);
            int low = 0, high = 0, broken = -1;
            for (int i = 0; i < of.Length; i++)
            {
                low = of[i].Value < of[low].Value || double.IsNaN(of[low].Value) ? i : low;
                high = of[i].Value > of[high].Value || double.IsNaN(of[high].Value) ? i : high;
                broken = broken < 0 && !double.IsFinite(of[i].Value) ? i : broken;
            }

            foreach (int i in new SortedSet<int>([low, high, broken]).Where(static i => i >= 0))
            {
                kept.Add(of[i]);
            }
        }

        kept.Add(points[^1]);
        return [.. kept];
    }

    private static void WriteNumber(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
