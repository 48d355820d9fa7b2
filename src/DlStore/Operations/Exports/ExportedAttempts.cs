using System.Globalization;
using DlStore.Operations.Tasks;

namespace DlStore.Operations.Exports;

/// <summary>The attempts of an export, each once, in an order that only records decide.</summary>
internal static class ExportedAttempts
{
    /// <summary>Lists attempts: by when they were created, then task, then number.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="names">Tasks or parts of tasks, as typed; empty for all.</param>
    /// <exception cref="DlsException">Kind Usage: no such task. Kind Corrupt: a record is damaged.</exception>
    public static IReadOnlyList<AttemptOfTask> List(Repo repo, IReadOnlyList<string> names) => [
        .. TaskStates.Select(repo, names, newestOnly: false).DistinctBy(static a => (a.Task.Name, a.Start.N))
            .OrderBy(static a => TimeOf(a.Start.Created)).ThenBy(static a => a.Task.Name, StringComparer.Ordinal)
            .ThenBy(static a => a.Start.N)];

    /// <summary>Reads a time of a record; null if it is none.</summary>
    public static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at) ? at : null;
}
