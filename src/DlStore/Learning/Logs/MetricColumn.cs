namespace DlStore.Learning.Logs;

/// <summary>
/// The points of one metric: for each the row (a log line with its step, shared with the other metrics of that line) and the value. Marks
/// its remarkable points as they come.
/// </summary>
internal sealed class MetricColumn
{
    private readonly ChunkedList<int> _rows = new();
    private readonly ChunkedList<double> _values = new();

    public int Count => _values.Count;

    /// <summary>Gets the position of the least finite value, or -1.</summary>
    public int Min { get; private set; } = -1;

    /// <summary>Gets the position of the greatest finite value, or -1.</summary>
    public int Max { get; private set; } = -1;

    /// <summary>Gets the position of the first value that is no finite number, or -1.</summary>
    public int FirstNan { get; private set; } = -1;

    /// <summary>Gets the row of the last point, or -1.</summary>
    public int LastRow { get; private set; } = -1;

    public int RowOf(int position) => _rows[position];

    public double ValueOf(int position) => _values[position];

    public void Add(int row, double value)
    {
        if (!double.IsFinite(value))
        {
            FirstNan = FirstNan < 0 ? Count : FirstNan;
        }
        else
        {
            Min = Min < 0 || value < _values[Min] ? Count : Min;
            Max = Max < 0 || value > _values[Max] ? Count : Max;
        }

        _rows.Add(row);
        _values.Add(value);
        LastRow = row;
    }

    /// <summary>Gives the positions that are kept whatever the number, at most five.</summary>
    public SortedSet<int> Remarkable()
    {
        SortedSet<int> kept = [0, Count - 1, Math.Max(0, Min), Math.Max(0, Max), Math.Max(0, FirstNan)];
        return kept;
    }

    /// <summary>Gives evenly spaced positions, the remarkable ones among them.</summary>
    /// <param name="countMax">How many, at least as many as are remarkable.</param>
    public SortedSet<int> Thin(int countMax)
    {
        SortedSet<int> kept = Remarkable();
        if (Count <= countMax)
        {
            kept.UnionWith(Enumerable.Range(0, Count));
            return kept;
        }

        // The other points are spread over what is left: integers only, so that every machine chooses the same.
        int more = countMax - kept.Count;
        for (int i = 1; i <= more; i++)
        {
            kept.Add((int)((long)i * (Count - 1) / (more + 1)));
        }

        return kept;
    }
}
