using DlStore.Learning.Logs;
using Xunit.Abstractions;

namespace DlStore.Tests.Learning;

/// <summary>Tests that measure the whole process: they run when no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneTests
{
    /// <summary>The name of the collection.</summary>
    public const string Name = "alone";
}

[Collection(AloneTests.Name)]
public sealed class MetricMemoryTests(ITestOutputHelper output)
{
    [Fact]
    public void A_long_training_takes_little_memory()
    {
        string[] metrics = ["avg_loss", "images", "left", "loss", "lr", "sec"];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        MetricSeries series = new();
        for (int i = 0; i < 200_000; i++)
        {
            foreach (string metric in metrics)
            {
                series.Add(new MetricLine(i, i, metric, i));
            }
        }

        long used = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"{used / 200_000.0:F1} bytes a line of six numbers");
        Assert.InRange(used, 1, 200_000 * 96);
        Assert.Equal(1_200_000, series.Count);
    }
}
