namespace DlStore.Learning.Logs;

/// <summary>One number that a log line holds.</summary>
/// <param name="LineNumber">The line of the log, from 1, as <c>sed -n</c> counts: only LF ends a line.</param>
/// <param name="Step">The iteration or epoch it belongs to, or null if the log has named none so far.</param>
/// <param name="Metric">What was measured: the name of the pattern's group.</param>
/// <param name="Value">The number; NaN and the infinities as the log has them.</param>
public readonly record struct MetricLine(long LineNumber, long? Step, string Metric, double Value);
