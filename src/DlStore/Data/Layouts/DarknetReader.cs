using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Names;
using DlStore.Images;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>Reads one directory of darknet.</summary>
internal sealed class DarknetReader
{
    private const int DataLengthMax = 64 << 10;
    private const int LinesLookedAt = 3;
    private readonly ImageRule _rule;
    private readonly string _directory;
    private readonly List<Finding> _findings = [];
    private readonly List<LabelledImage> _images = [];
    private readonly Dictionary<string, string> _pathOf = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private BoxConversion? _boxes;
    private IReadOnlyList<string> _classes = [];

    public DarknetReader(string directory, BoxConversion? boxes, ImageRule rule)
    {
        _rule = rule;
        _directory = Directory.Exists(directory)
            ? directory : throw new DlsException(ErrorKind.Failed, $"read data set '{directory}': there is no such directory");
        _boxes = boxes;
    }

    public SetReading Read()
    {
        string dataPath = Path.Combine(_directory, DarknetSet.DataFile);
        byte[]? data = SmallFile.Find(dataPath, DarknetSet.DataFile, DataLengthMax);
        if (data is null)
        {
            return ReadListsAlone();
        }

        Dictionary<string, string> keys = ParseData(Encoding.UTF8.GetString(data));
        _classes = ReadNames(keys);
        foreach ((string name, SplitSide side) in DarknetSet.Sides)
        {
            if (keys.TryGetValue(name, out string? path))
            {
                ReadList(path, name, side);
            }
            else if (side != SplitSide.Test)
            {
                _findings.Add(LintCodes.SetBad.At(DarknetSet.DataFile, 0, $"there is no key '{name}'"));
            }
            else if (File.Exists(Path.Combine(_directory, "test.txt")))
            {
                // darknet knows no such list; dls writes it there.
                ReadList("test.txt", name, side);
            }
        }

        AddUnlisted();
        return SetReading.Of(_classes, _images, _findings);
    }

    /// <summary>A directory of nothing but lists: their faults are what the user needs to hear first.</summary>
    private SetReading ReadListsAlone()
    {
        _findings.Add(LintCodes.SetBad.At(DarknetSet.DataFile, 0, "there is no such file, so neither classes nor sides are known"));
        foreach (string name in FolderNames.List(_directory, "", _findings).Where(static n => n.EndsWith(".txt", StringComparison.Ordinal)))
        {
            byte[]? bytes = SmallFile.Find(Path.Combine(_directory, name), name, ListFile.LengthMax);
            if (bytes is not null && LooksLikeList(bytes))
            {
                ListFile.Parse(bytes, name, isOfIds: false, _findings);
            }
        }

        return SetReading.Of([], [], _findings);
    }

    private static bool LooksLikeList(byte[] bytes)
    {
        using StringReader lines = new(Encoding.UTF8.GetString(bytes));
        for (int i = 0; i < LinesLookedAt && lines.ReadLine() is { } line; i++)
        {
            if (Path.GetExtension(line.Trim()).ToLowerInvariant() is ".jpg" or ".jpeg" or ".png")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>As darknet: blanks count nowhere, <c>#</c> and <c>;</c> begin a comment.</summary>
    private Dictionary<string, string> ParseData(string text)
    {
        Dictionary<string, string> keys = new(StringComparer.Ordinal);
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = string.Concat(lines[i].Where(static c => !char.IsWhiteSpace(c)));
            string comment = lines[i].TrimEnd();
            if (_boxes is null && comment.StartsWith(DarknetSet.BoxesComment, StringComparison.Ordinal))
            {
                _boxes = FractionBox.Parse(comment[DarknetSet.BoxesComment.Length..]);
            }

            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (line.Length == 0 || line[0] is '#' or ';')
            {
                continue;
            }

            if (equals < 1 || !keys.TryAdd(line[..equals], line[(equals + 1)..]))
            {
                _findings.Add(LintCodes.SetBad.At(DarknetSet.DataFile, i + 1, equals < 1
                    ? "expected key = value" : $"key '{InsidePath.Show(line[..equals])}' stands here twice"));
            }
        }

        return keys;
    }

    private IReadOnlyList<string> ReadNames(Dictionary<string, string> keys)
    {
        string given = keys.GetValueOrDefault("names", DarknetSet.NamesFile);
        if (Resolve(given, DarknetSet.DataFile, 0) is not { } path || SmallFile.Find(path, given, ClassList.LengthMax) is not { } bytes)
        {
            _findings.Add(
                LintCodes.SetBad.At(DarknetSet.DataFile, 0, $"there is no file '{InsidePath.Show(given)}' with the names of the classes"));
            return [];
        }

        try
        {
            IReadOnlyList<string> labels = ClassList.Parse(bytes, given).Labels;
            if (keys.TryGetValue("classes", out string? count) && count != labels.Count.ToString())
            {
                _findings.Add(
                    LintCodes.SetBad.At(DarknetSet.DataFile, 0, $"classes = {InsidePath.Show(count)}, but '{given}' has {labels.Count}"));
            }

            return labels;
        }
        catch (DlsException e)
        {
            _findings.Add(LintCodes.SetBad.At(given, 0, e.Message, e.Hint));
            return [];
        }
    }

    private void ReadList(string given, string key, SplitSide side)
    {
        ListFile? list = Resolve(given, DarknetSet.DataFile, 0) is { } path ? ListFile.Find(path, given, isOfIds: false, _findings) : null;
        if (list is null)
        {
            _findings.Add(
                LintCodes.ListMissing.At(given, 0, $"the list that key '{key}' names is not there") with { Severity = Severity.Error });
            return;
        }

        foreach (ListLine line in list.Lines)
        {
            AddListed(list.Name, line, side);
        }
    }

    private void AddListed(string list, ListLine line, SplitSide side)
    {
        string id = Path.GetFileNameWithoutExtension(line.Text);
        if (Resolve(line.Text, list, line.Number) is not { } path)
        {
            return;
        }

        if (_pathOf.TryGetValue(id, out string? known))
        {
            _findings.Add(known == path
                ? LintCodes.SplitOverlap.At(list, line.Number, $"'{line.Text}' is also in another list", "remove it from one of them")
                : LintCodes.IdDup.At(list, line.Number, $"another image is called '{id}' too", "rename one of them"));
            return;
        }

        if (!_rule.Takes(line.Text))
        {
            _findings.Add(LintCodes.ImgExtension.At(list, line.Number, $"'{line.Text}' does not end in .jpg", "convert it"));
            return;
        }

        if (!File.Exists(path))
        {
            _findings.Add(
                LintCodes.ImgMissing.At(list, line.Number, $"there is no image '{line.Text}'", "a wrong directory in front of the name?"));
            return;
        }

        _pathOf.Add(id, path);
        _folders.Add(Path.GetDirectoryName(path)!);
        AddImage(id, path, side);
    }

    private void AddImage(string id, string path, SplitSide side)
    {
        string name = Path.GetRelativePath(_directory, path);
        JpegHeader? header = ImageFile.Open(path, name, _rule, _findings, out bool isOtherKind);
        if (header is null)
        {
            return;
        }

        string labels = LabelPath(path);
        List<LabelledObject>? objects = LabelFile.Find(labels,
            Path.GetRelativePath(_directory, labels), header.Width, header.Height, _classes, _boxes ?? BoxConversion.Voc, _findings);
        if (objects is null)
        {
            _findings.Add(LintCodes.ImgNoLabel.At(name, 0, "there is no .txt file for it", "an image without objects needs an empty one"));
        }

        _images.Add(new LabelledImage(
            id, path, header.Width, header.Height, objects ?? [])
        { Side = side, Channels = header.Channels, IsOtherKind = isOtherKind });
    }

    private static string LabelPath(string image)
    {
        string beside = Path.ChangeExtension(image, ".txt");
        foreach (string folder in new[] { "/JPEGImages/", "/images/" })
        {
            int at = image.LastIndexOf(folder, StringComparison.Ordinal);
            if (at >= 0 && !File.Exists(beside))
            {
                return Path.ChangeExtension(string.Concat(image.AsSpan(0, at), "/labels/", image.AsSpan(at + folder.Length)), ".txt");
            }
        }

        return beside;
    }

    /// <summary>Images beside listed ones that no list names: kept, on no side.</summary>
    private void AddUnlisted()
    {
        _folders.UnionWith(_folders.Count == 0 ? Directory.EnumerateDirectories(_directory) : []);
        int count = 0;
        foreach (string folder in _folders.Order(StringComparer.Ordinal))
        {
            foreach (string name in FolderNames.List(folder, Path.GetFileName(folder), _findings).Where(n => _rule.Takes(n)))
            {
                string path = Path.Combine(folder, name);
                string id = Path.GetFileNameWithoutExtension(name);
                if (_pathOf.TryAdd(id, path))
                {
                    AddImage(id, path, SplitSide.None);
                    count++;
                }
            }
        }

        if (count > 0)
        {
            _findings.Add(LintCodes.ImgUnlisted.At("", 0, $"{count} images are in no list"));
        }
    }

    private string? Resolve(string given, string file, int line)
    {
        if (InsidePath.TryRead(given, out string? why) is not { } relative)
        {
            _findings.Add(LintCodes.ListOutside.At(
                file, line, $"path '{InsidePath.Show(given)}' is refused: {why}", "write it relative to the directory of obj.data"));
            return null;
        }

        string here = Path.Combine(_directory, relative);
        string above = Path.Combine(Path.GetDirectoryName(_directory) ?? _directory, relative);
        // Paths are relative to where darknet was started: in the directory, or above it.
        return !File.Exists(here) && File.Exists(above) ? above : here;
    }
}
