using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;

namespace DlStore.Data.Lint;

/// <summary>
/// Checks a data set in Pascal VOC layout before anything is trained on it (docs/lint.md). Every file is read once. Nothing is changed; the
/// same set gives the same report on every
/// machine. The set may be hostile: files are read within limits, and nothing in it names another file that is opened.
/// </summary>
public static class DatasetLint
{
    private const int ReportEvery = 256;

    /// <summary>Checks a set.</summary>
    /// <param name="directory">Absolute path of the layout, or of a directory that holds <c>data_set/</c> or <c>VOCdevkit/X/</c>.</param>
    /// <param name="options">What else to look at.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <returns>Everything found.</returns>
    /// <exception cref="DlsException">Kind Failed: there is no such layout.</exception>
    public static LintReport Run(string directory, LintOptions options, CancellationToken cancel = default)
    {
        VocLayout layout = VocLayout.Find(directory);
        List<Finding> findings = [];
        Dictionary<string, ListFile> lists = layout.ReadLists(findings);
        ClassList? classes = layout.ReadClasses(findings);
        LintImage[] images = LintNames.Collect(layout, lists, findings);
        LabelTable labels = new();
        Scan(layout, lists, images, labels, options, findings, cancel);

        LintFacts facts = new(layout, lists, classes, labels, images);
        bool namesCarryLabels = facts.NamesCarryLabels || options.Consumers.Contains(LintConsumer.ResNet34);
        LintSides.Check(facts, findings);
        LintLabels.Check(facts, namesCarryLabels, findings);
        LintTwins twins = new LintTwinCheck(facts, namesCarryLabels, findings).Run();
        Finding[] before = [.. findings];
        LintView[] views = [.. options.Consumers.Distinct().Select(c => ConsumerRules.Run(c, facts, before, findings))];
        IEnumerable<Finding> wanted = options.Only is { } only ? findings.Where(f => only.Contains(f.Code)) : findings;
        return new LintReport(SetReading.Sorted(wanted), LintSides.CountBoxes(facts), twins, views);
    }

    private static void Scan(
        VocLayout layout, Dictionary<string,
            ListFile> lists, LintImage[] images, LabelTable labels, LintOptions options, List<Finding> findings, CancellationToken cancel)
    {
        HashSet<string> listed = [.. lists.Values.SelectMany(static l => l.Lines).Select(static l => l.Text)];
        Lock gate = new();
        long done = 0;
        long bytes = 0;
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Math.Max(1, options.Threads), CancellationToken = cancel };
        Parallel.For(0, images.Length, parallel, () => new LintScan(layout, labels, listed), (i, _, scan) =>
        {
            long had = scan.Bytes;
            scan.Read(images[i]);
            long all = Interlocked.Add(ref bytes, scan.Bytes - had);
            long count = Interlocked.Increment(ref done);
            if (count % ReportEvery == 0 || count == images.Length)
            {
                options.Progress?.Report(new WorkProgress("linting", count, images.Length, all, -1));
            }

            return scan;
        }, scan =>
        {
            lock (gate)
            {
                findings.AddRange(scan.Findings);
            }
        });
    }
}
