using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Images;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>Reads the images and annotations of a Pascal VOC directory, whose lists are known.</summary>
internal sealed class VocReader(VocLayout layout, Dictionary<string, ListFile> lists, SetGathering set)
{
    private readonly Dictionary<string, SplitSide> _sides = VocLayout.Sides(lists);
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public void Read()
    {
        // Without both, trainval is what is trained on.
        bool isBoth = !lists.ContainsKey("train") && !lists.ContainsKey("val");
        foreach ((string name, SplitSide side) in new[] { (isBoth ? "trainval" : "train", SplitSide.Train), ("val", SplitSide.Val) })
        {
            if (lists.TryGetValue(name, out ListFile? list))
            {
                set.Lists.TryAdd(side, list.Name);
            }
        }

        List<string> files = FolderNames.List(layout.At(VocLayout.Images), VocLayout.Images, set.Findings);
        HashSet<string> annotations = [.. FolderNames.List(layout.At(VocLayout.Annotations), VocLayout.Annotations, set.Findings)
            .Where(static n => n.EndsWith(".xml", StringComparison.Ordinal))];
        HashSet<string> unused = new(annotations, StringComparer.Ordinal);
        foreach (string file in files)
        {
            if (set.Rule.Takes(file) || ImageKind.IsOtherName(file))
            {
                string xml = Path.GetFileNameWithoutExtension(file) + ".xml";
                Add(file, annotations.Contains(xml) ? xml : null);
                unused.Remove(xml);
            }
            else
            {
                LookBelow(file);
            }
        }

        if (set.Rule == ImageRule.AnyPicture)
        {
            ReportUnused(unused);
        }

        RequireListed([.. files.Where(f => set.Rule.Takes(f)).Select(static f => Path.GetFileNameWithoutExtension(f))]);
    }

    private void Add(string file, string? xml)
    {
        string id = Path.GetFileNameWithoutExtension(file);
        string name = $"{VocLayout.Images}/{file}";
        if (xml is null)
        {
            set.Lose(LintCodes.ImgNoXml.At(name, 0, $"there is no {VocLayout.Annotations}/{id}.xml", "annotate it, or remove it") with
            { ImagesLost = 1, IfAccepted = "the image is left out" });
            return;
        }

        if (!_ids.Add(id))
        {
            set.Lose(LintCodes.IdDup.At(name, 0, $"another image is called '{id}' too", "rename one of them") with
            { ImagesLost = 1, IfAccepted = "the second image is left out, because one annotation cannot be that of both" });
            return;
        }

        string at = $"{VocLayout.Annotations}/{xml}";
        Annotation? annotation = VocSet.ReadXml(layout.At(at), at, out Finding? fault);
        int boxes = annotation?.Objects.Count ?? 0;
        set.BoxesSeen += boxes;
        LabelledImage? taken = set.Take(
            new SetEntry(id, name, at, _sides.GetValueOrDefault(id)) { Path = layout.At(name), IsXml = true }, name, boxes);
        if (fault is not null)
        {
            set.Report(fault with { ImagesLost = taken is null ? 0 : 1, IfAccepted = "its image is left out" });
            set.Images.Remove(taken!);
        }
        else if (taken is not null)
        {
            ((List<LabelledObject>)taken.Objects).AddRange(annotation!.Objects);
        }
    }

    /// <summary>Images in a directory below are those of nobody: no reader looks there.</summary>
    private void LookBelow(string file)
    {
        string path = $"{VocLayout.Images}/{file}";
        if (Sys.TryStat(layout.At(path), out FileStat stat) && stat.IsDirectory && set.Rule == ImageRule.AnyPicture)
        {
            int images = FolderNames.ListAll(layout.Root, path, set.Findings).Count(static n => ImageKind.IsTakenName(n)
                || ImageKind.IsOtherName(n));
            if (images > 0)
            {
                set.Lose(LintCodes.FileStrange.At(path, 0, $"it is a directory of "
                    + $"{CountWords.Of(images, "image")}, in which no reader looks",
                    "move them up") with
                { ImagesLost = images, IfAccepted = "they are left out" });
            }
        }
    }

    private void ReportUnused(HashSet<string> unused)
    {
        foreach (string xml in unused.Order(StringComparer.Ordinal))
        {
            string at = $"{VocLayout.Annotations}/{xml}";
            int boxes = VocSet.ReadXml(layout.At(at), at, out _)?.Objects.Count ?? 0;
            set.Lose(LintCodes.XmlNoImage.At(at, 0, $"there is no {VocLayout.Images}/{xml[..^4]}.jpg", "bring the image, or remove it") with
            { BoxesLost = boxes, IfAccepted = "its boxes are left out" });
        }
    }

    private void RequireListed(HashSet<string> ids)
    {
        foreach (ListFile list in lists.Values)
        {
            foreach (ListLine line in list.Lines.Where(l => !ids.Contains(l.Text)))
            {
                set.Report(LintCodes.ImgMissing.At(list.Name, line.Number, $"there is no {VocLayout.Images}/{line.Text}.jpg") with
                { IfAccepted = "the line is passed over" });
            }
        }
    }
}
