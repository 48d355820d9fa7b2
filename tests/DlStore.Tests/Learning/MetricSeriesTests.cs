using System.Text;
using DlStore.Learning.Logs;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Learning;

public sealed class MetricSeriesTests(ITestOutputHelper output)
{
    [Fact]
    public void The_page_shows_what_is_written()
    {
        string page = FormatPage.Read("metrics").Text("{\"line\":9");

        MetricSeries read = MetricFile.Parse(Encoding.UTF8.GetBytes(page), "page");

        Assert.Equal(page, Encoding.UTF8.GetString(MetricFile.ToBytes(read)));
        Assert.Equal(4, read.Count);
        Assert.True(double.IsNaN(read.Summarise("avg_loss")!.Last.Value));
    }

    [Fact]
    public void Thinning_keeps_what_is_remarkable_and_never_exceeds_the_number()
    {
        Random random = Seeded.Start(output);
        for (int round = 0; round < 20; round++)
        {
            MetricSeries series = Made(random, random.Next(1, 40), random.Next(1, 3000));
            IReadOnlyList<MetricLine> thin = series.Thin();

            Assert.True(thin.Count <= MetricSeries.PointsMax);
            Assert.True(
                thin.Count == Math.Min(series.Count, thin.Count) && (series.Count > MetricSeries.PointsMax || thin.Count == series.Count));
            foreach (string metric in series.Metrics)
            {
                MetricSummary all = series.Summarise(metric)!;
                MetricLine[] kept = [.. thin.Where(p => p.Metric == metric)];
                MetricLine[] points = [.. series.PointsOf(metric)];
                Assert.Equal(points[0], kept[0]);
                Assert.Equal(points[^1], kept[^1]);
                Assert.All(new[] { all.Min, all.Max, all.FirstNan }, p => Assert.True(p is null || kept.Contains(p.Value)));
                MetricLine? nan = points.Where(static p => !double.IsFinite(p.Value)).Cast<MetricLine?>().FirstOrDefault();
                Assert.Equal(nan, all.FirstNan);
                double[] finite = [.. points.Select(static p => p.Value).Where(double.IsFinite)];
                Assert.Equal(finite.Length == 0 ? null : finite.Min(), all.Min?.Value);
                Assert.Equal(finite.Length == 0 ? null : finite.Max(), all.Max?.Value);
                Assert.Equal(kept, points.Where(kept.ToHashSet().Contains));
            }
        }
    }

    [Fact]
    public void Every_point_is_kept_written_and_read_back()
    {
        Random random = Seeded.Start(output);
        MetricSeries series = Made(random, 7, 5000);
        Assert.True(series.Count > 5000);
        byte[] thin = MetricFile.ToBytes(series);
        Assert.Equal(thin, MetricFile.ToBytes(MetricFile.Parse(thin, "thin")));
        Assert.InRange(thin.Count(static b => b == '\n'), MetricSeries.PointsMax - (5 * 7), MetricSeries.PointsMax);
    }

    [Fact]
    public void Short_series_keep_their_points_beside_long_ones()
    {
        MetricSeries series = new();
        for (int i = 1; i <= 100_000; i++)
        {
            series.Add(new MetricLine(i, i, "loss", 1.0 / i));
            if (i % 10_000 == 0)
            {
                series.Add(new MetricLine(i, i, "map", i));
            }
        }

        IReadOnlyList<MetricLine> thin = series.Thin();

        Assert.Equal(10, thin.Count(static p => p.Metric == "map"));
        Assert.Equal(1990, thin.Count(static p => p.Metric == "loss"));
        long[] gaps = [.. thin.Where(static p => p.Metric == "loss")
            .Zip(thin.Where(static p => p.Metric == "loss").Skip(1), static (a, b) => b.LineNumber - a.LineNumber)];
        Assert.InRange(gaps.Max(), 40, 60);
    }

    [Theory]
    [InlineData("{\"line\":1,\"metric\":\"a\",\"value\":1}\n{\"line\":2,\"metric\":\"a\"}\n", 2)]
    [InlineData("{\"line\":1,\"metric\":\"a\",\"value\":\"big\"}\n", 1)]
    [InlineData("{\"line\":0,\"metric\":\"a\",\"value\":1}\n", 1)]
    [InlineData("{\"line\":1,\"metric\":\"\",\"value\":1}\n", 1)]
    [InlineData("{\"line\":1.5,\"metric\":\"a\",\"value\":1}\n", 1)]
    [InlineData("{\"line\":1,\"metric\":\"a\",\"value\":1} x\n", 1)]
    [InlineData("[1]\n", 1)]
    [InlineData("\n", 1)]
    [InlineData("{\"line\":1,\"metric\":\"a\",\"step\":\"x\",\"value\":1}\n", 1)]
    public void A_damaged_line_is_named(string text, int line)
    {
        DlsException refused = Assert.Throws<DlsException>(() => MetricFile.Parse(Encoding.UTF8.GetBytes(text), "metrics.jsonl"));

        Assert.Equal(ErrorKind.Corrupt, refused.Kind);
        Assert.Contains($"'metrics.jsonl' line {line}:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_files_are_refused_or_read()
    {
        Hostile hostile = new(output);
        byte[] sample = Encoding.UTF8.GetBytes(FormatPage.Read("metrics").Text("{\"line\":9"));

        hostile.Attack(sample, static bytes => MetricFile.ToBytes(MetricFile.Parse(bytes, "x")));
    }

    [Fact]
    public void Unknown_keys_are_passed_over()
    {
        MetricSeries read = MetricFile.Parse("{\"line\":1,\"metric\":\"a\",\"more\":{\"b\":[1]},\"value\":2}\n"u8, "x");

        Assert.Equal([new MetricLine(1, null, "a", 2)], read.All());
    }

    private static MetricSeries Made(Random random, int metrics, int lines)
    {
        MetricSeries series = new();
        for (int i = 1; i <= lines; i++)
        {
            for (int m = 0; m < metrics; m++)
            {
                if (random.Next(3) > 0 || m == 0)
                {
                    double value = random.Next(200) switch
                    {
                        0 => double.NaN,
                        1 => double.PositiveInfinity,
                        2 => double.NegativeInfinity,
                        _ => random.NextDouble() * Math.Pow(10, random.Next(-8, 8))
                    };
                    series.Add(new MetricLine(i, random.Next(4) == 0 ? null : i * 10, $"m{m}", value));
                }
            }
        }

        return series;
    }
}
