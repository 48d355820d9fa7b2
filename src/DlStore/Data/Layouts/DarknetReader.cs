using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Names;
using DlStore.Data.Texts;
using DlStore.Images;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>Reads one directory of darknet.</summary>
internal sealed class DarknetReader
{
    private const int DataLengthMax = 64 << 10;
    private const int LinesLookedAt = 3;
    private readonly SetGathering _set;
    private readonly YoloImages _images;
    private readonly string _directory;
    private readonly string _dataFile;

    public DarknetReader(string directory, BoxConversion? boxes, ImageRule rule)
    {
        _directory = Directory.Exists(directory)
            ? directory : throw new DlsException(ErrorKind.Failed, $"read data set '{directory}': there is no such directory");
        _dataFile = LayoutSight.DarknetFile(directory) ?? DarknetSet.DataFile;
        _set = new SetGathering(directory, SetForm.Darknet, rule);
        _images = new YoloImages(_set, boxes);
    }

    public SetReading Read()
    {
        byte[]? data = SmallFile.Find(_set.At(_dataFile), _dataFile, DataLengthMax);
        if (data is null)
        {
            return ReadListsAlone();
        }

        _set.Saw.Add($"'{_dataFile}': taken for a set of darknet");
        Dictionary<string, string> keys = ParseData(PlainText.Read(data, _dataFile), PlainText.MarkOf(data));
        IReadOnlyList<string> classes = ReadNames(keys);
        foreach ((string name, SplitSide side) in DarknetSet.Sides)
        {
            if (keys.TryGetValue(name, out string? path))
            {
                ReadList(path, name, side);
            }
            else if (side == SplitSide.Test && File.Exists(_set.At("test.txt")))
            {
                // darknet knows no such list; dls writes it there.
                ReadList("test.txt", name, side);
            }
        }

        AddUnlisted();
        return _images.Finish(classes);
    }

    /// <summary>Gives the lists of images that lie at the top of a directory.</summary>
    /// <returns>Names and bytes.</returns>
    public static IEnumerable<(string Name, byte[] Bytes)> ListsIn(string directory)
    {
        foreach (string name in FolderNames.List(directory, "", []).Where(static n => n.EndsWith(".txt", StringComparison.Ordinal)))
        {
            if (Sys.TryStat(Path.Combine(directory, name), out FileStat stat) && stat.IsFile && stat.Size <= ListFile.LengthMax
                && SmallFile.Find(Path.Combine(directory, name), name, ListFile.LengthMax) is { } bytes && LooksLikeList(bytes))
            {
                yield return (name, bytes);
            }
        }
    }

    /// <summary>A directory of nothing but lists: their faults are what the user needs to hear first.</summary>
    private SetReading ReadListsAlone()
    {
        (string Name, byte[] Bytes)[] lists = [.. ListsIn(_directory)];
        if (lists.Length == 0)
        {
            throw new DlsException(ErrorKind.Failed,
                $"read data set '{_directory}': there is no '{DarknetSet.DataFile}' and no list of images in it");
        }

        _set.Report(LintCodes.SetBad.At(_dataFile, 0, "there is no such file, so neither classes nor sides are known",
            "write one: `train = train.txt`, `valid = valid.txt`, `names = obj.names`, a line each"));
        foreach ((string name, byte[] bytes) in lists)
        {
            ListFile.Parse(bytes, name, isOfIds: false, _set.Findings);
        }

        return _set.Finish([]);
    }

    private static bool LooksLikeList(byte[] bytes)
    {
        using StringReader lines = new(PlainText.TryRead(bytes) ?? "");
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
    private Dictionary<string, string> ParseData(string text, string? mark)
    {
        if (mark is not null)
        {
            _set.Report(LintCodes.TextBom.At(
                _dataFile, 1, $"{mark}, and darknet takes the mark as part of the first key", "write it again as UTF-8 without a mark"));
        }

        Dictionary<string, string> keys = new(StringComparer.Ordinal);
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = string.Concat(lines[i].Where(static c => !char.IsWhiteSpace(c)));
            string comment = lines[i].TrimEnd();
            if (comment.StartsWith(DarknetSet.BoxesComment, StringComparison.Ordinal))
            {
                _images.Named ??= FractionBox.Parse(comment[DarknetSet.BoxesComment.Length..]);
            }

            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (line.Length == 0 || line[0] is '#' or ';')
            {
                continue;
            }

            if (equals < 1 || !keys.TryAdd(line[..equals], line[(equals + 1)..]))
            {
                _set.Report(LintCodes.SetBad.At(_dataFile, i + 1, equals < 1
                    ? "expected key = value" : $"key '{InsidePath.Show(line[..equals])}' stands here twice"));
            }
        }

        return keys;
    }

    private IReadOnlyList<string> ReadNames(Dictionary<string, string> keys)
    {
        string given = keys.GetValueOrDefault("names", DarknetSet.NamesFile);
        _set.ClassFile = given;
        bool isThere = false;
        ClassList? classes = Resolve(given, _dataFile, 0) is { } path
            ? NamesFile.Find(_set.At(path), _set.ClassFile = path, _set.Findings, out isThere) : null;
        if (!isThere)
        {
            _set.Report(LintCodes.SetBad.At(_dataFile, 0, $"there is no file '{InsidePath.Show(given)}' with the names of the classes"));
        }

        if (classes is not null && keys.TryGetValue("classes", out string? count) && count != classes.Labels.Count.ToString())
        {
            _set.Report(LintCodes.SetBad.At(_dataFile, 0, $"classes = {InsidePath.Show(count)}, but '{given}' has {classes.Labels.Count}"));
        }

        return classes?.Labels ?? [];
    }

    private void ReadList(string given, string key, SplitSide side)
    {
        string? path = Resolve(given, _dataFile, 0);
        ListFile? list = path is null ? null : ListFile.Find(_set.At(path), path, isOfIds: false, _set.Findings);
        if (list is null)
        {
            _set.Lists[side] = path ?? given;
            _set.Report(LintCodes.ListMissing.At(path ?? given, 0, $"the list that key '{key}' names is not there") with
            { Severity = Severity.Error });
            return;
        }

        _set.Lists[side] = list.Name;
        foreach (ListLine line in list.Lines)
        {
            if (Resolve(line.Text, list.Name, line.Number) is { } image)
            {
                _images.Add(image, side, list.Name, line.Number);
            }
        }
    }

    /// <summary>Images beside listed ones that no list names: kept, on no side.</summary>
    private void AddUnlisted()
    {
        int before = _set.Entries.Count;
        string[] folders = _images.Folders.Count > 0 ? [.. _images.Folders]
            : [.. Directory.EnumerateDirectories(_directory).Select(static d => Path.GetFileName(d)!)];
        foreach (string folder in folders.Order(StringComparer.Ordinal))
        {
            foreach (string name in FolderNames.List(_set.At(folder), folder, _set.Findings))
            {
                string path = folder.Length == 0 ? name : $"{folder}/{name}";
                if ((ImageKind.IsTakenName(name) || ImageKind.IsOtherName(name)) && !_set.Knows(path)
                    && (_set.Rule == ImageRule.AnyPicture || _set.Rule.Takes(name)))
                {
                    _images.Add(path, SplitSide.None, path, 0);
                }
            }
        }

        int count = _set.Entries.Count - before;
        if (count > 0)
        {
            _set.Report(LintCodes.ImgUnlisted.At(_images.Folders.Order(StringComparer.Ordinal).FirstOrDefault(""), 0,
                $"{CountWords.Of(count, "image is", "images are")} in no list, first '{_set.Entries[before].Image}'") with
            { Count = count });
        }
    }

    /// <summary>Paths are relative to where darknet was started: in the directory, above it, or in one whose <c>data</c> it was.</summary>
    /// <returns>A path relative to the directory.</returns>
    private string? Resolve(string given, string file, int line)
    {
        string text = given;
        if (text.Contains('\\', StringComparison.Ordinal))
        {
            text = text.Replace('\\', '/');
            Refuse("it holds a backslash, which is no separator here", "it is read as if '/' stood there");
        }
        else if (text.StartsWith(_directory + "/", StringComparison.Ordinal))
        {
            text = text[(_directory.Length + 1)..];
            _set.Report(LintCodes.ListOutside.At(file, line, $"path '{InsidePath.Show(given)}' is absolute: it holds at this place alone",
                "write it relative to the directory that darknet is started in") with
            { Severity = Severity.Warning });
        }

        if (InsidePath.TryRead(text, out string? why) is not { } relative)
        {
            Refuse(OtherSet.Describe(_set.Root, text, why!), "the line is passed over");
            return null;
        }

        return Candidates(relative).FirstOrDefault(c => File.Exists(_set.At(c))) ?? relative;

        void Refuse(string reason, string accepted) => _set.Report(LintCodes.ListOutside.At(file, line,
            $"path '{InsidePath.Show(given)}' is refused: {reason}", "write it relative to the directory of obj.data") with
        { IfAccepted = accepted });
    }

    private IEnumerable<string> Candidates(string relative)
    {
        yield return relative;
        string own = Path.GetFileName(_directory) + "/";
        if (relative.StartsWith(own, StringComparison.Ordinal))
        {
            yield return relative[own.Length..];
        }

        // CVAT writes data/train.txt for a file that lies beside obj.data.
        if (relative.StartsWith("data/", StringComparison.Ordinal))
        {
            yield return relative["data/".Length..];
        }
    }
}
