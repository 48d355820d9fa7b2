using DlStore.Io;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Operations.Tasks;

namespace DlStore.Operations.Tables;

/// <summary>Something of several runs side by side.</summary>
/// <param name="Section">As for two runs: <c>parameter</c>, <c>data</c>, <c>metric</c>, <c>result</c> and so on.</param>
/// <param name="Name">What of it.</param>
/// <param name="Values">One for each run, in their order; null where it has none.</param>
public sealed record ComparedRow(string Section, string Name, IReadOnlyList<string?> Values);

/// <summary>What comparing several runs came to.</summary>
/// <param name="Runs">Each as <c>TASK/KIND #N</c>.</param>
/// <param name="Differences">What is not alike in all.</param>
/// <param name="Numbers">The last numbers of logs and those of tests, alike or not.</param>
/// <param name="Svg">The file with the curves, if asked for.</param>
public sealed record RunComparisonResult(
    IReadOnlyList<string> Runs, IReadOnlyList<ComparedRow> Differences, IReadOnlyList<ComparedRow> Numbers, string? Svg)
{
    /// <summary>Gets a value indicating whether anything differs.</summary>
    public bool Differs => Differences.Count > 0 || Numbers.Any(static n => n.Values.Distinct().Skip(1).Any());
}

/// <summary><c>dls task diff</c> of more than two: each against the first, in one table.</summary>
public static class RunComparison
{
    /// <summary>Finds runs as pages name them.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="names">Each <c>TASK</c>, <c>TASK/KIND</c> or <c>TASK#N</c>.</param>
    /// <returns>Each as <c>TASK:N</c>.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such run.</exception>
    public static IReadOnlyList<string> Find(Repo repo, IReadOnlyList<string> names) =>
        [.. names.Select(n => FinishedAttempt.Find(repo, n, "compare")).Select(static a => $"{a.Task.Name}:{a.Start.N}")];

    /// <summary>Compares runs.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="names">Each <c>TASK</c>, <c>TASK/KIND</c> or <c>TASK#N</c>; at least two.</param>
    /// <param name="svg">The file to draw curves into, as typed, or null.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such run, or more than a picture holds.</exception>
    public static RunComparisonResult Run(Repo repo, IReadOnlyList<string> names, string? svg)
    {
        AttemptOfTask[] runs = [.. names.Select(n => FinishedAttempt.Find(repo, n, "compare"))];
        if (svg is not null)
        {
            Draw(repo, names, svg);
        }

        return new RunComparisonResult([.. runs.Select(FinishedAttempt.Show)], Differences(repo, runs),
            [.. Numbers("metric", runs, static r => r.Metrics), .. Numbers("result", runs, static r => r.Result?.Metrics)], svg);
    }

    private static void Draw(Repo repo, IReadOnlyList<string> names, string svg)
    {
        if (!svg.EndsWith(".svg", StringComparison.OrdinalIgnoreCase) || names.Count > CurveSvg.TasksMax)
        {
            throw new DlsException(ErrorKind.Usage, $"draw curves of {names.Count} runs into '{svg}': {(names.Count > CurveSvg.TasksMax
                ? $"a picture holds {CurveSvg.TasksMax}" : "its name is not that of an SVG file")}",
                names.Count > CurveSvg.TasksMax ? "name fewer, or look at them with `dls ui`" : "end the name with .svg");
        }

        AtomicFile.Write(Path.GetFullPath(Path.Combine(repo.StartDirectory, svg)), CurveSvg.Draw(RunCurves.Find(repo, names).Sources));
    }

    private static List<ComparedRow> Differences(Repo repo, AttemptOfTask[] runs)
    {
        // What differs from the first in one run is told of all: where nothing differs, a run has what the first has.
        Dictionary<(string Section, string Name), string?[]> rows = [];
        List<(string, string)> order = [];
        for (int i = 1; i < runs.Length; i++)
        {
            foreach (TaskDifference found in new AttemptComparison(repo, runs[0], runs[i]).Run())
            {
                if (!rows.TryGetValue((found.Section, found.Name), out string?[]? values))
                {
                    values = rows[(found.Section, found.Name)] = [.. Enumerable.Repeat(found.A, runs.Length)];
                    order.Add((found.Section, found.Name));
                }

                values[i] = found.B;
            }
        }

        return [.. order.Select(k => new ComparedRow(k.Item1, k.Item2, rows[k]))];
    }

    private static IEnumerable<ComparedRow> Numbers(
        string section, AttemptOfTask[] runs, Func<AttemptRecord, IReadOnlyDictionary<string, string>?> of)
    {
        IReadOnlyDictionary<string, string>?[] all = [.. runs.Select(r => r.Record is { } record ? of(record) : null)];
        return new SortedSet<string>(all.SelectMany(static n => n?.Keys ?? []), StringComparer.Ordinal)
            .Select(name => new ComparedRow(section, name, [.. all.Select(n => n?.GetValueOrDefault(name))]));
    }
}
