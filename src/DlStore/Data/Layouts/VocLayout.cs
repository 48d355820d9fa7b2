using DlStore.Data.Annotations;
using DlStore.Data.Findings;

namespace DlStore.Data.Layouts;

/// <summary>Where things lie in a Pascal VOC directory, and what its lists say.</summary>
internal sealed class VocLayout
{
    public const string Annotations = "Annotations";
    public const string Images = "JPEGImages";
    public const string Lists = "ImageSets/Main";
    public const string ClassFile = "classes.txt";

    /// <summary>The lists in the order readers know them.</summary>
    public static readonly string[] ListNames = ["train", "val", "trainval", "test"];

    private VocLayout(string root) => Root = root;

    /// <summary>Gets the directory that holds <c>JPEGImages</c>.</summary>
    public string Root { get; }

    /// <summary>Finds the layout in a directory, in <c>data_set/</c> or in the only directory of <c>VOCdevkit/</c> below it.</summary>
    /// <exception cref="DlsException">Kind Failed: there is none.</exception>
    public static VocLayout Find(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new DlsException(ErrorKind.Failed, $"read data set '{directory}': there is no such directory");
        }

        List<string> candidates = [directory, Path.Combine(directory, "data_set")];
        foreach (string devkit in new[] { Path.Combine(directory, "VOCdevkit"), directory })
        {
            string[] below = Directory.Exists(devkit) ? [.. Directory.EnumerateDirectories(devkit).Where(IsVoc)] : [];
            if (below.Length == 1)
            {
                candidates.Add(below[0]);
            }
        }

        return candidates.Find(IsVoc) is { } root
            ? new VocLayout(root)
            : throw new DlsException(ErrorKind.Failed, $"read data set '{directory}': there is no Pascal VOC layout in it",
                "expected are Annotations/, JPEGImages/ and ImageSets/Main/");
    }

    /// <summary>Tells whether a directory is such a layout.</summary>
    public static bool IsVoc(string directory) => Directory.Exists(Path.Combine(directory, Images))
        && Directory.Exists(Path.Combine(directory, Annotations));

    public string At(string relative) => Path.Combine(Root, relative);

    /// <summary>Reads the lists that are there.</summary>
    public Dictionary<string, ListFile> ReadLists(List<Finding> findings)
    {
        Dictionary<string, ListFile> lists = [];
        foreach (string name in ListNames)
        {
            string file = $"{Lists}/{FileOf(name)}.txt";
            if (ListFile.Find(At(file), file, isOfIds: true, findings) is { } list)
            {
                lists.Add(name, list);
            }
        }

        return lists;
    }

    /// <summary>Gives a list's file without extension: CVAT calls its subsets Train, Validation, Test.</summary>
    private string FileOf(string name) => File.Exists(At($"{Lists}/{name}.txt")) ? name : Array.Find<string>(
        name switch
        {
            "train" => ["Train"],
            "val" => ["Val", "valid", "Valid", "validation", "Validation"],
            "test" => ["Test"],
            _ => [],
        },
        other => File.Exists(At($"{Lists}/{other}.txt"))) ?? name;

    /// <summary>Reads <c>classes.txt</c>, if it is there and good.</summary>
    public ClassList? ReadClasses(List<Finding> findings) => NamesFile.Find(At(ClassFile), ClassFile, findings, out _);

    /// <summary>Gives the side of every id that stands in a list; an id of several lists has the first of test, val, train.</summary>
    public static Dictionary<string, SplitSide> Sides(Dictionary<string, ListFile> lists)
    {
        Dictionary<string, SplitSide> sides = new(StringComparer.Ordinal);
        foreach ((string name, SplitSide side) in new[] { ("test", SplitSide.Test), ("val", SplitSide.Val), ("train", SplitSide.Train) })
        {
            foreach (ListLine line in lists.TryGetValue(name, out ListFile? list) ? list.Lines : [])
            {
                sides.TryAdd(line.Text, side);
            }
        }

        // A set that has trainval alone is trained on all of it.
        foreach (ListLine line in lists.TryGetValue("trainval", out ListFile? both)
            && !lists.ContainsKey("train") && !lists.ContainsKey("val") ? both.Lines : [])
        {
            sides.TryAdd(line.Text, SplitSide.Train);
        }

        return sides;
    }
}
