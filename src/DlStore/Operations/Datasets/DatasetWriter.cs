using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.Data.Lint;
using DlStore.Data.Sets;
using DlStore.Data.Splits;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Projects;

namespace DlStore.Operations.Datasets;

/// <summary>
/// Writes a data set at one canvas into a staging directory: <c>data_set/</c> in VOC layout with <c>classes.txt</c>, and <c>items.jsonl</c>
/// beside it. Every byte is hashed after
/// it was written, so that a build that was changed or cut off on the way is found here.
/// </summary>
internal sealed class DatasetWriter(Repo repo, DatasetRecipe recipe, ClassList classes, IProgress<WorkProgress>? progress)
{
    /// <summary>The directory that readers open.</summary>
    public const string Root = "data_set";

    /// <summary>Gets what gives the annotation of an image, or null for the canonical one.</summary>
    public Func<LabelledImage, byte[]?>? AnnotationOf { get; init; }

    /// <summary>Gives the rules of a split as the lock has them.</summary>
    public static string SplitText(SplitOptions split) =>
        $"{(split.Method == SplitMethod.Hash ? "hash" : "legacy")} train={split.TrainPercent}"
            + $" seed={split.Seed}{(split.ValFromReal ? " val_from=real" : "")}";

    /// <summary>Writes the data set.</summary>
    /// <returns>What it came to.</returns>
    public LockedCanvas Write(DatasetCanvas canvas, string directory, CancellationToken cancel)
    {
        string root = $"{directory}/{Root}";
        Directory.CreateDirectory(root);
        WriteImages(canvas, root);
        if (recipe.Split.Method == SplitMethod.Legacy)
        {
            WriteLegacyLists(root, canvas.Items);
        }

        AtomicFile.WriteStaged($"{directory}/{DatasetItemLine.FileName}", DatasetItemLine.ToBytes(canvas.Items).Span);
        return Describe(canvas, root, cancel);
    }

    private void WriteImages(DatasetCanvas canvas, string root)
    {
        LabelledSet set = new(classes.Labels, [.. canvas.Items.Select(static i => new LabelledImage(
            i.Id, i.File, i.Width, i.Height, i.Objects) { Side = i.Side, Channels = i.Channels, IsOtherKind = i.IsOtherKind })]);
        progress?.Report(new WorkProgress($"writing {canvas.Canvas}", 0, set.Images.Count, 0, -1));
        VocSet.Write(set, root, AnnotationOf, repo.Threads);
    }

    /// <summary>Describes a written data set: hashes it, lints it, counts it.</summary>
    public LockedCanvas Describe(DatasetCanvas canvas, string root, CancellationToken cancel)
    {
        (IReadOnlyCollection<FileDigest> files, long bytes) = DirectoryDigests.Read(
            root, repo.Threads, $"hashing {canvas.Canvas}", progress, cancel);
        RequireAsBuilt(canvas, files);
        LintReport report = DatasetLint.Run(root, new LintOptions { Threads = repo.Threads, Progress = progress }, cancel);
        return new LockedCanvas
        {
            Key = canvas.Key(recipe, classes),
            DirHash = DirHash.Of(files),
            Bytes = bytes,
            Images = canvas.Items.Count,
            Engine = canvas.Sources.Any(static s => s.Kind == ImageOrigin.Project) ? BuildInputs.Fingerprint() : null,
            Sides = [Count(canvas, SplitSide.Train), Count(canvas, SplitSide.Val), Count(canvas, SplitSide.Test)],
            Classes = CountClasses(canvas),
            Sources = canvas.Sources,
            Twins = Locked(report.Twins),
            Lint = Locked(report.Findings),
        };
    }

    /// <summary>Sums up twins for a lock.</summary>
    public static LockedTwins Locked(LintTwins twins) =>
        new(twins.Groups.Count, twins.Groups.Sum(static g => g.Count), twins.Conflicting, (int)Math.Floor(twins.Ceiling * 10_000));

    /// <summary>Sums up findings for a lock.</summary>
    public static LockedLint Locked(IReadOnlyList<Finding> findings) => new(
        findings.Count(static f => f.Severity == Severity.Error),
        findings.Count(static f => f.Severity == Severity.Warning),
        new SortedDictionary<string,
            int>(findings.GroupBy(static f => f.Code).ToDictionary(static g => g.Key, static g => g.Count()), StringComparer.Ordinal));

    /// <summary>
    /// Data sets made before dls have val's list three times over; whoever asks for the legacy split gets just that, and lint says what it
    /// means.
    /// </summary>
    private static void WriteLegacyLists(string root, IReadOnlyList<DatasetItem> items)
    {
        string val = string.Concat(items.Where(static i => i.Side == SplitSide.Val).Select(static i => i.Id + "\n"));
        foreach (string list in (string[])["trainval", "test"])
        {
            string path = $"{root}/{VocLayout.Lists}/{list}.txt";
            File.Delete(path);
            AtomicFile.WriteStaged(path, System.Text.Encoding.UTF8.GetBytes(val));
        }
    }

    /// <summary>A build that was changed or cut off since its record was written is found here.</summary>
    private static void RequireAsBuilt(DatasetCanvas canvas, IEnumerable<FileDigest> files)
    {
        Dictionary<string,
            Oid> known = canvas.Items.ToDictionary(static i => $"{VocLayout.Images}/{i.Id}.jpg", static i => i.Oid, StringComparer.Ordinal);
        foreach (FileDigest file in files)
        {
            if (known.TryGetValue(file.Path, out Oid expected) && expected != file.Oid)
            {
                throw new DlsException(ErrorKind.Corrupt, $"read image '{file.Path}': its bytes are not those that were built",
                    "run `dls build --force` for its project, then the command again");
            }
        }
    }

    private List<LockedClass> CountClasses(DatasetCanvas canvas)
    {
        LockedClass[] counted = [.. classes.Labels.Select(static (name, id) => new LockedClass(id, name, 0, 0, 0, 0))];
        foreach (DatasetItem item in canvas.Items)
        {
            foreach (IGrouping<string, LabelledObject> label in item.Objects.GroupBy(static o => o.Label))
            {
                ref LockedClass c = ref counted[classes.IdOf(label.Key)!.Value];
                c = c with
                {
                    Train = c.Train + (item.Side == SplitSide.Train ? 1 : 0),
                    Val = c.Val + (item.Side == SplitSide.Val ? 1 : 0),
                    Test = c.Test + (item.Side == SplitSide.Test ? 1 : 0),
                    Boxes = c.Boxes + label.Count(),
                };
            }
        }

        return [.. counted];
    }

    private static int Count(DatasetCanvas canvas, SplitSide side) => canvas.Items.Count(i => i.Side == side);
}
