namespace DlStore.Data.Annotations;

/// <summary>One object that an annotation names.</summary>
/// <param name="Label">The class's name.</param>
/// <param name="Box">Where it is.</param>
public sealed record LabelledObject(string Label, PixelBox Box)
{
    /// <summary>Gets a value indicating whether readers may pass it over.</summary>
    public bool Difficult { get; init; }

    /// <summary>Gets a value indicating whether part of it is outside the picture.</summary>
    public bool Truncated { get; init; }

    /// <summary>Gets the pose, as VOC has it.</summary>
    public string Pose { get; init; } = "Unspecified";

    /// <summary>Gets the line in the annotation file, or 0.</summary>
    public int Line { get; init; }
}

/// <summary>Which list of a data set an image stands in.</summary>
public enum SplitSide
{
    /// <summary>In none.</summary>
    None,
    /// <summary>Trained on.</summary>
    Train,
    /// <summary>Looked at during training.</summary>
    Val,
    /// <summary>Looked at afterwards.</summary>
    Test,
}

/// <summary>An image of a labelled set, in no format's terms.</summary>
/// <param name="Id">Its file name without extension, unique in the set.</param>
/// <param name="File">Absolute path of the JPEG file, or of the picture that a JPEG is made of.</param>
/// <param name="Width">Columns, from the JPEG file itself.</param>
/// <param name="Height">Rows, from the JPEG file itself.</param>
/// <param name="Objects">What is in it; may be empty.</param>
public sealed record LabelledImage(string Id, string File, int Width, int Height, IReadOnlyList<LabelledObject> Objects)
{
    /// <summary>Gets the split.</summary>
    public SplitSide Side { get; init; }

    /// <summary>Gets the colour channels, from the JPEG file itself.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Gets a value indicating whether the file is no JPEG: whoever writes the image writes it as one.</summary>
    public bool IsOtherKind { get; init; }

    /// <summary>Gets the absolute path of the image's own Pascal VOC file, or null if it has none.</summary>
    public string? AnnotationFile { get; init; }
}

/// <summary>A labelled set, in no format's terms: what every reader gives and every writer takes.</summary>
/// <param name="Classes">The classes; the position is the id.</param>
/// <param name="Images">Sorted by id, ordinal.</param>
public sealed record LabelledSet(IReadOnlyList<string> Classes, IReadOnlyList<LabelledImage> Images);
