using System.Globalization;
using System.Xml.Linq;
using DlStore.Learning.Logs;

namespace DlStore.Tests.Learning;

public sealed class CurveSvgTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Two_tasks_share_the_panels_of_their_metrics()
    {
        string text = CurveSvg.Draw([Falling("try-1", 300), Falling("try-2", 500, nanFrom: 420)]);

        XElement root = XDocument.Parse(text).Root!;
        Assert.Equal(
            ["loss (logarithmic)", "lr (logarithmic)"], root.Elements(Svg + "g").Select(static g => g.Element(Svg + "text")!.Value));
        Assert.Equal(4, root.Descendants(Svg + "path").Count(static p => p.Attribute("stroke-width")?.Value == "1.5"));
        Assert.Contains(root.Descendants(Svg + "text"), static t => t.Value == "NaN from 420");
        Assert.Equal(["try-1", "try-2"], root.Elements(Svg + "text").Select(static t => t.Value));
        Assert.Equal(text, CurveSvg.Draw([Falling("try-1", 300), Falling("try-2", 500, nanFrom: 420)]));
    }

    [Fact]
    public void Every_number_of_the_picture_lies_in_it()
    {
        XElement root = XDocument.Parse(
            CurveSvg.Draw([Falling("a", 50), Series("b", (1, -1e308), (2, 1e308), (3, 0), (4, double.Epsilon))])).Root!;
        foreach (XElement path in root.Descendants(Svg + "path"))
        {
            double[] numbers = [.. path.Attribute("d")!.Value.Split(['M', 'L', 'V', 'H', 'h', ' '], StringSplitOptions.RemoveEmptyEntries)
                .Select(static n => double.Parse(n, CultureInfo.InvariantCulture))];
            Assert.All(numbers, static n => Assert.InRange(n, 0, 760));
        }
    }

    [Fact]
    public void Names_cannot_be_markup()
    {
        string text = CurveSvg.Draw([Series("<script>alert(1)</script>&\u0001\uFFFF\"\ud800 学習 " + new string('x', 500), (1, 1))]);

        XElement root = XDocument.Parse(text).Root!;
        string name = root.Element(Svg + "text")!.Value;
        Assert.StartsWith("<script>alert(1)</script>&\\x01", name, StringComparison.Ordinal);
        Assert.Contains("学習", name, StringComparison.Ordinal);
        Assert.EndsWith("…", name, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.DoesNotContain("href", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(1, double.NaN)]
    [InlineData(0, 0)]
    [InlineData(5, 5)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity)]
    [InlineData(1e-300, 1e300)]
    public void Odd_series_are_drawn_too(double first, double second)
    {
        string text = CurveSvg.Draw([Series("a", (1, first), (2, second))]);

        XDocument.Parse(text);
        Assert.DoesNotContain("NaN\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_numbers_the_picture_says_so() => Assert.Contains(
        "no numbers were found", CurveSvg.Draw([new CurveSource("a", new MetricSeries())]), StringComparison.Ordinal);

    [Fact]
    public void A_series_without_steps_is_drawn_over_the_lines_of_the_log()
    {
        MetricSeries series = new();
        series.Add(new MetricLine(10, null, "sec", 1));
        series.Add(new MetricLine(20, null, "sec", 2));

        Assert.Contains(">line of the log<", CurveSvg.Draw([new CurveSource("a", series)]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 10, "0 2 4 6 8 10")]
    [InlineData(1, 9, "2 4 6 8")]
    [InlineData(0, 500200, "0 200000 400000")]
    [InlineData(0.12, 0.19, "0.12 0.14 0.16 0.18")]
    [InlineData(-1, 1, "-1.0 -0.5 0 0.5 1.0")]
    [InlineData(0, 3e-9, "0 1e-9 2e-9 3e-9")]
    public void Marks_are_round_numbers(double min, double max, string labels) => Assert.Equal(
        labels, string.Join(' ', CurveAxis.Over(min, max, false).Ticks(5, false).Select(static t => t.Label)));

    [Fact]
    public void A_few_powers_of_ten_have_marks_between() =>
        Assert.Equal(
            "0.2 0.5 1 2 5 10 20 50", string.Join(' ', CurveAxis.Over(0.11, 90, true).Ticks(5, false).Select(static t => t.Label)));

    [Fact]
    public void Wide_ranges_are_marked_by_powers_of_ten() =>
        Assert.Equal("0.1 1 10 100", string.Join(' ', CurveAxis.Over(0.09, 556, true).Ticks(5, false).Select(static t => t.Label)));

    internal static CurveSource Falling(string name, int steps, int nanFrom = int.MaxValue)
    {
        MetricSeries series = new();
        for (int i = 1; i <= steps; i++)
        {
            series.Add(new MetricLine(i, i, "loss", i >= nanFrom ? double.NaN : (500.0 / i) + 0.1 + (0.05 * Math.Sin(i))));
            series.Add(new MetricLine(i, i, "lr", i < 100 ? 1e-5 * i : 1e-3));
        }

        return new CurveSource(name, series);
    }

    private static CurveSource Series(string name, params (long Step, double Value)[] points)
    {
        MetricSeries series = new();
        foreach ((long step, double value) in points)
        {
            series.Add(new MetricLine(step, step, "m", value));
        }

        return new CurveSource(name, series);
    }
}
