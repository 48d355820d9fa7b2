using DlStore.Data.Names;
using DlStore.Learning.Records;

namespace DlStore.Operations.Tasks;

/// <summary>An attempt with how it stands.</summary>
/// <param name="Start">What was decided.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Record">What came of it, or null if it is not home.</param>
/// <param name="Parents">The chain of parents, nearest first: <c>TASK/KIND sha256:...</c>.</param>
public sealed record ShownAttempt(AttemptStart Start, AttemptStatus Status, AttemptRecord? Record, IReadOnlyList<string> Parents);

/// <summary>A task in full.</summary>
/// <param name="Task">Its record.</param>
/// <param name="Memo">Its memo.</param>
/// <param name="Attempts">Its attempts.</param>
/// <param name="Unreachable">Hosts that could not be asked.</param>
public sealed record ShownTask(TaskRecord Task, string Memo, IReadOnlyList<ShownAttempt> Attempts, IReadOnlyList<string> Unreachable);

/// <summary><c>dls task show</c>: everything that is known of a task.</summary>
public static class TaskShow
{
    private const int ParentsMax = 100;

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The task, or a part of it.</param>
    /// <param name="collect">Whether runs that have ended are brought home.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The task.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such task.</exception>
    public static async Task<ShownTask> RunAsync(Repo repo, string name, bool collect, CancellationToken cancel)
    {
        TaskPart part = TaskPart.Parse(name);
        TaskStatusResult status = await TaskStates.RunAsync(repo, [name], newestOnly: false, collect, cancel);
        TaskRecord task = TaskNames.Get(repo, part.Task);
        List<ShownAttempt> shown = [];
        foreach (AttemptStatus one in status.Attempts)
        {
            AttemptStart start = task.Attempts[one.N - 1];
            shown.Add(new ShownAttempt(start, one, AttemptRecord.Find(repo.WorkTree, part.Task, one.N), Parents(repo, start)));
        }

        return new ShownTask(task, TaskMemo.Read(repo, part.Task), shown, status.Unreachable);
    }

    private static List<string> Parents(Repo repo, AttemptStart start)
    {
        List<string> chain = [];
        HashSet<string> seen = [start.Id];
        for (AttemptInput? initial = start.Initial; initial is { Task: { } parent, Attempt: { } id }
            && seen.Add(id) && chain.Count < ParentsMax;)
        {
            chain.Add($"{parent}/{start.Kind} {initial.Oid}");
            TaskRecord? task = PortableName.TryParse(parent, out PortableName name) ? TaskRecord.Find(repo.WorkTree, name) : null;
            initial = task?.Attempts.FirstOrDefault(a => a.Id == id)?.Initial;
        }

        return chain;
    }
}
