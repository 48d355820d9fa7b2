using System.Globalization;
using System.Text;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Splits;
using DlStore.Objects;

namespace DlStore.Data.Sets;

/// <summary>A set of real images with truth that a data set takes in.</summary>
/// <param name="From">A data set's name, or a directory from the top of the work tree in VOC layout.</param>
/// <param name="KeepSplit">Whether its own lists decide the split.</param>
public sealed record RealImages(string From, bool KeepSplit);

/// <summary>
/// <c>datasets/NAME.yaml</c>: what a data set is made of. Includes are followed here, so that what is read is one flat recipe; its text,
/// and so its hash, depends on what it says
/// and not on how the file is laid out. docs/formats/dataset-file.md.
/// </summary>
public sealed record DatasetRecipe
{
    /// <summary>The directory of all data sets, from the top of the work tree.</summary>
    public const string Root = "datasets";

    /// <summary>Gets the name.</summary>
    public required PortableName Name { get; init; }

    /// <summary>Gets the projects, sorted; those that are merged are among them.</summary>
    public IReadOnlyList<PortableName> Projects { get; init; } = [];

    /// <summary>Gets the class that takes a project's objects instead of their own, by project.</summary>
    public IReadOnlyDictionary<PortableName, string> Merge { get; init; } = new SortedDictionary<PortableName, string>();

    /// <summary>Gets the class that takes the objects of another one, by label.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the sets of real images, in the order of the file.</summary>
    public IReadOnlyList<RealImages> Images { get; init; } = [];

    /// <summary>Gets the class list's name.</summary>
    public required PortableName Classes { get; init; }

    /// <summary>Gets the canvases, each with an entry of its own in the lock.</summary>
    public IReadOnlyList<Canvas> Canvases { get; init; } = [Canvas.Own];

    /// <summary>Gets the rules of the split.</summary>
    public SplitOptions Split { get; init; } = new();

    /// <summary>Gets the layouts that consumers want.</summary>
    public IReadOnlyList<string> Layouts { get; init; } = ["voc"];

    /// <summary>Gets the codes of lint that do not block a task.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Gets where an imported data set came from, or null: then it is built.</summary>
    public string? ImportedFrom { get; init; }

    /// <summary>Lists the data sets of a work tree.</summary>
    /// <param name="workTree">Absolute path of the work tree.</param>
    /// <returns>Their names, sorted.</returns>
    public static IReadOnlyList<PortableName> List(string workTree) => NamedFiles.List($"{workTree}/{Root}", ".yaml");

    /// <summary>Reads a data set's recipe with all it includes.</summary>
    /// <param name="workTree">Absolute path of the work tree.</param>
    /// <param name="name">The data set.</param>
    /// <returns>The flat recipe.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such data set. Kind Failed: the file cannot be used; the line is
    /// named.</exception>
    public static DatasetRecipe Read(string workTree, PortableName name) => new DatasetRecipeReader(workTree).Read(name);

    /// <summary>Gives the file of a data set as messages name it.</summary>
    /// <param name="name">The data set.</param>
    /// <returns>From the top of the work tree.</returns>
    public static string FileOf(PortableName name) => $"{Root}/{name}.yaml";

    /// <summary>Gives the class of an object.</summary>
    /// <param name="project">The project that it is from, or null.</param>
    /// <param name="label">Its label there.</param>
    /// <returns>The class in this data set.</returns>
    public string ClassOf(PortableName? project, string label) =>
        project is { } p && Merge.TryGetValue(p, out string? merged) ? merged : Aliases.GetValueOrDefault(label, label);

    /// <summary>Gives the one text of the recipe.</summary>
    /// <returns>Lines, each ended by LF.</returns>
    public string ToText()
    {
        StringBuilder text = new("dls-dataset 1\n");
        foreach (PortableName project in Projects)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"project {project}{(Merge.TryGetValue(project, out string? merged) ? $" as {merged}" : "")}\n");
        }

        foreach ((string from, string to) in Aliases)
        {
            text.Append(CultureInfo.InvariantCulture, $"alias {to} {from}\n");
        }

        foreach (RealImages images in Images)
        {
            text.Append(CultureInfo.InvariantCulture, $"images {(images.KeepSplit ? "keep" : "divide")} {images.From}\n");
        }

        text.Append(CultureInfo.InvariantCulture,
            $"split method={Split.Method} train={Split.TrainPercent} seed={Split.Seed} val_from={(Split.ValFromReal ? "real" : "any")}\n");
        return text.ToString();
    }

    /// <summary>Gives the hash of <see cref="ToText"/>.</summary>
    /// <returns>A SHA-256.</returns>
    public Oid Hash() => Oid.Of(Encoding.UTF8.GetBytes(ToText()));
}
