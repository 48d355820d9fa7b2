using DlStore.Data.Annotations;
using DlStore.Data.Texts;
using DlStore.Images;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>Looks at a directory and tells how a labelled set lies in it. Names decide; no image is opened.</summary>
internal static class LayoutSight
{
    private const int NamesLookedAt = 200;
    private const int FilesCounted = 100_000;
    private const int KindsShown = 4;
    private static readonly string[] _classFiles = ["classes.txt", "obj.names", "labels.txt", "_darknet.labels"];
    private static readonly string[] _sides = ["train", "valid", "val", "validation", "test"];

    /// <summary>Finds out what a directory holds.</summary>
    /// <returns>Darknet also for a directory of lists alone, whose faults are then told; null for one that holds no set.</returns>
    public static SetForm? See(string directory) =>
        UltralyticsFile(directory) is not null ? SetForm.Ultralytics
        : CocoFiles.Find(directory).Count > 0 ? SetForm.Coco
        : IsVoc(directory) ? SetForm.Voc
        : DarknetFile(directory) is not null ? SetForm.Darknet
        : SeePairs(directory) ?? (DarknetReader.ListsIn(directory).Any() ? SetForm.Darknet
            : PairFolders(directory, ".txt").Count > 0 ? SetForm.YoloPairs : null);

    /// <summary>Makes the error for a directory that holds no set: it says what was seen instead.</summary>
    /// <param name="directory">Absolute path.</param>
    /// <param name="verb">What was to be done with it.</param>
    /// <param name="shown">The directory as messages name it.</param>
    public static DlsException NoSet(string directory, string verb, string shown)
    {
        string[] files = [.. FolderNames.ListAll(directory, "", []).Take(FilesCounted)];
        int pictures = files.Count(static f => ImageKind.IsTakenName(f) || ImageKind.IsOtherName(f));
        string[] others = [.. files.Where(static f => !ImageKind.IsTakenName(f) && !ImageKind.IsOtherName(f))
            .GroupBy(static f => Path.GetExtension(f).ToLowerInvariant()).OrderByDescending(static g => g.Count())
            .ThenBy(static g => g.Key, StringComparer.Ordinal).Take(KindsShown)
            .Select(static g => CountWords.Of(g.Count(), (g.Key.Length == 0 ? "other" : EntryName.ShowLine(g.Key)) + " file"))];
        string[] below = [.. Directories(directory).Where(d => See(Path.Combine(directory, d)) is not null).Take(2)];
        return new DlsException(ErrorKind.Failed, $"{verb} '{shown}': it holds no data set; "
            + (files.Length == 0 ? "it is empty" : $"what is there: {(files.Length == FilesCounted ? "more than " : "")}"
                + string.Join(", ", others.Prepend(CountWords.Of(pictures, "picture")))),
            below is [var only] ? $"a set lies in '{shown.TrimEnd('/')}/{only}': name that directory"
                : "labels are looked for in Annotations/ beside JPEGImages/ (voc), obj.data (darknet), data.yaml (ultralytics), "
                    + "annotations/*.json (coco), or in an .xml, .json or .txt file beside each picture");
    }

    /// <summary>Says what a form is, as the end of a sentence: <c>it looks like ...</c>.</summary>
    public static string Describe(SetForm form) => form switch
    {
        SetForm.Voc => "a set in Pascal VOC layout (Annotations, JPEGImages)",
        SetForm.VocPairs => "images with a Pascal VOC file beside each (labelImg, Roboflow)",
        SetForm.Darknet => "a set of darknet",
        SetForm.Ultralytics => "a set of Ultralytics (a YAML file that names its sides)",
        SetForm.YoloPairs => "YOLO labels in .txt files (Label Studio, labelImg)",
        SetForm.Coco => "a set in COCO layout",
        SetForm.Labelme => "images with a JSON file of labelme beside each",
        _ => throw new ArgumentOutOfRangeException(nameof(form)),
    };

    /// <summary>Finds the YAML file of a set of Ultralytics: <c>data.yaml</c>, or the only one that names classes and sides.</summary>
    public static string? UltralyticsFile(string directory)
    {
        if (File.Exists(Path.Combine(directory, UltralyticsSet.DataFile)))
        {
            return UltralyticsSet.DataFile;
        }

        string[] found = [.. Names(directory).Where(static n => n.EndsWith(".yaml", StringComparison.Ordinal)
            || n.EndsWith(".yml", StringComparison.Ordinal)).Take(NamesLookedAt).Where(n => Describes(directory, n))];
        return found.Length == 1 ? found[0] : null;
    }

    /// <summary>Finds the data file of darknet: <c>obj.data</c>, or the only <c>*.data</c>, here or in <c>data</c>.</summary>
    public static string? DarknetFile(string directory)
    {
        foreach (string folder in (string[])["", "data/"])
        {
            if (File.Exists(Path.Combine(directory, folder + DarknetSet.DataFile)))
            {
                return folder + DarknetSet.DataFile;
            }

            string[] found = [.. Names(Path.Combine(directory, folder)).Where(static n => n.EndsWith(".data", StringComparison.Ordinal))];
            if (found.Length == 1)
            {
                return folder + found[0];
            }
        }

        return null;
    }

    /// <summary>Finds the names of the classes of label files that nothing describes.</summary>
    public static string? NamesOfPairs(string directory) => Array.Find(_classFiles, f => File.Exists(Path.Combine(directory, f)))
        ?? SideFolders(directory, "").SelectMany(static s => _classFiles.Select(f => $"{s}/{f}"))
            .FirstOrDefault(f => File.Exists(Path.Combine(directory, f)));

    /// <summary>Lists the directories below one that are called as a side is.</summary>
    public static IEnumerable<string> SideFolders(string directory, string below) => Directories(Path.Combine(directory, below))
        .Where(static n => SideOf(n) != SplitSide.None).Select(n => below.Length == 0 ? n : $"{below}/{n}");

    /// <summary>Gives the side that a name says: <c>train2017</c>, <c>valid</c>, <c>instances_val</c>.</summary>
    public static SplitSide SideOf(string path)
    {
        string name = Path.GetFileName(path).ToLowerInvariant();
        string? side = Array.Find(_sides, s => IsWord(name, s));
        return side is null ? SplitSide.None
            : side == "train" ? SplitSide.Train : side == "test" ? SplitSide.Test : SplitSide.Val;
    }

    /// <summary>Tells whether a directory of pairs is in one directory or in one for each side.</summary>
    public static IReadOnlyList<string> PairFolders(string directory, string extension)
    {
        List<string> folders = [.. SideFolders(directory, "").Where(f => HasPair(Path.Combine(directory, f), extension))];
        if (HasPair(directory, extension))
        {
            folders.Insert(0, "");
        }

        return folders;
    }

    private static SetForm? SeePairs(string directory) =>
        PairFolders(directory, ".xml").Count > 0 ? SetForm.VocPairs
        : PairFolders(directory, ".json").Count > 0 ? SetForm.Labelme
        : NamesOfPairs(directory) is not null && (Directory.Exists(Path.Combine(directory, "labels"))
            || PairFolders(directory, ".txt").Count > 0) ? SetForm.YoloPairs
        : Directory.Exists(Path.Combine(directory, "labels")) && Directory.Exists(Path.Combine(directory, "images")) ? SetForm.YoloPairs
        : null;

    private static bool IsVoc(string directory) =>
        new[] { directory, Path.Combine(directory, "data_set"), Path.Combine(directory, "VOCdevkit") }.Any(
            static d => VocLayout.IsVoc(d) || (d.EndsWith("/VOCdevkit", StringComparison.Ordinal) && Directory.Exists(d)))
        || Directories(directory).Count(d => VocLayout.IsVoc(Path.Combine(directory, d))) == 1;

    private static bool HasPair(string directory, string extension)
    {
        HashSet<string> names = [.. Names(directory)];
        return names.Any(n => (ImageKind.IsTakenName(n) || ImageKind.IsOtherName(n))
            && names.Contains(Path.GetFileNameWithoutExtension(n) + extension));
    }

    /// <summary>A word is a side if letters do not stand around it: <c>train</c> in <c>train2017</c>, not in <c>trained</c>.</summary>
    private static bool IsWord(string name, string side)
    {
        int at = name.IndexOf(side, StringComparison.Ordinal);
        int end = at + side.Length;
        return at >= 0 && (at == 0 || !char.IsAsciiLetter(name[at - 1])) && (end == name.Length || !char.IsAsciiLetter(name[end]));
    }

    private static bool Describes(string directory, string name)
    {
        try
        {
            YamlNode root = SafeYaml.ReadFile(Path.Combine(directory, name), name);
            return root.Keys is not null && root.Find("names") is not null && (root.Find("train") ?? root.Find("val")) is not null;
        }
        catch (DlsException)
        {
            return false;
        }
    }

    private static List<string> Names(string directory) => FolderNames.List(directory, "", []);

    private static IEnumerable<string> Directories(string directory) => Names(directory).Where(
        n => Sys.TryStat(Path.Combine(directory, n), out FileStat stat) && stat.IsDirectory);
}
