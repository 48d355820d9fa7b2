using DlStore.Data.Names;
using DlStore.Git;
using DlStore.Io;
using DlStore.Learning.Records;
using DlStore.Learning.Runs;
using DlStore.Targets;
using DlStore.WorkTree;

namespace DlStore.Operations.Tasks;

/// <summary>What removing a task did.</summary>
/// <param name="Task">The task.</param>
/// <param name="Files">Files that are out of git's index now.</param>
/// <param name="Trashed">What went to the trash, or null.</param>
/// <param name="Left">Runs that are still on hosts, each with the reason.</param>
public sealed record TaskRmResult(string Task, IReadOnlyList<string> Files, TrashEntry? Trashed, IReadOnlyList<string> Left);

/// <summary>
/// <c>dls task rm</c>: takes a task out of the work tree (to the trash) and its runs off the hosts. Refused while something is deployed
/// from it, an undeploy would bring it back, another was trained from it or takes a part of it over, and while it runs. Stored bytes stay
/// until <c>dls gc</c> finds that nothing names them.
/// </summary>
public static class TaskRm
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The task.</param>
    /// <param name="dryRun">Check only.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What was removed.</returns>
    /// <exception cref="DlsException">Kind Failed: it is used; the users are listed.</exception>
    public static async Task<TaskRmResult> RunAsync(Repo repo, string name, bool dryRun, CancellationToken cancel)
    {
        PortableName task = TaskPart.Parse(name) is { Kind: null } part
            ? part.Task : throw new DlsException(ErrorKind.Usage, $"remove '{name}': a part alone cannot be removed", "name the task");
        if (!dryRun && FinishEarlier(repo, task) is { } finished)
        {
            return finished;
        }

        TaskRecord record = TaskNames.Get(repo, task);
        using FileLock held = TaskCreate.Lock(repo, task);
        if (Users(repo, record) is { Count: > 0 } users)
        {
            throw new DlsException(
                ErrorKind.Failed, $"remove task '{task}': it is used", "undeploy it, or remove those first")
            { Items = users };
        }

        await RequireEndedAsync(repo, task, cancel);
        RelPath path = RelPath.Parse(TaskRecord.DirectoryOf(task));
        IReadOnlyList<string> files = GitIndexFile.Read(repo.Git).FindTrackedBelow(path, int.MaxValue);
        if (dryRun)
        {
            return new TaskRmResult(task.Value, files, null, []);
        }

        List<string> left = await RemoveRunsAsync(repo, record, cancel);
        using FileLock worktree = repo.LockWorkTree();
        TrashEntry trashed = repo.Trash.Move(repo.WorkTree, [path.Value], $"dls task rm {task}");
        CrashPoint.Hit("task.trashed");
        repo.Git.Stage(files);
        _ = repo.Git.Git.Run(["update-ref", "-d", $"refs/dls/tasks/{task}"]);
        return new TaskRmResult(task.Value, files, trashed, left);
    }

    private static async Task RequireEndedAsync(Repo repo, PortableName task, CancellationToken cancel)
    {
        TaskStatusResult status = await TaskStates.RunAsync(repo, [task.Value], newestOnly: false, collect: false, cancel);
        if (status.Attempts.FirstOrDefault(static a => a.State is RunState.Running or RunState.Stalled) is { } alive)
        {
            throw new DlsException(
                ErrorKind.Failed, $"remove task '{task}': attempt {alive.N} ({alive.Kind}) still runs on host '{alive.Host}'",
                $"`dls task stop {task}` ends it");
        }
    }

    /// <summary>
    /// A removal that was killed between trash and git's index has left the index as it was: the same command finishes it.
    /// </summary>
    private static TaskRmResult? FinishEarlier(Repo repo, PortableName task)
    {
        RelPath path = RelPath.Parse(TaskRecord.DirectoryOf(task));
        IReadOnlyList<string> files = GitIndexFile.Read(repo.Git).FindTrackedBelow(path, int.MaxValue);
        if (files.Count == 0 || Path.Exists(repo.Absolute(path)) || !repo.Trash.List().Any(t => t.Why == $"dls task rm {task}"))
        {
            return null;
        }

        using FileLock worktree = repo.LockWorkTree();
        repo.Git.Stage(files);
        _ = repo.Git.Git.Run(["update-ref", "-d", $"refs/dls/tasks/{task}"]);
        return new TaskRmResult(task.Value, files, null, []);
    }

    private static List<string> Users(Repo repo, TaskRecord task)
    {
        HashSet<string> ids = [.. task.Attempts.Select(static a => a.Id)];
        List<string> users = [];
        foreach (PortableName other in TaskRecord.List(repo.WorkTree).Where(t => t.Value != task.Name))
        {
            TaskRecord record = TaskRecord.Find(repo.WorkTree, other)!;
            users.AddRange(record.Attempts.Where(a => a.Initial?.Attempt is { } id && ids.Contains(id))
                .Select(a => $"task {other}: attempt {a.N} ({a.Kind}) was trained from it"));
            users.AddRange(record.Reused.Where(r => ids.Contains(r.Attempt)).Select(r => $"task {other}: takes its part {r.Kind} over"));
        }

        foreach (string target in TargetJournal.CopiedTargets(repo.WorkTree))
        {
            // What is live, and what undeploys would bring back; what was undeployed is only history.
            users.AddRange(TargetJournal.OfCopies(repo.WorkTree, target).Reachable().Where(d => d.Attempt is { } id && ids.Contains(id))
                .Select(d => $"target {d.Target}: deployment {d.Seq} of {d.At}, by the copy of its journal here").Take(3));
        }

        return users;
    }

    private static async Task<List<string>> RemoveRunsAsync(Repo repo, TaskRecord task, CancellationToken cancel)
    {
        List<string> left = [];
        foreach (AttemptStart start in task.Attempts.Where(static a => !a.IsImported))
        {
            try
            {
                await new HostRun(repo.OpenHost(start.Host), repo.OpenHost(start.Host).Address.Root, start.Id).RemoveAsync(cancel);
            }
            catch (DlsException e)
            {
                left.Add($"{start.Host}: run {start.Id}: {e.Message}");
            }
        }

        return left;
    }
}
