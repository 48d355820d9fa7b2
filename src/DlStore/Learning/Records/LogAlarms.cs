using DlStore.Learning.Logs;

namespace DlStore.Learning.Records;

/// <summary>
/// What the rules of a kind find in the log of a run that nobody watched: the alarms that its supervisor would have written.
/// </summary>
internal static class LogAlarms
{
    /// <summary>Reads a log.</summary>
    /// <param name="log">From its beginning; left open.</param>
    /// <param name="rules">Those of the kind.</param>
    /// <param name="at">The time to write down, as the log has none.</param>
    /// <returns>One alarm a rule, at the line where it had matched as often as it asks; and one for a loss that is no number.</returns>
    public static IReadOnlyList<AttemptAlarm> Find(Stream log, LogRules rules, string at)
    {
        LogReader reader = new(rules);
        List<AttemptAlarm> alarms = [];
        Dictionary<string, int> found = new(StringComparer.Ordinal);
        void Take(LogBatch batch)
        {
            foreach (LogEvent one in batch.Events.Where(static e => e.Kind != LogEventKind.Best))
            {
                StopRule? rule = rules.Stop.FirstOrDefault(r => r.Name == one.Kind);
                int n = found[one.Kind] = found.GetValueOrDefault(one.Kind) + 1;
                if (n == (rule?.Count ?? 1))
                {
                    alarms.Add(new AttemptAlarm(one.Kind, rule?.Action ?? StopAction.Warn, at, one.LineNumber, one.Text));
                }
            }
        }

        byte[] buffer = new byte[1 << 20];
        for (int n; (n = log.Read(buffer)) > 0;)
        {
            Take(reader.Feed(buffer.AsSpan(0, n)));
        }

        Take(reader.Finish());
        return alarms;
    }
}
