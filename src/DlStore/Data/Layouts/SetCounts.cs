using DlStore.Data.Annotations;

namespace DlStore.Data.Layouts;

/// <summary>How many images and boxes a data set has, by side and class.</summary>
public sealed class SetCounts
{
    private readonly Dictionary<SplitSide, int> _images = [];
    private readonly Dictionary<(SplitSide Side, string Label), int> _boxes = [];

    /// <summary>Gets the images of all sides.</summary>
    public int Images => _images.Values.Sum();

    /// <summary>Gets the boxes of all sides and classes.</summary>
    public int Boxes => _boxes.Values.Sum();

    /// <summary>Gets every label that has a box, sorted ordinally.</summary>
    public IReadOnlyList<string> Labels =>
        [.. _boxes.Keys.Select(static k => k.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Counts a set.</summary>
    /// <param name="set">The set.</param>
    /// <returns>Its numbers.</returns>
    public static SetCounts Of(LabelledSet set)
    {
        SetCounts counts = new();
        foreach (LabelledImage image in set.Images)
        {
            counts.Add(image.Side, image.Objects);
        }

        return counts;
    }

    /// <summary>Gives the images of a side.</summary>
    /// <param name="side">The side.</param>
    /// <returns>Their number.</returns>
    public int ImagesOf(SplitSide side) => _images.GetValueOrDefault(side);

    /// <summary>Gives the boxes of a class on a side.</summary>
    /// <param name="side">The side.</param>
    /// <param name="label">The class.</param>
    /// <returns>Their number.</returns>
    public int BoxesOf(SplitSide side, string label) => _boxes.GetValueOrDefault((side, label));

    /// <summary>Gives the boxes of a class.</summary>
    /// <param name="label">The class.</param>
    /// <returns>Their number on all sides.</returns>
    public int BoxesOf(string label) => Enum.GetValues<SplitSide>().Sum(side => BoxesOf(side, label));

    /// <summary>Says where other numbers differ.</summary>
    /// <param name="other">The other numbers.</param>
    /// <returns>Null if they are equal, else every difference, as <c>train images 10, 9</c>.</returns>
    public string? Difference(SetCounts other)
    {
        List<string> differences = [];
        foreach (SplitSide side in Enum.GetValues<SplitSide>())
        {
            Compare(differences, $"{NameOf(side)} images", ImagesOf(side), other.ImagesOf(side));
            foreach (string label in Labels.Union(other.Labels, StringComparer.Ordinal))
            {
                Compare(differences, $"{NameOf(side)} boxes of '{label}'", BoxesOf(side, label), other.BoxesOf(side, label));
            }
        }

        return differences.Count == 0 ? null : string.Join("; ", differences);
    }

    /// <summary>Gives the name of a side in lists and directories.</summary>
    /// <param name="side">The side.</param>
    /// <returns><c>train</c>, <c>val</c>, <c>test</c>, or <c>default</c> for none.</returns>
    public static string NameOf(SplitSide side) => side switch
    {
        SplitSide.None => "default",
        SplitSide.Train => "train",
        SplitSide.Val => "val",
        SplitSide.Test => "test",
        _ => throw new ArgumentOutOfRangeException(nameof(side)),
    };

    internal void Add(SplitSide side, IReadOnlyList<LabelledObject> objects)
    {
        _images[side] = ImagesOf(side) + 1;
        foreach (LabelledObject item in objects)
        {
            _boxes[(side, item.Label)] = BoxesOf(side, item.Label) + 1;
        }
    }

    internal void Add(SplitSide side, LintObject[] objects, LabelTable labels)
    {
        _images[side] = ImagesOf(side) + 1;
        foreach (LintObject item in objects)
        {
            _boxes[(side, labels[item.Label])] = BoxesOf(side, labels[item.Label]) + 1;
        }
    }

    private static void Compare(List<string> differences, string what, int a, int b)
    {
        if (a != b)
        {
            differences.Add($"{what} {a}, {b}");
        }
    }
}
