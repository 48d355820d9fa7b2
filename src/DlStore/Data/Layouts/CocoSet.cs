using System.Text.Json;
using DlStore.Data.Annotations;
using DlStore.Data.Sets;

namespace DlStore.Data.Layouts;

/// <summary>Reads and writes the directories of COCO (docs/formats/labelled-sets.md).</summary>
public static class CocoSet
{
    internal const string Folder = "annotations";
    internal static readonly SplitSide[] Sides = [SplitSide.Train, SplitSide.Val, SplitSide.Test, SplitSide.None];

    /// <summary>Reads a directory.</summary>
    /// <param name="directory">Absolute path of what holds <c>annotations/instances_*.json</c>.</param>
    /// <param name="rule">Which files count as images.</param>
    /// <returns>The set, and what is wrong in it.</returns>
    /// <exception cref="DlsException">Kind Failed: there is no such file, or one cannot be read.</exception>
    public static SetReading Read(string directory, ImageRule rule = ImageRule.JpegOnly) => new CocoReader(directory, rule).Read();

    /// <summary>Writes a set.</summary>
    /// <param name="set">The set; images on no side come into the subset <c>default</c>.</param>
    /// <param name="directory">Absolute path of an empty or missing directory that nobody else uses.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="DlsException">Kind Failed: a name is not portable, an object has no class in the list, or a box cannot be
    /// written.</exception>
    public static SetCounts Write(LabelledSet set, string directory)
    {
        SetNames.Require(set);
        Dictionary<string, int> ids = SetNames.RequireClasses(set);
        StagedFiles.MakeDirectory(Path.Combine(directory, Folder));
        LabelledImage[] images = [.. set.Images.OrderBy(static i => i.Id, StringComparer.Ordinal)];
        foreach (SplitSide side in Sides)
        {
            // A set without any image still has its classes; they stand in the subset that readers open first.
            if (images.Any(i => i.Side == side) || (images.Length == 0 && side == SplitSide.Train))
            {
                WriteSubset(images, set.Classes, ids, directory, side);
            }
        }

        return SetCounts.Of(set);
    }

    private static void WriteSubset(
        LabelledImage[] images, IReadOnlyList<string> classes, Dictionary<string, int> ids, string directory, SplitSide side)
    {
        string name = SetCounts.NameOf(side);
        string folder = Path.Combine(directory, "images", name);
        StagedFiles.MakeDirectory(folder);
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteStartArray("images");
            for (int i = 0; i < images.Length; i++)
            {
                if (images[i].Side == side)
                {
                    WriteImage(json, images[i], i + 1);
                    StagedFiles.Copy(images[i].File, Path.Combine(folder, images[i].Id + ".jpg"));
                }
            }

            json.WriteEndArray();
            json.WriteStartArray("annotations");
            WriteObjects(json, images, ids, side);
            json.WriteEndArray();
            json.WriteStartArray("categories");
            for (int i = 0; i < classes.Count; i++)
            {
                json.WriteStartObject();
                json.WriteNumber("id", i + 1);
                json.WriteString("name", classes[i]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        StagedFiles.Write(Path.Combine(directory, Folder, $"instances_{name}.json"), bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private static void WriteImage(Utf8JsonWriter json, LabelledImage image, int id)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteNumber("width", image.Width);
        json.WriteNumber("height", image.Height);
        json.WriteString("file_name", image.Id + ".jpg");
        json.WriteEndObject();
    }

    /// <summary>Ids count through all subsets, so that subsets can be joined.</summary>
    private static void WriteObjects(Utf8JsonWriter json, LabelledImage[] images, Dictionary<string, int> ids, SplitSide side)
    {
        int id = 0;
        for (int i = 0; i < images.Length; i++)
        {
            foreach (LabelledObject item in images[i].Objects)
            {
                id++;
                if (images[i].Side == side)
                {
                    WriteObject(json, item, id, i + 1, ids[item.Label] + 1);
                }
            }
        }
    }

    private static void WriteObject(Utf8JsonWriter json, LabelledObject item, int id, int imageId, int categoryId)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteNumber("image_id", imageId);
        json.WriteNumber("category_id", categoryId);
        json.WriteStartArray("bbox");
        json.WriteNumberValue(item.Box.XMin - 1);
        json.WriteNumberValue(item.Box.YMin - 1);
        json.WriteNumberValue(item.Box.Width);
        json.WriteNumberValue(item.Box.Height);
        json.WriteEndArray();
        json.WriteNumber("area", (long)item.Box.Width * item.Box.Height);
        json.WriteNumber("iscrowd", 0);
        json.WriteStartArray("segmentation");
        json.WriteEndArray();
        if (item.Difficult)
        {
            json.WriteNumber("difficult", 1);
        }

        if (item.Truncated)
        {
            json.WriteNumber("truncated", 1);
        }

        if (item.Pose != "Unspecified")
        {
            json.WriteString("pose", item.Pose);
        }

        json.WriteEndObject();
    }
}
