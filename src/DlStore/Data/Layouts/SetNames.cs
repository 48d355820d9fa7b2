using DlStore.Data.Annotations;
using DlStore.Data.Names;

namespace DlStore.Data.Layouts;

/// <summary>What every writer asks of a set before it writes anything.</summary>
internal static class SetNames
{
    private const int ShownMax = 5;

    /// <summary>Refuses names that do not work everywhere, and names that differ in letter case alone.</summary>
    /// <exception cref="DlsException">Kind Failed: all of them are in its items.</exception>
    public static void Require(LabelledSet set)
    {
        List<string> wrong = [];
        Dictionary<string, string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (LabelledImage image in set.Images)
        {
            // Four bytes more for the extension.
            string? why = PortableFile.WhyRefused(image.Id + ".jpg")
                ?? (seen.TryAdd(image.Id, image.Id) ? null : $"'{seen[image.Id]}' is the same name where letter case does not count");
            if (why is not null)
            {
                wrong.Add($"'{InsidePath.Show(image.Id)}': {why}");
            }
        }

        Throw(wrong, "name");
    }

    /// <summary>Gives the id of each class, after making sure that every object has one and that every box lies in its image.</summary>
    /// <exception cref="DlsException">Kind Failed: all objects without a class or with a bad box are in its items.</exception>
    public static Dictionary<string, int> RequireClasses(LabelledSet set)
    {
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        List<string> wrong = [];
        for (int i = 0; i < set.Classes.Count; i++)
        {
            if (LabelName.WhyRefused(set.Classes[i]) is { } why || !ids.TryAdd(set.Classes[i], i))
            {
                wrong.Add($"class '{InsidePath.Show(set.Classes[i])}': it cannot be a name, or stands there twice");
            }
        }

        foreach (LabelledImage image in set.Images)
        {
            foreach (LabelledObject item in image.Objects)
            {
                if (!ids.ContainsKey(item.Label))
                {
                    wrong.Add($"'{image.Id}': label '{InsidePath.Show(item.Label)}' is not in the class list");
                }

                if (item.Box.Width < 1 || item.Box.Height < 1 || !item.Box.IsInside(image.Width, image.Height))
                {
                    wrong.Add($"'{image.Id}': box {item.Box} is empty or leads out of the image of {image.Width}x{image.Height}");
                }
            }
        }

        Throw(wrong, "object");
        return ids;
    }

    internal static void Throw(List<string> wrong, string what)
    {
        if (wrong.Count > 0)
        {
            string shown = string.Join("; ", wrong.Take(ShownMax)) + (wrong.Count > ShownMax ? "; and more" : "");
            throw new DlsException(
                ErrorKind.Failed, $"export data set: {wrong.Count} {what}{(wrong.Count == 1 ? "" : "s")} cannot be written: {shown}",
                "run `dls dataset lint`")
            { Items = wrong };
        }
    }
}
