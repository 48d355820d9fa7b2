using System.Text.Json;
using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Names;
using DlStore.Images;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>Reads one directory of COCO.</summary>
internal sealed class CocoReader(string directory, ImageRule rule)
{
    private const int LengthMax = 256 << 20;
    private const int FindingsMax = 1000;
    private readonly List<Finding> _findings = [];
    private readonly List<LabelledImage> _images = [];
    private readonly Dictionary<string, string> _pathOf = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, string> _categories = [];
    private readonly HashSet<string> _labels = new(StringComparer.Ordinal);

    public SetReading Read()
    {
        bool any = false;
        foreach (SplitSide side in CocoSet.Sides)
        {
            string name = $"{CocoSet.Folder}/instances_{SetCounts.NameOf(side)}.json";
            if (Sys.TryStat(Path.Combine(directory, name), out FileStat stat))
            {
                any = true;
                ReadSubset(stat, name, side);
            }
        }

        return any
            ? SetReading.Of([.. _categories.Values], _images, _findings)
            : throw new DlsException(ErrorKind.Failed,
                $"read data set '{directory}': there is no {CocoSet.Folder}/instances_{{train,val,test,default}}.json in it");
    }

    /// <summary>Three passes over the file, because its parts come in any order and need each other in this one.</summary>
    private void ReadSubset(in FileStat stat, string name, SplitSide side)
    {
        if (!stat.IsFile || stat.Size > LengthMax)
        {
            throw new DlsException(ErrorKind.Failed, stat.IsFile
                ? $"read '{name}': it is larger than {LengthMax} bytes" : $"read '{name}': it is a {stat.Describe()}");
        }

        try
        {
            JsonSections json = new(Path.Combine(directory, name), name);
            json.Each("categories", item => ReadCategory(item, name));
            Dictionary<long, int> positions = [];
            json.Each("images", item => ReadImage(item, name, side, positions));
            json.Each("annotations", item => ReadObject(item, name, positions));
        }
        catch (JsonException e)
        {
            throw DlsException.InFile(
                name, e.LineNumber + 1 ?? 1, $"it is not JSON as COCO has it: {InsidePath.Show(e.Message)}", "correct the file", e);
        }
        catch (InvalidOperationException e)
        {
            // A text with half a surrogate pair cannot be read as a text.
            throw new DlsException(ErrorKind.Failed, $"read '{name}': a text is not valid Unicode", "correct the file", e);
        }
    }

    private void ReadCategory(JsonElement item, string name)
    {
        int id = RequireInt(item, "id", name, "category");
        string label = RequireText(item, "name", name);
        if (LabelName.WhyRefused(label) is { } why)
        {
            throw Bad(name, $"category {id}: '{InsidePath.Show(label)}' cannot name a class: {why}");
        }

        bool isOther = _categories.TryGetValue(id, out string? known) ? known != label : !_labels.Add(label);
        _categories[id] = !isOther && _categories.Count < ClassList.CountMax
            ? label : throw Bad(name, $"category {id} '{label}' is another one elsewhere");
    }

    private void ReadImage(JsonElement item, string name, SplitSide side, Dictionary<long, int> positions)
    {
        int id = RequireInt(item, "id", name, "image");
        string file = RequireText(item, "file_name", name);
        if (!positions.TryAdd(id, -1))
        {
            throw Bad(name, $"image id {id} stands there twice");
        }

        if (OpenImage(item, file, name, id, side) is { } image)
        {
            positions[id] = _images.Count;
            _images.Add(image);
        }
    }

    private LabelledImage? OpenImage(JsonElement item, string file, string name, int id, SplitSide side)
    {
        if (InsidePath.TryRead(file, out string? why) is not { } relative)
        {
            Report(LintCodes.ListOutside.At(name, 0, $"file_name '{InsidePath.Show(file)}' is refused: {why}"));
            return null;
        }

        string image = $"images/{SetCounts.NameOf(side)}/{relative}";
        image = File.Exists(Path.Combine(directory, image)) ? image : "images/" + relative;
        string stem = Path.GetFileNameWithoutExtension(relative);
        if (!File.Exists(Path.Combine(directory, image)))
        {
            Report(LintCodes.ImgMissing.At(name, 0, $"there is no image '{relative}' (id {id})"));
            return null;
        }

        if (!_pathOf.TryAdd(stem, image))
        {
            Report(_pathOf[stem] == image ? LintCodes.SplitOverlap.At(name, 0, $"'{image}' stands there twice")
                : LintCodes.IdDup.At(name, 0, $"another image is called '{stem}' too: {_pathOf[stem]}"));
            return null;
        }

        if (!rule.Takes(relative))
        {
            Report(LintCodes.ImgExtension.At(image, 0, "the name does not end in .jpg", "convert it"));
            return null;
        }

        if (ImageFile.Open(Path.Combine(directory, image), image, rule, _findings, out bool isOtherKind) is not { } header)
        {
            return null;
        }

        CheckSize(item, header, image, name);
        return new LabelledImage(stem, Path.Combine(directory, image),
            header.Width, header.Height, new List<LabelledObject>())
        { Side = side, Channels = header.Channels, IsOtherKind = isOtherKind };
    }

    private void CheckSize(JsonElement item, JpegHeader header, string image, string name)
    {
        int width = RequireInt(item, "width", name, "image");
        int height = RequireInt(item, "height", name, "image");
        if (width != header.Width || height != header.Height)
        {
            Report(LintCodes.XmlSize.At(name, 0, $"'{image}' is {header.Width}x{header.Height}, not {width}x{height}"));
        }
    }

    private void ReadObject(JsonElement item, string name, Dictionary<long, int> positions)
    {
        int id = RequireInt(item, "id", name, "annotation");
        if (!positions.TryGetValue(RequireInt(item, "image_id", name, "annotation"), out int position))
        {
            throw Bad(name, $"annotation {id} is for an image that is not there");
        }

        if (!_categories.TryGetValue(RequireInt(item, "category_id", name, "annotation"), out string? label))
        {
            throw Bad(name, $"annotation {id} is of a category that is not there");
        }

        if (ReadFlag(item, "iscrowd", name))
        {
            Report(LintCodes.BoxCrowd.At(name, 0, $"annotation {id} is of a crowd and was left out"));
            return;
        }

        PixelBox box = ReadBox(Require(item, "bbox", JsonValueKind.Array, name), name, id);
        // An image that cannot be used was reported; its boxes go with it.
        if (position >= 0)
        {
            AddObject(_images[position], new LabelledObject(label, box)
            {
                Difficult = ReadFlag(item, "difficult", name),
                Truncated = ReadFlag(item, "truncated", name),
                Pose = ReadPose(item)
            }, name, id);
        }
    }

    private void AddObject(LabelledImage image, LabelledObject item, string name, int id)
    {
        List<LabelledObject> objects = (List<LabelledObject>)image.Objects;
        if (objects.Count == Annotation.ObjectsMax)
        {
            throw Bad(name, $"image '{image.Id}' has more than {Annotation.ObjectsMax} objects");
        }

        if (!item.Box.IsInside(image.Width, image.Height))
        {
            Report(
                LintCodes.BoxOut.At(name, 0, $"annotation {id}: box {item.Box} leads out of '{image.Id}' of {image.Width}x{image.Height}"));
        }

        objects.Add(item);
    }

    private PixelBox ReadBox(JsonElement box, string name, int id)
    {
        Span<double> values = stackalloc double[4];
        int n = 0;
        foreach (JsonElement value in box.EnumerateArray())
        {
            if (n == 4
                || value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out values[n]) || !(Math.Abs(values[n]) < 1_000_000_000))
            {
                throw Bad(name, $"annotation {id}: bbox is not four numbers");
            }

            n++;
        }

        if (n < 4)
        {
            throw Bad(name, $"annotation {id}: bbox is not four numbers");
        }

        // The pixels that the box covers most of: its edges are rounded, not its size.
        int left = Round(values[0]);
        int top = Round(values[1]);
        int right = Round(values[0] + values[2]);
        int bottom = Round(values[1] + values[3]);
        PixelBox read = new(
            left + 1, top + 1, Math.Max(right, left + (values[2] > 0 ? 1 : 0)), Math.Max(bottom, top + (values[3] > 0 ? 1 : 0)));
        if (values[0] != left || values[1] != top || values[2] != read.Width || values[3] != read.Height)
        {
            Report(LintCodes.BoxRounded.At(name, 0, $"annotation {id}: the box does not lie on whole pixels; read as {read}"));
        }

        return read;
    }

    private static int Round(double value) => (int)Math.Round(value, MidpointRounding.AwayFromZero);

    private static string ReadPose(JsonElement item) => item.TryGetProperty("pose", out JsonElement pose)
        && pose.ValueKind == JsonValueKind.String && !pose.ValueEquals("Unspecified"u8) ? pose.GetString()! : "Unspecified";

    private static bool ReadFlag(JsonElement item, string key, string name)
    {
        if (!item.TryGetProperty(key, out JsonElement value))
        {
            return false;
        }

        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number when value.TryGetInt32(out int number) && number is 0 or 1 => number == 1,
            _ => throw Bad(name, $"key '{key}' is neither 0 nor 1"),
        };
    }

    private static int RequireInt(JsonElement item, string key, string name, string what) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(key, out JsonElement value)
            && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= 0
            ? number
            : throw Bad(name, $"key '{key}' of a {what} is no whole number from 0");

    private static string RequireText(
        JsonElement item, string key, string name) => Require(item, key, JsonValueKind.String, name).GetString()!;

    private static JsonElement Require(JsonElement item, string key, JsonValueKind kind, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(key, out JsonElement value) && value.ValueKind == kind
            ? value : throw Bad(name, $"key '{key}' is missing or of another type");

    private void Report(Finding finding)
    {
        // A hostile file can be wrong a million times.
        if (_findings.Count < FindingsMax)
        {
            _findings.Add(finding);
        }
    }

    private static DlsException Bad(string name, string why) => new(ErrorKind.Failed, $"read '{name}': {why}", "correct the file");
}
