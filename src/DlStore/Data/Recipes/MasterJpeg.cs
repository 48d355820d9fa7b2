using DlStore.Images;

namespace DlStore.Data.Recipes;

/// <summary>What an image must be to train on: a whole upright JPEG that every reader sees alike.</summary>
public static class MasterJpeg
{
    /// <summary>Looks at an image without decoding it.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>Its header.</returns>
    /// <exception cref="DlsException">Kind Failed: not a JPEG, cut off, in printing inks, or turned by its EXIF tag; the message says what
    /// to do.</exception>
    public static JpegHeader Require(ReadOnlySpan<byte> bytes, string name) =>
        Require(bytes, name, "images of projects are JPEG files named .jpg; convert it, do not rename it");

    /// <summary>Looks at an image without decoding it.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <param name="wanted">The hint for a file that is no JPEG: what is taken in its place.</param>
    internal static JpegHeader Require(ReadOnlySpan<byte> bytes, string name, string wanted)
    {
        JpegHeader header = JpegHeader.TryRead(bytes, out string? problem)
            ?? throw new DlsException(ErrorKind.Failed, $"use image '{name}': {problem}", wanted);
        if ((long)header.Width * header.Height > Raster.PixelsMax)
        {
            throw new DlsException(ErrorKind.Failed,
                $"use image '{name}': its {header.Width}x{header.Height} pixels are more than the {Raster.PixelsMax} that are decoded",
                "cut out of it what matters");
        }

        if (!header.HasEnd)
        {
            throw new DlsException(ErrorKind.Failed,
                $"use image '{name}': it is cut off, the end marker of a JPEG is missing", "copy it again from where it came from");
        }

        if (header.IsCmyk)
        {
            throw new DlsException(ErrorKind.Failed,
                $"use image '{name}': it is stored in printing inks (CMYK), and readers crash on that or see wrong colours",
                "convert it to RGB");
        }

        return header.Orientation == 1
            ? header
            : throw new DlsException(
                ErrorKind.Failed, $"use image '{name}': its EXIF tag turns it (orientation {header.Orientation}"
                    + "), and readers do not agree whether they follow that",
                "write it upright, for example with `jpegtran` or `convert -auto-orient`, and label that file");
    }
}
