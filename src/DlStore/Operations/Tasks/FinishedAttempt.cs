using DlStore.Data.Names;
using DlStore.Io;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.Operations.Transfers;
using DlStore.WorkTree;

namespace DlStore.Operations.Tasks;

/// <summary>Finds attempts that were collected, and reads what they left; bytes that are only on the remote are fetched.</summary>
internal static class FinishedAttempt
{
    private const int MetricsLengthMax = 16 << 20;

    /// <summary>
    /// Finds the attempt that stands for <c>TASK</c> or <c>TASK/KIND</c>, or the one that <c>TASK#N</c> names, collected or not.
    /// </summary>
    /// <param name="repo">The repository.</param>
    /// <param name="typed">As typed; a task with one kind needs no kind.</param>
    /// <param name="verb">What the user wants, for messages.</param>
    /// <exception cref="DlsException">Kind Usage: there is none, or the kind must be named.</exception>
    public static AttemptOfTask Find(Repo repo, string typed, string verb)
    {
        string[] numbered = typed.Split('#', 2);
        TaskPart part = TaskPart.Parse(numbered[0]);
        TaskRecord task = TaskNames.Get(repo, part.Task);
        if (numbered.Length > 1)
        {
            return TaskNames.FindNumber(repo, task, part.Kind, numbered[1]) ?? throw new DlsException(ErrorKind.Usage,
                $"{verb} '{typed}': the task has no such attempt", $"`dls task show {part.Task}` lists its attempts");
        }

        PortableName kind = part.Kind ?? (task.Kinds.Count == 1 ? PortableName.Parse(task.Kinds[0], "kind")
            : throw new DlsException(ErrorKind.Usage, $"{verb} '{typed}': the task has several kinds",
                $"choose one: {string.Join(", ", task.Kinds.Select(k => $"{part.Task}/{k}"))}"));
        return TaskNames.FindPart(repo, task, kind)
            ?? throw new DlsException(
                ErrorKind.Usage, $"{verb} '{typed}': the task has no attempt of kind '{kind}'", $"it has {string.Join(", ", task.Kinds)}");
    }

    /// <summary>Finds the attempt that stands for a part, which must have been collected.</summary>
    /// <exception cref="DlsException">Kind Usage: there is none, or it is not home.</exception>
    public static AttemptOfTask Get(Repo repo, string typed, string verb) => Find(repo, typed, verb) is { Record: not null } found
        ? found
        : throw new DlsException(
            ErrorKind.Usage, $"{verb} '{typed}': it was not collected yet", "`dls task collect` brings home what has ended");

    /// <summary>Gives an attempt's directory, from the top of the work tree.</summary>
    public static string HomeOf(
        AttemptOfTask attempt) => AttemptRecord.DirectoryOf(PortableName.Parse(attempt.Task.Name, "task"), attempt.Start.N);

    /// <summary>Names an attempt for people.</summary>
    public static string Show(AttemptOfTask attempt) => $"{attempt.Task.Name}/{attempt.Start.Kind} #{attempt.Start.N}";

    /// <summary>Reads the committed points of an attempt: at most 2,000, extremes included; none if it left none.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="home">The attempt's directory, as <see cref="HomeOf"/> gives it.</param>
    /// <exception cref="DlsException">Kind Corrupt: the file is damaged.</exception>
    public static MetricSeries ReadMetrics(Repo repo, string home)
    {
        string file = $"{home}/{MetricFile.Name}";
        return SmallFile.Find($"{repo.WorkTree}/{file}", file, MetricsLengthMax) is { } bytes
            ? MetricFile.Parse(bytes, file) : new MetricSeries();
    }

    /// <summary>Finds a file of the outputs, and brings its bytes here.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="attempt">A collected attempt.</param>
    /// <param name="path">Relative to the outputs, as <c>work/results.tsv</c>.</param>
    /// <param name="progress">Told about the transfer.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Its oid, or null if the attempt left no such file.</returns>
    /// <exception cref="DlsException">Kind Missing: it left one, and the bytes are nowhere.</exception>
    public static async Task<Oid?> FindFileAsync(
        Repo repo, AttemptOfTask attempt, string path, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        if (attempt.Record?.Outputs is not { } outputs)
        {
            return null;
        }

        string pointer = HomeOf(attempt) + "/outputs";
        await RequireListingAsync(repo, pointer, outputs, progress, cancel);
        PathEntry entry = TaskFiles.FindBelow(repo, outputs, path);
        if (!entry.IsPresent || entry.Mode is not (TreeMode.File or TreeMode.Executable))
        {
            return null;
        }

        await TaskFiles.RequireHereAsync(repo, $"{pointer}/{path}", entry.Oid, false, progress, cancel);
        return entry.Oid;
    }

    /// <summary>Lists the files of the outputs, sorted by path; the listing is fetched if it is not here.</summary>
    public static async Task<IReadOnlyList<KeyValuePair<string,
        PathEntry>>> ListAsync(Repo repo, AttemptOfTask attempt, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        List<KeyValuePair<string, PathEntry>> files = [];
        if (attempt.Record?.Outputs is { } outputs)
        {
            await RequireListingAsync(repo, HomeOf(attempt) + "/outputs", outputs, progress, cancel);
            Collect(repo, outputs, "", files, 0);
        }

        files.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return files;
    }

    private static async Task RequireListingAsync(
        Repo repo, string pointer, Oid tree, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        if (!HasListing(repo, tree, 0) && repo.Config.Remotes.Count > 0)
        {
            _ = await Fetch.RunAsync(
                repo, new FetchOptions { Paths = [$"{repo.WorkTree}/{pointer}"], Listings = true, Progress = progress }, cancel);
            repo.Store.Refresh();
        }

        if (!HasListing(repo, tree, 0))
        {
            throw new DlsException(
                ErrorKind.Missing, $"read '{pointer}': its listing '{tree}' is not here, and no remote that was asked has it",
                "push it from the clone that collected the task");
        }
    }

    /// <summary>Looks at the root and the directories below it; nodes of one large directory come together.</summary>
    private static bool HasListing(Repo repo, Oid tree, int depth)
    {
        TreeNode.RequireDepth(depth, "outputs");
        if (!repo.Store.Contains(tree))
        {
            return false;
        }

        TreeCursor cursor = new(repo.Store.Read, tree);
        while (cursor.Next())
        {
            if (cursor.Mode == TreeMode.Directory && !HasListing(repo, cursor.Oid, depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    private static void Collect(Repo repo, Oid tree, string prefix, List<KeyValuePair<string, PathEntry>> files, int depth)
    {
        TreeNode.RequireDepth(depth, prefix);
        TreeCursor cursor = new(repo.Store.Read, tree);
        while (cursor.Next())
        {
            string path = prefix + System.Text.Encoding.UTF8.GetString(cursor.Name);
            if (cursor.Mode == TreeMode.Directory)
            {
                Collect(repo, cursor.Oid, path + "/", files, depth + 1);
            }
            else
            {
                files.Add(new(path, new PathEntry(cursor.Mode, cursor.Oid, cursor.Size, 1)));
            }
        }
    }
}
