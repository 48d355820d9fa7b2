using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.Data.Lint;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Images.Sheets;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Projects;

namespace DlStore.Operations.Datasets;

/// <summary>Which data set to draw and where to.</summary>
public sealed record DatasetPreviewOptions
{
    /// <summary>Gets the data set's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the canvas, or null for the first.</summary>
    public string? Canvas { get; init; }

    /// <summary>Gets the file to write, as typed, <c>.jpg</c> or <c>.png</c>, or null: <c>NAME-CANVAS.jpg</c> in the
    /// current directory.</summary>
    public string? Out { get; init; }

    /// <summary>Gets how many images of each class and side to show.</summary>
    public int PerGroup { get; init; } = 6;

    /// <summary>Gets a value indicating whether a file that is there is replaced.</summary>
    public bool Force { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>What was drawn.</summary>
/// <param name="File">The file, absolute.</param>
/// <param name="Shown">How many images are on it.</param>
/// <param name="Suspicious">How many of them because lint names them.</param>
public sealed record DatasetPreviewResult(string File, int Shown, int Suspicious);

/// <summary>
/// <c>dls dataset preview</c>: one picture that a person looks at before anybody trains: suspicious images first, then some of every class
/// and side.
/// </summary>
public static class DatasetPreview
{
    private const int ColumnsMax = 8;
    private const int SuspiciousMax = 32;
    private const int GroupsMax = 60;

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to draw.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What was drawn.</returns>
    /// <exception cref="DlsException">Kind Usage: no such data set, or a file whose name says no form of picture. Kind Failed: the file
    /// exists.</exception>
    public static DatasetPreviewResult Run(Repo repo, DatasetPreviewOptions options, CancellationToken cancel)
    {
        PortableName name = PortableName.Parse(options.Name, "data set");
        DatasetRecipe recipe = DatasetRecipe.Read(repo.WorkTree, name);
        string canvas = options.Canvas ?? recipe.Canvases[0].ToString();
        string root = DatasetLintRun.DirectoryOf(repo, name, canvas);
        string file = Path.GetFullPath(Path.Combine(repo.StartDirectory, options.Out ?? $"{name}-{canvas}.jpg"));
        SheetForm form = SheetForms.Of(file);
        if (File.Exists(file) && !options.Force)
        {
            throw new DlsException(ErrorKind.Failed,
                $"write contact sheet '{file}': the file exists", "name another one with --out, or replace it with --force");
        }

        LintReport report = DatasetLint.Run(root, new LintOptions { Progress = options.Progress, Threads = repo.Threads }, cancel);
        LabelledSet set = VocSet.Read(root).Set;
        using SheetPictures pictures = new(set.Classes);
        Dictionary<string, string> flags = FlagsOf(report);
        List<SheetSection> sections = [];
        LabelledImage[] suspicious = [.. set.Images.Where(i => flags.ContainsKey(i.Id)).Take(SuspiciousMax)];
        if (suspicious.Length > 0)
        {
            sections.Add(new SheetSection(
                $"suspicious: {CountWords.Of(flags.Count, "image")}"
                    + " that lint names", [.. suspicious.Select(i => Cell(pictures, i, flags[i.Id]))]));
        }

        sections.AddRange(Groups(set, options.PerGroup)
            .Select(g => new SheetSection(g.Heading, [.. g.Images.Select(i => Cell(pictures, i, flags.GetValueOrDefault(i.Id)))])));
        SheetClass[] classes = [.. set.Classes.Select(c => new SheetClass(c, report.Counts.BoxesOf(c)))];
        string subtitle =
            $"{CountWords.Of(report.Counts.Images, "image")}"
                + $": {report.Counts.ImagesOf(SplitSide.Train)} train, {report.Counts.ImagesOf(SplitSide.Val)}"
            + $" val, {report.Counts.ImagesOf(SplitSide.Test)} test; {report.Twins.Distinct} distinct; "
            + $"{CountWords.Of(report.Findings.Count(static f => f.Severity == Severity.Error), "error")}, "
                + $"{CountWords.Of(report.Findings.Count(static f => f.Severity == Severity.Warning), "warning")}";
        AtomicFile.Write(file, SheetPictures.Draw(new Sheet($"data set {name}, canvas {canvas}", subtitle, classes, sections),
            Math.Clamp(sections.Select(static s => s.Cells.Count).DefaultIfEmpty(1).Max(), 3, ColumnsMax), form));
        return new DatasetPreviewResult(file, sections.Sum(static s => s.Cells.Count), suspicious.Length);
    }

    /// <summary>Gives the codes of what lint finds wrong with single images, by the image's id.</summary>
    internal static Dictionary<string, string> FlagsOf(LintReport report)
    {
        Dictionary<string, string> flags = new(StringComparer.Ordinal);
        IEnumerable<Finding> named = report.Findings.Where(static f => f.Severity != Severity.Note && (f.File.StartsWith(
            VocLayout.Images, StringComparison.Ordinal) || f.File.StartsWith(VocLayout.Annotations, StringComparison.Ordinal)));
        foreach (IGrouping<string, Finding> image in named.GroupBy(static f => Path.GetFileNameWithoutExtension(f.File)))
        {
            flags[image.Key] = string.Join(' ', image.Select(static f => f.Code).Distinct().Order(StringComparer.Ordinal));
        }

        return flags;
    }

    /// <summary>Images of every class and side in the order of a hash: random to the eye, the same every time.</summary>
    private static IEnumerable<(string Heading, IEnumerable<LabelledImage> Images)> Groups(LabelledSet set, int perGroup)
    {
        Dictionary<string, List<LabelledImage>> byLabel = new(StringComparer.Ordinal);
        foreach (LabelledImage image in set.Images)
        {
            foreach (string label in image.Objects.Select(static o => o.Label).Distinct().DefaultIfEmpty(""))
            {
                (byLabel.TryGetValue(label, out List<LabelledImage>? known) ? known : byLabel[label] = []).Add(image);
            }
        }

        IEnumerable<string> labels = set.Classes.Where(
            byLabel.ContainsKey).Concat(byLabel.Keys.Except(set.Classes).Order(StringComparer.Ordinal));
        return labels.SelectMany(label => Enum.GetValues<SplitSide>()
            .Select(side => (Label: label, Side: side, All: byLabel[label].Where(i => i.Side == side).ToList())))
            .Where(static g => g.All.Count > 0)
            .Take(GroupsMax)
            .Select(g => ($"{(g.Label.Length > 0 ? g.Label : "nothing in them")} / {SetCounts.NameOf(g.Side)}: "
                + $"{CountWords.Of(g.All.Count, "image")}",
                g.All.OrderBy(static i => Oid.Of(Encoding.UTF8.GetBytes(i.Id)).ToHex(), StringComparer.Ordinal).Take(perGroup)));
    }

    private static SheetCell Cell(SheetPictures pictures, LabelledImage image, string? flag) =>
        pictures.Cell(image.File, image.Id, image.Objects, $"{SetCounts.NameOf(image.Side)}, {image.Width}x{image.Height}", flag);
}
