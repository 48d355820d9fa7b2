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
    /// <summary>The largest file, in bytes.</summary>
    public const int LengthMax = 256 << 20;

    private readonly SetGathering _set = new(directory, SetForm.Coco, rule);
    private readonly List<string> _classes = [];
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private CocoSubset _subset = new(new CocoFile("", SplitSide.None, []));

    public SetReading Read()
    {
        IReadOnlyList<CocoFile> files = CocoFiles.Find(directory);
        if (files.Count == 0)
        {
            throw new DlsException(ErrorKind.Failed, $"read data set '{directory}': there is no {CocoSet.Folder}/instances_*.json, no "
                + "_annotations.coco.json in a directory of a side, and no other file of COCO in it",
                "`dls dataset lint DIR` says what a directory looks like");
        }

        foreach (CocoFile file in files)
        {
            string side = file.Side == SplitSide.None ? "images on no side" : SetCounts.NameOf(file.Side);
            _set.Saw.Add($"'{file.Name}': taken for {side} in COCO layout");
            _set.Lists.TryAdd(file.Side, file.Name);
            _subset = new CocoSubset(file);
            ReadSubset();
        }

        foreach (string other in CocoFiles.Others(directory, files))
        {
            _set.Report(LintCodes.FileStrange.At(other, 0, "it is not read: boxes are those of the other files here") with
            { Severity = Severity.Note });
        }

        _set.ClassFile = files[0].Name;
        ReportUnlisted();
        return _set.Finish(_classes);
    }

    /// <summary>Three passes over the file, because its parts come in any order and need each other in this one.</summary>
    private void ReadSubset()
    {
        string name = _subset.File.Name;
        if (!Sys.TryStat(_set.At(name), out FileStat stat) || !stat.IsFile || stat.Size > LengthMax)
        {
            throw new DlsException(ErrorKind.Failed, stat.IsFile
                ? $"read '{name}': it is larger than {LengthMax} bytes" : $"read '{name}': it is a {stat.Describe()}");
        }

        try
        {
            JsonSections json = new(_set.At(name), name);
            json.Each("categories", ReadCategory);
            AddClasses();
            json.Each("images", ReadImage);
            TakeImages();
            json.Each("annotations", ReadObject);
            _subset.SumUp(_set);
        }
        catch (JsonException e)
        {
            throw DlsException.InFile(
                name, e.LineNumber + 1 ?? 1, $"it is not JSON as COCO has it: {LibraryWords.Of(e)}", "correct the file", e);
        }
        catch (InvalidOperationException e)
        {
            // A text with half a surrogate pair cannot be read as a text.
            throw new DlsException(ErrorKind.Failed, $"read '{name}': a text is not valid Unicode", "correct the file", e);
        }
    }

    private void ReadCategory(JsonElement item)
    {
        long id = CocoItem.RequireId(item, "id", _subset.File.Name, "category");
        string label = CocoItem.RequireText(item, "name", _subset.File.Name);
        if (LabelName.WhyRefused(label) is { } why)
        {
            throw Bad($"category {id}: '{InsidePath.Show(label)}' cannot name a class: {why}");
        }

        if (_subset.Categories.Count >= ClassList.CountMax || !_subset.Categories.TryAdd(id, label))
        {
            throw Bad($"category {id} '{InsidePath.Show(label)}' stands there twice, or there are too many");
        }
    }

    /// <summary>Classes are names: files of one set may number them differently, and two numbers may have one name.</summary>
    private void AddClasses()
    {
        Dictionary<string, long> first = new(StringComparer.Ordinal);
        foreach ((long id, string label) in _subset.Categories)
        {
            if (!first.TryAdd(label, id))
            {
                _set.Report(LintCodes.ClassTwice.At(_subset.File.Name, 0,
                    $"categories {first[label]} and {id} are both called '{InsidePath.Show(label)}': they are one class here",
                        "rename one of them"));
            }
            else if (!_classes.Contains(label))
            {
                _classes.Add(label);
            }
        }
    }

    private void ReadImage(JsonElement item)
    {
        string name = _subset.File.Name;
        long id = CocoItem.RequireId(item, "id", name, "image");
        string file = CocoItem.RequireText(item, "file_name", name).Replace('\\', '/');
        if (!_subset.Entries.TryAdd(id, null))
        {
            throw Bad($"image id {id} stands there twice");
        }

        if (InsidePath.TryRead(file, out string? why) is not { } relative)
        {
            _subset.Refused[id] = LintCodes.ListOutside.At(
                name, 0, $"file_name '{InsidePath.Show(file)}' is refused: {OtherSet.Describe(_set.Root, file, why!)}") with
            { IfAccepted = "the image is passed over" };
            return;
        }

        string image = _subset.File.Folders.Select(f => f.Length == 0 ? relative : $"{f}/{relative}").FirstOrDefault(
            i => File.Exists(_set.At(i))) ?? relative;
        _subset.Entries[id] = new SetEntry(Path.GetFileNameWithoutExtension(relative), image, name, _subset.File.Side)
        {
            Path = _set.At(image),
            IsShared = true,
        };
        CheckSize(item, image);
    }

    private void CheckSize(JsonElement item, string image)
    {
        string name = _subset.File.Name;
        if (CocoItem.FindSize(item, name) is not { } size || !File.Exists(_set.At(image))
            || ImageFile.Open(_set.At(image), image, rule, out _, out _) is not { } header)
        {
            return;
        }

        if (size.Width != header.Width || size.Height != header.Height)
        {
            _set.Report(LintCodes.XmlSize.At(name, 0,
                $"'{image}' is {header.Width}x{header.Height}, not {size.Width}x{size.Height}", "correct the size, and look at the boxes"));
        }
    }

    private void TakeImages()
    {
        foreach ((long id, SetEntry? entry) in _subset.Entries.ToArray())
        {
            if (entry is null)
            {
                _set.Report(_subset.Refused[id]);
            }
            else if (_set.Knows(entry.Image))
            {
                TakeAgain(id, entry);
            }
            else
            {
                TakeImage(id, entry);
            }

            // Boxes of an image that cannot be used are charged to the finding that says so.
            if (_subset.Entries[id] is not { } taken || !_subset.Images.ContainsKey(taken.Image))
            {
                _subset.Charged[id] = _set.LastReported;
            }
        }
    }

    private void TakeImage(long id, SetEntry entry)
    {
        if (_set.Take(entry, _subset.File.Name, 0) is { } image)
        {
            _subset.Images.Add(entry.Image, image);
            _folders.Add(Path.GetDirectoryName(entry.Image) ?? "");
        }

        _subset.Entries[id] = _set.Knows(entry.Image) ? _set.Entries[^1] : null;
    }

    /// <summary>An image that a file names twice has the boxes of both; one that another file names too stays on the first side.</summary>
    private void TakeAgain(long id, SetEntry entry)
    {
        bool isHere = _subset.Images.ContainsKey(entry.Image);
        SetEntry known = _set.Entries.First(e => e.Image == entry.Image);
        _set.Report(LintCodes.SplitOverlap.At(_subset.File.Name, 0,
            $"'{entry.Image}' {(isHere ? "stands there twice" : "is also on another side")}",
            "remove it from one of them") with
        {
            IfAccepted = isHere ? "its boxes are joined" : "the image stays on the first side, with the boxes it has there",
        });
        _subset.Entries[id] = isHere ? known : null;
    }

    private void ReadObject(JsonElement item)
    {
        string name = _subset.File.Name;
        long id = CocoItem.RequireId(item, "id", name, "annotation");
        long imageId = CocoItem.RequireId(item, "image_id", name, "annotation");
        if (!_subset.Entries.TryGetValue(imageId, out SetEntry? entry))
        {
            throw Bad($"annotation {id} is for an image that is not there");
        }

        if (!_subset.Categories.TryGetValue(CocoItem.RequireId(item, "category_id", name, "annotation"), out string? label))
        {
            throw Bad($"annotation {id} is of a category that is not there");
        }

        bool isCrowd = CocoItem.ReadFlag(item, "iscrowd", name);
        PixelBox box = CocoItem.ReadBox(item, name, id, out bool isOff, out bool isShape);
        // An image that cannot be used was reported; its boxes go with it.
        _set.BoxesSeen++;
        if (entry is null || !_subset.Images.TryGetValue(entry.Image, out LabelledImage? image))
        {
            _set.Charge(_subset.Charged[imageId], 1);
            return;
        }

        _subset.Count(isCrowd, isShape, isOff, $"annotation {id} of '{image.Id}'");
        AddObject(image, new LabelledObject(label, box)
        {
            Difficult = isCrowd || CocoItem.ReadFlag(item, "difficult", name),
            Truncated = CocoItem.ReadFlag(item, "truncated", name),
            Pose = CocoItem.ReadPose(item)
        }, id);
        entry.Objects = image.Objects;
    }

    private void AddObject(LabelledImage image, LabelledObject item, long id)
    {
        List<LabelledObject> objects = (List<LabelledObject>)image.Objects;
        if (objects.Count == Annotation.ObjectsMax)
        {
            throw Bad($"image '{image.Id}' has more than {Annotation.ObjectsMax} objects");
        }

        if (!item.Box.IsInside(image.Width, image.Height))
        {
            _set.Report(LintCodes.BoxOut.At(_subset.File.Name, 0,
                $"annotation {id}: box {item.Box} leads out of '{image.Id}' of {image.Width}x{image.Height}"));
        }

        objects.Add(item);
    }

    /// <summary>Images that lie there and that no file names have no boxes; whoever counts files finds more than the set has.</summary>
    private void ReportUnlisted()
    {
        List<string> unlisted = [];
        foreach (string folder in _folders.Order(StringComparer.Ordinal))
        {
            unlisted.AddRange(FolderNames.List(_set.At(folder), folder, []).Where(
                static n => ImageKind.IsTakenName(n) || ImageKind.IsOtherName(n))
                .Select(n => folder.Length == 0 ? n : $"{folder}/{n}").Where(p => !_set.Knows(p)));
        }

        if (unlisted.Count > 0)
        {
            _set.Lose(LintCodes.ImgUnlisted.At(Path.GetDirectoryName(unlisted[0]) ?? "", 0,
                $"{CountWords.Of(unlisted.Count, "image is", "images are")} named by no file of the set, first '{unlisted[0]}'") with
            { Count = unlisted.Count, ImagesLost = unlisted.Count, IfAccepted = "they are left out" });
        }
    }

    private DlsException Bad(string why) => new(ErrorKind.Failed, $"read '{_subset.File.Name}': {why}", "correct the file");
}
