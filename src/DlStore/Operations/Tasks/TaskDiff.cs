using System.Globalization;
using DlStore.Io;
using DlStore.Learning.Kinds;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Learning.Scores;

namespace DlStore.Operations.Tasks;

/// <summary>Something that was decided or made differently in two attempts.</summary>
/// <param name="Section"><c>state</c>, <c>kind</c>, <c>command</c>, <c>parameter</c>, <c>commit</c>, <c>source</c>, <c>class</c>,
/// <c>data</c>, <c>items</c>, <c>initial</c>, <c>input</c>, <c>testset</c>, <c>accept</c> or <c>weights</c>.</param>
/// <param name="Name">What of it.</param>
/// <param name="A">In the first, or null if it has none.</param>
/// <param name="B">In the second, or null if it has none.</param>
public sealed record TaskDifference(string Section, string Name, string? A, string? B);

/// <summary>A number of two attempts side by side, equal or not.</summary>
/// <param name="Section"><c>metric</c> (last value of the log) or <c>result</c> (of the test).</param>
/// <param name="Name">Its name.</param>
/// <param name="A">In the first, or null.</param>
/// <param name="B">In the second, or null.</param>
/// <param name="Change">B - A as decimal text, or null if one is missing or no finite number.</param>
public sealed record ComparedNumber(string Section, string Name, string? A, string? B, string? Change);

/// <summary>An image whose answer is right in one attempt and wrong in the other.</summary>
/// <param name="Image">The image as the programs name it.</param>
/// <param name="Truth">The class it is, empty for none.</param>
/// <param name="A">What the first found, with the score.</param>
/// <param name="B">What the second found, with the score.</param>
public sealed record ChangedImage(string Image, string Truth, string A, string B);

/// <summary>The images of two tests.</summary>
/// <param name="Both">Images that both have.</param>
/// <param name="RightInA">Of those, how many are right in the first.</param>
/// <param name="RightInB">Of those, how many are right in the second.</param>
/// <param name="Gained">Wrong in the first, right in the second; sorted by image.</param>
/// <param name="Lost">Right in the first, wrong in the second; sorted by image.</param>
/// <param name="OnlyInA">Images that only the first has, sorted.</param>
/// <param name="OnlyInB">Images that only the second has, sorted.</param>
public sealed record ComparedImages(int Both, int RightInA, int RightInB,
    IReadOnlyList<ChangedImage> Gained, IReadOnlyList<ChangedImage> Lost, IReadOnlyList<string> OnlyInA, IReadOnlyList<string> OnlyInB);

/// <summary>What comparing two attempts came to.</summary>
/// <param name="A">The first: <c>TASK/KIND #N</c>.</param>
/// <param name="B">The second.</param>
/// <param name="Differences">What differs, in the order of the chain.</param>
/// <param name="Numbers">The numbers of both, equal ones too.</param>
/// <param name="Images">The images, if asked for.</param>
/// <param name="Svg">The file with the curves, if asked for.</param>
public sealed record TaskDiffResult(string A,
    string B, IReadOnlyList<TaskDifference> Differences, IReadOnlyList<ComparedNumber> Numbers, ComparedImages? Images, string? Svg)
{
    /// <summary>Gets a value indicating whether anything differs: what was decided, what was made, or a number.</summary>
    public bool Differs => Differences.Count > 0 || Numbers.Any(static n => n.A != n.B);
}

/// <summary>What to compare.</summary>
public sealed record TaskDiffOptions
{
    /// <summary>Gets the first, <c>TASK</c> or <c>TASK/KIND</c>.</summary>
    public required string A { get; init; }

    /// <summary>Gets the second.</summary>
    public required string B { get; init; }

    /// <summary>Gets a value indicating whether the answers for single images are compared.</summary>
    public bool Images { get; init; }

    /// <summary>Gets the file to draw curves into, as typed, or null.</summary>
    public string? Svg { get; init; }

    /// <summary>Gets who is told about transfers.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>
/// <c>dls task diff</c>: what was decided differently in two attempts, what came of it side by side, and which images one finds and the
/// other does not. Reads records;
/// bytes only for the images.
/// </summary>
public static class TaskDiff
{
    /// <summary>Compares two attempts.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to compare.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such attempt, or one has no results for images. Kind Missing: their bytes are
    /// nowhere.</exception>
    public static async Task<TaskDiffResult> RunAsync(Repo repo, TaskDiffOptions options, CancellationToken cancel)
    {
        if (options.Svg is { } named && !named.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
        {
            throw new DlsException(ErrorKind.Usage, $"draw curves into '{named}': its name is not that of an SVG file",
                "end the name with .svg");
        }

        AttemptOfTask a = FinishedAttempt.Find(repo, options.A, "compare");
        AttemptOfTask b = FinishedAttempt.Find(repo, options.B, "compare");
        ComparedImages? images = options.Images ? await CompareImagesAsync(repo, a, b, options.Progress, cancel) : null;
        if (options.Svg is { } svg)
        {
            string drawn = CurveSvg.Draw([CurvesOf(repo, a), CurvesOf(repo, b)]);
            AtomicFile.Write(Path.GetFullPath(Path.Combine(repo.StartDirectory, svg)), drawn);
        }

        return new TaskDiffResult(
            FinishedAttempt.Show(a), FinishedAttempt.Show(b), new AttemptComparison(repo, a, b).Run(),
            [.. Numbers("metric", a.Record?.Metrics, b.Record?.Metrics),
                .. Numbers("result", a.Record?.Result?.Metrics, b.Record?.Result?.Metrics), .. OfClasses(a, b)], images, options.Svg);
    }

    private static IEnumerable<ComparedNumber> Numbers(
        string section, IReadOnlyDictionary<string, string>? a, IReadOnlyDictionary<string, string>? b)
    {
        a ??= new Dictionary<string, string>();
        b ??= new Dictionary<string, string>();
        return a.Keys.Union(b.Keys).Order(StringComparer.Ordinal).Select(k => new ComparedNumber(
            section, k, a.GetValueOrDefault(k), b.GetValueOrDefault(k), Change(a.GetValueOrDefault(k), b.GetValueOrDefault(k))));
    }

    /// <summary>The numbers of each class, in the order of the first, then those that only the second has.</summary>
    private static IEnumerable<ComparedNumber> OfClasses(AttemptOfTask a, AttemptOfTask b)
    {
        IReadOnlyList<ClassNumbers> was = a.Record?.Result?.Classes ?? [], now = b.Record?.Result?.Classes ?? [];
        return was.Select(static c => c.Class).Union(now.Select(static c => c.Class)).SelectMany(
            name => Numbers($"class {name}", Of(was, name), Of(now, name))).Where(static n => n.Name != "id");

        static IReadOnlyDictionary<string, string>? Of(IReadOnlyList<ClassNumbers> all, string name) =>
            all.FirstOrDefault(c => c.Class == name)?.Numbers;
    }

    private static string? Change(string? a, string? b)
    {
        bool both = double.TryParse(
            a, CultureInfo.InvariantCulture, out double x) & double.TryParse(b, CultureInfo.InvariantCulture, out double y);
        // Six digits: what two programs print is no truer than that, and 0.3 - 0.1 must not show as 0.19999999999999998.
        return both && double.IsFinite(y - x) ? (y - x).ToString("+0.######;-0.######;0", CultureInfo.InvariantCulture) : null;
    }

    private static CurveSource CurvesOf(Repo repo, AttemptOfTask attempt) =>
        new(FinishedAttempt.Show(attempt), FinishedAttempt.ReadMetrics(repo, FinishedAttempt.HomeOf(attempt)));

    private static async Task<ComparedImages> CompareImagesAsync(
        Repo repo, AttemptOfTask a, AttemptOfTask b, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        SortedDictionary<string, ImageResult[]> first = await ReadImagesAsync(repo, a, progress, cancel);
        SortedDictionary<string, ImageResult[]> second = await ReadImagesAsync(repo, b, progress, cancel);
        List<ChangedImage> gained = [];
        List<ChangedImage> lost = [];
        int both = 0, rightInA = 0, rightInB = 0;
        foreach ((string image, ImageResult[] was) in first)
        {
            if (!second.TryGetValue(image, out ImageResult[]? now))
            {
                continue;
            }

            both++;
            bool wasRight = was.All(static r => r.IsRight), isRight = now.All(static r => r.IsRight);
            rightInA += wasRight ? 1 : 0;
            rightInB += isRight ? 1 : 0;
            if (wasRight != isRight)
            {
                (isRight ? gained : lost)
                    .Add(new ChangedImage(image, string.Join('+', now.Select(static r => r.Truth).Distinct()), Answers(was), Answers(now)));
            }
        }

        return new ComparedImages(both, rightInA,
            rightInB, gained, lost, [.. first.Keys.Where(i => !second.ContainsKey(i))], [.. second.Keys.Where(i => !first.ContainsKey(i))]);
    }

    private static async Task<SortedDictionary<string,
        ImageResult[]>> ReadImagesAsync(Repo repo, AttemptOfTask attempt, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        StoredResults? results = attempt.Record is null ? null : await StoredResults.FindAsync(repo, attempt, progress, cancel);
        return results is { Found.Images.Count: > 0 }
            ? new(results.Found.Images.GroupBy(static i => i.Image).ToDictionary(static g => g.Key, static g => g.ToArray()),
                StringComparer.Ordinal)
            : throw new DlsException(
                ErrorKind.Usage, $"compare the images of {FinishedAttempt.Show(attempt)}: "
                    + $"{(attempt.Record is null ? "it was not collected yet" : "no rows of images are stored")}",
                "its test has to print or write rows `image<TAB>truth<TAB>found<TAB>score`; say "
                    + $"where with `results:` in '{Kind.Root}/{attempt.Start.Kind}.yaml'");
    }

    private static string Answers(ImageResult[] rows) =>
        string.Join("; ", rows.Select(static r => r.Found.Length == 0
            ? "nothing" : r.Score is { } score ? $"{r.Found} {score.ToString("0.####", CultureInfo.InvariantCulture)}" : r.Found));
}
