using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Sets;
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
        SetGathering set = new(layout.Root, SetForm.Voc, rule) { ClassFile = VocLayout.ClassFile };
        set.Saw.Add($"'{VocLayout.Annotations}' and '{VocLayout.Images}': taken for a set in Pascal VOC layout");
        Dictionary<string, ListFile> lists = layout.ReadLists(set.Findings);
        VocLists.Check(lists, set.Findings);
        new VocReader(layout, lists, set).Read();
        ClassList? classes = layout.ReadClasses(set.Findings);
        set.Saw.Add(OriginOf(set.Images));
        return set.Finish(classes?.Labels ?? LabelsOf(set.Images));
    }

    /// <summary>Says whether the boxes count from 1, as Pascal VOC does; they are kept as they are.</summary>
    internal static string OriginOf(IEnumerable<LabelledImage> images)
    {
        int atZero = 0;
        int atEdge = 0;
        foreach (LabelledImage image in images)
        {
            foreach (PixelBox box in image.Objects.Select(static o => o.Box))
            {
                atZero += box.XMin == 0 || box.YMin == 0 ? 1 : 0;
                atEdge += box.XMin == 1 || box.YMin == 1 || box.XMax == image.Width || box.YMax == image.Height ? 1 : 0;
            }
        }

        return atZero > 0
            ? $"{atZero} box{(atZero == 1 ? " begins" : "es begin")} at pixel 0: the set counts from 0, and its boxes are kept "
                + "as they are, which is one pixel to the left of what Pascal VOC means"
            : atEdge > 0 ? "boxes count from pixel 1, as Pascal VOC does"
            : "no box lies at an edge, so nothing tells whether boxes count from 0 or from 1; they are kept and read as counted from 1";
    }

    /// <summary>Gives the labels of images as a class list, sorted ordinally.</summary>
    internal static IReadOnlyList<string> LabelsOf(IEnumerable<LabelledImage> images) => [.. images.SelectMany(static i => i.Objects)
        .Select(static o => o.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Reads an annotation.</summary>
    internal static Annotation? ReadXml(string path, string name, out Finding? fault)
    {
        fault = null;
        try
        {
            return Annotation.Parse(SmallFile.Read(path, name, Annotation.LengthMax), name);
        }
        catch (DlsException e)
        {
            fault = e.File == name && e.Line > 0 ? LintCodes.XmlBad.At(name, e.Line, e.Reason, e.Hint)
                : LintCodes.XmlBad.At(name, 0, e.Message, e.Hint);
            return null;
        }
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
}
