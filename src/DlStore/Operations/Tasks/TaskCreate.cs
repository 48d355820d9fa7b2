using DlStore.Data.Names;
using DlStore.Io;
using DlStore.Learning.Records;
using DlStore.Learning.Runs;

namespace DlStore.Operations.Tasks;

/// <summary>What creating or retrying a task did.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Started">The attempts that were started; empty in a dry run.</param>
public sealed record TaskCreateResult(TaskPlan Plan, IReadOnlyList<StartedAttempt> Started);

/// <summary>
/// <c>dls task create</c>: one command from the sources to a run that needs nobody. The plan is checked and shown before anything is built;
/// then data set, record, upload, start.
/// </summary>
public static class TaskCreate
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to create.</param>
    /// <param name="cancel">Stops it; what was recorded stays and can be retried.</param>
    /// <returns>What was started.</returns>
    /// <exception cref="DlsException">The name is used, a key is missing, a program is not trusted, a host cannot be reached, lint blocks
    /// the data set.</exception>
    public static async Task<TaskCreateResult> RunAsync(Repo repo, TaskCreateOptions options, CancellationToken cancel)
    {
        PortableName name = PortableName.Parse(options.Name, "task");
        TaskNames.RequireFree(repo, name);
        using FileLock held = Lock(repo, name);
        TaskNames.RequireFree(repo, name);
        ReusedPart[] reused = [.. options.Reuse.Select(r => FindReused(repo, r))];
        IReadOnlyList<PortableName> kinds = TaskPlanner.Choose(repo, options.Kinds, options.All, [.. reused.Select(static r => r.Kind)]);
        if (kinds.FirstOrDefault(k => reused.Any(r => r.Kind == k.Value)) is { Value.Length: > 0 } twice)
        {
            throw new DlsException(ErrorKind.Usage, $"create task '{name}': kind '{twice}' is both run and taken over", "name it once");
        }

        IReadOnlyList<KindJob> jobs = await new TaskPlanner(repo, options).PlanAsync(kinds, cancel);
        TaskPlan plan = new(name.Value, [.. jobs.Select(static j => j.Plan)], reused);
        options.Show?.Invoke(plan);
        if (options.DryRun)
        {
            return new TaskCreateResult(plan, []);
        }

        TaskRecord task = new()
        {
            Name = name.Value,
            Created = RunEvidence.TimeText(repo.Clock.GetUtcNow().ToUnixTimeSeconds()),
            By = TaskStart.Person(repo),
            Kinds = [.. kinds.Select(static k => k.Value).Concat(reused.Select(static r => r.Kind)).Order(StringComparer.Ordinal)],
            Reused = reused,
        };
        return new TaskCreateResult(plan, await new TaskStart(repo, options).RunAsync(task, jobs, options.Memo, cancel));
    }

    /// <summary>Takes the lock of one task: two commands do not start attempts of it at once.</summary>
    internal static FileLock Lock(Repo repo, PortableName name) => repo.LockShared($"task-{name}", TimeSpan.Zero);

    private static ReusedPart FindReused(Repo repo, string typed)
    {
        int equals = typed.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw new DlsException(ErrorKind.Usage, $"take over '{typed}': it is not KIND=TASK");
        }

        PortableName kind = PortableName.Parse(typed[..equals], "kind");
        PortableName from = TaskPart.Parse(typed[(equals + 1)..]).Task;
        AttemptOfTask? part = TaskNames.FindPart(repo, TaskNames.Get(repo, from), kind);
        if (part?.Record?.State == RunState.Absent)
        {
            throw new DlsException(ErrorKind.Usage, $"take '{kind}' over from task '{from}': {part.Record.Why}");
        }

        return part?.Record?.Weights is not null
            ? new ReusedPart(kind.Value, part.Task.Name, part.Start.Id)
            : throw new DlsException(ErrorKind.Usage, $"take '{kind}' over from task '{from}': "
                + $"{(part is null ? "it has no such kind" : part.Record is null ? "it was not collected yet" : "it has no weights")}",
                $"`dls task show {from}` shows what it has");
    }
}
