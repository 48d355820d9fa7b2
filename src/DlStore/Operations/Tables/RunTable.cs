using DlStore.Lineage;
using DlStore.Learning.Records;
using DlStore.Operations.Index;
using DlStore.Operations.Tasks;

namespace DlStore.Operations.Tables;

/// <summary>What to show of a table of runs.</summary>
public sealed record RunQuery
{
    /// <summary>Gets which runs count, as typed; null for all. See <see cref="RunFilter"/>.</summary>
    public string? Where { get; init; }

    /// <summary>Gets the column to sort by, as typed; null for the newest first.</summary>
    public string? Sort { get; init; }

    /// <summary>Gets a value indicating whether the order is turned round.</summary>
    public bool Reverse { get; init; }

    /// <summary>Gets a value indicating whether older attempts count too, not only the newest of each kind of a task.</summary>
    public bool All { get; init; }

    /// <summary>Gets how many runs are passed over.</summary>
    public int Skip { get; init; }

    /// <summary>Gets the most runs; null for no limit.</summary>
    public int? Limit { get; init; }
}

/// <summary>Some runs of a table.</summary>
/// <param name="Runs">In order.</param>
/// <param name="Total">How many the filter lets through.</param>
/// <param name="Of">How many there are.</param>
public sealed record RunPage(IReadOnlyList<RunRow> Runs, int Total, int Of);

/// <summary>All attempts that the work tree has, with their numbers, to be filtered and sorted.</summary>
public sealed class RunTable
{
    private readonly string? _stamp;

    private RunTable(IReadOnlyList<RunRow> runs, string? stamp)
    {
        Runs = runs;
        _stamp = stamp;
        Fields = new RunFields(runs);
    }

    /// <summary>Gets every run, by task and number.</summary>
    public IReadOnlyList<RunRow> Runs { get; }

    /// <summary>Gets the columns.</summary>
    public RunFields Fields { get; }

    /// <summary>Reads the runs from the index, which is brought up to date.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The table.</returns>
    public static RunTable Load(Repo repo, CancellationToken cancel) => Load(repo, null, cancel);

    /// <summary>Reads the runs again if the index says that anything changed.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="before">What was read before, or null.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The table; the one from before if it is still right.</returns>
    public static RunTable Load(Repo repo, RunTable? before, CancellationToken cancel) => IndexCatchUp.Ask(repo, index =>
    {
        string? stamp = new LineageQuery(index, repo.StateDirectory).Stamp();
        return stamp is not null && stamp == before?._stamp ? before
            : new RunTable(new RunRows(index, repo.StateDirectory).List(), stamp);
    }, cancel);

    /// <summary>Takes over how attempts stand that are not home, as their hosts say.</summary>
    /// <param name="states">What asking for states did.</param>
    /// <returns>A table with those states; why and start too.</returns>
    public RunTable With(TaskStatusResult states)
    {
        Dictionary<string, AttemptStatus> away = states.Attempts.Where(static a => !a.IsCollected).ToDictionary(static a => a.Id);
        return away.Count == 0 ? this : new RunTable([.. Runs.Select(r => away.TryGetValue(r.Id, out AttemptStatus? now)
            ? r with { State = RunStates.Name(now.State), Why = now.Why, Started = now.Started } : r)], null);
    }

    /// <summary>Chooses and sorts runs.</summary>
    /// <param name="query">What is wanted.</param>
    /// <returns>The runs. What has nothing in the column of the order comes last, whichever way round; equal ones keep task and
    /// number.</returns>
    /// <exception cref="DlsException">Kind Usage: a word means nothing.</exception>
    public RunPage Find(RunQuery query)
    {
        Func<RunRow, bool> counts = string.IsNullOrWhiteSpace(query.Where) ? static _ => true : RunFilter.Parse(query.Where, Fields);
        RunField field = query.Sort is { } sort ? Fields.Get(sort, "sort by") : Fields.Get("created", "sort by");
        List<RunRow> found = [.. Runs.Where(r => (query.All || r.IsNewest) && counts(r))];
        bool isDown = (query.Sort is null || IsBestHigh(field)) != query.Reverse;
        IEnumerable<RunRow> sorted = Sort(found, field, isDown);
        return new RunPage([.. sorted.Skip(query.Skip).Take(query.Limit ?? int.MaxValue)], found.Count, Runs.Count);
    }

    /// <summary>Sorts runs by a column: numbers before texts, NaN and nothing at the end.</summary>
    private static IEnumerable<RunRow> Sort(List<RunRow> runs, RunField field, bool isDown)
    {
        (RunRow Run, RunCell Cell)[] keyed = [.. runs.Select(r => (r, field.Of(r)))];
        int sign = isDown ? -1 : 1;
        return keyed.OrderBy(static k => !k.Cell.IsPresent ? 3 : k.Cell.Number is not { } n ? 1 : double.IsNaN(n) ? 2 : 0)
            .ThenBy(k => k.Cell.Number is { } n && !double.IsNaN(n) ? sign * n : 0)
            .ThenBy(static k => k.Cell.Number is null ? k.Cell.Text : "", isDown ? Down : StringComparer.Ordinal)
            .Select(static k => k.Run);
    }

    private static readonly Comparer<string> Down = Comparer<string>.Create(static (a, b) => string.CompareOrdinal(b, a));

    private static bool IsBestHigh(RunField field) => field.IsLowBetter == false;
}
