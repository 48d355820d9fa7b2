namespace DlStore.Learning.Logs;

/// <summary>What one feed of bytes completed.</summary>
/// <param name="Metrics">In the order of the log; within a line in the order of the patterns and their groups.</param>
/// <param name="Events">In the order of the log.</param>
public sealed record LogBatch(IReadOnlyList<MetricLine> Metrics, IReadOnlyList<LogEvent> Events);
