using DlStore.Data.Annotations;

namespace DlStore.Data.Layouts;

/// <summary>
/// Compares an export with what it was made of, by reading it again. Exports of other tools lose images and boxes without a word.
/// </summary>
public static class ExportCheck
{
    /// <summary>Compares.</summary>
    /// <param name="layout">How it was written.</param>
    /// <param name="set">What was written.</param>
    /// <param name="directory">Absolute path of what was written.</param>
    /// <returns>The numbers, equal on both sides.</returns>
    /// <exception cref="DlsException">Kind Failed: images or boxes of a class differ on a side, or an image came back differently; each
    /// difference is named.</exception>
    public static SetCounts Run(SetLayout layout, LabelledSet set, string directory)
    {
        LabelledSet read = SetLayouts.Read(layout, directory).Require($"check export '{SetLayouts.Names[(int)layout]}'");
        SetCounts written = SetCounts.Of(set);
        string? difference = written.Difference(SetCounts.Of(read)) ?? Difference(set, read);
        return difference is null ? written : throw new DlsException(ErrorKind.Failed,
            $"export data set as {SetLayouts.Names[(int)layout]}: what was written is not what was given (given, read): {difference}");
    }

    private static string? Difference(LabelledSet set, LabelledSet read)
    {
        if (!set.Classes.SequenceEqual(read.Classes, StringComparer.Ordinal))
        {
            return $"classes {string.Join(", ", set.Classes)}; {string.Join(", ", read.Classes)}";
        }

        LabelledImage[] given = [.. set.Images.OrderBy(static i => i.Id, StringComparer.Ordinal)];
        for (int i = 0; i < given.Length; i++)
        {
            LabelledImage found = read.Images[i];
            if (given[i].Id != found.Id || given[i].Side != found.Side
                || !given[i].Objects.Select(static o => (o.Label, o.Box)).SequenceEqual(found.Objects.Select(static o => (o.Label, o.Box))))
            {
                return $"image '{given[i].Id}', '{found.Id}'";
            }
        }

        return null;
    }
}
