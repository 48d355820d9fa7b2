using DlStore.Data.Names;
using DlStore.Learning.Records;
using DlStore.Operations.Store;

namespace DlStore.Operations.Tasks;

/// <summary>A part of a task as it is typed: <c>TASK</c> or <c>TASK/KIND</c>.</summary>
internal readonly record struct TaskPart(PortableName Task, PortableName? Kind)
{
    /// <summary>Reads one.</summary>
    /// <exception cref="DlsException">Kind Usage: it is no such name.</exception>
    public static TaskPart Parse(string typed)
    {
        string text = typed.StartsWith("task:", StringComparison.Ordinal) ? typed["task:".Length..] : typed;
        text = text.StartsWith(TaskRecord.Root + "/", StringComparison.Ordinal) ? text[(TaskRecord.Root.Length + 1)..] : text;
        string[] parts = text.TrimEnd('/').Split('/', 2);
        return new TaskPart(PortableName.Parse(parts[0], "task"), parts.Length > 1 ? PortableName.Parse(parts[1], "kind") : null);
    }
}

/// <summary>Finds tasks by name, and says whether a name is free.</summary>
internal static class TaskNames
{
    /// <summary>Reads a task that must exist.</summary>
    /// <exception cref="DlsException">Kind Usage: there is none of that name; similar names are listed.</exception>
    public static TaskRecord Get(Repo repo, PortableName name)
    {
        KnownFiles.RequireRealParents(repo, TaskRecord.FileOf(name));
        return TaskRecord.Find(repo.WorkTree, name) ?? throw new DlsException(
            ErrorKind.Usage, $"use task '{name}': there is no file '{TaskRecord.FileOf(name)}'",
                "`dls task list` shows the tasks; one of another branch is there after `git checkout` or `git merge`");
    }

    /// <summary>Refuses a name that is used in the work tree, in git's index or at the tip of any ref.</summary>
    /// <exception cref="DlsException">Kind Failed: says where it is used.</exception>
    public static void RequireFree(Repo repo, PortableName name)
    {
        if (FindUse(repo, name) is { } place)
        {
            throw new DlsException(ErrorKind.Failed, $"create task '{name}': the name is used {place}",
                $"choose another name; `dls task retry {name}` starts a new attempt of the one that is there");
        }
    }

    private static string? FindUse(Repo repo, PortableName name)
    {
        string directory = TaskRecord.DirectoryOf(name);
        if (repo.Git.Git.RunChecked(["ls-files", "--cached", "--", directory]).Output.Length > 0)
        {
            return File.Exists($"{repo.WorkTree}/{directory}/{TaskRecord.FileName}")
                ? $"in the work tree ('{directory}')" : "in git's index";
        }

        if (Path.Exists($"{repo.WorkTree}/{directory}") && !IsLeftover($"{repo.WorkTree}/{directory}"))
        {
            return $"in the work tree ('{directory}')";
        }

        IReadOnlyList<Git.GitRef> refs = repo.Git.AllRefs();
        Git.GitObject?[] found = repo.Git.CatFile.FindMany([.. refs.Select(r => $"{r.Commit.Hex}:{TaskRecord.FileOf(name)}")]);
        int at = Array.FindIndex(found, static f => f is not null);
        return at < 0 ? null : $"on '{refs[at].Name}'";
    }

    /// <summary>
    /// Tells whether a directory holds only what a create leaves that was killed before it wrote the record, which comes last: pointers, a
    /// patch, the kind's file, a memo.
    /// </summary>
    private static bool IsLeftover(string directory) =>
        Directory.Exists(directory)
            && Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(directory, f))
            .All(static f => f == TaskMemo.FileName || (f.Split('/') is ["attempts", var n, var file] && n.All(char.IsAsciiDigit)
                && (file == RecordedKind.FileName || file.EndsWith(Objects.Pointer.Suffix, StringComparison.Ordinal)
                    || file.EndsWith(".patch", StringComparison.Ordinal))));

    /// <summary>
    /// Finds the attempt that stands for a part: the newest collected one that ended well, or the one that it is taken over from.
    /// </summary>
    /// <returns>The task that holds it, its start and its record; null if there is none.</returns>
    public static AttemptOfTask? FindPart(Repo repo, TaskRecord task, PortableName kind)
    {
        if (task.Reused.FirstOrDefault(r => r.Kind == kind.Value) is { } reused)
        {
            TaskRecord other = Get(repo, PortableName.Parse(reused.Task, "task"));
            return other.Attempts.FirstOrDefault(a => a.Id == reused.Attempt) is { } start ? Read(repo, other, start) : null;
        }

        AttemptOfTask[] all = [.. task.Attempts.Where(a => a.Kind == kind.Value).Select(a => Read(repo, task, a)).Reverse()];
        return all.FirstOrDefault(static a => a.Record is { } r && r.State is RunState.Done or RunState.DoneUntested)
            ?? all.FirstOrDefault(static a => a.Record is not null) ?? all.FirstOrDefault();
    }

    /// <summary>Finds an attempt by its number; null if the task has none of it, or of another kind.</summary>
    public static AttemptOfTask? FindNumber(Repo repo, TaskRecord task, PortableName? kind, string number) =>
        task.Attempts.FirstOrDefault(a => a.N.ToString(System.Globalization.CultureInfo.InvariantCulture) == number
            && (kind is null || a.Kind == kind.Value.Value)) is { } start ? Read(repo, task, start) : null;

    private static AttemptOfTask Read(Repo repo, TaskRecord task, AttemptStart start) =>
        new(task, start, AttemptRecord.Find(repo.WorkTree, PortableName.Parse(task.Name, "task"), start.N));
}

/// <summary>An attempt with the task it belongs to.</summary>
/// <param name="Task">The task.</param>
/// <param name="Start">What was decided.</param>
/// <param name="Record">What came of it, or null if it was not collected.</param>
public sealed record AttemptOfTask(TaskRecord Task, AttemptStart Start, AttemptRecord? Record);
