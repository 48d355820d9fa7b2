using DlStore.Data.Annotations;
using DlStore.Data.Layouts;
using DlStore.Objects;

namespace DlStore.Data.Lint;

/// <summary>One image of a set, or one id that stands somewhere, as lint keeps it.</summary>
internal sealed class LintImage(string id)
{
    private readonly string? _imagePath;
    private readonly string? _labels;

    public string Id => id;

    /// <summary>Gets or sets the image's file name; empty if there is none.</summary>
    public string File { get; set; } = "";

    /// <summary>Gets or sets a value indicating whether there is something that says what is in it.</summary>
    public bool HasXml { get; set; }

    /// <summary>Gets or sets a value indicating whether that could be read.</summary>
    public bool IsXmlGood { get; set; }

    /// <summary>Gets what a reader of another layout read; null if lint reads an annotation of Pascal VOC itself.</summary>
    public IReadOnlyList<LabelledObject>? Given { get; init; }

    /// <summary>Gets a value indicating whether the file of its boxes is that of many images, so that findings must name the
    /// image.</summary>
    public bool IsShared { get; init; }

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

    public string ImagePath => _imagePath ?? $"{VocLayout.Images}/{(File.Length > 0 ? File : id + ".jpg")}";

    /// <summary>Gets the file that says what is in it.</summary>
    public string XmlPath => _labels ?? $"{VocLayout.Annotations}/{id}.xml";

    /// <summary>Gets what findings about boxes add, so that the image is named.</summary>
    public string Where => IsShared ? $" in '{id}'" : "";

    /// <summary>Makes the image of a set that its own reader has read.</summary>
    public static LintImage Of(SetEntry entry) => new(entry)
    {
        File = Path.GetFileName(entry.Image),
        HasXml = true,
        IsXmlGood = !entry.IsXml,
        Given = entry.IsXml ? null : entry.Objects,
        IsShared = entry.IsShared,
        Side = entry.Side,
    };

    private LintImage(SetEntry entry)
        : this(entry.Id)
    {
        _imagePath = entry.Image;
        _labels = entry.Labels;
    }
}
