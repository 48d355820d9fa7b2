using System.Globalization;
using System.Text;
using DlStore.Data.Names;
using DlStore.Io;
using DlStore.Learning.Records;
using DlStore.Operations.Tasks;

namespace DlStore.Operations.Exports;

/// <summary>Attempts as a table.</summary>
/// <param name="Columns">The titles.</param>
/// <param name="Rows">The cells of each attempt, as many as there are titles; what is not known is empty.</param>
/// <param name="NotHome">Attempts that are not home, whose results are empty: <c>TASK/KIND #N</c>.</param>
public sealed record CsvExportResult(
    IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<string> NotHome);

/// <summary>
/// <c>dls task export csv</c>: all attempts as rows of one table, the newest last. It reads records only: no host is asked, no byte is
/// fetched.
/// </summary>
public static class CsvExport
{
    /// <summary>The columns that every table has, in their order.</summary>
    private static readonly string[] Fixed = ["task", "n", "kind", "state", "host", "created", "started", "finished", "seconds", "by",
        "commit", "dataset", "canvas", "dirHash", "testset", "weights", "memo"];

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="names">Tasks or parts of tasks, as typed; empty for all.</param>
    /// <returns>The table; the same records give the same.</returns>
    /// <exception cref="DlsException">Kind Usage: no such task. Kind Corrupt: a record is damaged.</exception>
    public static CsvExportResult Run(Repo repo, IReadOnlyList<string> names)
    {
        IReadOnlyList<AttemptOfTask> attempts = ExportedAttempts.List(repo, names);
        Dictionary<string, string>[] cells = [.. attempts.Select(a => CellsOf(repo, a))];
        string[] columns = [.. Fixed, .. Named(cells, "param."), .. Named(cells, "log."), .. Named(cells, "test.")];
        return new CsvExportResult(
            [.. columns.Select(Title)], [.. cells.Select(row => (string[])[.. columns.Select(c => row.GetValueOrDefault(c, ""))])],
            [.. attempts.Where(static a => a.Record is null).Select(FinishedAttempt.Show)]);
    }

    private static Dictionary<string, string> CellsOf(Repo repo, AttemptOfTask attempt)
    {
        (AttemptStart start, AttemptRecord? record) = (attempt.Start, attempt.Record);
        Dictionary<string, string> cells = new(StringComparer.Ordinal)
        {
            ["task"] = attempt.Task.Name,
            ["n"] = start.N.ToString(CultureInfo.InvariantCulture),
            ["kind"] = start.Kind,
            ["state"] = RunStates.Name(record?.State ?? RunState.Unknown),
            ["host"] = start.Host,
            ["created"] = start.Created,
            ["started"] = record?.Started ?? "",
            ["finished"] = record?.Finished ?? "",
            ["seconds"] = ExportedAttempts.TimeOf(record?.Started) is { } from && ExportedAttempts.TimeOf(record?.Finished) is { } to
                ? ((long)(to - from).TotalSeconds).ToString(CultureInfo.InvariantCulture) : "",
            ["by"] = start.By,
            ["commit"] = start.Commit,
            ["dataset"] = start.Data?.Name ?? "",
            ["canvas"] = start.Data?.Canvas ?? "",
            ["dirHash"] = start.Data?.DirHash.ToString() ?? "",
            ["testset"] = start.TestSet ?? "",
            ["weights"] = record?.Weights?.Oid.ToString() ?? "",
            ["memo"] = TaskMemo.Read(repo, PortableName.Parse(attempt.Task.Name, "task")).TrimEnd('\n'),
        };
        Fill(cells, "param.", start.Parameters);
        Fill(cells, "log.", record?.Metrics);
        Fill(cells, "test.", record?.Result?.Metrics);
        return cells;
    }

    private static void Fill(Dictionary<string, string> cells, string prefix, IReadOnlyDictionary<string, string>? values)
    {
        foreach ((string name, string value) in values ?? new Dictionary<string, string>())
        {
            cells[prefix + name] = value;
        }
    }

    private static IEnumerable<string> Named(Dictionary<string, string>[] cells, string prefix) => cells.SelectMany(static c => c.Keys)
        .Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal);

    /// <summary>A title is one line, and no two names look alike.</summary>
    private static string Title(string name) => EntryName.Show(Encoding.UTF8.GetBytes(name));
}
