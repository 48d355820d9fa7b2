using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Images;

namespace DlStore.Data.Layouts;

/// <summary>
/// Reads images with a Pascal VOC file beside each: all in one directory, as labelImg leaves them, or in one directory for each side, as
/// Roboflow exports them.
/// </summary>
internal sealed class VocPairsReader(string directory, ImageRule rule)
{
    private readonly SetGathering _set = new(directory, SetForm.VocPairs, rule);

    public SetReading Read()
    {
        IReadOnlyList<string> folders = LayoutSight.PairFolders(directory, ".xml");
        foreach (string folder in folders)
        {
            SplitSide side = folder.Length == 0 ? SplitSide.None : LayoutSight.SideOf(folder);
            _set.Lists.TryAdd(side, folder);
            ReadFolder(folder, side);
        }

        bool hasSides = folders.Any(static f => f.Length > 0);
        _set.Saw.Add(hasSides
            ? $"a Pascal VOC file beside each image in {string.Join(", ", folders.Select(static f => $"'{f}'"))}: taken for "
            + "an export of Roboflow, a directory a side" : "a Pascal VOC file beside each image: taken for a directory of labelImg, "
            + "in which no image is on a side");
        ClassList? classes = NamesFile.Find(_set.At(VocLayout.ClassFile), VocLayout.ClassFile, _set.Findings, out _);
        _set.ClassFile = classes is null ? "" : VocLayout.ClassFile;
        _set.Saw.Add(VocSet.OriginOf(_set.Images));
        return _set.Finish(classes?.Labels ?? VocSet.LabelsOf(_set.Images));
    }

    private void ReadFolder(string folder, SplitSide side)
    {
        List<string> names = FolderNames.List(_set.At(folder), folder, _set.Findings);
        HashSet<string> xmls = [.. names.Where(static n => n.EndsWith(".xml", StringComparison.Ordinal))];
        HashSet<string> used = new(StringComparer.Ordinal);
        foreach (string name in names.Where(static n => ImageKind.IsTakenName(n) || ImageKind.IsOtherName(n)))
        {
            string xml = Path.GetFileNameWithoutExtension(name) + ".xml";
            Add(In(folder, name), xmls.Contains(xml) && used.Add(xml) ? In(folder, xml) : null, side);
        }

        foreach (string xml in xmls.Except(used).Order(StringComparer.Ordinal))
        {
            Annotation? annotation = XmlOf(In(folder, xml), out Finding? fault);
            _set.Lose((fault ?? LintCodes.XmlNoImage.At(In(folder, xml), 0, "there is no image for it", "remove it")) with
            { BoxesLost = annotation?.Objects.Count ?? 0, IfAccepted = "its boxes are left out" });
        }
    }

    private void Add(string image, string? xml, SplitSide side)
    {
        if (xml is null)
        {
            _set.Lose(LintCodes.ImgNoXml.At(image, 0, $"there is no {Path.ChangeExtension(image, ".xml")}",
                "annotate it, or remove it") with
            { ImagesLost = 1, IfAccepted = "the image is left out" });
            return;
        }

        Annotation? annotation = XmlOf(xml, out Finding? fault);
        int boxes = annotation?.Objects.Count ?? 0;
        _set.BoxesSeen += boxes;
        SetEntry entry = new(Path.GetFileNameWithoutExtension(image), image, xml, side) { Path = _set.At(image), IsXml = true };
        LabelledImage? taken = _set.Take(entry, image, boxes);
        if (fault is not null)
        {
            _set.Report(fault with { ImagesLost = taken is null ? 0 : 1, IfAccepted = "its image is left out" });
            _set.Images.Remove(taken!);
        }
        else if (taken is not null)
        {
            ((List<LabelledObject>)taken.Objects).AddRange(annotation!.Objects);
        }
    }

    private Annotation? XmlOf(string xml, out Finding? fault) => VocSet.ReadXml(_set.At(xml), xml, out fault);

    private static string In(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";
}
