using DlStore.Data.Names;

namespace DlStore.Data.Recipes;

/// <summary>Whether a person has looked at a project that a program made.</summary>
public enum ReviewState
{
    /// <summary>Good to use; what people make is so from the start.</summary>
    Accepted,
    /// <summary>Nobody has looked yet: data sets leave it out unless told otherwise.</summary>
    Unreviewed,
    /// <summary>Looked at and refused; never used.</summary>
    Rejected,
}

/// <summary>One source image of a project with the annotation that says what is in it.</summary>
/// <param name="Image">The JPEG file, relative to the project.</param>
/// <param name="Annotation">The VOC file, relative to the project, or null: the object fills the image exactly.</param>
public sealed record Master(string Image, string? Annotation)
{
    private const string AidMark = "_extended";

    /// <summary>Tells whether a file of a master directory is an image of the project's own, and no labelling aid.</summary>
    /// <param name="fileName">The name without directories.</param>
    /// <returns>True for a master.</returns>
    public static bool IsName(string fileName) =>
        Path.GetExtension(fileName).ToLowerInvariant() is ".jpg" or ".jpeg"
        && !Path.GetFileNameWithoutExtension(fileName).EndsWith(AidMark, StringComparison.Ordinal);
}

/// <summary>
/// A project as its directory says: the smallest unit of training data, one thing to be learned. <c>project.yaml</c> is optional; the
/// seeds' tree is valid as it stands.
/// docs/formats/project-file.md.
/// </summary>
public sealed record Project
{
    /// <summary>The directory of all projects, from the top of the work tree.</summary>
    public const string Root = "projects";

    /// <summary>The optional file that says more.</summary>
    public const string FileName = "project.yaml";

    /// <summary>Where the seeds keep a project's own program.</summary>
    public const string DefaultProgram = "data_augmentation/daug.py";

    /// <summary>Gets the name.</summary>
    public required PortableName Name { get; init; }

    /// <summary>Gets the absolute path of the directory.</summary>
    public required string Directory { get; init; }

    /// <summary>Gets the class that project.yaml names, or null: then the annotations' own names count.</summary>
    public string? Label { get; init; }

    /// <summary>Gets the masters; empty for a generator.</summary>
    public IReadOnlyList<Master> Masters { get; init; } = [];

    /// <summary>Gets the annotation of a generator that has no master, relative to the project, or null.</summary>
    public string? GeneratorAnnotation { get; init; }

    /// <summary>Gets where on a canvas the masters are put; not empty.</summary>
    public IReadOnlyList<Placement> Placements { get; init; } = [Placement.LeftUpper];

    /// <summary>Gets what makes the images.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>Gets how many images a build must have, or null.</summary>
    public int? Expected { get; init; }

    /// <summary>Gets whether a person has looked at it.</summary>
    public ReviewState Review { get; init; }

    /// <summary>Gets where the masters come from, as written by harvest and crop: free text by key, sorted.</summary>
    public IReadOnlyDictionary<string, string> Origin { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the path from the top of the work tree.</summary>
    public string Path => $"{Root}/{Name}";

    /// <summary>Gets the directory of a canvas's build, absolute.</summary>
    /// <param name="canvas">The canvas.</param>
    /// <returns>The path; it need not exist.</returns>
    public string BuildDirectory(Canvas canvas) => $"{Directory}/build/{canvas}";

    /// <summary>Gives a file of the project as messages name it.</summary>
    /// <param name="relative">Relative to the project.</param>
    /// <returns>Relative to the work tree.</returns>
    public string NameOf(string relative) => $"{Path}/{relative}";
}
