using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Images;

namespace DlStore.Data.Layouts;

/// <summary>
/// What a reader of a data set brings together. It counts every image and every box that it meets and every one that it leaves out, so that
/// an import can show that nothing was lost without a word.
/// </summary>
/// <param name="root">Absolute path of the set.</param>
/// <param name="form">What the directory was taken for.</param>
/// <param name="rule">Which files count as images.</param>
internal sealed class SetGathering(string root, SetForm form, ImageRule rule)
{
    // A hostile file can be wrong a million times.
    private const int FindingsMax = 1000;
    private readonly Dictionary<string, string> _pathOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _reported = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _lastOf = new(StringComparer.Ordinal);
    private int _imagesSeen;

    /// <summary>Gets the absolute path of the set.</summary>
    public string Root => root;

    public ImageRule Rule => rule;

    public List<Finding> Findings { get; } = [];

    public List<SetEntry> Entries { get; } = [];

    public List<LabelledImage> Images { get; } = [];

    /// <summary>Gets what the reader saw and what it took it for, in sentences.</summary>
    public List<string> Saw { get; } = [];

    /// <summary>Gets the file that names the images of each side.</summary>
    public Dictionary<SplitSide, string> Lists { get; } = [];

    /// <summary>Gets or sets the file that names the classes.</summary>
    public string ClassFile { get; set; } = "";

    /// <summary>Gets or sets how many boxes there are, whatever becomes of them.</summary>
    public int BoxesSeen { get; set; }

    public string At(string relative) => System.IO.Path.Combine(root, relative);

    /// <summary>Tells whether an image was met already.</summary>
    public bool Knows(string relative) => _pathOf.ContainsKey(relative);

    /// <summary>Reports, within limits: what is beyond them is added to the last finding of its code.</summary>
    public void Report(Finding finding)
    {
        int count = _reported[finding.Code] = _reported.GetValueOrDefault(finding.Code) + 1;
        if (count <= FindingsMax)
        {
            LastReported = _lastOf[finding.Code] = Findings.Count;
            Findings.Add(finding);
            return;
        }

        LastReported = _lastOf[finding.Code];
        Finding last = Findings[LastReported];
        Findings[_lastOf[finding.Code]] = last with
        {
            Count = last.Count + finding.Count,
            ImagesLost = last.ImagesLost + finding.ImagesLost,
            BoxesLost = last.BoxesLost + finding.BoxesLost,
        };
    }

    /// <summary>Gets the position of the finding that was reported last.</summary>
    public int LastReported { get; private set; } = -1;

    /// <summary>Adds boxes to what a finding costs, when they are met after it was reported.</summary>
    public void Charge(int finding, int boxes) => Findings[finding] = Findings[finding] with
    {
        BoxesLost = Findings[finding].BoxesLost + boxes,
    };

    /// <summary>Reports images and boxes that are left out before they are taken in, and counts them.</summary>
    public void Lose(Finding finding)
    {
        _imagesSeen += finding.ImagesLost;
        BoxesSeen += finding.BoxesLost;
        Report(finding);
    }

    /// <summary>Takes an image in, unless it cannot be used.</summary>
    /// <param name="entry">The image; its id is made unique here.</param>
    /// <param name="list">The file that names it, for findings about that.</param>
    /// <param name="boxes">How many boxes it has, as far as they could be counted; they must be in <see cref="BoxesSeen"/> already.</param>
    /// <returns>The image with an empty list of objects, or null, for which there is a finding.</returns>
    public LabelledImage? Take(SetEntry entry, string list, int boxes)
    {
        if (_pathOf.ContainsKey(entry.Image))
        {
            Report(LintCodes.SplitOverlap.At(
                list, entry.ListLine, $"'{entry.Image}' is also on another side", "remove it from one of them"));
            BoxesSeen -= boxes;
            return null;
        }

        if (!File.Exists(entry.Path))
        {
            Report(LintCodes.ImgMissing.At(list, entry.ListLine, $"there is no image '{entry.Image}'",
                "a wrong directory in front of the name?") with
            { BoxesLost = boxes, IfAccepted = "the line is passed over" });
            return null;
        }

        _imagesSeen++;
        entry = entry with { Id = UniqueId(entry, list) };
        _pathOf.Add(entry.Image, entry.Id);
        Entries.Add(entry);
        return Open(entry, list, boxes);
    }

    /// <summary>Ends the reading.</summary>
    public SetReading Finish(IReadOnlyList<string> classes)
    {
        ReportSides();
        Images.Sort(static (a, b) => string.CompareOrdinal(a.Id, b.Id));
        Entries.Sort(static (a, b) => string.CompareOrdinal(a.Id, b.Id));
        return new SetReading(new LabelledSet(classes, Images), SetReading.Sorted(Findings))
        {
            Form = form,
            Saw = Saw,
            ImagesSeen = _imagesSeen,
            BoxesSeen = BoxesSeen,
            Entries = Entries,
            Lists = Lists,
            ClassFile = ClassFile,
        };
    }

    /// <summary>A set in which nothing is to be looked at trains all the same, and nobody knows how well.</summary>
    private void ReportSides()
    {
        string[] missing = [.. new[] { SplitSide.Train, SplitSide.Val }.Where(s => !Lists.ContainsKey(s)).Select(SetCounts.NameOf)];
        if (missing.Length > 0)
        {
            Report(LintCodes.ListMissing.At(ClassFile, 0, missing.Length == 2
                ? "nothing says which images are train and which are val; "
                    + "a data set with the line `images: [{from: NAME, split: divide}]`, NAME being the imported one, decides it"
                : $"nothing says which images are {missing[0]}"));
        }
    }

    private string UniqueId(SetEntry entry, string list)
    {
        string id = entry.Id;
        string? first = _ids.GetValueOrDefault(id);
        for (int n = 2; _ids.ContainsKey(id); n++)
        {
            id = $"{entry.Id}-{n}";
        }

        _ids.Add(id, entry.Image);
        if (first is not null)
        {
            Report(LintCodes.IdDup.At(list, entry.ListLine, $"another image is called '{entry.Id}' too: {first}", "rename one of them")
                with
            { IfAccepted = "the second of two equal names gets a number behind it" });
        }

        return id;
    }

    private LabelledImage? Open(SetEntry entry, string list, int boxes)
    {
        if (!rule.Takes(entry.Image))
        {
            bool isListed = entry.ListLine > 0;
            Report(LintCodes.ImgExtension.At(isListed ? list : entry.Image, entry.ListLine, $"'{entry.Image}' "
                + (rule == ImageRule.JpegOnly ? "does not end in .jpg" : "is an image that is not read by its name"), "convert it") with
            { ImagesLost = 1, BoxesLost = boxes, IfAccepted = "the image is left out" });
            return null;
        }

        JpegHeader? header = ImageFile.Open(entry.Path, entry.Image, rule, out bool isOtherKind, out Finding? fault);
        if (fault is not null)
        {
            Report(fault with { ImagesLost = 1, BoxesLost = boxes, IfAccepted = "the image is left out" });
            return null;
        }

        LabelledImage image = new(entry.Id, entry.Path, header!.Width, header.Height, new List<LabelledObject>())
        {
            Side = entry.Side,
            Channels = header.Channels,
            IsOtherKind = isOtherKind,
            AnnotationFile = entry.IsXml ? At(entry.Labels) : null,
        };
        Images.Add(image);
        return image;
    }
}
