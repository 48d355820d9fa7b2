using DlStore.Images;
using DlStore.Images.Pictures;

namespace DlStore.Data.Recipes;

/// <summary>
/// A picture as it is taken in, as a master or into a test set: a JPEG file byte for byte, any other kind that is read (PNG, GIF, BMP,
/// WebP) written as a JPEG. The bytes decide, not the
/// name. What the JPEG lacks of the picture is never dropped without a word.
/// </summary>
/// <param name="Bytes">The JPEG file.</param>
/// <param name="Header">What it says of itself.</param>
/// <param name="Changes">What was made of what, for the user: <c>a PNG file, written as a JPEG of quality 95</c>; null for a JPEG, of which
/// every byte is kept.</param>
internal sealed record TakenPicture(byte[] Bytes, JpegHeader Header, string? Changes)
{
    /// <summary>Takes a picture.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <param name="isLabelled">Whether an annotation with boxes belongs to it: then it must be upright, because labelling programs do not
    /// agree on which way up they showed it.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="DlsException">Kind Failed: it cannot be used; the message says why and what to do.</exception>
    public static TakenPicture Take(byte[] bytes, string name, bool isLabelled)
    {
        if (!PictureAsJpeg.IsOne(bytes))
        {
            return new TakenPicture(bytes, MasterJpeg.Require(bytes, name, PictureAsJpeg.Wanted), null);
        }

        PictureAsJpeg made = PictureAsJpeg.Make(bytes, name);
        return isLabelled && made.Orientation != 1
            ? throw new DlsException(
                ErrorKind.Failed, $"use image '{name}': its EXIF tag turns it (orientation {made.Orientation}"
                    + "), and its boxes may be those of either way up",
                    "write it upright, for example with `convert -auto-orient`, and label that file")
            : new TakenPicture(made.Bytes, MasterJpeg.Require(made.Bytes, name), made.Changes);
    }
}
