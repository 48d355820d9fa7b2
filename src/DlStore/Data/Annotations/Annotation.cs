using System.Buffers;
using DlStore.Objects;

namespace DlStore.Data.Annotations;

/// <summary>
/// What one Pascal VOC file says about one image (docs/formats/labelled-sets.md). Reading is tolerant of who wrote it and strict about what
/// it means; there is one canonical
/// encoding, which dls writes, and whose SHA-256 is the identity of an annotation whatever its white space was.
/// </summary>
public sealed record Annotation
{
    /// <summary>The largest file, in bytes.</summary>
    public const int LengthMax = 1 << 20;

    /// <summary>The most objects of one image.</summary>
    public const int ObjectsMax = 10_000;

    /// <summary>Gets the directory of the image, as the file says; dls goes by no such name.</summary>
    public string Folder { get; init; } = "JPEGImages";

    /// <summary>Gets the image's file name, as the file says; empty if it is missing.</summary>
    public required string FileName { get; init; }

    /// <summary>Gets the path that a foreign file names; it is never written, because it is a place on somebody's machine.</summary>
    public string Path { get; init; } = "";

    /// <summary>Gets where the image is from.</summary>
    public string Database { get; init; } = "Unknown";

    /// <summary>Gets the columns, as the file says; 0 if it does not.</summary>
    public required int Width { get; init; }

    /// <summary>Gets the rows, as the file says; 0 if it does not.</summary>
    public required int Height { get; init; }

    /// <summary>Gets the channels, as the file says.</summary>
    public int Depth { get; init; } = 3;

    /// <summary>Gets a value indicating whether a segmentation exists.</summary>
    public bool Segmented { get; init; }

    /// <summary>
    /// Gets the objects in the order of the file; their <see cref="LabelledObject.Line"/> is the line of the element <c>object</c>.
    /// </summary>
    public required IReadOnlyList<LabelledObject> Objects { get; init; }

    /// <summary>
    /// Gets the line of each object's box, at the same position as <see cref="Objects"/>; empty for an annotation that was not read.
    /// </summary>
    public IReadOnlyList<int> BoxLines { get; init; } = [];

    /// <summary>Gets the line of the file name; 1 if there is none.</summary>
    public int FileNameLine { get; init; } = 1;

    /// <summary>Gets the line of the size; 1 if there is none.</summary>
    public int SizeLine { get; init; } = 1;

    /// <summary>Gets what some readers stop at, in the order of the file.</summary>
    public IReadOnlyList<AnnotationRemark> Remarks { get; init; } = [];

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="DlsException">Kind Failed: it is not such a file; <c>file:line</c> is named.</exception>
    public static Annotation Parse(ReadOnlySpan<byte> bytes, string name) => AnnotationReader.Read(bytes, name);

    /// <summary>Gives the canonical encoding.</summary>
    /// <returns>UTF-8, LF, indented by tabs, as labelImg writes it.</returns>
    /// <exception cref="DlsException">Kind Failed: a text holds a character that XML cannot.</exception>
    public byte[] ToBytes()
    {
        ArrayBufferWriter<byte> buffer = new(512 + (320 * Objects.Count));
        WriteTo(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the canonical encoding.</summary>
    /// <param name="buffer">Gets the bytes; clear it between two annotations and use it again.</param>
    /// <exception cref="DlsException">Kind Failed: a text holds a character that XML cannot.</exception>
    public void WriteTo(ArrayBufferWriter<byte> buffer) => AnnotationWriter.Write(this, buffer);

    /// <summary>Gives the identity of the annotation: the SHA-256 of its canonical encoding.</summary>
    /// <returns>Equal for two files that say the same.</returns>
    public Oid CanonicalHash() => Oid.Of(ToBytes());

    /// <summary>Makes the annotation of an image.</summary>
    /// <param name="image">The image; its file name is its id and <c>.jpg</c>.</param>
    /// <returns>What dls writes for it.</returns>
    public static Annotation Of(LabelledImage image) => new()
    {
        FileName = image.Id + ".jpg",
        Width = image.Width,
        Height = image.Height,
        Depth = image.Channels,
        Objects = image.Objects,
    };
}
