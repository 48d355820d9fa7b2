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
    /// <param name="isOtherKind">Whether it is a picture of another kind.</param>
    /// <param name="fault">Why it cannot be used.</param>
    /// <returns>Null if it cannot be used.</returns>
    public static JpegHeader? Open(string path, string name, ImageRule rule, out bool isOtherKind, out Finding? fault)
    {
        isOtherKind = false;
        fault = null;
        if (!Sys.TryStat(path, out FileStat stat))
        {
            fault = LintCodes.ImgMissing.At(name, 0, "the image is not there");
        }
        else if (!stat.IsFile || stat.Size == 0)
        {
            fault = stat.IsFile
                ? LintCodes.ImgSizeZero.At(name, 0, "the file is empty") : LintCodes.ImgNotJpeg.At(name, 0, $"it is a {stat.Describe()}");
        }
        else
        {
            try
            {
                return Read(path, name, rule, stat.Size, out isOtherKind, out fault);
            }
            catch (DlsException e)
            {
                // A bad sector, or a file that may not be read, is a fault of one image, not of the set.
                fault = LintCodes.ImgNotJpeg.At(name, 0, e.Message, e.Hint);
            }
        }

        return null;
    }

    private static JpegHeader? Read(string path, string name, ImageRule rule, long size, out bool isOtherKind, out Finding? fault)
    {
        JpegHeader? header = JpegHeader.TryReadFile(path, name, out string? problem);
        isOtherKind = false;
        if (problem is not null && rule == ImageRule.AnyPicture && Picture(path, name) is { } picture)
        {
            isOtherKind = true;
            header = picture.Header;
            problem = picture.Problem;
        }

        problem ??= header!.WhyTooLarge(size);
        fault = problem is null ? null : Fault(name, problem);
        return problem is null ? header : null;
    }

    /// <summary>Gives the finding for a file that is no picture.</summary>
    public static Finding Fault(string name, string problem)
    {
        bool isCut = problem.Contains("cut off", StringComparison.Ordinal);
        return (isCut ? LintCodes.ImgTruncated : LintCodes.ImgNotJpeg).At(name, 0, problem, isCut ? "copy it again" : "convert it");
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
