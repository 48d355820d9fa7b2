namespace DlStore.Learning.Logs;

/// <summary>One task's curves.</summary>
/// <param name="Name">As the legend shows it.</param>
/// <param name="Series">Its numbers.</param>
public sealed record CurveSource(string Name, MetricSeries Series);
