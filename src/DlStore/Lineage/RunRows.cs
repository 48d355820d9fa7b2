using Microsoft.Data.Sqlite;
using static DlStore.Lineage.LineageRows;

namespace DlStore.Lineage;

/// <summary>Reads every attempt that a work tree has with its numbers, each table once from end to end.</summary>
/// <param name="index">The index, up to date.</param>
/// <param name="tree">Names the work tree.</param>
internal sealed class RunRows(LineageIndex index, string tree)
{
    private const string Here = "JOIN work w ON w.record_id = t.record_id WHERE w.tree = $tree";
    private readonly LineageRows _rows = new(index, tree);

    /// <summary>Lists them by task and number.</summary>
    public IReadOnlyList<RunRow> List()
    {
        Dictionary<string, string> memos = _rows.List($"SELECT t.task, t.text FROM memo t {Here}",
            static r => (r.GetString(0), r.GetString(1))).ToDictionary(static m => m.Item1, static m => m.Item2);
        Dictionary<string, (string State, string? Why, string? Started, string? Finished)> outcomes = [];
        _rows.Each($"SELECT t.attempt, t.state, t.why, t.started, t.finished FROM outcome t {Here}",
            r => outcomes[r.GetString(0)] = (r.GetString(1), Text(r, 2), Text(r, 3), Text(r, 4)));
        Dictionary<string, Dictionary<string, string>> parameters = Texts($"SELECT t.attempt, t.name, t.value FROM parameter t {Here}");
        Dictionary<string, Dictionary<string, string>> tests = Texts(
            $"SELECT t.attempt, t.name, t.value FROM number t {Here} AND t.source = 'test'");
        Dictionary<string, Dictionary<string, string>> logs = Texts(
            $"SELECT t.attempt, t.name, t.value FROM number t {Here} AND t.source = 'log'");
        Dictionary<(string, long), Dictionary<string, CurveSpan>> curves = Curves();
        List<RunRow> runs = _rows.List(
            "SELECT t.task, t.n, t.id, t.kind, t.host, t.created, t.by_whom, t.commit_hex, t.dataset, t.canvas, t.test_set "
                + $"FROM attempt t {Here}",
            r => Of(r, memos) with
            {
                Parameters = parameters.GetValueOrDefault(r.GetString(2)) ?? [],
                Tests = tests.GetValueOrDefault(r.GetString(2)) ?? [],
                Logs = logs.GetValueOrDefault(r.GetString(2)) ?? [],
                Curves = curves.GetValueOrDefault((r.GetString(0), r.GetInt64(1))) ?? [],
            });
        Dictionary<(string, string), long> newest = [];
        foreach (RunRow run in runs)
        {
            newest[(run.Task, run.Kind)] = Math.Max(run.N, newest.GetValueOrDefault((run.Task, run.Kind)));
        }

        return [.. runs.OrderBy(static r => r.Task, StringComparer.Ordinal).ThenBy(static r => r.N).Select(run =>
        {
            RunRow row = run with { IsNewest = newest[(run.Task, run.Kind)] == run.N };
            return outcomes.TryGetValue(run.Id, out (string State, string? Why, string? Started, string? Finished) end)
                ? row with { State = end.State, Why = end.Why, Started = end.Started, Finished = end.Finished } : row;
        })];
    }

    private static RunRow Of(SqliteDataReader r, Dictionary<string, string> memos) => new()
    {
        Task = r.GetString(0),
        N = r.GetInt64(1),
        Id = r.GetString(2),
        Kind = r.GetString(3),
        Host = r.GetString(4),
        Created = r.GetString(5),
        By = r.GetString(6),
        Commit = r.GetString(7),
        Dataset = Text(r, 8),
        Canvas = Text(r, 9),
        TestSet = Text(r, 10),
        Memo = memos.GetValueOrDefault(r.GetString(0), ""),
    };

    private Dictionary<string, Dictionary<string, string>> Texts(string sql)
    {
        Dictionary<string, Dictionary<string, string>> found = [];
        Dictionary<string, string> names = [];
        _rows.Each(sql, r =>
        {
            string attempt = r.GetString(0), name = r.GetString(1);
            names.TryAdd(name, name);
            Add(found, attempt, names[name], r.GetString(2));
        });
        return found;
    }

    private Dictionary<(string, long), Dictionary<string, CurveSpan>> Curves()
    {
        Dictionary<(string, long), Dictionary<string, CurveSpan>> found = [];
        _rows.Each($"SELECT t.task, t.n, t.name, t.points, t.low, t.low_step, t.high, t.high_step FROM curve t {Here}", r => Add(
            found, (r.GetString(0), r.GetInt64(1)), r.GetString(2), new CurveSpan(r.GetInt64(3),
                Real(r, 4), Long(r, 5), Real(r, 6), Long(r, 7))));
        return found;
    }

    private static void Add<TKey, TValue>(Dictionary<TKey, Dictionary<string, TValue>> to, TKey key, string name, TValue value)
        where TKey : notnull
    {
        if (!to.TryGetValue(key, out Dictionary<string, TValue>? values))
        {
            to[key] = values = new(StringComparer.Ordinal);
        }

        values[name] = value;
    }

    private static double? Real(SqliteDataReader r, int column) => r.IsDBNull(column) ? null : r.GetDouble(column);

    private static long? Long(SqliteDataReader r, int column) => r.IsDBNull(column) ? null : r.GetInt64(column);
}
