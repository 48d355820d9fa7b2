using System.Text.Json;
using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Texts;
using DlStore.Images;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>
/// Reads images with a JSON file of labelme beside each, in one directory or in one for each side. A rectangle is a box; of polygons,
/// circles
/// and masks the box around them is taken; lines and points have none.
/// </summary>
internal sealed class LabelmeReader(string directory, ImageRule rule)
{
    private const int LengthMax = 256 << 20;
    private const int DepthMax = 16;
    private readonly SetGathering _set = new(directory, SetForm.Labelme, rule);
    private (string File, int Count) _shapes = ("", 0);
    private (string File, int Count) _rounded = ("", 0);

    public SetReading Read()
    {
        IReadOnlyList<string> folders = LayoutSight.PairFolders(directory, ".json");
        if (folders.Count == 0)
        {
            throw new DlsException(ErrorKind.Failed,
                $"read data set '{directory}': there is no image with a JSON file of labelme beside it");
        }

        foreach (string folder in folders)
        {
            SplitSide side = folder.Length == 0 ? SplitSide.None : LayoutSight.SideOf(folder);
            _set.Lists.TryAdd(side, folder);
            ReadFolder(folder, side);
        }

        _set.Saw.Add("a JSON file beside each image: taken for labels of labelme"
            + (folders.Any(static f => f.Length > 0) ? ", a directory a side" : ", in which no image is on a side"));
        SumUp();
        return _set.Finish(VocSet.LabelsOf(_set.Images));
    }

    private void ReadFolder(string folder, SplitSide side)
    {
        List<string> names = FolderNames.List(_set.At(folder), folder, _set.Findings);
        HashSet<string> jsons = [.. names.Where(static n => n.EndsWith(".json", StringComparison.Ordinal))];
        foreach (string name in names.Where(static n => ImageKind.IsTakenName(n) || ImageKind.IsOtherName(n)))
        {
            string json = Path.GetFileNameWithoutExtension(name) + ".json";
            string image = In(folder, name);
            if (!jsons.Remove(json))
            {
                _set.Lose(LintCodes.ImgNoLabel.At(image, 0, $"there is no '{In(folder, json)}'", "label it, or remove it") with
                { ImagesLost = 1, IfAccepted = "the image is left out" });
                continue;
            }

            Add(image, In(folder, json), side);
        }

        foreach (string json in jsons.Order(StringComparer.Ordinal))
        {
            int boxes = ShapesOf(In(folder, json), out _).Count;
            _set.Lose(LintCodes.XmlNoImage.At(In(folder, json), 0, "there is no image beside it", "bring the image, or remove it") with
            { BoxesLost = boxes, IfAccepted = "its boxes are left out" });
        }
    }

    private void Add(string image, string json, SplitSide side)
    {
        List<Shape> shapes = ShapesOf(json, out Finding? fault);
        _set.BoxesSeen += shapes.Count;
        SetEntry entry = new(Path.GetFileNameWithoutExtension(image), image, json, side) { Path = _set.At(image) };
        LabelledImage? taken = _set.Take(entry, image, shapes.Count);
        if (fault is not null)
        {
            _set.Report(fault with { ImagesLost = taken is null ? 0 : 1, IfAccepted = "its image is left out" });
            _set.Images.Remove(taken!);
        }
        else if (taken is not null)
        {
            List<LabelledObject> objects = (List<LabelledObject>)taken.Objects;
            foreach (Shape shape in shapes)
            {
                if (ObjectOf(shape, json) is { } item)
                {
                    objects.Add(item);
                }
            }

            _set.Entries[^1].Objects = objects;
        }
    }

    private LabelledObject? ObjectOf(Shape shape, string json)
    {
        if (shape.Box is not { } values || LabelName.WhyRefused(shape.Label) is not null)
        {
            _set.Report(LintCodes.LabelBad.At(json, 0, shape.Box is null
                ? $"a {shape.Kind} of '{Names.InsidePath.Show(shape.Label)}' has no box"
                : $"'{Names.InsidePath.Show(shape.Label)}' cannot name a class", "draw a rectangle") with
            { BoxesLost = 1, IfAccepted = "the shape is left out" });
            return null;
        }

        PixelBox box = CocoItem.ToPixels(values, out bool isOff);
        _shapes = shape.Kind == "rectangle" ? _shapes : (_shapes.Count == 0 ? json : _shapes.File, _shapes.Count + 1);
        _rounded = !isOff ? _rounded : (_rounded.Count == 0 ? json : _rounded.File, _rounded.Count + 1);
        return new LabelledObject(shape.Label, box);
    }

    private void SumUp()
    {
        if (_shapes.Count > 0)
        {
            _set.Report(LintCodes.BoxShape.At(_shapes.File, 0,
                $"{_shapes.Count} polygon{(_shapes.Count == 1 ? "" : "s")} or other shapes were read as the boxes around them") with
            { Count = _shapes.Count });
        }

        if (_rounded.Count > 0)
        {
            _set.Report(LintCodes.BoxRounded.At(_rounded.File, 0,
                $"{_rounded.Count} box{(_rounded.Count == 1 ? " does" : "es do")} not lie on "
                + $"whole pixels and {(_rounded.Count == 1 ? "was" : "were")} rounded by up to half a pixel at an edge") with
            { Count = _rounded.Count });
        }
    }

    private List<Shape> ShapesOf(string json, out Finding? fault)
    {
        fault = null;
        try
        {
            string text = PlainText.Read(SmallFile.Read(_set.At(json), json, LengthMax), json);
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = DepthMax });
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("shapes", out JsonElement shapes) && shapes.ValueKind == JsonValueKind.Array)
            {
                return [.. shapes.EnumerateArray().Select(Shape.Of)];
            }

            fault = LintCodes.LabelBad.At(json, 0, "it is no file of labelme: there is no list 'shapes'", "label the image again");
        }
        catch (JsonException e)
        {
            fault = LintCodes.LabelBad.At(
                json, (int)(e.LineNumber + 1 ?? 1), $"it is not JSON: {LibraryWords.Of(e)}", "label the image again");
        }
        catch (Exception e) when (e is DlsException or InvalidOperationException)
        {
            fault = LintCodes.LabelBad.At(json, 0, e is DlsException ? e.Message : "a text is not valid Unicode", "label the image again");
        }

        return [];
    }

    private static string In(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    /// <summary>A shape: its label, its kind, and the box around it as left, top, width, height, or null if it has none.</summary>
    private sealed record Shape(string Label, string Kind, double[]? Box)
    {
        public static Shape Of(JsonElement item)
        {
            string label = TextOf(item, "label") ?? "";
            string kind = TextOf(item, "shape_type") ?? "polygon";
            List<double> points = [];
            foreach (JsonElement point in item.ValueKind == JsonValueKind.Object && item.TryGetProperty("points", out JsonElement all)
                && all.ValueKind == JsonValueKind.Array ? all.EnumerateArray().AsEnumerable() : [])
            {
                points.AddRange(point.ValueKind == JsonValueKind.Array ? point.EnumerateArray().Select(static v =>
                    v.ValueKind == JsonValueKind.Number && v.TryGetDouble(out double n) && Math.Abs(n) < 1_000_000_000 ? n : double.NaN)
                        : [double.NaN]);
            }

            return new Shape(label, kind, points.Count < 4 || points.Count % 2 != 0 || points.Exists(double.IsNaN)
                || kind is "point" or "points" or "line" or "linestrip" ? null : Around(points, kind));
        }

        private static double[] Around(List<double> points, string kind)
        {
            if (kind == "circle")
            {
                // The centre and a point of the edge.
                double radius = Math.Sqrt(Math.Pow(points[2] - points[0], 2) + Math.Pow(points[3] - points[1], 2));
                return [points[0] - radius, points[1] - radius, 2 * radius, 2 * radius];
            }

            double[] x = [.. points.Where(static (_, i) => i % 2 == 0)];
            double[] y = [.. points.Where(static (_, i) => i % 2 == 1)];
            return [x.Min(), y.Min(), x.Max() - x.Min(), y.Max() - y.Min()];
        }

        private static string? TextOf(JsonElement item, string key) => item.ValueKind == JsonValueKind.Object
            && item.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
