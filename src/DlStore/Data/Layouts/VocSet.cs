using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Sets;
using DlStore.Images;
using DlStore.Images.Pictures;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>Reads and writes Pascal VOC directories (docs/formats/labelled-sets.md).</summary>
public static class VocSet
{
    /// <summary>Reads a directory.</summary>
    /// <param name="directory">Absolute path of the layout, or of a directory that holds <c>data_set/</c> or <c>VOCdevkit/X/</c>.</param>
    /// <param name="rule">Which files count as images.</param>
    /// <returns>The set, and what is wrong in it.</returns>
    /// <exception cref="DlsException">Kind Failed: there is no such layout.</exception>
    public static SetReading Read(string directory, ImageRule rule = ImageRule.JpegOnly)
    {
        VocLayout layout = VocLayout.Find(directory);
        List<Finding> findings = [];
        Dictionary<string, ListFile> lists = layout.ReadLists(findings);
        VocLists.Check(lists, findings);
        Dictionary<string, SplitSide> sides = VocLayout.Sides(lists);
        HashSet<string> files = [.. FolderNames.List(layout.At(VocLayout.Images), VocLayout.Images, findings)];
        HashSet<string> annotations = [.. FolderNames.List(layout.At(VocLayout.Annotations), VocLayout.Annotations, findings)];
        List<LabelledImage> images = [];
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (string file in files.Where(f => rule.Takes(f)).Order(StringComparer.Ordinal))
        {
            if (ReadImage(layout, file, rule, annotations, findings) is not { } image)
            {
                continue;
            }

            if (!ids.Add(image.Id))
            {
                findings.Add(
                    LintCodes.IdDup.At($"{VocLayout.Images}/{file}", 0, $"another image is called '{image.Id}' too", "rename one of them"));
            }
            else
            {
                images.Add(image with { Side = sides.GetValueOrDefault(image.Id) });
            }
        }

        if (rule == ImageRule.AnyPicture)
        {
            ReportOthers(files, findings);
        }

        RequireListed(lists, [.. files.Where(f => rule.Takes(f)).Select(static f => Path.GetFileNameWithoutExtension(f))], findings);
        IReadOnlyList<string> classes = layout.ReadClasses(findings)?.Labels ?? [.. images.SelectMany(
            static i => i.Objects).Select(static o => o.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return SetReading.Of(classes, images, findings);
    }

    private static void ReportOthers(HashSet<string> files, List<Finding> findings)
    {
        IEnumerable<string> others = files.Where(
            static f => ImageKind.IsOtherName(f) && !ImageKind.IsTakenName(f)).Order(StringComparer.Ordinal);
        findings.AddRange(others.Select(static f => LintCodes.ImgExtension.At($"{VocLayout.Images}/{f}",
            0, "it is an image that is not read by its name", "rename it to .jpg if it is a JPEG, convert it if not")));
    }

    /// <summary>Writes a set.</summary>
    /// <param name="set">The set; images on no side come in no list.</param>
    /// <param name="directory">Absolute path of an empty or missing directory that nobody else uses; the caller moves it into place and
    /// makes it durable.</param>
    /// <param name="annotationOf">Gives the annotation of an image as it is to be written, or null for the canonical one; called on any
    /// thread.</param>
    /// <param name="threads">How many threads write.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="DlsException">Kind Failed: a name is not portable, or a file cannot be read or written.</exception>
    public static SetCounts Write(LabelledSet set, string directory, Func<LabelledImage, byte[]?>? annotationOf = null, int threads = 1)
    {
        SetNames.Require(set);
        foreach (string below in new[] { VocLayout.Annotations, VocLayout.Images, VocLayout.Lists })
        {
            StagedFiles.MakeDirectory(Path.Combine(directory, below));
        }

        AllCores.Each(set.Images, threads, image => WriteImage(image, directory, annotationOf), CancellationToken.None);
        foreach (string name in VocLayout.ListNames)
        {
            IEnumerable<string> ids = set.Images.Where(i => IsIn(i.Side, name)).Select(static i => i.Id).Order(StringComparer.Ordinal);
            StagedFiles.Write(Path.Combine(directory, VocLayout.Lists, name + ".txt"), string.Concat(ids.Select(static id => id + "\n")));
        }

        StagedFiles.Write(Path.Combine(directory, VocLayout.ClassFile), string.Concat(set.Classes.Select(static c => c + "\n")));
        return SetCounts.Of(set);
    }

    private static void WriteImage(LabelledImage image, string directory, Func<LabelledImage, byte[]?>? annotationOf)
    {
        string path = Path.Combine(directory, VocLayout.Images, image.Id + ".jpg");
        if (image.IsOtherKind)
        {
            StagedFiles.Write(path, PictureAsJpeg.Make(SmallFile.Read(image.File, image.Id, ImageFile.LengthMax), image.Id).Bytes);
        }
        else
        {
            StagedFiles.Copy(image.File, path);
        }

        byte[] annotation = annotationOf?.Invoke(image) ?? Annotation.Of(image).ToBytes();
        StagedFiles.Write(Path.Combine(directory, VocLayout.Annotations, image.Id + ".xml"), annotation);
    }

    private static bool IsIn(SplitSide side, string list) => side switch
    {
        SplitSide.None => false,
        SplitSide.Train => list is "train" or "trainval",
        SplitSide.Val => list is "val" or "trainval",
        SplitSide.Test => list is "test",
        _ => throw new ArgumentOutOfRangeException(nameof(side)),
    };

    private static LabelledImage? ReadImage(
        VocLayout layout, string file, ImageRule rule, HashSet<string> annotations, List<Finding> findings)
    {
        string id = Path.GetFileNameWithoutExtension(file);
        string name = $"{VocLayout.Images}/{file}";
        string path = layout.At(name);
        JpegHeader? header = ImageFile.Open(path, name, rule, findings, out bool isOtherKind);
        if (!annotations.Contains(id + ".xml"))
        {
            findings.Add(LintCodes.ImgNoXml.At(name, 0, $"there is no {VocLayout.Annotations}/{id}.xml"));
            return null;
        }

        string xml = $"{VocLayout.Annotations}/{id}.xml";
        try
        {
            Annotation annotation = Annotation.Parse(SmallFile.Read(layout.At(xml), xml, Annotation.LengthMax), xml);
            return header is null ? null : new LabelledImage(
                id, path, header.Width, header.Height, annotation.Objects)
            { Channels = header.Channels, IsOtherKind = isOtherKind };
        }
        catch (DlsException e)
        {
            findings.Add(LintCodes.XmlBad.At(xml, 0, e.Message, e.Hint));
            return null;
        }
    }

    private static void RequireListed(Dictionary<string, ListFile> lists, HashSet<string> ids, List<Finding> findings)
    {
        foreach (ListFile list in lists.Values)
        {
            findings.AddRange(list.Lines.Where(l => !ids.Contains(l.Text))
                .Select(l => LintCodes.ImgMissing.At(list.Name, l.Number, $"there is no {VocLayout.Images}/{l.Text}.jpg")));
        }
    }
}
