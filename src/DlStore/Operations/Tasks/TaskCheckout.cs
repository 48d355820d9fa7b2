using DlStore.Data.Names;
using DlStore.Data.Texts;
using DlStore.Git;
using DlStore.Io;
using DlStore.Learning.Kinds;
using DlStore.Learning.Records;
using DlStore.Lineage;
using DlStore.Objects;
using DlStore.Operations.Index;
using DlStore.Operations.Store;
using DlStore.Operations.Transfers;

namespace DlStore.Operations.Tasks;

/// <summary>Which task to reproduce, and where.</summary>
public sealed record TaskCheckoutOptions
{
    /// <summary>Gets <c>NAME</c> or <c>NAME/KIND</c>.</summary>
    public required string Task { get; init; }

    /// <summary>Gets the attempt's number, or null for the newest of the kind.</summary>
    public int? Attempt { get; init; }

    /// <summary>Gets the new directory as typed, or null for one beside the repository.</summary>
    public string? To { get; init; }

    /// <summary>Gets a value indicating whether this work tree is moved, instead of a new one being made.</summary>
    public bool Here { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>Something that was written out.</summary>
/// <param name="What"><c>source PATH</c>, <c>data NAME CANVAS</c>, <c>outputs</c>, <c>initial weights</c>.</param>
/// <param name="Path">Where, relative to the directory; empty for its top.</param>
/// <param name="Oid">The tree or blob.</param>
/// <param name="Files">Files written.</param>
public sealed record TaskCheckoutPart(string What, string Path, Oid Oid, long Files);

/// <summary>What came of it.</summary>
/// <param name="Task">The task.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Attempt">The attempt's number.</param>
/// <param name="Commit">The commit that is checked out.</param>
/// <param name="Directory">The absolute path of the work tree.</param>
/// <param name="Parts">What was written out beside git's files.</param>
/// <param name="Fetched">Objects that came from a remote.</param>
public sealed record TaskCheckoutResult(
    string Task, string Kind, int Attempt, string Commit, string Directory, IReadOnlyList<TaskCheckoutPart> Parts, long Fetched);

/// <summary>
/// <c>dls checkout task:NAME</c>: a new detached work tree of git at the recorded commit, with the recorded source, data and outputs in it,
/// byte for byte. Everything that can
/// be checked is before the directory is made; a note beside the store tells of one that was not finished. Executes nothing: git's hooks
/// are off.
/// </summary>
public sealed class TaskCheckout
{
    private readonly Repo _repo;
    private readonly TaskCheckoutOptions _options;
    private readonly CancellationToken _cancel;

    private TaskCheckout(Repo repo, TaskCheckoutOptions options, CancellationToken cancel)
    {
        _repo = repo;
        _options = options;
        _cancel = cancel;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to reproduce.</param>
    /// <param name="cancel">Stops it; what was made is named by the next run.</param>
    /// <returns>What was written out.</returns>
    /// <exception cref="DlsException">Kind Usage: no such task, or it has several kinds. Kind Failed: the directory exists, or this work
    /// tree is dirty. Kind Missing: bytes or the commit are nowhere.</exception>
    public static Task<TaskCheckoutResult> RunAsync(
        Repo repo, TaskCheckoutOptions options, CancellationToken cancel) => new TaskCheckout(repo, options, cancel).RunAsync();

    private async Task<TaskCheckoutResult> RunAsync()
    {
        (PortableName task, AttemptStart start, AttemptRecord? record) = Find();
        CommitId commit = _repo.Git.ResolveCommit(start.Commit)
            ?? throw new DlsException(
                ErrorKind.Missing, $"check out task '{_options.Task}': commit '{EntryName.Show(start.Commit)}' is not in this repository",
                "run `git fetch --all`; `dls audit` says what else is missing");
        string directory = _options.Here
            ? _repo.WorkTree : Path.GetFullPath(Path.Combine(_repo.StartDirectory, _options.To ?? DefaultDirectory(task, start)));
        TaskCheckoutPlan plan = TaskCheckoutPlan.Make(start, record, DataPlace(commit, start), task);
        TaskCheckoutNote note = new(_repo.CommonDirectory, directory);
        RequireFree(directory, note);
        long fetched = await FetchAsync(plan);
        plan.RequireNoClash(_repo.Store);
        List<TaskCheckoutPart> parts = [.. plan.Parts];
        if (!_options.DryRun)
        {
            note.Write($"task {task} attempt {start.N} at commit {commit}");
            MakeTree(directory, commit);
            CrashPoint.Hit("checkout.task-begun");
            parts = new TaskCheckoutWriter(_repo, directory, _options.Progress, _cancel).Write(plan);
            note.Remove();
        }

        return new TaskCheckoutResult(task.Value, start.Kind, start.N, commit.Hex, directory, parts, fetched);
    }

    private (PortableName Task, AttemptStart Start, AttemptRecord? Record) Find()
    {
        string[] parts = _options.Task.Split('/');
        PortableName task = PortableName.Parse(parts[0], "task");
        if (parts.Length > 2)
        {
            throw new DlsException(ErrorKind.Usage, $"check out task '{EntryName.Show(_options.Task)}': write task:NAME or task:NAME/KIND");
        }

        return IndexCatchUp.Ask(_repo, index => Find(new LineageQuery(index, _repo.StateDirectory), task, parts), _cancel);
    }

    private (PortableName Task, AttemptStart Start, AttemptRecord? Record) Find(LineageQuery query, PortableName task, string[] parts)
    {
        string? kind = parts.Length == 2 ? parts[1] : null;
        for (int hops = 0; ; hops++)
        {
            RecordSource source = new(_repo, File.Exists($"{_repo.WorkTree}/{TaskRecord.FileOf(task)}")
                ? null : query.NewestCommitOf(TaskRecord.FileOf(task)) ?? throw NoTask(task));
            TaskRecord record = TaskRecord.Parse(source.Find(TaskRecord.FileOf(task)) ?? throw NoTask(task), TaskRecord.FileOf(task));
            kind ??= record.Kinds.Count == 1 ? record.Kinds[0] : throw new DlsException(ErrorKind.Usage,
                $"check out task '{task}': it has several kinds ({string.Join(", ", record.Kinds)})", $"say which: task:{task}/KIND");
            AttemptStart? start = _options.Attempt is { } n ? record.Attempts.FirstOrDefault(
                a => a.N == n && a.Kind == kind) : record.Newest(kind);
            if (start is null && record.Reused.FirstOrDefault(r => r.Kind == kind) is { } reused && hops < 16)
            {
                task = PortableName.Parse(reused.Task, "task");
                continue;
            }

            string file = start is null ? "" : $"{AttemptRecord.DirectoryOf(task, start.N)}/{AttemptRecord.FileName}";
            return start is null
                ? throw new DlsException(
                    ErrorKind.Usage, $"check out task '{task}': it has no such attempt of kind '{EntryName.Show(kind)}'",
                    $"`dls task show {task}` lists the attempts")
                : (task, start, source.Find(file) is { } bytes ? AttemptRecord.Parse(bytes, file) : null);
        }
    }

    private string DefaultDirectory(PortableName task, AttemptStart start) => $"{_repo.WorkTree}-{task}-{start.Kind}";

    /// <summary>
    /// Where the data went is part of the kind as it was at that commit; a kind that cannot be read any more has the default.
    /// </summary>
    private string DataPlace(CommitId commit, AttemptStart start)
    {
        PortableName kind = PortableName.Parse(start.Kind, "kind");
        try
        {
            return _repo.Git.CatFile.Read($"{commit.Hex}:{Kind.FileOf(kind)}", SafeYaml.LengthMax)?.Bytes is { } bytes
                ? KindReader.Parse(kind, bytes).Data : "data_set";
        }
        catch (Exception e) when (e is DlsException or ArgumentOutOfRangeException)
        {
            return "data_set";
        }
    }

    private void RequireFree(string directory, TaskCheckoutNote note)
    {
        if (note.Find() is { } unfinished && Path.Exists(directory))
        {
            throw new DlsException(
                ErrorKind.Failed, $"check out task '{_options.Task}': an earlier checkout ({unfinished}"
                    + $") was interrupted and left '{directory}' unfinished",
                _options.Here ? "see `git status`; `git checkout BRANCH` leads back, then remove '" + note.Path + "' and run it again"
                    : $"run `git worktree remove --force {directory}`, then again");
        }

        if (_options.Here)
        {
            RequireClean();
        }
        else if (Path.Exists(directory))
        {
            throw new DlsException(
                ErrorKind.Failed, $"check out task '{_options.Task}': '{directory}' exists", "name another place with --to DIR");
        }
    }

    private void RequireClean()
    {
        string[] dirty = _repo.Git.Git.RunChecked(["status", "--porcelain", "--untracked-files=normal"]).Lines();
        StatusResult status = Status.Run(_repo, new StatusOptions(), _cancel);
        string[] data = [.. status.Pointers.Where(static p => !p.IsClean).Select(static p => $"{p.Path} (dls)")];
        if (dirty.Length + data.Length > 0)
        {
            throw new DlsException(ErrorKind.Failed, $"check out task '{_options.Task}' here: this work tree is dirty; nothing was touched",
                "commit or stash what is listed, or leave --here away to get a new work tree")
            { Items = [.. dirty, .. data] };
        }
    }

    private async Task<long> FetchAsync(TaskCheckoutPlan plan)
    {
        NamedObject[] objects = [.. plan.Parts.Select(static p => new NamedObject(
            p.Oid, p.What.StartsWith("initial", StringComparison.Ordinal) ? ObjectKind.Blob : ObjectKind.Tree, p.What))];
        if (_options.DryRun || objects.Length == 0)
        {
            return 0;
        }

        FetchResult fetched = await Fetch.RunAsync(_repo, new FetchOptions { Objects = objects, Progress = _options.Progress }, _cancel);
        string[] missing = [.. fetched.Missing.Where(m => objects.Any(o => m.EndsWith(": " + o.Name, StringComparison.Ordinal)))];
        return missing.Length == 0 ? fetched.Objects : throw new DlsException(
            ErrorKind.Missing, $"check out task '{_options.Task}': {CountWords.Of(missing.Length, "object is", "objects are")} neither "
                + $"here nor on remote '{fetched.Remote}'; nothing was made", "run `dls push` where they are")
        { Items = missing };
    }

    private void MakeTree(string directory, CommitId commit)
    {
        // A hook could be anything, and a checkout executes nothing.
        string[] command = _options.Here
            ? ["checkout", "-q", "--detach", commit.Hex] : ["worktree", "add", "-q", "--detach", directory, commit.Hex];
        _ = _repo.Git.Git.RunChecked(["-c", "core.hooksPath=/dev/null", .. command]);
    }

    private static DlsException NoTask(
        PortableName task) => new(ErrorKind.Usage, $"check out task '{task}': there is no such task, here or at any commit",
        "a path is checked out without `task:`; `dls task list` shows the tasks");
}
