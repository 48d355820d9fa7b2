using DlStore.Data.Findings;
using DlStore.Images;
using DlStore.Images.Pictures;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>Looks at one image file for a reader of data sets.</summary>
internal static class ImageFile
{
    public const int LengthMax = 256 << 20;

    /// <summary>Reads the header of an image file; links are not followed.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="name">The file as findings name it.</param>
    /// <param name="rule">What counts. A picture of another kind gives the header of the JPEG that is made of it.</param>
    /// <param name="findings">Takes what is wrong.</param>
    /// <param name="isOtherKind">Whether it is a picture of another kind.</param>
    /// <returns>Null if it cannot be used; the finding says why.</returns>
    public static JpegHeader? Open(string path, string name, ImageRule rule, List<Finding> findings, out bool isOtherKind)
    {
        isOtherKind = false;
        if (!Sys.TryStat(path, out FileStat stat))
        {
            findings.Add(LintCodes.ImgMissing.At(name, 0, "the image is not there"));
            return null;
        }

        if (!stat.IsFile || stat.Size == 0)
        {
            findings.Add(stat.IsFile
                ? LintCodes.ImgSizeZero.At(name, 0, "the file is empty") : LintCodes.ImgNotJpeg.At(name, 0, $"it is a {stat.Describe()}"));
            return null;
        }

        JpegHeader? header = JpegHeader.TryReadFile(path, name, out string? problem);
        if (problem is not null && rule == ImageRule.AnyPicture && Picture(path, name) is { } picture)
        {
            isOtherKind = true;
            header = picture.Header;
            problem = picture.Problem;
        }

        problem ??= header!.WhyTooLarge(stat.Size);
        if (problem is not null)
        {
            findings.Add(LintCodes.ImgNotJpeg.At(name, 0, problem));
        }

        return problem is null ? header : null;
    }

    /// <summary>Looks at a picture of another kind, without decoding it.</summary>
    private static (JpegHeader? Header, string? Problem)? Picture(string path, string name)
    {
        byte[] bytes = SmallFile.Read(path, name, LengthMax);
        if (!PictureAsJpeg.IsOne(bytes))
        {
            return null;
        }

        PictureHeader? header = PictureHeader.TryRead(bytes, out string? problem);
        problem ??= header!.Orientation == 1
            ? null : $"its EXIF tag turns it (orientation {header.Orientation}), and its boxes may be those of either way up";
        return header is null ? (null, problem) : (new JpegHeader
        {
            Width = header.Width,
            Height = header.Height,
            Channels = 3,
            Orientation = 1,
            HasAdobe = false,
            // It is not there yet, so how long it will be says nothing.
            IsProgressive = true,
            HasEnd = true,
        }, problem);
    }
}
