using DlStore.Data.Findings;
using DlStore.Images;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>Looks at one image file for a reader of data sets.</summary>
internal static class ImageFile
{
    /// <summary>Reads the header of a JPEG file; links are not followed.</summary>
    /// <returns>Null if it cannot be used; the finding says why.</returns>
    public static JpegHeader? Open(string path, string name, List<Finding> findings)
    {
        if (!Sys.TryStat(path, out FileStat stat))
        {
            findings.Add(LintCodes.ImgMissing.At(name, 0, "the image is not there"));
            return null;
        }

        if (!stat.IsFile || stat.Size == 0)
        {
            findings.Add(stat.IsFile ? LintCodes.ImgSizeZero.At(name, 0, "the file is empty") : LintCodes.ImgNotJpeg.At(name, 0, $"it is a {stat.Describe()}"));
            return null;
        }

        JpegHeader? header = JpegHeader.TryReadFile(path, name, out string? problem);
        problem ??= header!.WhyTooLarge(stat.Size);
        if (problem is not null)
        {
            findings.Add(LintCodes.ImgNotJpeg.At(name, 0, problem));
        }

        return problem is null ? header : null;
    }
}
