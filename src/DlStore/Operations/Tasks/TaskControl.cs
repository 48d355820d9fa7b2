using DlStore.Data.Names;
using DlStore.Io;
using DlStore.Learning.Kinds;
using DlStore.Learning.Records;
using DlStore.Learning.Runs;

namespace DlStore.Operations.Tasks;

/// <summary><c>dls task stop</c>, <c>retry</c>, <c>collect</c>: what is done to attempts that were started.</summary>
public static class TaskControl
{
    /// <summary>Asks running attempts to end. Their supervisors let them save, and end them after a minute.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The task, or a part of it.</param>
    /// <param name="cancel">Stops the asking.</param>
    /// <returns>The attempts that were asked.</returns>
    /// <exception cref="DlsException">Kind Failed: nothing of it runs.</exception>
    public static async Task<IReadOnlyList<AttemptStatus>> StopAsync(Repo repo, string name, CancellationToken cancel)
    {
        TaskStatusResult found = await TaskStates.RunAsync(repo, [name], newestOnly: false, collect: false, cancel);
        AttemptStatus[] running = [.. found.Attempts.Where(static a => a.State is RunState.Running or RunState.Stalled)];
        if (running.Length == 0)
        {
            throw new DlsException(
                ErrorKind.Failed, $"stop task '{name}': {(found.Unreachable.Count > 0 ? found.Unreachable[0] : "nothing of it runs")}",
                $"`dls task status {name}` shows how it stands");
        }

        foreach (AttemptStatus attempt in running)
        {
            await new HostRun(repo.OpenHost(attempt.Host), repo.OpenHost(attempt.Host).Address.Root, attempt.Id).StopAsync(cancel);
        }

        return running;
    }

    /// <summary>Brings attempts home that have ended.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="names">Tasks or parts; empty for all.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The attempts, and which were collected now.</returns>
    public static Task<TaskStatusResult> CollectAsync(Repo repo, IReadOnlyList<string> names, CancellationToken cancel) =>
        TaskStates.RunAsync(repo, names, newestOnly: false, collect: true, cancel);

    /// <summary>Starts a new attempt of a kind whose last attempt did not end well. The earlier attempts stay as they are.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The task, or <c>TASK/KIND</c>.</param>
    /// <param name="force">Whether an attempt that ended well is followed by another one too.</param>
    /// <param name="options">Everything but the name and the kinds.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What was started.</returns>
    /// <exception cref="DlsException">Kind Failed: an attempt still runs, or all ended well.</exception>
    public static async Task<TaskCreateResult> RetryAsync(
        Repo repo, string name, bool force, TaskCreateOptions options, CancellationToken cancel)
    {
        TaskPart part = TaskPart.Parse(name);
        using FileLock held = TaskCreate.Lock(repo, part.Task);
        TaskStatusResult now = await TaskStates.RunAsync(repo, [name], newestOnly: true, collect: true, cancel);
        if (now.Attempts.FirstOrDefault(static a => a.State is RunState.Running or RunState.Stalled or RunState.Unknown) is { } alive)
        {
            throw new DlsException(
                ErrorKind.Failed, $"retry '{alive.Task}/{alive.Kind}': attempt {alive.N} {(alive.State == RunState.Unknown ? $"may still run: {(now.Unreachable.Count > 0 ? now.Unreachable[0] : alive.Why)}" : "still runs")}",
                $"`dls task stop {alive.Task}/{alive.Kind}` ends it");
        }

        PortableName[] kinds = [.. now.Attempts.Where(
            a => force || a.State is not (RunState.Done or RunState.DoneUntested)).Select(static a => PortableName.Parse(a.Kind, "kind"))];
        if (kinds.Length == 0)
        {
            throw new DlsException(
                ErrorKind.Failed, $"retry task '{name}': its last attempts ended well", "give `--force` to run it again all the same");
        }

        TaskRecord task = TaskNames.Get(repo, part.Task);
        IReadOnlyList<KindJob> jobs = await new TaskPlanner(repo, Inherit(repo, options, task, kinds)).PlanAsync(kinds, cancel);
        TaskPlan plan = new(task.Name, [.. jobs.Select(static j => j.Plan)], task.Reused);
        options.Show?.Invoke(plan);
        return options.DryRun ? new TaskCreateResult(plan, [])
            : new TaskCreateResult(plan, await new TaskStart(repo, options).RunAsync(task, jobs, null, cancel));
    }

    /// <summary>What is not said again is as in the last attempt of each kind: parameters and parent.</summary>
    private static TaskCreateOptions Inherit(Repo repo, TaskCreateOptions options, TaskRecord task, PortableName[] kinds)
    {
        List<string> set = [];
        List<string> from = [];
        foreach (AttemptStart start in kinds.Select(k => task.Newest(k.Value)!))
        {
            Kind kind = TaskPlanner.Read(repo, PortableName.Parse(start.Kind, "kind"));
            set.AddRange(start.Parameters.Where(p => kind.Parameters.ContainsKey(p.Key)).Select(p => $"{start.Kind}.{p.Key}={p.Value}"));
            if (start.Initial?.Task is { } parent && options.From.Count == 0)
            {
                from.Add($"{start.Kind}={parent}");
            }
        }

        return options with { Set = [.. set, .. options.Set], From = options.From.Count > 0 ? options.From : from };
    }
}
