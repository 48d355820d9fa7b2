using DlStore.Data.Annotations;
using DlStore.Data.Findings;

namespace DlStore.Data.Layouts;

/// <summary>What is known of one file of COCO while it is read.</summary>
/// <param name="file">The file.</param>
internal sealed class CocoSubset(CocoFile file)
{
    private (int Count, string First) _rounded = (0, "");
    private int _crowds;
    private int _shapes;

    public CocoFile File => file;

    public SortedDictionary<long, string> Categories { get; } = [];

    /// <summary>Gets the images by their ids; null for one that cannot be used, which was reported.</summary>
    public Dictionary<long, SetEntry?> Entries { get; } = [];

    public Dictionary<string, LabelledImage> Images { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the finding that says why the image of an id cannot be used.</summary>
    public Dictionary<long, int> Charged { get; } = [];

    /// <summary>Gets the images whose names are refused.</summary>
    public Dictionary<long, Finding> Refused { get; } = [];

    /// <summary>Counts what became of a box.</summary>
    public void Count(bool isCrowd, bool isShape, bool isOff, string what)
    {
        _crowds += isCrowd ? 1 : 0;
        _shapes += isShape ? 1 : 0;
        _rounded = isOff ? (_rounded.Count + 1, _rounded.Count == 0 ? what : _rounded.First) : _rounded;
    }

    /// <summary>Reports what became of boxes, once with its count.</summary>
    public void SumUp(SetGathering set)
    {
        if (_rounded.Count > 0)
        {
            set.Report(LintCodes.BoxRounded.At(file.Name, 0, $"{_rounded.Count} box"
                + $"{(_rounded.Count == 1 ? " does" : "es do")} not lie on whole pixels and {(_rounded.Count == 1 ? "was" : "were")} "
                + $"rounded by up to half a pixel at an edge, first {_rounded.First}") with
            { Count = _rounded.Count });
        }

        if (_crowds > 0)
        {
            set.Report(LintCodes.BoxCrowd.At(file.Name, 0, $"{_crowds} annotation{(_crowds == 1 ? " is" : "s are")} of a crowd: "
                + "the box is kept and marked as difficult, which darknet and Ultralytics do not see") with
            { Count = _crowds });
        }

        if (_shapes > 0)
        {
            set.Report(LintCodes.BoxShape.At(file.Name, 0, $"{_shapes} polygon{(_shapes == 1 ? "" : "s")} or masks are not kept, "
                + "the boxes around them are") with
            { Count = _shapes });
        }
    }
}
