using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;

namespace DlStore.Data.Lint;

/// <summary>
/// Checks a data set before anything is trained on it (docs/lint.md), in whichever layout it lies: the same set gives the same findings in
/// each. Every file is read once, an image once more by its header. Nothing is changed; the same set gives the same report on every
/// machine. The set may be hostile: files are read within limits, and nothing in it names another file that is opened.
/// </summary>
public static class DatasetLint
{
    private const int ReportEvery = 256;

    /// <summary>What readers of other layouts say of images and boxes and lint says itself, with the same words for all layouts.</summary>
    private static readonly string[] _foundAgain =
        ["BOX_OUT", "IMG_NOT_JPEG", "IMG_SIZE_ZERO", "IMG_EXTENSION", "IMG_TRUNCATED", "XML_BAD"];

    /// <summary>Checks a set in Pascal VOC layout.</summary>
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
        return Check(new LintFacts(LintPlaces.OfVoc(layout), lists, classes, new LabelTable(), images), options, findings, cancel);
    }

    /// <summary>Checks a directory in any layout.</summary>
    /// <param name="directory">Absolute path.</param>
    /// <param name="options">What else to look at.</param>
    /// <param name="saw">What the directory was taken for, in sentences.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <returns>Everything found; a file that makes reading impossible is a finding too.</returns>
    /// <exception cref="DlsException">Kind Failed: it holds no set; the message says what is there.</exception>
    public static LintReport RunAny(string directory, LintOptions options, out IReadOnlyList<string> saw,
        CancellationToken cancel = default)
    {
        SetForm form = LayoutSight.See(directory) ?? throw LayoutSight.NoSet(directory, "lint", options.Shown ?? directory);
        if (form == SetForm.Voc)
        {
            string root = VocLayout.Find(directory).Root;
            saw = [$"it looks like {LayoutSight.Describe(form)}"];
            return Run(root, options, cancel);
        }

        SetReading reading;
        try
        {
            reading = SetLayouts.ReadForm(form, directory, null, ImageRule.AnyPicture);
        }
        catch (DlsException e)
        {
            reading = new SetReading(new LabelledSet([], []), [
                e.File is { } file && e.Line > 0 ? LintCodes.SetBad.At(file, e.Line, e.Reason, e.Hint) : LintCodes.SetBad.At("", 0,
                    e.Message, e.Hint)]);
        }

        saw = [$"it looks like {LayoutSight.Describe(form)}", .. reading.Saw];
        List<Finding> findings = [.. reading.Findings.Where(
            f => !_foundAgain.Contains(f.Code) && !(f.Code == LintCodes.ImgUnlisted.Code && form == SetForm.Darknet))];
        LintImage[] images = [.. reading.Entries.Select(LintImage.Of)];
        Dictionary<string, ListFile> lists = ListsOf(reading);
        ClassList? classes = reading.Set.Classes.Count > 0 ? ClassList.Empty.With(reading.Set.Classes) : null;
        LintNames.Check(images, findings);
        return Check(new LintFacts(LintPlaces.Of(reading, directory), lists, classes, new LabelTable(), images), options, findings, cancel);
    }

    /// <summary>Gives the lists that Pascal VOC would have, named by what stands for them here.</summary>
    private static Dictionary<string, ListFile> ListsOf(SetReading reading)
    {
        Dictionary<string, ListFile> lists = [];
        List<ListLine> both = [];
        foreach (SplitSide side in (SplitSide[])[SplitSide.Train, SplitSide.Val, SplitSide.Test])
        {
            List<ListLine> lines = [.. reading.Entries.Where(e => e.Side == side).Select(static e => new ListLine(e.ListLine, e.Id))];
            if (reading.Lists.TryGetValue(side, out string? name) || lines.Count > 0)
            {
                lists.Add(SetCounts.NameOf(side), ListFile.Of(name ?? "", lines));
                both.AddRange(side == SplitSide.Test ? [] : lines);
            }
        }

        if (lists.Count > 0)
        {
            lists.Add("trainval", ListFile.Of($"{VocLayout.Lists}/trainval.txt", both));
        }

        return lists;
    }

    private static LintReport Check(LintFacts facts, LintOptions options, List<Finding> findings, CancellationToken cancel)
    {
        Scan(facts, options, findings, cancel);
        facts.Count();
        bool namesCarryLabels = facts.NamesCarryLabels || options.Consumers.Contains(LintConsumer.ResNet34);
        LintSides.Check(facts, findings);
        LintLabels.Check(facts, namesCarryLabels, findings);
        LintTwins twins = new LintTwinCheck(facts, namesCarryLabels, findings).Run();
        Finding[] before = [.. findings];
        LintView[] views = [.. options.Consumers.Distinct().Select(c => ConsumerRules.Run(c, facts, before, findings))];
        IEnumerable<Finding> wanted = options.Only is { } only ? findings.Where(f => only.Contains(f.Code)) : findings;
        return new LintReport(SetReading.Sorted(wanted), LintSides.CountBoxes(facts), twins, views);
    }

    private static void Scan(LintFacts facts, LintOptions options, List<Finding> findings, CancellationToken cancel)
    {
        LintImage[] images = facts.Images;
        HashSet<string> listed = [.. facts.Lists.Values.SelectMany(static l => l.Lines).Select(static l => l.Text)];
        Lock gate = new();
        long done = 0;
        long bytes = 0;
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Math.Max(1, options.Threads), CancellationToken = cancel };
        Parallel.For(0, images.Length, parallel, () => new LintScan(facts.Places.Root, facts.Labels, listed), (i, _, scan) =>
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
