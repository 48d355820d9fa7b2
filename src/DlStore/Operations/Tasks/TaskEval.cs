using System.Globalization;
using DlStore.Io;
using DlStore.Learning.Scores;
using DlStore.Objects;
using DlStore.Operations.Datasets;

namespace DlStore.Operations.Tasks;

/// <summary>A stored file whose scores were read.</summary>
/// <param name="Path">Relative to the outputs.</param>
/// <param name="Oid">Its bytes.</param>
/// <param name="Truth">What all images of it are (empty: none of the classes), or null if its rows say so.</param>
/// <param name="Images">Images that were read from it.</param>
public sealed record EvaluatedFile(string Path, Oid Oid, string? Truth, int Images);

/// <summary>A row of the program's own table, and whether the stored scores come to it.</summary>
/// <param name="File">The file it stands in, relative to the outputs.</param>
/// <param name="Threshold">Decimal text.</param>
/// <param name="Class">The class.</param>
/// <param name="First">The count that the program printed.</param>
/// <param name="Second">The second number, mostly a share in percent.</param>
/// <param name="From">The scores that come to both numbers, as <c>FILE</c>, <c>FILE where truth is CLASS</c>, <c>FILE where truth is not
/// CLASS</c>; null if none do.</param>
public sealed record ReproducedRow(string File, string Threshold, string Class, long First, double Second, string? From);

/// <summary>
/// <c>tasks/NAME/attempts/N/evals/ID.json</c>: stored scores counted at thresholds. It holds nothing that changes by doing it again, so the
/// same evaluation has the same id.
/// docs/formats/evaluation.md.
/// </summary>
public sealed record Evaluation
{
    /// <summary>Gets the version of the format, 1.</summary>
    public required int Format { get; init; }

    /// <summary>Gets the method: <c>thresholds</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Gets the task.</summary>
    public required string Task { get; init; }

    /// <summary>Gets the attempt's id.</summary>
    public required string Attempt { get; init; }

    /// <summary>Gets where the scores are from.</summary>
    public required IReadOnlyList<EvaluatedFile> Scores { get; init; }

    /// <summary>Gets the test set whose truth was used, or null for what the rows say.</summary>
    public string? TestSet { get; init; }

    /// <summary>Gets its tree, or null.</summary>
    public Oid? TestSetTree { get; init; }

    /// <summary>Gets the count of images that were counted.</summary>
    public required int Images { get; init; }

    /// <summary>Gets the counts: for each threshold a row a class and one for all.</summary>
    public required IReadOnlyList<ThresholdCount> Rows { get; init; }

    /// <summary>Gets the best threshold of each class.</summary>
    public required IReadOnlyList<BestThreshold> Best { get; init; }

    /// <summary>Gets the program's own table, if it printed one.</summary>
    public required IReadOnlyList<ReproducedRow> Table { get; init; }

    /// <summary>Gets what somebody said about it, or null.</summary>
    public string? Memo { get; init; }
}

/// <summary>What evaluating did.</summary>
/// <param name="Path">The record, from the top of the work tree.</param>
/// <param name="IsNew">False if the same evaluation was there already.</param>
/// <param name="Evaluation">What it says.</param>
/// <param name="Missing">Images of the test set without stored scores.</param>
/// <param name="Strangers">Images with scores that the test set does not have.</param>
public sealed record TaskEvalResult(
    string Path, bool IsNew, Evaluation Evaluation, IReadOnlyList<string> Missing, IReadOnlyList<string> Strangers);

/// <summary>What to evaluate.</summary>
public sealed record TaskEvalOptions
{
    /// <summary>Gets <c>TASK</c> or <c>TASK/KIND</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets thresholds and ranges, as typed; empty for 0.1 to 0.9 and 0.95, 0.99.</summary>
    public IReadOnlyList<string> Thresholds { get; init; } = [];

    /// <summary>
    /// Gets collected files of pairs <c>(class, score)</c>, each <c>FILE=CLASS</c> or <c>FILE=</c> for images of none; empty for the rows
    /// of the test.
    /// </summary>
    public IReadOnlyList<string> Scores { get; init; } = [];

    /// <summary>Gets names of classes by number for such files, <c>990=close</c>; else the attempt's own class list serves.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Gets the test set whose truth counts, or null for what the rows say.</summary>
    public string? TestSet { get; init; }

    /// <summary>Gets what to say about it, or null.</summary>
    public string? Memo { get; init; }

    /// <summary>Gets who is told about transfers.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>
/// <c>dls task eval</c>: counts stored scores at thresholds and adds what comes out beside the attempt; no other file changes.
/// </summary>
public sealed class TaskEval
{
    private const int IdLength = 16;
    private const long TableBytesMax = 1 << 20;
    private const int TablesMax = 64;
    private static readonly string[] ThresholdsDefault = ["0.1..0.9:0.1", "0.95", "0.99"];

    private readonly Repo _repo;
    private readonly TaskEvalOptions _options;
    private readonly AttemptOfTask _attempt;

    private TaskEval(Repo repo, TaskEvalOptions options)
    {
        _repo = repo;
        _options = options;
        _attempt = FinishedAttempt.Get(repo, options.Name, "evaluate");
    }

    /// <summary>The rows of one file, and its name.</summary>
    private sealed record ScoredFile(EvaluatedFile File, IReadOnlyList<ImageResult> Rows);

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to evaluate.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The evaluation.</returns>
    /// <exception cref="DlsException">Kind Usage: no such attempt, or it has no stored scores. Kind Missing: their bytes are
    /// nowhere.</exception>
    public static Task<TaskEvalResult> RunAsync(
        Repo repo, TaskEvalOptions options, CancellationToken cancel) => new TaskEval(repo, options).RunAsync(cancel);

    private async Task<TaskEvalResult> RunAsync(CancellationToken cancel)
    {
        IReadOnlyList<decimal> thresholds = ThresholdSweep.ParseThresholds(
            _options.Thresholds.Count > 0 ? _options.Thresholds : ThresholdsDefault);
        IReadOnlyList<ScoredFile> files = await ReadScoresAsync(cancel);
        TestSetTruth? truth = _options.TestSet is { } testSet ? TestSetTruth.Read(_repo, testSet) : null;
        JudgedRows judged = truth?.Apply([.. files.SelectMany(static f => f.Rows)])
            ?? new JudgedRows([.. files.SelectMany(static f => f.Rows)], [], [], []);
        IReadOnlyList<ScoredImage> images = ScoredImages.Of(judged.Rows);
        IReadOnlyList<ThresholdCount> rows = ThresholdSweep.Count(images, thresholds);
        Evaluation evaluation = new()
        {
            Format = 1,
            Method = "thresholds",
            Task = _attempt.Task.Name,
            Attempt = _attempt.Start.Id,
            Scores = [.. files.Select(static f => f.File)],
            TestSet = truth?.Name.Value,
            TestSetTree = truth?.Tree,
            Images = images.Count,
            Rows = rows,
            Best = ThresholdSweep.Best(rows),
            Table = await ReproduceAsync(files, cancel),
            Memo = _options.Memo,
        };
        byte[] bytes = SortedJson.Write(evaluation, OperationJson.Default.Evaluation);
        string path = $"{FinishedAttempt.HomeOf(_attempt)}/evals/"
            + $"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))[..IdLength]}.json";
        bool isNew = SmallFile.Find($"{_repo.WorkTree}/{path}", path, bytes.Length) is not { } there
            || !there.AsSpan().SequenceEqual(bytes);
        if (isNew)
        {
            TaskFiles.Write(_repo, [new(path, bytes)]);
        }

        return new TaskEvalResult(path, isNew, evaluation, judged.Missing, judged.Strangers);
    }

    private async Task<IReadOnlyList<ScoredFile>> ReadScoresAsync(CancellationToken cancel)
    {
        if (_options.Scores.Count == 0)
        {
            StoredResults? found = await StoredResults.FindAsync(_repo, _attempt, _options.Progress, cancel);
            return found is { Found.Images.Count: > 0 }
                ? [new ScoredFile(new EvaluatedFile(
                    found.Path, found.Oid, null, found.Found.Images.Select(static i => i.Image).Distinct().Count()), found.Found.Images)]
                : throw new DlsException(
                    ErrorKind.Usage, $"evaluate {FinishedAttempt.Show(_attempt)}: no rows of images with scores are stored",
                    "name collected files of pairs (class, score) with `--scores FILE=CLASS`, "
                        + "or let the test write rows `image<TAB>truth<TAB>found<TAB>score`");
        }

        Dictionary<int, string> names = Names();
        List<ScoredFile> files = [];
        foreach (string typed in _options.Scores)
        {
            int equals = typed.LastIndexOf('=');
            string path = equals > 0 ? $"work/{typed[..equals]}"
                : throw new DlsException(ErrorKind.Usage, $"use scores '{typed}': it does not say what its images are",
                "write FILE=CLASS, or FILE= for images of none of the classes");
            Oid oid = await FinishedAttempt.FindFileAsync(_repo, _attempt, path, _options.Progress, cancel)
                ?? throw new DlsException(ErrorKind.Usage, $"use scores '{typed[..equals]}': the attempt has no such file",
                    $"`dls ls {FinishedAttempt.HomeOf(_attempt)}/outputs` lists what it has");
            using Stream stream = OutputReading.Open(_repo, oid);
            IReadOnlyList<ImageResult> rows = ScoredImages.ReadPairs(stream, typed[(equals + 1)..], names);
            // The same shot may be named in several files, each tested in its own way.
            files.Add(new ScoredFile(
                new EvaluatedFile(path, oid, typed[(equals + 1)..], rows.Count), _options.Scores.Count == 1 || _options.TestSet is not null
                    ? rows : [.. rows.Select(r => r with { Image = $"{path}: {r.Image}" })]));
        }

        return files;
    }

    private Dictionary<int, string> Names()
    {
        Dictionary<int,
            string> names = _attempt.Start.Classes.Select(static (c, i) => (c, i)).ToDictionary(static p => p.i, static p => p.c);
        foreach (string typed in _options.Names)
        {
            int equals = typed.IndexOf('=', StringComparison.Ordinal);
            names[equals > 0 && int.TryParse(typed[..equals], NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id
                : throw new DlsException(ErrorKind.Usage, $"name class '{typed}': it is not NUMBER=CLASS")] = typed[(equals + 1)..];
        }

        return names;
    }

    /// <summary>
    /// Looks for the program's own tables in what it printed and in small text files that were collected, and compares each row with the
    /// stored scores.
    /// </summary>
    private async Task<IReadOnlyList<ReproducedRow>> ReproduceAsync(IReadOnlyList<ScoredFile> files, CancellationToken cancel)
    {
        List<ReproducedRow> rows = [];
        IEnumerable<string> candidates = (await FinishedAttempt.ListAsync(_repo, _attempt, _options.Progress, cancel))
            .Where(static f => f.Key is "log" or "test.log" || (f.Key.StartsWith("work/", StringComparison.Ordinal)
                && Path.GetExtension(f.Key) is ".txt" or ".log" && f.Value.Size <= TableBytesMax))
            .Select(static f => f.Key).Take(TablesMax);
        IReadOnlyList<KeyValuePair<string, IReadOnlyList<ScoredImage>>> groups = [.. files.SelectMany(GroupsOf)];
        foreach (string path in candidates)
        {
            if (await FinishedAttempt.FindFileAsync(_repo, _attempt, path, _options.Progress, cancel) is { } oid)
            {
                rows.AddRange(StoredResults.Read(_repo, oid).Thresholds.Select(t => Reproduce(path, t, groups)));
            }
        }

        return rows;
    }

    /// <summary>A program that counts answers does so over the images of one file, which often are all of one class.</summary>
    private static IEnumerable<KeyValuePair<string, IReadOnlyList<ScoredImage>>> GroupsOf(ScoredFile file)
    {
        IReadOnlyList<ScoredImage> images = ScoredImages.Of(file.Rows);
        yield return new(file.File.Path, images);
        foreach (string name in images.SelectMany(static i => i.Truths).Distinct().Order(StringComparer.Ordinal))
        {
            yield return new($"{file.File.Path} where truth is {name}", [.. images.Where(i => i.Truths.Contains(name))]);
            yield return new($"{file.File.Path} where truth is not {name}", [.. images.Where(i => !i.Truths.Contains(name))]);
        }
    }

    private static ReproducedRow Reproduce(
        string path, ThresholdResult row, IReadOnlyList<KeyValuePair<string, IReadOnlyList<ScoredImage>>> groups)
    {
        decimal threshold = (decimal)row.Threshold;
        string? from = groups.FirstOrDefault(
            g => Agrees(row, g.Value.Count(i => ThresholdSweep.Counts(i, row.Label, threshold)), g.Value.Count)).Key;
        return new ReproducedRow(path, ThresholdSweep.Text(threshold), row.Label, row.First, row.Second, from);
    }

    /// <summary>The second number is the share of the images, or of those without this answer, in whole percent, rounded down.</summary>
    private static bool Agrees(ThresholdResult row, int answered, int images) =>
        images > 0 && answered == row.First
            && ((long)row.Second == 100L * answered / images || (long)row.Second == 100L * (images - answered) / images);
}
