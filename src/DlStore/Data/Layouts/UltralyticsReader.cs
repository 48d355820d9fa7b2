using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Names;
using DlStore.Data.Texts;
using DlStore.Images;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>Reads one directory of Ultralytics.</summary>
internal sealed class UltralyticsReader(string directory, BoxConversion? given, ImageRule rule)
{
    private readonly List<Finding> _findings = [];
    private readonly List<LabelledImage> _images = [];
    private readonly Dictionary<string, string> _pathOf = new(StringComparer.Ordinal);
    private BoxConversion _boxes = given ?? BoxConversion.Voc;
    private List<string> _classes = [];

    public SetReading Read()
    {
        byte[] bytes = SmallFile.Read(Path.Combine(directory, UltralyticsSet.DataFile), UltralyticsSet.DataFile, SafeYaml.LengthMax);
        YamlNode root = SafeYaml.Parse(bytes, UltralyticsSet.DataFile);
        string first = Encoding.UTF8.GetString(bytes).Split('\n')[0].TrimEnd();
        if (given is null && first.StartsWith(DarknetSet.BoxesComment, StringComparison.Ordinal))
        {
            _boxes = FractionBox.Parse(first[DarknetSet.BoxesComment.Length..]);
        }

        if (root.Find("path") is { } path && path.RequireText() is not ("." or "./"))
        {
            throw path.Bad(
                "a path is refused: it is looked for in places that depend on a user's settings; remove the key, so that paths begin here");
        }

        _classes = ReadNames(root);
        foreach (SplitSide side in UltralyticsSet.Sides)
        {
            ReadSide(root, SetCounts.NameOf(side), side);
        }

        AddFolder("images/default", SplitSide.None, UltralyticsSet.DataFile, 0, isRequired: false);
        return SetReading.Of(_classes, _images, _findings);
    }

    private static List<string> ReadNames(YamlNode root)
    {
        YamlNode names = root.Find("names") ?? throw root.Bad("there is no key 'names'");
        List<string> labels = [];
        foreach (YamlNode item in names.Keys is null ? names.RequireItems() : [])
        {
            labels.Add(RequireLabel(item, labels));
        }

        foreach (KeyValuePair<string, YamlNode> pair in names.Keys ?? [])
        {
            // Ids out of order would be another class list in readers that go by position.
            labels.Add(pair.Key == labels.Count.ToString() ? RequireLabel(pair.Value, labels)
                : throw pair.Value.Bad($"expected id {labels.Count}, not '{InsidePath.Show(pair.Key)}'"));
        }

        if (root.Find("nc") is { } count && count.RequireNumber(0, ClassList.CountMax) != labels.Count)
        {
            throw count.Bad($"nc is {count.Text}, but there are {labels.Count} names");
        }

        return labels;
    }

    private static string RequireLabel(YamlNode node, List<string> labels)
    {
        string label = node.Text ?? node.RequireText();
        string? why = LabelName.WhyRefused(label)
            ?? (labels.Contains(label) ? "it stands there twice" : labels.Count == ClassList.CountMax ? "there are too many" : null);
        return why is null ? label : throw node.Bad($"'{InsidePath.Show(label)}' cannot name a class: {why}");
    }

    private void ReadSide(YamlNode root, string key, SplitSide side)
    {
        YamlNode? value = root.Find(key);
        if (value is null)
        {
            if (side != SplitSide.Test)
            {
                _findings.Add(LintCodes.SetBad.At(UltralyticsSet.DataFile, root.Line, $"there is no key '{key}'"));
            }

            return;
        }

        foreach (YamlNode item in value.RequireItems())
        {
            string text = item.RequireText();
            if (Resolve(text, UltralyticsSet.DataFile, item.Line) is not { } relative)
            {
                continue;
            }

            if (relative.EndsWith(".txt", StringComparison.Ordinal))
            {
                AddListed(relative, side, item);
            }
            else
            {
                AddFolder(relative, side, UltralyticsSet.DataFile, item.Line, isRequired: true);
            }
        }
    }

    private void AddFolder(string relative, SplitSide side, string file, int line, bool isRequired)
    {
        string folder = Path.Combine(directory, relative);
        if (!Directory.Exists(folder))
        {
            if (isRequired)
            {
                _findings.Add(LintCodes.ImgMissing.At(file, line, $"there is no directory '{relative}'"));
            }

            return;
        }

        foreach (string name in FolderNames.List(folder, relative, _findings))
        {
            string path = $"{relative}/{name}";
            if (rule.Takes(name))
            {
                AddImage(path, side, path, 0);
            }
            else
            {
                bool isImage = Path.GetExtension(
                    name).ToLowerInvariant() is ".jpeg" or ".jpg" or ".png" or ".bmp" or ".webp" or ".tif" or ".tiff";
                _findings.Add(isImage ? LintCodes.ImgExtension.At(path, 0, "the name does not end in .jpg", "convert it")
                    : LintCodes.FileStrange.At(path, 0, "it is no image"));
            }
        }
    }

    private void AddListed(string relative, SplitSide side, YamlNode item)
    {
        if (ListFile.Find(Path.Combine(directory, relative), relative, isOfIds: false, _findings) is not { } list)
        {
            _findings.Add(LintCodes.ListMissing.At(
                UltralyticsSet.DataFile, item.Line, $"there is no list '{relative}'") with
            { Severity = Severity.Error });
            return;
        }

        string folder = Path.GetDirectoryName(relative) ?? "";
        foreach (ListLine line in list.Lines)
        {
            // "./x" is relative to the list itself, anything else to the directory.
            string text = line.Text.StartsWith("./", StringComparison.Ordinal) && folder.Length > 0 ? folder + line.Text[1..] : line.Text;
            if (Resolve(text, list.Name, line.Number) is { } path)
            {
                AddImage(path, side, list.Name, line.Number);
            }
        }
    }

    private void AddImage(string relative, SplitSide side, string file, int line)
    {
        string id = Path.GetFileNameWithoutExtension(relative);
        if (!_pathOf.TryAdd(id, relative))
        {
            _findings.Add(_pathOf[id] == relative
                ? LintCodes.SplitOverlap.At(file, line, $"'{relative}' is also on another side")
                : LintCodes.IdDup.At(file, line, $"another image is called '{id}' too: {_pathOf[id]}", "rename one of them"));
            return;
        }

        string path = Path.Combine(directory, relative);
        if (!File.Exists(path))
        {
            _findings.Add(LintCodes.ImgMissing.At(file, line, $"there is no image '{relative}'"));
            return;
        }

        JpegHeader? header = ImageFile.Open(path, relative, rule, _findings, out bool isOtherKind);
        if (header is null)
        {
            return;
        }

        string labels = LabelPath(relative);
        List<LabelledObject>? objects = LabelFile.Find(
            Path.Combine(directory, labels), labels, header.Width, header.Height, _classes, _boxes, _findings);
        if (objects is null)
        {
            _findings.Add(LintCodes.ImgNoLabel.At(
                relative, 0, $"there is no '{labels}': it is taken for an image without objects") with
            { Severity = Severity.Warning });
        }

        _images.Add(new LabelledImage(
            id, path, header.Width, header.Height, objects ?? [])
        { Side = side, Channels = header.Channels, IsOtherKind = isOtherKind });
    }

    /// <summary>As Ultralytics: the last <c>/images/</c> becomes <c>/labels/</c>.</summary>
    private static string LabelPath(string image)
    {
        string rooted = "/" + image;
        int at = rooted.LastIndexOf("/images/", StringComparison.Ordinal);
        string changed = at < 0 ? rooted : string.Concat(rooted.AsSpan(0, at), "/labels/", rooted.AsSpan(at + "/images/".Length));
        return Path.ChangeExtension(changed[1..], ".txt");
    }

    private string? Resolve(string text, string file, int line)
    {
        if (InsidePath.TryRead(text, out string? why) is { } relative)
        {
            return relative.TrimEnd('/');
        }

        _findings.Add(LintCodes.ListOutside.At(
            file, line, $"path '{InsidePath.Show(text)}' is refused: {why}", "write it relative to the directory of data.yaml"));
        return null;
    }
}
