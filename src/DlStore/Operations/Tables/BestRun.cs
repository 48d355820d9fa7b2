using DlStore.Lineage;

namespace DlStore.Operations.Tables;

/// <summary>The best runs of a kind.</summary>
/// <param name="By">The column they are measured by, whole.</param>
/// <param name="IsLow">Whether less is better.</param>
/// <param name="Runs">The best first; at most as many as were asked for.</param>
/// <param name="Measured">How many runs of the kind have the number.</param>
/// <param name="Of">How many runs the kind has; the others have no such number, or NaN.</param>
public sealed record BestRuns(string By, bool IsLow, IReadOnlyList<RunRow> Runs, int Measured, int Of);

/// <summary><c>dls task best</c>: the runs of a kind by one number, the best first.</summary>
public static class BestRun
{
    /// <summary>Finds them.</summary>
    /// <param name="table">The runs; all attempts count.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="by">The number, as typed. A metric of a log counts with its best value, not its last.</param>
    /// <param name="isLow">Whether less is better; null to tell by the name.</param>
    /// <param name="where">Which runs count, or null for all of the kind.</param>
    /// <param name="limit">The most runs.</param>
    /// <returns>The runs.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no run of the kind, or none has the number.</exception>
    public static BestRuns Find(RunTable table, string kind, string by, bool? isLow, string? where, int limit)
    {
        RunRow[] ofKind = [.. table.Runs.Where(r => r.Kind == kind)];
        if (ofKind.Length == 0)
        {
            string[] kinds = [.. table.Runs.Select(static r => r.Kind).Distinct().Order(StringComparer.Ordinal)];
            throw new DlsException(ErrorKind.Usage, $"find the best of kind '{kind}': no task has a run of that kind",
                kinds.Length == 0 ? "run `dls task create NAME --kind KIND`" : $"there are runs of {string.Join(", ", kinds)}");
        }

        RunField field = table.Fields.Get(by, "measure by");
        bool low = isLow ?? field.IsLowBetter ?? throw new DlsException(ErrorKind.Usage,
            $"measure by '{field.Name}': it is no measure, so which end of it is better is not known", "say --min or --max");
        if (field.Name.StartsWith("log.", StringComparison.Ordinal) && table.Fields.Logs.Contains(field.Name[4..]))
        {
            field = table.Fields.Get($"{field.Name}.{(low ? "min" : "max")}", "measure by");
        }

        Func<RunRow, bool> counts = where is null ? static _ => true : RunFilter.Parse(where, table.Fields);
        RunRow[] counted = [.. ofKind.Where(counts)];
        RunRow[] measured = [.. counted.Where(r => field.Of(r).Number is { } n && !double.IsNaN(n))
            .OrderBy(r => field.Of(r).Number!.Value * (low ? 1 : -1)).ThenBy(static r => r.Created, StringComparer.Ordinal)
            .ThenBy(static r => r.Task, StringComparer.Ordinal).ThenBy(static r => r.N)];
        return new BestRuns(field.Name, low, [.. measured.Take(limit)], measured.Length, counted.Length);
    }
}
