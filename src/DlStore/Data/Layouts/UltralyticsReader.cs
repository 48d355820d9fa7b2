using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Names;
using DlStore.Data.Texts;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>Reads one directory of Ultralytics.</summary>
internal sealed class UltralyticsReader
{
    private static readonly string[] _otherNamesOfVal = ["valid", "validation"];
    private readonly SetGathering _set;
    private readonly YoloImages _images;
    private readonly string _file;
    private string _base = "";

    public UltralyticsReader(string directory, BoxConversion? given, ImageRule rule)
    {
        _file = LayoutSight.UltralyticsFile(directory) ?? UltralyticsSet.DataFile;
        _set = new SetGathering(directory, SetForm.Ultralytics, rule) { ClassFile = _file };
        _images = new YoloImages(_set, given) { IsEmptyWithout = true };
    }

    public SetReading Read()
    {
        byte[] bytes = SmallFile.Read(_set.At(_file), _file, SafeYaml.LengthMax);
        YamlNode root = SafeYaml.Parse(bytes, _file);
        _set.Saw.Add($"'{_file}': taken for a set of Ultralytics");
        if (PlainText.MarkOf(bytes) is { } mark)
        {
            _set.Report(LintCodes.TextBom.At(_file, 1, $"{mark}, and some readers take the mark as part of the first key",
                "write it again as UTF-8 without a mark"));
        }

        string first = PlainText.Read(bytes, _file).Split('\n')[0].TrimEnd();
        if (first.StartsWith(DarknetSet.BoxesComment, StringComparison.Ordinal))
        {
            _images.Named = FractionBox.Parse(first[DarknetSet.BoxesComment.Length..]);
        }

        _base = BaseOf(root);
        List<string> classes = ReadNames(root);
        foreach (SplitSide side in UltralyticsSet.Sides)
        {
            ReadSide(root, SetCounts.NameOf(side), side);
        }

        if (Directory.Exists(_set.At("images/default")))
        {
            _images.AddFolder("images/default", SplitSide.None, _file);
        }

        return _images.Finish(classes);
    }

    /// <summary>
    /// Paths begin in <c>path</c>. Ultralytics looks for a relative one where it was started and in a directory of its settings, neither of
    /// which is known here; what lies in the directory itself is taken, and that is said.
    /// </summary>
    private string BaseOf(YamlNode root)
    {
        if (root.Find("path") is not { } node || node.RequireText() is var text && text is "." or "./")
        {
            return "";
        }

        string path = text.Replace('\\', '/').TrimEnd('/');
        string directory = _set.Root.TrimEnd('/');
        if (path == directory)
        {
            return "";
        }

        string relative = path.StartsWith(directory + "/", StringComparison.Ordinal) ? path[(directory.Length + 1)..] : path;
        string found = InsidePath.TryRead(relative, out _) is { } inside && Directory.Exists(_set.At(inside)) ? inside.TrimEnd('/') : "";
        if (found.Length == 0 && OtherSet.Find(_set.Root, path) is not null)
        {
            _set.Report(LintCodes.ListOutside.At(_file, 0, $"'path' is '{InsidePath.Show(text)}': {OtherSet.Describe(_set.Root, path, "")}",
                "correct 'path', or take that directory in") with
            { IfAccepted = $"paths begin in the directory of {_file}" });
        }

        _set.Saw.Add(found.Length > 0 ? $"paths begin in '{found}', as 'path' of {_file} says"
            : $"'path' of {_file} is '{InsidePath.Show(text)}', which is not here: paths begin in the directory of the file");
        return found;
    }

    private static List<string> ReadNames(YamlNode root)
    {
        YamlNode names = root.Find("names") ?? throw root.Bad("there is no key 'names'");
        List<string> labels = [];
        foreach (YamlNode item in names.Keys is null ? names.RequireItems() : [])
        {
            labels.Add(RequireLabel(item, labels));
        }

        foreach (KeyValuePair<string, YamlNode> pair in (names.Keys ?? []).OrderBy(
            static k => int.TryParse(k.Key, out int id) ? id : int.MaxValue))
        {
            // A hole among the ids would be another class list in readers that go by position.
            labels.Add(pair.Key == labels.Count.ToString() ? RequireLabel(pair.Value, labels)
                : throw pair.Value.Bad($"expected id {labels.Count}, not '{InsidePath.Show(pair.Key)}'"));
        }

        if (root.Find("nc") is { } count && count.RequireNumber(0, ClassList.CountMax) != labels.Count)
        {
            throw count.Bad($"nc is {count.Text}, but it names {CountWords.Of(labels.Count, "class", "classes")}");
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
        YamlNode? value = root.Find(key)
            ?? (side == SplitSide.Val ? _otherNamesOfVal.Select(root.Find).FirstOrDefault(static v => v is not null) : null);
        foreach (YamlNode item in value?.RequireItems() ?? [])
        {
            string text = item.RequireText();
            if (side == SplitSide.Test && !Path.Exists(_set.At(text)) && text.StartsWith("../", StringComparison.Ordinal))
            {
                // Roboflow names a test directory whether there is one or not; without ../ in front it may be there all the same.
                text = text[3..];
            }

            string? relative = Resolve(text, _base, _file, item.Line);
            _set.Lists.TryAdd(side, relative ?? _file);
            if (relative is null)
            {
                continue;
            }

            if (relative.EndsWith(".txt", StringComparison.Ordinal))
            {
                AddListed(relative, side, item);
            }
            else if (Directory.Exists(_set.At(relative)))
            {
                _images.AddFolder(relative, side, _file);
            }
            else
            {
                // Exports name a test directory whether there is one or not, and nobody looks for it.
                _set.Report(LintCodes.ListMissing.At(_file, item.Line, $"there is no directory '{relative}'") with
                { Severity = side == SplitSide.Test ? Severity.Warning : Severity.Error });
            }
        }
    }

    private void AddListed(string relative, SplitSide side, YamlNode item)
    {
        if (ListFile.Find(_set.At(relative), relative, isOfIds: false, _set.Findings) is not { } list)
        {
            _set.Report(LintCodes.ListMissing.At(_file, item.Line, $"there is no list '{relative}'") with { Severity = Severity.Error });
            return;
        }

        string folder = Path.GetDirectoryName(relative) ?? "";
        foreach (ListLine line in list.Lines)
        {
            // "./x" is relative to the list itself, anything else to where paths begin.
            bool isBeside = line.Text.StartsWith("./", StringComparison.Ordinal);
            if (Resolve(line.Text, isBeside ? folder : _base, list.Name, line.Number) is { } path)
            {
                _images.Add(path, side, list.Name, line.Number);
            }
        }
    }

    private string? Resolve(string text, string from, string file, int line)
    {
        string directory = _set.Root.TrimEnd('/');
        string own = $"../{Path.GetFileName(directory)}/";
        bool isAbsolute = text.StartsWith(directory + "/", StringComparison.Ordinal);
        string path = isAbsolute ? text[(directory.Length + 1)..] : text.StartsWith(own, StringComparison.Ordinal) ? text[own.Length..]
            : text;
        if (isAbsolute)
        {
            _set.Report(LintCodes.ListOutside.At(file, line, $"path '{InsidePath.Show(text)}' is absolute: it holds at this place alone",
                $"write it relative to the directory of {_file}") with
            { Severity = Severity.Warning });
        }

        // Roboflow writes ../train/images for train/images; Ultralytics drops the ../ too if there is no such directory.
        if (path.StartsWith("../", StringComparison.Ordinal) && InsidePath.TryRead(path[3..], out _) is { } below
            && Path.Exists(_set.At(below)))
        {
            path = below;
            from = "";
        }

        if (InsidePath.TryRead(path, out string? why) is { } relative)
        {
            string here = (from.Length == 0 || isAbsolute ? relative : $"{from}/{relative}").TrimEnd('/');
            // CVAT writes data/images/train/a.jpg into lists beside which images/ lies.
            string less = relative.StartsWith("data/", StringComparison.Ordinal) ? relative["data/".Length..] : relative;
            return !Path.Exists(_set.At(here)) && Path.Exists(_set.At(less)) ? less : here;
        }

        _set.Report(LintCodes.ListOutside.At(
            file, line, $"path '{InsidePath.Show(text)}' is refused: {OtherSet.Describe(_set.Root, Path.Combine(from, path), why!)}",
            $"write it relative to the directory of {_file}") with
        { IfAccepted = "the line is passed over" });
        return null;
    }
}
