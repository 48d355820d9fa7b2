using System.Security.Cryptography;
using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.Data.Names;
using DlStore.Images;
using DlStore.Images.Pictures;
using DlStore.Io;

namespace DlStore.Data.Lint;

/// <summary>
/// Reads every file of a set once, several at a time: image bytes are hashed while they are in memory for the look at their header and end,
/// then forgotten. One per thread.
/// </summary>
internal sealed class LintScan(string root, LabelTable labels, HashSet<string> listed)
{
    private const int TinyBelow = 4;

    // Larger files are hashed in pieces and opened twice.
    private const int WholeMax = 4 << 20;
    private byte[] _buffer = new byte[64 << 10];

    /// <summary>Gets what was found so far.</summary>
    public List<Finding> Findings { get; } = [];

    /// <summary>Gets the bytes read so far.</summary>
    public long Bytes { get; private set; }

    public void Read(LintImage image)
    {
        if (image.File.Length > 0)
        {
            ReadImage(image);
        }

        if (image.Given is { } given)
        {
            CheckObjects(image, given, null);
        }
        else if (image.HasXml)
        {
            ReadXml(image);
        }
        else if (image.File.Length > 0)
        {
            bool isListed = listed.Contains(image.Id);
            Findings.Add(LintCodes.ImgNoXml.At(image.ImagePath, 0, $"there is no {image.XmlPath}",
                "annotate it, or remove it and its lines in the lists")
                with
            { Severity = isListed ? Severity.Error : Severity.Warning });
        }
    }

    /// <summary>Gives the line that an error of a reader names, or 0.</summary>
    public static Finding FromError(LintCode code, string name, DlsException e)
    {
        return e.File == name && e.Line > 0 ? code.At(name, e.Line, e.Reason, e.Hint) : code.At(name, 0, e.Message, e.Hint);
    }

    private void ReadImage(LintImage image)
    {
        string path = Path.Combine(root, image.ImagePath);
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly | Posix.NoFollow | Posix.NonBlock);
        if (fd < 0)
        {
            bool isLink = Sys.Errno == Posix.ELoop;
            DlsException e = Sys.Error("read", image.ImagePath);
            Findings.Add(LintCodes.ImgNotJpeg.At(image.ImagePath, 0, isLink ? "it is a symlink" : e.Message));
            return;
        }

        try
        {
            FileStat stat = Sys.StatOpen(fd);
            if (!stat.IsFile || stat.Size == 0)
            {
                Findings.Add(stat.IsFile ? LintCodes.ImgSizeZero.At(image.ImagePath, 0, "the file is empty")
                    : LintCodes.ImgNotJpeg.At(image.ImagePath, 0, $"it is a {stat.Describe()}"));
                return;
            }

            JpegHeader? header = ReadHeader(image, fd, path, stat.Size, out string? problem, out PictureHeader? picture);
            CheckHeader(image, header, problem, picture);
        }
        catch (DlsException e)
        {
            // A bad sector is a fault of one image, not the end of lint.
            Findings.Add(LintCodes.ImgNotJpeg.At(image.ImagePath, 0, e.Message, e.Hint));
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    private JpegHeader? ReadHeader(LintImage image, int fd, string path, long size, out string? problem, out PictureHeader? picture)
    {
        picture = null;
        if (size <= WholeMax)
        {
            _buffer = _buffer.Length >= size ? _buffer : new byte[Math.Max(size, _buffer.Length * 2L)];
            Span<byte> bytes = _buffer.AsSpan(0, Sys.ReadFully(fd, _buffer.AsSpan(0, (int)size), image.ImagePath));
            Bytes += bytes.Length;
            image.Oid = Objects.Oid.Of(bytes);
            JpegHeader? header = JpegHeader.TryRead(bytes, out problem);
            picture = header is null && PictureAsJpeg.IsOne(bytes) ? PictureHeader.TryRead(bytes, out _) : null;
            return header;
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int n;
        while ((n = Sys.ReadFully(fd, _buffer, image.ImagePath)) > 0)
        {
            hash.AppendData(_buffer, 0, n);
            Bytes += n;
        }

        image.Oid = Objects.Oid.From(hash);
        return JpegHeader.TryReadFile(path, image.ImagePath, out problem);
    }

    private void CheckHeader(LintImage image, JpegHeader? header, string? problem, PictureHeader? picture)
    {
        if (header is null)
        {
            (image.Width, image.Height) = (picture?.Width ?? 0, picture?.Height ?? 0);
            // The name of a picture of another kind is reported already.
            if (image.HasJpg || (picture is null && Path.GetExtension(image.File).ToLowerInvariant() is ".jpg" or ".jpeg"))
            {
                Findings.Add(ImageFile.Fault(image.ImagePath, problem!));
            }

            return;
        }

        image.IsJpeg = true;
        image.HasEnd = header is { HasEnd: true, TrailingBytes: 0 };
        (image.Width, image.Height, image.Channels) = (header.Width, header.Height, header.Channels);
        CheckPicture(image, header);
    }

    private void CheckPicture(LintImage image, JpegHeader header)
    {
        if (!header.HasEnd)
        {
            Findings.Add(
                LintCodes.ImgTruncated.At(image.ImagePath, 0, "the file does not end with the end marker (FFD9)", "copy it again"));
        }

        if (header.TrailingBytes > 0)
        {
            Findings.Add(LintCodes.ImgTrailing.At(image.ImagePath, 0,
                $"{header.TrailingBytes} bytes stand behind the end of the picture, which "
                + "is whole", "nothing is missing; write the picture again if a program complains"));
        }

        if (header.IsCmyk)
        {
            Findings.Add(LintCodes.ImgCmyk.At(image.ImagePath, 0, "it has four channels (printing inks)", "convert it to RGB"));
        }

        if (header.Orientation != 1)
        {
            Findings.Add(LintCodes.ImgRotated.At(
                image.ImagePath, 0, $"its EXIF orientation is {header.Orientation}", "turn the picture itself and remove the mark"));
        }
    }

    private void ReadXml(LintImage image)
    {
        try
        {
            Annotation read = Annotation.Parse(
                SmallFile.Read(Path.Combine(root, image.XmlPath), image.XmlPath, Annotation.LengthMax), image.XmlPath);
            image.IsXmlGood = true;
            CheckFields(image, read);
            CheckObjects(image, read.Objects, read);
        }
        catch (DlsException e)
        {
            Findings.Add(FromError(LintCodes.XmlBad, image.XmlPath, e));
        }
    }

    private void CheckFields(LintImage image, Annotation read)
    {
        string wanted = image.File.Length > 0 ? image.File : image.Id + ".jpg";
        if (read.FileName.Length > 0 && read.FileName != wanted)
        {
            Findings.Add(LintCodes.XmlFileName.At(image.XmlPath,
                read.FileNameLine, $"it names '{InsidePath.Show(read.FileName)}', the image is '{wanted}'", "correct the file name"));
        }

        // No size at all is another finding; a size of 0 x 0 stops readers that divide by it.
        bool hasSize = read.Remarks.All(static r => r.Flaw != AnnotationFlaw.NoSize);
        if (image.IsJpeg && hasSize && (read.Width != image.Width || read.Height != image.Height))
        {
            string fix = image.Width == read.Height && image.Height == read.Width
                ? "the image may be turned" : "correct the size, and look at the boxes: they may be for another size";
            Findings.Add(LintCodes.XmlSize.At(
                image.XmlPath, read.SizeLine, $"it says {read.Width}x{read.Height}, the image is {image.Width}x{image.Height}", fix));
        }
        else if (image.IsJpeg && read.Depth != 0 && read.Depth != image.Channels)
        {
            Findings.Add(LintCodes.XmlDepth.At(
                image.XmlPath, read.SizeLine, $"it says depth {read.Depth}, the image has {image.Channels} channels"));
        }

        CheckRemarks(image, read);
    }

    private void CheckRemarks(LintImage image, Annotation read)
    {
        int floats = 0;
        foreach (AnnotationRemark remark in read.Remarks)
        {
            if (remark.Flaw == AnnotationFlaw.FloatNumber)
            {
                image.FloatLine = floats++ == 0 ? remark.Line : image.FloatLine;
            }
            else if (remark.Flaw is AnnotationFlaw.NoDifficult or AnnotationFlaw.NoFileName or AnnotationFlaw.NoSize)
            {
                Findings.Add(LintCodes.XmlNoField.At(image.XmlPath, remark.Line, $"there is no element '{remark.Text}'", "add it"));
            }
        }

        if (floats > 0)
        {
            string text = read.Remarks.First(static r => r.Flaw == AnnotationFlaw.FloatNumber).Text;
            Findings.Add(LintCodes.XmlFloat.At(image.XmlPath, image.FloatLine,
                $"{text}: expected a whole number{(floats > 1 ? $", and {floats - 1} more in this file" : "")}", "write whole pixels"));
        }
    }

    private void CheckObjects(LintImage image, IReadOnlyList<LabelledObject> objects, Annotation? read)
    {
        // Of an image that cannot be read, a reader of fractions knows no boxes.
        if (objects.Count == 0 && (read is not null || image.Width > 0))
        {
            Findings.Add(LintCodes.NoObject.At(image.XmlPath, 0, $"there is no object in {(image.IsShared ? $"'{image.Id}'" : "it")}"));
        }

        HashSet<int>? unsaid = null;
        foreach (AnnotationRemark remark in read?.Remarks ?? [])
        {
            if (remark.Flaw == AnnotationFlaw.NoDifficult)
            {
                (unsaid ??= []).Add(remark.Line);
            }
        }

        int width = image.Width > 0 ? image.Width : read?.Width ?? 0;
        int height = image.Width > 0 ? image.Height : read?.Height ?? 0;
        image.Objects = new LintObject[objects.Count];
        for (int i = 0; i < objects.Count; i++)
        {
            LabelledObject item = objects[i];
            int line = read?.BoxLines[i] ?? item.Line;
            image.Objects[i] = new LintObject(labels.NumberOf(item.Label),
                item.Box, item.Line, line, item.Difficult, unsaid is null || !unsaid.Contains(item.Line));
            CheckBox(image, item, line, width, height);
            for (int j = 0; j < i; j++)
            {
                if (image.Objects[j].Box == item.Box && image.Objects[j].Label == image.Objects[i].Label)
                {
                    string first = image.Objects[j].BoxLine > 0 ? $" is in line {image.Objects[j].BoxLine} already" : " stands there twice";
                    Findings.Add(LintCodes.BoxDup.At(
                        image.XmlPath, line, $"the same box of '{InsidePath.Show(item.Label)}'{image.Where}{first}", "remove one"));
                    break;
                }
            }
        }
    }

    private void CheckBox(LintImage image, LabelledObject item, int line, int width, int height)
    {
        PixelBox box = item.Box;
        string what = $"box {box} of '{InsidePath.Show(item.Label)}'{image.Where}";
        if (box.XMin >= box.XMax || box.YMin >= box.YMax)
        {
            Findings.Add(LintCodes.BoxEmpty.At(image.XmlPath, line, $"{what} has no extent", "draw it again, or remove it"));
        }

        // One column is no extent to those who subtract and one pixel to those who count.
        if (box is { Width: > 0, Height: > 0 } && (box.Width < TinyBelow || box.Height < TinyBelow))
        {
            Findings.Add(LintCodes.BoxTiny.At(image.XmlPath, line, $"{what} is {box.Width}x{box.Height} pixels"));
        }

        if (width > 0 && height > 0 && !box.IsInside(width, height))
        {
            Findings.Add(LintCodes.BoxOut.At(
                image.XmlPath, line, $"{what} leads out of the image of {width}x{height} (first pixel is 1,1)", "draw it again"));
        }
    }
}
