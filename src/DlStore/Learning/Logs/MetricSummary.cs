namespace DlStore.Learning.Logs;

/// <summary>A series in a few numbers.</summary>
/// <param name="Count">Its points, at least 1.</param>
/// <param name="First">The first point.</param>
/// <param name="Last">The last point.</param>
/// <param name="Min">The first of the points with the least finite value, or null if no value is finite.</param>
/// <param name="Max">The first of the points with the greatest finite value, or null if no value is finite.</param>
/// <param name="FirstNan">The first point whose value is no finite number, or null.</param>
public sealed record MetricSummary(int Count, MetricLine First, MetricLine Last, MetricLine? Min, MetricLine? Max, MetricLine? FirstNan);
