using System.Text;
using DlStore.Io;

namespace DlStore.Learning.Logs;

/// <summary>
/// Reads a log as it grows. Feed it the bytes in order, in any portions: the result is the same. It holds one line and a few counters,
/// whatever the log's size, and nothing in a log makes
/// it fail. Not for use by two threads.
/// </summary>
/// <param name="rules">What to look for.</param>
public sealed class LogReader(LogRules rules)
{
    /// <summary>The most events of one kind that are given; the rest is only counted.</summary>
    public const int EventsMax = 1000;

    private const int TextMax = 1000;

    private readonly LogLines _lines = new();
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly int[] _matches = new int[rules.Stop.Count];
    private List<MetricLine> _metrics = [];
    private List<LogEvent> _events = [];

    /// <summary>Gets how many lines were events, by kind.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Gets the last iteration or epoch that the log has named, or null.</summary>
    public long? Step { get; private set; }

    /// <summary>
    /// Gets the event at which a stop rule with the action <see cref="StopAction.Stop"/> had matched as often as it asks, or null.
    /// </summary>
    public LogEvent? StoppedBy { get; private set; }

    /// <summary>Gets the lines that have ended.</summary>
    public long LineCount => _lines.Number - 1;

    /// <summary>Reads more of the log.</summary>
    /// <param name="bytes">What follows the bytes of the last call.</param>
    /// <returns>What the lines that ended in it hold.</returns>
    public LogBatch Feed(ReadOnlySpan<byte> bytes)
    {
        _lines.Feed(bytes, Take);
        return Hand();
    }

    /// <summary>Reads the last line, if it has no line end. To be called once, at the end of the log.</summary>
    /// <returns>What it holds.</returns>
    public LogBatch Finish()
    {
        _lines.Finish(Take);
        return Hand();
    }

    private LogBatch Hand()
    {
        LogBatch batch = new(_metrics, _events);
        _metrics = [];
        _events = [];
        return batch;
    }

    private void Take(long number, ReadOnlySpan<byte> bytes)
    {
        string line = Encoding.UTF8.GetString(bytes);
        int before = _metrics.Count;
        foreach (LogPattern pattern in rules.Patterns)
        {
            Step = pattern.Read(line, number, Step, _metrics);
        }

        bool isNan = false;
        for (int i = before; i < _metrics.Count; i++)
        {
            isNan |= _metrics[i].Metric == rules.Loss && !double.IsFinite(_metrics[i].Value);
        }

        if (rules.Best?.IsMatch(line) == true)
        {
            Add(LogEventKind.Best, number, bytes);
        }

        string lowerCase = ToLowerCase(line);
        for (int i = 0; i < rules.Stop.Count; i++)
        {
            StopRule rule = rules.Stop[i];
            if (rule.IsMatch(lowerCase))
            {
                isNan &= rule.Name != LogEventKind.Nan;
                LogEvent found = Add(rule.Name, number, bytes);
                // Counted apart from the events, which a NaN that only the metric shows adds to: the host knows rules alone.
                _matches[i] = Math.Min(_matches[i] + 1, rule.Count);
                StoppedBy ??= rule.Action == StopAction.Stop && _matches[i] == rule.Count ? found : null;
            }
        }

        if (isNan)
        {
            Add(LogEventKind.Nan, number, bytes);
        }
    }

    /// <summary>Lowers ASCII letters alone, as awk does on the host in the C locale: Unicode would turn the Kelvin sign into a k.</summary>
    private static string ToLowerCase(string line) => string.Create(line.Length, line, static (to, from) =>
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
        }
    });

    private LogEvent Add(string kind, long number, ReadOnlySpan<byte> bytes)
    {
        LogEvent found = new(kind, number, Step, EntryName.Show(bytes[..Math.Min(bytes.Length, TextMax)]));
        _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        if (_counts[kind] <= EventsMax)
        {
            _events.Add(found);
        }

        return found;
    }
}
