using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Lint;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Operations.Store;

namespace DlStore.Operations.Datasets;

/// <summary>What to lint and how.</summary>
public sealed record DatasetLintOptions
{
    /// <summary>Gets a data set's name, or a directory in any layout, as typed.</summary>
    public required string Target { get; init; }

    /// <summary>Gets the canvas, or null for all.</summary>
    public string? Canvas { get; init; }

    /// <summary>Gets the readers whose rules are followed too.</summary>
    public IReadOnlyList<LintConsumer> Consumers { get; init; } = [];

    /// <summary>Gets codes that do not count.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Gets a value indicating whether what is found now is accepted from now on, in a file that is committed.</summary>
    public bool WriteBaseline { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>What lint found in one directory.</summary>
public sealed record DatasetLintResult
{
    /// <summary>Gets what was looked at: a data set and its canvas, or a directory.</summary>
    public required string Name { get; init; }

    /// <summary>Gets what is not accepted, sorted by file, line and code; files are relative to the directory.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Gets how many findings are accepted by code or by the baseline.</summary>
    public required int Accepted { get; init; }

    /// <summary>Gets the count of images that could be read.</summary>
    public required int Images { get; init; }

    /// <summary>Gets the count of boxes by class.</summary>
    public required IReadOnlyDictionary<string, int> Boxes { get; init; }

    /// <summary>Gets the count of images on train, val, test.</summary>
    public required IReadOnlyList<int> Sides { get; init; }

    /// <summary>Gets the count of images with different bytes.</summary>
    public required int Distinct { get; init; }

    /// <summary>Gets the best accuracy that the labels allow, 0 to 1.</summary>
    public required double Ceiling { get; init; }

    /// <summary>Gets what each reader that was asked for makes of the set.</summary>
    public required IReadOnlyList<LintView> Views { get; init; }

    /// <summary>Gets what a directory was taken for, in sentences; empty for a data set of the repository.</summary>
    public IReadOnlyList<string> Saw { get; init; } = [];

    /// <summary>Gets how many errors are left.</summary>
    public int Errors => Findings.Count(static f => f.Severity == Severity.Error);
}

/// <summary>
/// <c>dls dataset lint</c>: finds what is wrong before anybody trains on it. Changes nothing, unless it is told to write the baseline.
/// </summary>
public static class DatasetLintRun
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to lint.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>One entry a canvas, or one for a directory.</returns>
    /// <exception cref="DlsException">Kind Usage: no such data set or directory. Kind Missing: it was not pulled.</exception>
    public static IReadOnlyList<DatasetLintResult> Run(Repo repo, DatasetLintOptions options, CancellationToken cancel)
    {
        if (!PortableName.TryParse(options.Target, out PortableName name) || !File.Exists($"{repo.WorkTree}/{DatasetRecipe.FileOf(name)}"))
        {
            return [LintDirectory(repo, options, cancel)];
        }

        DatasetRecipe recipe = DatasetRecipe.Read(repo.WorkTree, name);
        HashSet<string> codes = [.. recipe.Accept, .. options.Accept];
        RequireCodes(codes);
        LintBaseline baseline = options.WriteBaseline ? LintBaseline.Empty : ReadBaseline(repo, name);
        List<DatasetLintResult> results = [];
        foreach (string canvas in options.Canvas is { } one ? [one] : recipe.Canvases.Select(static c => c.ToString()))
        {
            string root = DirectoryOf(repo, name, canvas);
            LintReport report = DatasetLint.Run(
                root, new LintOptions { Consumers = options.Consumers, Progress = options.Progress, Threads = repo.Threads }, cancel);
            results.Add(Describe($"{name} {canvas}", report, f => codes.Contains(f.Code) || baseline.Accepts(f)));
        }

        if (options.WriteBaseline)
        {
            repo.Files.Write(BaselineOf(name), LintBaseline.Of(results.SelectMany(static r => r.Findings)).ToBytes());
            repo.Git.Stage([RelPath.Parse(BaselineOf(name))]);
        }

        return results;
    }

    /// <summary>Gives the file of accepted findings, from the top of the work tree.</summary>
    /// <param name="name">The data set.</param>
    /// <returns>The path.</returns>
    public static string BaselineOf(PortableName name) => $"{DatasetRecipe.Root}/{name}.lint";

    /// <summary>Gives the directory that readers of a data set open.</summary>
    internal static string DirectoryOf(Repo repo, PortableName name, string canvas)
    {
        string relative = $"{DatasetRecipe.Root}/{name}/{canvas}/{DatasetWriter.Root}";
        KnownFiles.RequireRealParents(repo, relative + "/x");
        return Directory.Exists($"{repo.WorkTree}/{relative}") ? $"{repo.WorkTree}/{relative}" : throw NoCanvas(repo, name, canvas);
    }

    /// <summary>Says why a canvas of a data set is not there, so that the hint leads on.</summary>
    private static DlsException NoCanvas(Repo repo, PortableName name, string canvas)
    {
        string[] known = [.. DatasetRecipe.Read(repo.WorkTree, name).Canvases.Select(static c => c.ToString())];
        string subject = $"read data set '{name}'";
        return !known.Contains(canvas) ? new DlsException(ErrorKind.Usage, $"{subject}: it has no canvas '{canvas}'",
                $"its canvas{(known.Length == 1 ? " is" : "es are")} {string.Join(", ", known)}")
            : DatasetLock.Find(repo.WorkTree, name) is not { } built
                ? new DlsException(ErrorKind.Failed, $"{subject}: it was never built", $"run `dls dataset build {name}`")
            : !built.Canvases.ContainsKey(canvas)
                ? new DlsException(ErrorKind.Failed, $"{subject}: canvas {canvas} was not built yet", $"run `dls dataset build {name}`")
            : new DlsException(ErrorKind.Missing, $"{subject}: it was not pulled here", $"run `dls pull {DatasetRecipe.Root}/{name}`");
    }

    internal static LintBaseline ReadBaseline(Repo repo, PortableName name)
    {
        string file = BaselineOf(name);
        return SmallFile.Find($"{repo.WorkTree}/{file}", file, int.MaxValue) is { } bytes
            ? LintBaseline.Parse(bytes, file) : LintBaseline.Empty;
    }

    private static DatasetLintResult LintDirectory(Repo repo, DatasetLintOptions options, CancellationToken cancel)
    {
        string directory = Path.GetFullPath(Path.Combine(repo.StartDirectory, options.Target));
        if (!Directory.Exists(directory))
        {
            throw new DlsException(ErrorKind.Usage, $"lint '{options.Target}': "
                + (File.Exists(directory) ? "it is a file, and lint takes a data set or a directory"
                    : "there is no such data set or directory"),
                "run `dls dataset list` to see the data sets");
        }

        HashSet<string> codes = [.. options.Accept];
        RequireCodes(codes);
        LintReport report = DatasetLint.RunAny(directory, new LintOptions
        {
            Consumers = options.Consumers,
            Progress = options.Progress,
            Threads = repo.Threads,
            Shown = options.Target,
        }, out IReadOnlyList<string> saw, cancel);
        return Describe(options.Target, report, f => codes.Contains(f.Code)) with { Saw = saw };
    }

    private static DatasetLintResult Describe(string name, LintReport report, Func<Finding, bool> accepts)
    {
        Finding[] left = [.. report.Findings.Where(f => !accepts(f))];
        SortedDictionary<string,
            int> boxes = new(report.Counts.Labels.ToDictionary(static l => l, report.Counts.BoxesOf), StringComparer.Ordinal);
        return new DatasetLintResult
        {
            Name = name,
            Findings = left,
            Accepted = report.Findings.Count - left.Length,
            Images = report.Counts.Images,
            Boxes = boxes,
            Sides = [
                report.Counts.ImagesOf(SplitSide.Train), report.Counts.ImagesOf(SplitSide.Val), report.Counts.ImagesOf(SplitSide.Test)],
            Distinct = report.Twins.Distinct,
            Ceiling = report.Twins.Ceiling,
            Views = report.Views,
        };
    }

    internal static void RequireCodes(IEnumerable<string> codes)
    {
        foreach (string code in codes.Where(static c => LintCodes.All.All(k => k.Code != c)))
        {
            throw new DlsException(ErrorKind.Usage, $"accept '{code}': lint has no such code", "`dls help lint` lists the codes");
        }
    }
}
