using System.Text.Json.Serialization;
using DlStore.Io;

namespace DlStore.Data.Sets;

/// <summary>Where images of a data set come from.</summary>
[JsonConverter(typeof(ImageOriginJson))]
public enum ImageOrigin
{
    /// <summary>A project made them.</summary>
    Project,

    /// <summary>They were taken in as they are.</summary>
    Real,
}

/// <summary>The words that locks and people have for it.</summary>
public static class ImageOrigins
{
    /// <summary>Gives the word.</summary>
    /// <param name="value">The member.</param>
    /// <returns><c>project</c> or <c>real</c>.</returns>
    public static string Name(ImageOrigin value) => value switch
    {
        ImageOrigin.Project => "project",
        ImageOrigin.Real => "real",
    };
}

/// <summary>Reads and writes the word.</summary>
public sealed class ImageOriginJson() : WordJson<ImageOrigin>("origin of images", ImageOrigins.Name);
