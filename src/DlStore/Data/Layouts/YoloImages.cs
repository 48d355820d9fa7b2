using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Texts;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>
/// The images of a set whose boxes are lines of label files, as darknet and Ultralytics read them. All lines are brought together before
/// the
/// first becomes a box, because only together they tell by which conversion they were written.
/// </summary>
internal sealed class YoloImages(SetGathering set, BoxConversion? given)
{
    // Names are made for that many ids behind the last one that has a name.
    private const int MadeMax = 1000;
    private const int MadeShown = 8;
    private const int OrphanLengthMax = 1 << 20;
    private static readonly string[] _imageFolders = ["images", "JPEGImages"];
    private readonly List<(SetEntry Entry, LabelledImage Image, List<LabelLine> Lines)> _images = [];
    private readonly HashSet<string> _labels = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>Gets or sets the conversion that the set itself names, or null.</summary>
    public BoxConversion? Named { get; set; }

    /// <summary>Gets or sets a value indicating whether an image without a label file is one without objects.</summary>
    public bool IsEmptyWithout { get; set; }

    /// <summary>Gets the directories in which images were found, relative to the set.</summary>
    public IReadOnlyCollection<string> Folders => _folders;

    /// <summary>Takes an image and its labels.</summary>
    /// <param name="relative">The image.</param>
    /// <param name="side">Where it stands.</param>
    /// <param name="list">The file that names it.</param>
    /// <param name="line">The line there, or 0.</param>
    public void Add(string relative, SplitSide side, string list, int line)
    {
        string labels = LabelPath(relative);
        SetEntry entry = new(Path.GetFileNameWithoutExtension(relative), relative, labels, side)
        {
            Path = set.At(relative),
            ListLine = line,
        };
        bool isKnown = set.Knows(relative);
        List<LabelLine>? lines = isKnown ? null : LabelFile.Find(set.At(labels), labels, set);
        _labels.Add(labels);
        LabelledImage? image = set.Take(entry, list, lines?.Count ?? 0);
        if (isKnown || !set.Knows(relative))
        {
            return;
        }

        _folders.Add(Path.GetDirectoryName(relative) ?? "");
        if (lines is null && image is not null)
        {
            set.Report(LintCodes.ImgNoLabel.At(relative, 0, IsEmptyWithout
                ? $"there is no '{labels}': it is taken for an image without objects" : "there is no .txt file for it",
                "an image without objects needs an empty one") with
            {
                Severity = IsEmptyWithout ? Severity.Warning : Severity.Error
            });
        }

        if (image is not null)
        {
            _images.Add((set.Entries[^1], image, lines ?? []));
        }
    }

    /// <summary>Takes every image of a directory and of those below it.</summary>
    public void AddFolder(string relative, SplitSide side, string list)
    {
        foreach (string path in FolderNames.ListAll(set.Root, relative, set.Findings))
        {
            if (Images.ImageKind.IsTakenName(path) || Images.ImageKind.IsOtherName(path))
            {
                Add(path, side, list, 0);
            }
            else if (!path.EndsWith(".txt", StringComparison.Ordinal) && !path.EndsWith(".npy", StringComparison.Ordinal))
            {
                set.Report(LintCodes.FileStrange.At(path, 0, "it is no image", "remove it"));
            }
        }
    }

    /// <summary>Turns lines into boxes.</summary>
    public SetReading Finish(IReadOnlyList<string> classes, bool isLabelImg = false)
    {
        ReportOrphans();
        BoxConversion rule = Conversion(isLabelImg);
        List<string> names = [.. classes];
        Dictionary<int, (string File, int Line, int Count)> unknown = [];
        (string File, int Line, int Count, double Off) rounded = ("", 0, 0, 0);
        (string File, int Line, int Count) shapes = ("", 0, 0);
        foreach ((SetEntry entry, LabelledImage image, List<LabelLine> lines) in _images)
        {
            List<LabelledObject> objects = (List<LabelledObject>)image.Objects;
            foreach (LabelLine line in lines)
            {
                if (LabelOf(line, classes.Count, names, entry.Labels, unknown) is not { } label)
                {
                    continue;
                }

                (PixelBox box, double off) = FractionBox.ToPixels(
                    line.X, line.Y, line.W, line.H, image.Width, image.Height, line.IsShape ? BoxConversion.Voc : rule);
                if (off > FractionBox.OffMax)
                {
                    rounded = rounded.Count == 0 ? (entry.Labels, line.Number, 1, off)
                        : rounded with { Count = rounded.Count + 1, Off = Math.Max(off, rounded.Off) };
                }

                shapes = !line.IsShape ? shapes
                    : shapes.Count == 0 ? (entry.Labels, line.Number, 1) : shapes with { Count = shapes.Count + 1 };
                Check(box, image, entry.Labels, line.Number);
                objects.Add(new LabelledObject(label, box) { Line = line.Number });
            }

            entry.Objects = objects;
        }

        SumUp(unknown, classes.Count, Made(names, classes.Count, unknown), rounded, shapes);
        return set.Finish(names);
    }

    private BoxConversion Conversion(bool isLabelImg)
    {
        if ((given ?? Named) is { } known)
        {
            set.Saw.Add($"boxes are read as {FractionBox.Names[(int)known]}, as {(given is null ? "the set says" : "asked for")}");
            return known;
        }

        BoxRule rule = new();
        foreach ((_, LabelledImage image, List<LabelLine> lines) in _images)
        {
            foreach (LabelLine line in lines.Where(static l => !l.IsShape))
            {
                rule.Add(line.X, line.Y, line.W, line.H, image.Width, image.Height);
            }
        }

        BoxConversion told = rule.Tell(isLabelImg, out string why);
        set.Saw.Add($"boxes are read as {FractionBox.Names[(int)told]}: {why}");
        return told;
    }

    private string? LabelOf(
        LabelLine line, int named, List<string> names, string file, Dictionary<int, (string File, int Line, int Count)> unknown)
    {
        if (line.Class >= named)
        {
            if (line.Class >= named + MadeMax)
            {
                set.Report(LintCodes.LabelBad.At(file, line.Number, $"class {line.Class} is far beyond the {named} that have names") with
                { BoxesLost = 1, IfAccepted = "the line is left out" });
                return null;
            }

            unknown[line.Class] = unknown.TryGetValue(line.Class, out (string File, int Line, int Count) first)
                ? (first.File, first.Line, first.Count + 1) : (file, line.Number, 1);
        }

        while (names.Count <= line.Class)
        {
            string made = $"class_{names.Count}";
            names.Add(names.Contains(made) ? made + "_" : made);
        }

        return names[line.Class];
    }

    /// <summary>
    /// Says which names were made up: those of the ids that boxes have, and of all between them and the named ones, because an id is a
    /// line's number.
    /// </summary>
    private static string Made(List<string> names, int named, Dictionary<int, (string File, int Line, int Count)> unknown)
    {
        string[] idle = [.. Enumerable.Range(named, names.Count - named).Where(id => !unknown.ContainsKey(id)).Select(id => names[id])];
        int count = names.Count - named;
        return $"all boxes are kept, {count} class name{(count == 1 ? " is" : "s are")} made up: {Listed(names[named..])}"
            + (idle.Length == 0 ? "" : $" ({idle.Length} of them only to fill the ids between, no box has "
                + $"{(idle.Length == 1 ? "it" : "them")}: {Listed(idle)})");
    }

    private static string Listed(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MadeShown)) + (names.Count > MadeShown ? $" ... {names[^1]}" : "");

    private void Check(PixelBox box, LabelledImage image, string file, int line)
    {
        if (!box.IsInside(image.Width, image.Height))
        {
            set.Report(LintCodes.BoxOut.At(file, line, $"box {box} leads out of the image of {image.Width}x{image.Height}",
                "was another conversion used? dls knows voc, labelimg and alexeyab"));
        }
    }

    private void SumUp(Dictionary<int, (string File, int Line, int Count)> unknown, int named, string made,
        (string File, int Line, int Count, double Off) rounded, (string File, int Line, int Count) shapes)
    {
        foreach ((int id, (string file, int line, int count)) in unknown)
        {
            set.Report(LintCodes.ClassUnknown.At(file, line,
                $"class {id} of {named} (ids begin at 0): {count} box{(count == 1 ? " has" : "es have")} it",
                    "name it, or correct the id") with
            { Count = count, IfAccepted = made });
        }

        if (rounded.Count > 0)
        {
            set.Report(LintCodes.BoxRounded.At(rounded.File, rounded.Line, $"{rounded.Count} of {set.BoxesSeen} box"
                + $"{(rounded.Count == 1 ? " does" : "es do")} not lie on whole pixels and {(rounded.Count == 1 ? "was" : "were")} "
                + "rounded, "
                + FormattableString.Invariant($"by up to {rounded.Off:F2} pixels at an edge")) with
            { Count = rounded.Count });
        }

        if (shapes.Count > 0)
        {
            set.Report(LintCodes.BoxShape.At(shapes.File, shapes.Line,
                $"{shapes.Count} polygon{(shapes.Count == 1 ? "" : "s")} or turned boxes were read as the upright boxes around them") with
            { Count = shapes.Count });
        }
    }

    /// <summary>Label files of no image: their boxes would be lost without a word.</summary>
    private void ReportOrphans()
    {
        foreach (string folder in _labels.Select(static l =>
            Path.GetDirectoryName(l) ?? "").Distinct().Order(StringComparer.Ordinal).ToArray())
        {
            foreach (string name in FolderNames.List(set.At(folder), folder, set.Findings))
            {
                string path = folder.Length == 0 ? name : $"{folder}/{name}";
                if (!name.EndsWith(".txt", StringComparison.Ordinal) || _labels.Contains(path))
                {
                    continue;
                }

                int count = CountLines(path);
                if (count > 0)
                {
                    set.Lose(LintCodes.XmlNoImage.At(path, 0, $"there is no image for its {count} box{(count == 1 ? "" : "es")}",
                        "remove it")
                        with
                    { BoxesLost = count, IfAccepted = "its boxes are left out" });
                }
            }
        }
    }

    private int CountLines(string path)
    {
        try
        {
            return SmallFile.Find(set.At(path), path, OrphanLengthMax) is { } bytes && PlainText.TryRead(bytes) is { } text
                ? LabelFile.Count(text) : 0;
        }
        catch (DlsException)
        {
            return 0;
        }
    }

    /// <summary>
    /// As Ultralytics and darknet: in the last directory <c>images</c> of the path, or <c>JPEGImages</c>, it is <c>labels</c>; but beside
    /// the
    /// image if a file lies there.
    /// </summary>
    private string LabelPath(string image)
    {
        string beside = Path.ChangeExtension(image, ".txt");
        string rooted = "/" + beside;
        foreach (string folder in _imageFolders)
        {
            int at = rooted.LastIndexOf($"/{folder}/", StringComparison.Ordinal);
            if (at >= 0 && !File.Exists(set.At(beside)))
            {
                return string.Concat(rooted.AsSpan(0, at), "/labels/", rooted.AsSpan(at + folder.Length + 2))[1..];
            }
        }

        return beside;
    }
}
