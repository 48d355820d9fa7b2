using DlStore.Data.Annotations;
using DlStore.Data.Layouts;

namespace DlStore.Data.Lint;

/// <summary>Everything lint knows of a set when all files are read.</summary>
internal sealed class LintFacts(
    LintPlaces places, Dictionary<string, ListFile> lists, ClassList? classes, LabelTable labels, LintImage[] images)
{
    private readonly Dictionary<string, LintImage> _byId = images.ToDictionary(static i => i.Id, StringComparer.Ordinal);
    private int _named;

    public LintPlaces Places => places;

    public Dictionary<string, ListFile> Lists => lists;

    public ClassList? Classes => classes;

    public LabelTable Labels => labels;

    /// <summary>Gets every id that stands anywhere, sorted ordinally.</summary>
    public LintImage[] Images => images;

    /// <summary>
    /// Gets a value indicating whether file names carry labels: a tenth of the images, and at least two, are called as their annotation
    /// says.
    /// </summary>
    public bool NamesCarryLabels => _named >= Math.Max(2, images.Length / 10);

    /// <summary>Looks at the labels, when all files are read.</summary>
    public void Count() => _named = CountNamed(labels, images);

    /// <summary>Gives the file of a list, as findings name it.</summary>
    public string ListName(string name) => lists.TryGetValue(name, out ListFile? list) && list.Name.Length > 0 ? list.Name
        : places.ListOf(name);

    public LintImage? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Gives the classes a reader would be configured with: the class list, or the labels sorted.</summary>
    public IReadOnlyList<string> KnownClasses => classes?.Labels ?? labels.Sorted();

    /// <summary>
    /// Gives the label in a file name, as the ResNet reader takes it: up to the last <c>_</c>, without <c>ja_char_</c> in front; null
    /// without <c>_</c> and a number.
    /// </summary>
    public static string? LabelOfName(string id) =>
        PrefixOf(id) is { } label ? label.StartsWith("ja_char_", StringComparison.Ordinal) ? label["ja_char_".Length..] : label : null;

    /// <summary>Tells whether a file name says a label that the image does not have.</summary>
    public static bool IsNamedOtherwise(string id, Func<string, bool> hasLabel) => PrefixOf(id) is { } prefix
        && !hasLabel(prefix) && !hasLabel(LabelOfName(id)!);

    /// <summary>
    /// What stands before the last <c>_</c>, if what stands behind it ends in a number: <c>close_12</c>, <c>close_closegb-12</c>.
    /// </summary>
    private static string? PrefixOf(string id)
    {
        int at = id.LastIndexOf('_');
        return at > 0 && char.IsAsciiDigit(id[^1]) ? id[..at] : null;
    }

    private static int CountNamed(LabelTable labels, LintImage[] images)
    {
        int named = 0;
        foreach (LintImage image in images)
        {
            if (PrefixOf(image.Id) is not null && !IsNamedOtherwise(image.Id, name => image.Objects.Any(o => labels[o.Label] == name)))
            {
                named++;
            }
        }

        return named;
    }
}
