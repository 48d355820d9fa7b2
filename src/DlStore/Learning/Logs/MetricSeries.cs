namespace DlStore.Learning.Logs;

/// <summary>
/// All numbers that a log held, by metric. Every point is kept: about 16 bytes a log line and 12 a number, so the 500,000 iterations of a
/// long training with six metrics take 45 MB. What is
/// committed is a thinned choice of at most <see cref="PointsMax"/> points (docs/formats/metrics.md). Not for use by two threads.
/// </summary>
public sealed class MetricSeries
{
    /// <summary>The most points of a committed file, of all metrics together.</summary>
    public const int PointsMax = 2000;

    /// <summary>The most metrics.</summary>
    public const int MetricsMax = 256;

    private readonly ChunkedList<long> _lines = new();
    private readonly ChunkedList<long> _steps = new();
    private readonly SortedDictionary<string, MetricColumn> _columns = new(StringComparer.Ordinal);

    /// <summary>Stands for a step that the log did not name.</summary>
    private const long NoStep = long.MinValue;

    /// <summary>Gets the metrics, sorted ordinally.</summary>
    public IReadOnlyList<string> Metrics => [.. _columns.Keys];

    /// <summary>Gets the points of all metrics.</summary>
    public int Count => _columns.Values.Sum(static c => c.Count);

    /// <summary>Adds a point; points come in the order of the log.</summary>
    /// <param name="point">The point.</param>
    /// <exception cref="DlsException">Kind Failed: it is of one metric more than <see cref="MetricsMax"/>.</exception>
    public void Add(MetricLine point)
    {
        if (!_columns.TryGetValue(point.Metric, out MetricColumn? column))
        {
            column = _columns.Count < MetricsMax ? new MetricColumn()
                : throw new DlsException(ErrorKind.Failed, $"add metric '{point.Metric}': there are {MetricsMax} already");
            _columns.Add(point.Metric, column);
        }

        long step = point.Step ?? NoStep;
        int row = _lines.Count - 1;
        if (row < 0 || _lines[row] != point.LineNumber || _steps[row] != step || column.LastRow == row)
        {
            _lines.Add(point.LineNumber);
            _steps.Add(step);
            row++;
        }

        column.Add(row, point.Value);
    }

    /// <summary>Adds points; see <see cref="Add"/>.</summary>
    /// <param name="points">In the order of the log.</param>
    public void AddAll(IEnumerable<MetricLine> points)
    {
        foreach (MetricLine point in points)
        {
            Add(point);
        }
    }

    /// <summary>Gives the points of a metric.</summary>
    /// <param name="metric">Its name; an unknown one has no points.</param>
    /// <returns>In the order of the log.</returns>
    public IEnumerable<MetricLine> PointsOf(string metric)
    {
        if (_columns.TryGetValue(metric, out MetricColumn? column))
        {
            for (int i = 0; i < column.Count; i++)
            {
                yield return PointAt(metric, column, i);
            }
        }
    }

    /// <summary>Sums a metric up.</summary>
    /// <param name="metric">Its name.</param>
    /// <returns>First, last, least and greatest point and the first NaN; null if there are no points.</returns>
    public MetricSummary? Summarise(string metric)
    {
        if (!_columns.TryGetValue(metric, out MetricColumn? column))
        {
            return null;
        }

        MetricLine? At(int position) => position < 0 ? null : PointAt(metric, column, position);
        return new MetricSummary(column.Count,
            PointAt(metric, column, 0), PointAt(metric, column, column.Count - 1), At(column.Min), At(column.Max), At(column.FirstNan));
    }

    /// <summary>
    /// Chooses points: of every metric the first, the last, the least, the greatest and the first NaN, and evenly spaced ones as far as the
    /// number allows.
    /// </summary>
    /// <param name="countMax">The most points, at least 5 for each of the metrics.</param>
    /// <returns>In the order of the log, within a line by metric; the same points on every machine, and all points if they are few
    /// enough.</returns>
    public IReadOnlyList<MetricLine> Thin(int countMax = PointsMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(countMax, 5 * _columns.Count);
        return InLogOrder(Shares(countMax).ToDictionary(static p => p.Key, p => _columns[p.Key].Thin(p.Value), StringComparer.Ordinal));
    }

    /// <summary>Gives every point.</summary>
    /// <returns>In the order of the log, within a line by metric.</returns>
    public IEnumerable<MetricLine> All()
    {
        KeyValuePair<string, MetricColumn>[] columns = [.. _columns];
        int[] next = new int[columns.Length];
        for (int row = 0; row < _lines.Count; row++)
        {
            for (int c = 0; c < columns.Length; c++)
            {
                if (next[c] < columns[c].Value.Count && columns[c].Value.RowOf(next[c]) == row)
                {
                    yield return PointAt(columns[c].Key, columns[c].Value, next[c]++);
                }
            }
        }
    }

    /// <summary>Divides a number of points among the metrics: short ones get all of theirs, long ones equal shares of the rest.</summary>
    private Dictionary<string, int> Shares(int countMax)
    {
        Dictionary<string, int> shares = [];
        List<string> open = [.. _columns.Keys.OrderBy(k => _columns[k].Count).ThenBy(static k => k, StringComparer.Ordinal)];
        for (int i = 0; i < open.Count; i++)
        {
            int share = Math.Min(_columns[open[i]].Count, countMax / (open.Count - i));
            shares.Add(open[i], share);
            countMax -= share;
        }

        return shares;
    }

    private List<MetricLine> InLogOrder(Dictionary<string, SortedSet<int>> kept)
    {
        List<(int Row, MetricLine Point)> points = [];
        foreach ((string metric, MetricColumn column) in _columns)
        {
            points.AddRange(kept[metric].Select(i => (column.RowOf(i), PointAt(metric, column, i))));
        }

        return [
            .. points.OrderBy(static p => p.Row).ThenBy(static p => p.Point.Metric, StringComparer.Ordinal).Select(static p => p.Point)];
    }

    private MetricLine PointAt(string metric, MetricColumn column, int position)
    {
        int row = column.RowOf(position);
        return new MetricLine(_lines[row], _steps[row] == NoStep ? null : _steps[row], metric, column.ValueOf(position));
    }
}
