using System.Text;
using DlStore.Data.Names;
using DlStore.Io;
using DlStore.Learning.Kinds;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Learning.Runs;
using DlStore.Learning.Scores;
using DlStore.Learning.Weights;
using DlStore.Objects;
using DlStore.Operations.Datasets;
using DlStore.Operations.Store;

namespace DlStore.Operations.Tasks;

/// <summary>What to import.</summary>
public sealed record TaskImportOptions
{
    /// <summary>Gets a directory, or one or several files, as typed.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Gets the task's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets the weights' path: relative to the directory, or one of the files; null if there is one candidate only.</summary>
    public string? Weight { get; init; }

    /// <summary>Gets the path of the training's log, or null.</summary>
    public string? Log { get; init; }

    /// <summary>Gets the path of the test's results, or null.</summary>
    public string? Results { get; init; }

    /// <summary>Gets the data set: a name, a name at a commit or a hash; null if it is not known.</summary>
    public string? Dataset { get; init; }

    /// <summary>Gets its canvas, or null for the only one.</summary>
    public string? Canvas { get; init; }

    /// <summary>Gets the task whose weights it started from, or null.</summary>
    public string? From { get; init; }

    /// <summary>Gets when training began, or null.</summary>
    public string? Started { get; init; }

    /// <summary>Gets globs of the files to take; empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Gets paths of files to take although they look like credentials.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Gets what to say about it, or null.</summary>
    public string? Memo { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>What was imported.</summary>
/// <param name="Task">The task.</param>
/// <param name="Record">What is known of the attempt.</param>
public sealed record TaskImportResult(string Task, AttemptRecord Record);

/// <summary>
/// <c>dls task import</c>: takes the output of an old run in as an attempt, with what is not known left open. The weights are chosen by an
/// exact path and recorded by their
/// digest, never by time; weights that another attempt has, or that are older than the run, are marked. docs/formats/task-import.md.
/// </summary>
public sealed class TaskImport
{
    private readonly Repo _repo;
    private readonly TaskImportOptions _options;
    private readonly PortableName _name;
    private readonly PortableName _kindName;
    private readonly Kind? _kind;
    private readonly long? _started;

    private TaskImport(Repo repo, TaskImportOptions options)
    {
        _repo = repo;
        _options = options;
        _name = PortableName.Parse(options.Name, "task");
        _kindName = PortableName.Parse(options.Kind, "kind");
        _kind = TaskStates.FindKind(repo, _kindName.Value);
        _started = options.Started is { } text ? ImportedTask.ParseTime(text, $"import '{options.Name}'") : null;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to import.</param>
    /// <param name="cancel">Stops it; nothing is recorded then.</param>
    /// <returns>What was imported.</returns>
    /// <exception cref="DlsException">Kind Failed: the name is used. Kind Usage: there is nothing there, or several files may be the
    /// weights; they are listed.</exception>
    public static TaskImportResult Run(
        Repo repo, TaskImportOptions options, CancellationToken cancel) => new TaskImport(repo, options).Run(cancel);

    private TaskImportResult Run(CancellationToken cancel)
    {
        using FileLock held = TaskCreate.Lock(_repo, _name);
        TaskRecord? before = ImportedTask.FindOrRequireFree(_repo, _name);
        ImportedFiles files = ImportedFiles.Find(_repo, _options);
        string? weight = ChooseWeight(files);
        RequireFile(files, _options.Log, "log");
        RequireFile(files, _options.Results, "results");
        AttemptStart start = Start(before);
        if (_options.DryRun)
        {
            return new TaskImportResult(_name.Value, Bare(start) with { Undeclared = files.Left });
        }

        using ObjectWriter writer = _repo.BeginWrite();
        StoredImport stored = files.Store(_repo, writer, weight, _options.Log, _options.Results, _options.Progress, cancel);
        writer.Commit();
        _repo.Store.Refresh();
        AttemptRecord record = Judge(Read(start, stored) with { Undeclared = files.Left });
        List<KeyValuePair<string, byte[]>> written =
        [
            new($"{AttemptRecord.DirectoryOf(_name, start.N)}/outputs.dls",
                TaskFiles.PointerTo(stored.Outputs.Oid, ObjectKind.Tree, stored.Outputs.Size, stored.Outputs.Files)),
            new($"{AttemptRecord.DirectoryOf(_name, start.N)}/sums.sha256", Encoding.UTF8.GetBytes(stored.Sums)),
        ];
        if (record.Log is { } log && _kind is not null)
        {
            written.Add(new($"{AttemptRecord.DirectoryOf(_name, start.N)}/{MetricFile.Name}",
                MetricFile.ToBytes(OutputReading.ReadMetrics(_repo, log, _kind))));
        }

        ImportedTask.Write(_repo, before, _name, files.From, _options.Memo, [new ImportedAttempt(start, record)], written);
        return new TaskImportResult(_name.Value, record);
    }

    /// <summary>Finds the weights by their path alone.</summary>
    private string? ChooseWeight(ImportedFiles files)
    {
        IReadOnlyList<string> candidates = files.Candidates(_kind?.BestFiles ?? []);
        if (_options.Weight is { } typed)
        {
            return files.Paths.Contains(typed)
                ? typed : throw new DlsException(ErrorKind.Usage, $"import '{_name}': there is no file '{typed}' to take as weights",
                candidates.Count > 0 ? "these could be meant" : null)
                { Items = candidates };
        }

        return candidates.Count == 0 ? null
            : candidates.Count == 1 ? candidates[0]
            : throw new DlsException(
                ErrorKind.Usage, $"import '{_name}': {candidates.Count} files may be the weights, and no time decides which",
                "name one with --weight PATH")
            { Items = candidates };
    }

    private void RequireFile(ImportedFiles files, string? path, string option)
    {
        if (path is not null && !files.Paths.Contains(path))
        {
            throw new DlsException(ErrorKind.Usage, $"import '{_name}': there is no file '{path}', which --{option} names");
        }
    }

    private AttemptStart Start(TaskRecord? before)
    {
        AttemptStart bare = ImportedTask.Start(_repo, before?.Attempts.Count + 1 ?? 1, _kindName);
        return bare with
        {
            Data = _options.Dataset is { } data ? DataOf(data) : null,
            Classes = _options.Dataset is { } of
            ? ClassesOf(of) : [],
            Initial = _options.From is { } from ? ImportedTask.ParentOf(_repo, from, _kindName) : null
        };
    }

    private (DatasetVersion Version, string Canvas) VersionOf(string typed)
    {
        DatasetVersion version = DatasetVersion.Get(_repo, typed);
        string[] canvases = [.. version.Lock.Canvases.Keys];
        string canvas = _options.Canvas ?? (canvases.Length == 1 ? canvases[0] : throw new DlsException(ErrorKind.Usage,
            $"import '{_name}': data set '{typed}' has several canvases", $"give --canvas: {string.Join(", ", canvases)}"));
        return canvases.Contains(canvas) ? (version, canvas) : throw new DlsException(
            ErrorKind.Usage, $"import '{_name}': data set '{typed}' has no canvas '{canvas}'", $"it has {string.Join(", ", canvases)}");
    }

    private AttemptData DataOf(string typed)
    {
        (DatasetVersion version, string canvas) = VersionOf(typed);
        return new AttemptData(
            version.Name.Value, canvas, version.Lock.Tree, version.Lock.Canvases[canvas].DirHash, AttemptData.UnknownLayout,
            version.Lock.Tree);
    }

    private string[] ClassesOf(string typed)
    {
        (DatasetVersion version, string canvas) = VersionOf(typed);
        return [.. version.Lock.Canvases[canvas].Classes.OrderBy(static c => c.Id).Select(static c => c.Name)];
    }

    private AttemptRecord Bare(AttemptStart start) => new()
    {
        N = start.N,
        Id = start.Id,
        Kind = start.Kind,
        State = RunState.DoneUntested,
        Started = _started is { } at ? RunEvidence.TimeText(at) : null,
    };

    /// <summary>Reads what the files say, as if the run had just been collected.</summary>
    private AttemptRecord Read(AttemptStart start, StoredImport stored)
    {
        AttemptRecord record = Bare(start) with { Log = stored.Log, Outputs = stored.Outputs.Oid, Files = stored.Files };
        if (stored.Weights is { } file)
        {
            BestVersion weights = new(file.Path, file.Oid, file.Size, RunEvidence.TimeText(stored.WeightsChanged), 0, "", false);
            (bool inherited, string? why) = Inherited(weights, stored.WeightsChanged);
            weights = weights with { Inherited = inherited };
            record = record
                with
            { Weights = weights, Best = [weights], Why = why, WeightFacts = OutputReading.ReadFacts(_repo, weights, FindCfg(stored)) };
        }

        if (stored.Log is { } log && _kind is not null)
        {
            MetricSeries series = OutputReading.ReadMetrics(_repo, log, _kind);
            record = record with
            {
                Metrics = new SortedDictionary<string, string>(series.Metrics.ToDictionary(
                static m => m, m => MlflowText.Number(series.Summarise(m)!.Last.Value)), StringComparer.Ordinal),
                Alarms = Alarms(log, _kind.Log, start.Created),
            };
        }

        if (stored.Results is { } results)
        {
            record = record with { Result = AttemptResult.Of(StoredResults.Read(_repo, results), DeclaredIn(results)) };
        }

        return record;
    }

    /// <summary>The cfg of a darknet network that was imported beside its weights: only it says how many classes they tell apart.</summary>
    private DarknetCfg? FindCfg(StoredImport stored) => _kind is null ? null : NetworkCfg.Find(
        _kind, _kind.Train, stored.Files.Select(static f => f.Path),
        path => stored.Files.FirstOrDefault(f => f.Path == path) is { } file ? StoredFile.Read(_repo, file.Oid) : null)?.Cfg;

    private IReadOnlyList<AttemptAlarm> Alarms(Oid log, LogRules rules, string at)
    {
        using Stream stream = OutputReading.Open(_repo, log);
        return LogAlarms.Find(stream, rules, at);
    }

    /// <summary>The kind's own words for where the numbers stand hold for a file that was named, too.</summary>
    private SortedDictionary<string, double> DeclaredIn(Oid results)
    {
        SortedDictionary<string, double> found = new(StringComparer.Ordinal);
        foreach (ResultRule rule in _kind?.Result ?? [])
        {
            if (rule.Pattern is { } pattern)
            {
                using Stream stream = OutputReading.Open(_repo, results);
                pattern.ReadAll(stream, found);
            }
        }

        return found.Count > 0 || _repo.Store.Large.Contains(results)
            ? found : new(NumberFile.Read(_repo.Store.Read(results), _options.Results!).ToDictionary(), StringComparer.Ordinal);
    }

    private static AttemptRecord Judge(AttemptRecord record) =>
        record.WeightFacts.TryGetValue("nan", out string? nan)
            && nan == "yes" ? record with { State = RunState.Failed, Why = "its weights hold NaN" }
        : record.Result is not null ? record with { State = RunState.Done }
        : record with { Why = record.Why ?? (record.Weights is null ? "imported, and no weights are known" : null) };

    /// <summary>Weights that a run did not make are how nobody knew in the end what was deployed.</summary>
    private (bool Inherited, string? Why) Inherited(BestVersion weights, long changed)
    {
        foreach (PortableName other in TaskRecord.List(_repo.WorkTree))
        {
            foreach (AttemptStart start in TaskRecord.Find(_repo.WorkTree, other)!.Attempts)
            {
                AttemptRecord? record = AttemptRecord.Find(_repo.WorkTree, other, start.N);
                if (start.Initial?.Oid == weights.Oid
                    || record?.Weights?.Oid == weights.Oid || record?.Best.Any(b => b.Oid == weights.Oid) == true)
                {
                    return (true, $"its weights are those of task {other}, attempt {start.N} ({start.Kind})");
                }
            }
        }

        return _started is { } began && changed < began
            ? (true, $"its weights are of {RunEvidence.TimeText(changed)}, before the run began") : (false, null);
    }
}
