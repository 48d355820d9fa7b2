using DlStore.Data.Names;
using DlStore.Learning.Kinds;
using DlStore.Learning.Records;
using DlStore.Learning.Runs;

namespace DlStore.Operations.Tasks;

/// <summary>How one attempt stands.</summary>
public sealed record AttemptStatus
{
    /// <summary>Gets the task.</summary>
    public required string Task { get; init; }

    /// <summary>Gets the attempt's number.</summary>
    public required int N { get; init; }

    /// <summary>Gets its id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets the host.</summary>
    public required string Host { get; init; }

    /// <summary>Gets the state; <c>unknown</c> if the host could not be asked.</summary>
    public required RunState State { get; init; }

    /// <summary>Gets why, or null.</summary>
    public string? Why { get; init; }

    /// <summary>Gets when it began, by the host's clock, or null.</summary>
    public string? Started { get; init; }

    /// <summary>Gets how long it has run or ran, by the host's clock; 0 if it did not begin.</summary>
    public required long Seconds { get; init; }

    /// <summary>Gets the last step of the log, or null.</summary>
    public long? Step { get; init; }

    /// <summary>Gets the last metric: name and value, or null.</summary>
    public string? Last { get; init; }

    /// <summary>Gets the time that is left by the rate of steps so far, or null.</summary>
    public long? LeftSeconds { get; init; }

    /// <summary>Gets what was noticed, newest last.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Gets what it has to go through, in order, while it is not home; empty if that is not known.</summary>
    public IReadOnlyList<RunPhase> Phases { get; init; } = [];

    /// <summary>Gets a value indicating whether it is home.</summary>
    public required bool IsCollected { get; init; }

    /// <summary>Gets a value indicating whether its weights are older than the run or were sent with it.</summary>
    public required bool Inherited { get; init; }
}

/// <summary>What asking for states did.</summary>
/// <param name="Attempts">The attempts.</param>
/// <param name="Collected">Those that were brought home on the way.</param>
/// <param name="Unreachable">Hosts that could not be asked, each with the reason.</param>
public sealed record TaskStatusResult(
    IReadOnlyList<AttemptStatus> Attempts, IReadOnlyList<CollectedAttempt> Collected, IReadOnlyList<string> Unreachable);

/// <summary>
/// How attempts stand: from their records where they are home, from the evidence on the host where not. Each host is asked once. Runs that
/// have ended are brought home if asked for. A host that cannot be reached makes its attempts <c>unknown</c>, never anything else.
/// </summary>
public static class TaskStates
{
    /// <summary>What people look at first, the most telling first.</summary>
    private static readonly string[] MainNumbers = ["map", "accuracy", "f1"];

    /// <summary>Asks for the state of attempts.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="names">Tasks or parts of tasks, as typed; empty for all.</param>
    /// <param name="newestOnly">Whether only the newest attempt of each kind counts.</param>
    /// <param name="collect">Whether runs that have ended are brought home.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>One entry an attempt.</returns>
    /// <exception cref="DlsException">Kind Usage: no such task.</exception>
    public static async Task<TaskStatusResult> RunAsync(
        Repo repo, IReadOnlyList<string> names, bool newestOnly, bool collect, CancellationToken cancel)
    {
        IReadOnlyList<AttemptOfTask> attempts = Select(repo, names, newestOnly);
        List<string> unreachable = [];
        Dictionary<string, RunEvidence> evidence = await AskHostsAsync(repo, attempts, names.Count > 0, unreachable, cancel);
        List<AttemptStatus> states = [];
        List<CollectedAttempt> collected = [];
        foreach (AttemptOfTask attempt in attempts)
        {
            Kind? kind = FindKind(repo, attempt.Start.Kind);
            AttemptOfTask now = attempt;
            if (collect
                && attempt.Record is null && evidence.TryGetValue(attempt.Start.Id, out RunEvidence? ended) && IsOver(ended, attempt.Start))
            {
                CollectedAttempt home = await new TaskCollect(repo, attempt.Task, attempt.Start,
                    repo.OpenHost(attempt.Start.Host), repo.OpenHost(attempt.Start.Host).Address.Root).RunAsync(ended, kind, cancel);
                collected.Add(home);
                now = attempt with { Record = home.Record };
            }

            states.Add(
                now.Record is { } record ? OfRecord(now, record) : OfEvidence(now, evidence.GetValueOrDefault(attempt.Start.Id), kind));
        }

        return new TaskStatusResult(states, collected, unreachable);
    }

    /// <summary>Asks each host once for the evidence of runs that are not home, by their ids.</summary>
    private static async Task<Dictionary<string, RunEvidence>> AskHostsAsync(
        Repo repo, IReadOnlyList<AttemptOfTask> attempts, bool named, List<string> unreachable, CancellationToken cancel)
    {
        Dictionary<string, RunEvidence> evidence = new(StringComparer.Ordinal);
        foreach (IGrouping<string, AttemptOfTask> host in attempts.Where(static a => a.Record is null).GroupBy(static a => a.Start.Host))
        {
            try
            {
                foreach (RunEvidence found in await HostRun.StateAsync(
                    repo.OpenHost(host.Key), repo.OpenHost(host.Key).Address.Root, [.. host.Select(static a => a.Start.Id)], cancel))
                {
                    evidence[found.Id] = found;
                }
            }
            catch (DlsException e) when (e.Kind != ErrorKind.Usage || !named)
            {
                unreachable.Add(e.Message);
            }
        }

        return evidence;
    }

    /// <summary>Lists the newest attempts of every task.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="offline">Whether no host is asked.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>One entry for each kind of each task.</returns>
    public static async Task<TaskStatusResult> ListAsync(Repo repo, bool offline, CancellationToken cancel) => offline
        ? new TaskStatusResult([.. Select(
            repo, [], newestOnly: true).Select(a => a.Record is { } record ? OfRecord(a, record) : OfEvidence(a, null, null))], [], [])
        : await RunAsync(repo, [], newestOnly: true, collect: true, cancel);

    /// <summary>Finds a kind as it is now; null if its file is gone or broken, which must not keep a run from coming home.</summary>
    internal static Kind? FindKind(Repo repo, string name)
    {
        try
        {
            return TaskPlanner.Read(repo, PortableName.Parse(name, "kind"));
        }
        catch (DlsException)
        {
            return null;
        }
    }

    /// <summary>Lists attempts.</summary>
    internal static IReadOnlyList<AttemptOfTask> Select(Repo repo, IReadOnlyList<string> names, bool newestOnly)
    {
        List<AttemptOfTask> found = [];
        IEnumerable<TaskPart> parts = names.Count > 0
            ? names.Select(TaskPart.Parse) : TaskRecord.List(repo.WorkTree).Select(static n => new TaskPart(n, null));
        foreach (TaskPart part in parts)
        {
            TaskRecord task = TaskNames.Get(repo, part.Task);
            IEnumerable<AttemptStart> starts = task.Attempts.Where(a => part.Kind is null || a.Kind == part.Kind.Value.Value);
            if (part.Kind is { } kind && !starts.Any())
            {
                throw new DlsException(ErrorKind.Usage,
                    $"use '{part.Task}/{kind}': the task has no attempt of that kind", $"it has {string.Join(", ", task.Kinds)}");
            }

            starts = newestOnly ? starts.GroupBy(static a => a.Kind).Select(static g => g.Last()) : starts;
            found.AddRange(starts.Select(a => new AttemptOfTask(task, a, AttemptRecord.Find(repo.WorkTree, part.Task, a.N))));
        }

        return found;
    }

    /// <summary>Tells whether there is something to bring home: an end, or a run that is lost after it began.</summary>
    internal static bool IsOver(RunEvidence evidence, AttemptStart start) =>
        evidence.Judge(0, start.Test is not null).Key is RunState.Done or RunState.DoneUntested or RunState.Failed or RunState.Stopped
            || (evidence is { Exists: true, Alive: false, Started: true } && !evidence.HasEnded);

    private static AttemptStatus OfRecord(AttemptOfTask attempt, AttemptRecord record)
    {
        long seconds = Parse(record.Finished) is { } to && Parse(record.Started) is { } from ? to - from : 0;
        KeyValuePair<string,
            string> last = record.Metrics.FirstOrDefault(static m => m.Key.Contains("avg", StringComparison.Ordinal) || m.Key == "loss");
        string? shown = record.Result?.Metrics is { Count: > 0 } result ? Main(
            result) : last.Key is null ? null : $"{last.Key} {last.Value}";
        return new AttemptStatus
        {
            Task = attempt.Task.Name,
            N = attempt.Start.N,
            Id = attempt.Start.Id,
            Kind = attempt.Start.Kind,
            Host = attempt.Start.Host,
            State = record.State,
            Why = record.Why,
            Started = record.Started,
            Seconds = seconds,
            Last = shown,
            Warnings = [.. record.Alarms.Select(static a => $"{a.Rule}: {a.Text}")],
            IsCollected = true,
            Inherited = record.Weights?.Inherited ?? false,
        };
    }

    /// <summary>The number of a result that people look at first.</summary>
    private static string Main(IReadOnlyDictionary<string, string> result)
    {
        string key = MainNumbers.FirstOrDefault(result.ContainsKey) ?? result.Keys.First();
        return double.TryParse(result[key], System.Globalization.CultureInfo.InvariantCulture, out double value)
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{key} {value:0.####}") : $"{key} {result[key]}";
    }

    private static AttemptStatus Unknown(AttemptOfTask attempt) => new()
    {
        Task = attempt.Task.Name,
        N = attempt.Start.N,
        Id = attempt.Start.Id,
        Kind = attempt.Start.Kind,
        Host = attempt.Start.Host,
        State = RunState.Unknown,
        Why = "its host could not be asked",
        Seconds = 0,
        Warnings = [],
        IsCollected = false,
        Inherited = false,
    };

    private static AttemptStatus OfEvidence(AttemptOfTask attempt, RunEvidence? evidence, Kind? kind)
    {
        AttemptStart start = attempt.Start;
        if (evidence is null)
        {
            return Unknown(attempt);
        }

        (RunState state, string? why) = evidence.Judge(kind?.StallSeconds ?? 0, start.Test is not null);
        RunProgress progress = RunProgress.Read(evidence, start, kind);
        List<string> warnings = [.. evidence.Alarms.Select(static a => $"{a.Rule}: {a.Text}")];
        if (progress.LeftSeconds is { } left && kind?.LimitSeconds > 0 && evidence.Now - evidence.Start + left > kind.LimitSeconds)
        {
            warnings.Add($"at this rate it needs {(evidence.Now - evidence.Start + left) / 60} "
                + $"min, and the kind stops it after {kind.LimitSeconds / 60} min");
        }

        return new AttemptStatus
        {
            Task = attempt.Task.Name,
            N = start.N,
            Id = start.Id,
            Kind = start.Kind,
            Host = start.Host,
            State = state,
            Why = why,
            Started = evidence.Start > 0 ? RunEvidence.TimeText(evidence.Start) : null,
            Seconds = evidence.Start > 0 ? (evidence.End > 0 ? evidence.End : evidence.Now) - evidence.Start : 0,
            Step = progress.Step,
            Last = progress.Last,
            LeftSeconds = progress.LeftSeconds,
            Warnings = warnings,
            Phases = RunPhase.LineUp(evidence, start.Test is not null),
            IsCollected = false,
            Inherited = false,
        };
    }

    private static long? Parse(string? time) => DateTimeOffset.TryParse(
        time, System.Globalization.CultureInfo.InvariantCulture, out DateTimeOffset at) ? at.ToUnixTimeSeconds() : null;
}
