using DlStore.Data.Annotations;
using DlStore.Data.Layouts;
using DlStore.Objects;

namespace DlStore.Data.Lint;

/// <summary>One id of a VOC set, as lint keeps it.</summary>
internal sealed class LintImage(string id)
{
    public string Id => id;

    /// <summary>Gets or sets the image's file name; empty if there is none.</summary>
    public string File { get; set; } = "";

    public bool HasXml { get; set; }

    /// <summary>Gets or sets a value indicating whether the annotation could be read.</summary>
    public bool IsXmlGood { get; set; }

    /// <summary>Gets or sets a value indicating whether it is a JPEG by its header.</summary>
    public bool IsJpeg { get; set; }

    public bool HasEnd { get; set; }

    public Oid Oid { get; set; }

    public int Width { get; set; }

    public int Height { get; set; }

    public int Channels { get; set; }

    /// <summary>Gets or sets the line of the first number with a decimal point, or 0.</summary>
    public int FloatLine { get; set; }

    public SplitSide Side { get; set; }

    public LintObject[] Objects { get; set; } = [];

    /// <summary>Gets a value indicating whether the image is where readers look for it.</summary>
    public bool HasJpg => File.Length > 0 && File.EndsWith(".jpg", StringComparison.Ordinal);

    public string ImagePath => $"{VocLayout.Images}/{(File.Length > 0 ? File : id + ".jpg")}";

    public string XmlPath => $"{VocLayout.Annotations}/{id}.xml";
}
