using DlStore.Images;

namespace DlStore.Data.Layouts;

/// <summary>Which files of a set count as its images.</summary>
public enum ImageRule
{
    /// <summary>JPEG files named <c>.jpg</c>: what data sets consist of and what trainers look for. Anything else is a finding.</summary>
    JpegOnly,
    /// <summary>Also PNG, GIF, BMP and WebP, for an import that writes them as JPEG.</summary>
    AnyPicture,
}

/// <summary>What the rules say of names.</summary>
internal static class ImageRules
{
    /// <summary>Tells whether a file name is one that counts.</summary>
    public static bool Takes(this ImageRule rule, string name) => rule == ImageRule.AnyPicture
        ? ImageKind.IsTakenName(name) : name.EndsWith(".jpg", StringComparison.Ordinal);
}
