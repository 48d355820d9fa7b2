using DlStore.Data.Layouts;

namespace DlStore.Data.Lint;

/// <summary>Where a layout keeps what findings speak of, relative to the directory of the set.</summary>
internal sealed record LintPlaces
{
    /// <summary>Gets the absolute path of the set.</summary>
    public required string Root { get; init; }

    /// <summary>Gets the directory of the images, or what stands for it.</summary>
    public required string Images { get; init; }

    /// <summary>Gets the directory of the lists, or what stands for it.</summary>
    public required string Lists { get; init; }

    /// <summary>Gets the file of the classes.</summary>
    public required string ClassFile { get; init; }

    /// <summary>Gets a value indicating whether it is a directory of Pascal VOC, of which lint reads lists and annotations
    /// itself.</summary>
    public bool IsVoc { get; init; }

    /// <summary>Gives the places of Pascal VOC.</summary>
    public static LintPlaces OfVoc(VocLayout layout) => new()
    {
        Root = layout.Root,
        Images = VocLayout.Images,
        Lists = VocLayout.Lists,
        ClassFile = VocLayout.ClassFile,
        IsVoc = true,
    };

    /// <summary>Gives the places of a set that its own reader has read.</summary>
    public static LintPlaces Of(SetReading reading, string directory)
    {
        string images = reading.Entries.Count == 0 ? "" : Path.GetDirectoryName(reading.Entries[0].Image) ?? "";
        return new LintPlaces
        {
            Root = directory,
            // What is said of all images is said of the directory that holds them all.
            Images = reading.Entries.All(e => e.Image.StartsWith(images, StringComparison.Ordinal)) ? images : images.Split('/')[0],
            Lists = reading.ClassFile,
            ClassFile = reading.ClassFile,
        };
    }

    /// <summary>Gives the list of a side that has none of its own.</summary>
    public string ListOf(string name) => IsVoc ? $"{Lists}/{name}.txt" : Lists;
}
