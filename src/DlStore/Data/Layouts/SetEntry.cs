using DlStore.Data.Annotations;

namespace DlStore.Data.Layouts;

/// <summary>An image as a reader met it, whether it can be used or not: what lint needs besides the set itself.</summary>
/// <param name="Id">Unique in the set.</param>
/// <param name="Image">The file as findings name it, relative to the directory of the set.</param>
/// <param name="Labels">The file that says what is in it, named likewise; empty if there is none.</param>
/// <param name="Side">Where it stands.</param>
internal sealed record SetEntry(string Id, string Image, string Labels, SplitSide Side)
{
    /// <summary>Gets the absolute path of the image.</summary>
    public required string Path { get; init; }

    /// <summary>Gets a value indicating whether what is in it is said in a Pascal VOC file of its own, which lint reads itself.</summary>
    public bool IsXml { get; init; }

    /// <summary>Gets a value indicating whether the file of labels is that of many images.</summary>
    public bool IsShared { get; init; }

    /// <summary>Gets the line of the list that names it, or 0.</summary>
    public int ListLine { get; init; }

    /// <summary>Gets or sets what is in it; set when all boxes are known.</summary>
    public IReadOnlyList<LabelledObject> Objects { get; set; } = [];
}
