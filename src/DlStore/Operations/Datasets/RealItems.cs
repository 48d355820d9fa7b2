using DlStore.Data.Annotations;
using DlStore.Data.Sets;
using DlStore.Objects;

namespace DlStore.Operations.Datasets;

/// <summary>
/// Images that nobody rendered, as items of a data set and as its lock names them: the same for an import and for a set that another one
/// takes in.
/// </summary>
internal static class RealItems
{
    /// <summary>Makes an item of an image on disk.</summary>
    /// <param name="image">The image with its boxes.</param>
    /// <param name="source">The set it belongs to; its images are one unit of a split.</param>
    /// <param name="jpeg">Its bytes as they will be in the data set.</param>
    public static DatasetItem Of(LabelledImage image, string source, ReadOnlySpan<byte> jpeg) => new()
    {
        Id = image.Id,
        File = image.File,
        Oid = Oid.Of(jpeg),
        Width = image.Width,
        Height = image.Height,
        Channels = image.Channels,
        IsOtherKind = image.IsOtherKind,
        Objects = image.Objects,
        Source = source,
        IsReal = true,
        Unit = source,
        SourceId = image.Id,
    };

    /// <summary>Describes a set for the lock.</summary>
    /// <param name="source">The set.</param>
    /// <param name="items">Its items.</param>
    /// <param name="listing">Names everything that is taken from it, or null.</param>
    public static LockedSource Lock(string source, IReadOnlyList<DatasetItem> items, Oid? listing)
    {
        string[] labels = [.. items.SelectMany(static i => i.Objects).Select(static o => o.Label).Distinct().Order(StringComparer.Ordinal)];
        return new LockedSource
        {
            Name = source,
            Kind = ImageOrigin.Real,
            Labels = labels,
            Images = items.Count,
            Distinct = items.Select(static i => i.Oid).Distinct().Count(),
            Masters = [],
            Build = listing,
            SameMaster = false,
            Unreviewed = false,
        };
    }
}
