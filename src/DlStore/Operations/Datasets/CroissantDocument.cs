using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DlStore.Data.Annotations;
using DlStore.Data.Layouts;
using DlStore.Data.Sets;
using DlStore.Objects;

namespace DlStore.Operations.Datasets;

/// <summary>A description of a data set in Croissant 1.0: JSON-LD, whose keys stand in the order of the specification's examples.</summary>
internal sealed record CroissantDocument
{
    /// <summary>The archive's id and its file name, which <c>dls dataset export tar</c> is told.</summary>
    public const string ArchiveName = "data_set.tar.gz";

    private const string Conforms = "http://mlcommons.org/croissant/1.0";

    /// <summary>Terms of the context that stand for one of Croissant's own, by name.</summary>
    private static readonly string[] Terms = ["citeAs", "column", "extract", "field", "fileProperty", "fileObject", "fileSet", "format",
        "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex", "repeated",
        "replace", "separator", "source", "subField", "transform"];

    public required DatasetCroissantOptions Options { get; init; }

    public required string Canvas { get; init; }

    public required LabelledSet Set { get; init; }

    public required LockedCanvas Locked { get; init; }

    public required string? ImportedFrom { get; init; }

    public required Oid Archive { get; init; }

    public required long ArchiveBytes { get; init; }

    public required Oid ClassList { get; init; }

    public byte[] ToBytes()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Indented = true,
            NewLine = "\n",
        }))
        {
            json.WriteStartObject();
            WriteContext(json);
            json.WriteString("@type", "sc:Dataset");
            json.WriteString("name", Options.Name);
            json.WriteString("conformsTo", Conforms);
            json.WriteString("description", Describe());
            WritePeople(json);
            json.WriteString("version", Locked.DirHash.ToString());
            WriteFiles(json);
            new CroissantRecords(json, Set).Write();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteContext(Utf8JsonWriter json)
    {
        json.WriteStartObject("@context");
        json.WriteString("@language", "en");
        json.WriteString("@vocab", "https://schema.org/");
        json.WriteString("sc", "https://schema.org/");
        json.WriteString("cr", "http://mlcommons.org/croissant/");
        json.WriteString("rai", "http://mlcommons.org/croissant/RAI/");
        json.WriteString("dct", "http://purl.org/dc/terms/");
        json.WriteString("conformsTo", "dct:conformsTo");
        foreach ((string term, string type) in ((string, string)[])[("data", "@json"), ("dataType", "@vocab"), ("examples", "@json")])
        {
            json.WriteStartObject(term);
            json.WriteString("@id", "cr:" + term);
            json.WriteString("@type", type);
            json.WriteEndObject();
        }

        foreach (string term in Terms)
        {
            json.WriteString(term, "cr:" + term);
        }

        json.WriteEndObject();
    }

    private string Describe()
    {
        SetCounts counts = SetCounts.Of(Set);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"Data set '{Options.Name}' at canvas {Canvas}: {counts.Images} images (train ");
        text.Append(CultureInfo.InvariantCulture, $"{counts.ImagesOf(SplitSide.Train)}, val {counts.ImagesOf(SplitSide.Val)}, test ");
        text.Append(CultureInfo.InvariantCulture, $"{counts.ImagesOf(SplitSide.Test)}), {counts.Boxes} boxes");
        text.Append(CultureInfo.InvariantCulture, $" of {Set.Classes.Count} classes");
        text.Append(ImportedFrom is { } from ? $", imported from {from}" : "");
        text.Append(CultureInfo.InvariantCulture, $". The archive is what `dls dataset export tar {Options.Name} {ArchiveName} --canvas ");
        return text.Append(CultureInfo.InvariantCulture, $"{Canvas}` writes, the same bytes on every machine.").ToString();
    }

    /// <summary>What only people know: left out where it was not told, but for the licence, which is said to be unknown.</summary>
    private void WritePeople(Utf8JsonWriter json)
    {
        if (Options.License is { } license)
        {
            json.WriteString("license", license);
        }
        else
        {
            json.WriteStartObject("license");
            json.WriteString("@type", "sc:CreativeWork");
            json.WriteString("name", "unknown");
            json.WriteString("description", "No licence is recorded. That is no permission to use the data.");
            json.WriteEndObject();
        }

        if (Options.Page is { } url)
        {
            json.WriteString("url", url);
        }

        if (Options.Creator is { } creator)
        {
            json.WriteStartObject("creator");
            json.WriteString("@type", "sc:Organization");
            json.WriteString("name", creator);
            json.WriteEndObject();
        }

        if (Options.Published is { } day)
        {
            json.WriteString("datePublished", day);
        }
    }

    private void WriteFiles(Utf8JsonWriter json)
    {
        json.WriteStartArray("distribution");
        json.WriteStartObject();
        json.WriteString("@type", "cr:FileObject");
        json.WriteString("@id", ArchiveName);
        json.WriteString("name", ArchiveName);
        json.WriteString("contentUrl", ArchiveName);
        json.WriteString("contentSize", string.Create(CultureInfo.InvariantCulture, $"{ArchiveBytes} B"));
        // Readers of Croissant unpack what says that it is a tar, and see by themselves that it is in gzip.
        json.WriteStartArray("encodingFormat");
        json.WriteStringValue("application/x-tar");
        json.WriteStringValue("application/gzip");
        json.WriteEndArray();
        json.WriteString("sha256", Archive.ToHex());
        json.WriteEndObject();
        WriteInside(json, "cr:FileObject", VocLayout.ClassFile, "text/plain", "contentUrl", VocLayout.ClassFile, ClassList);
        WriteInside(json, "cr:FileSet", "image-files", "image/jpeg", "includes", $"{VocLayout.Images}/*.jpg");
        WriteInside(json, "cr:FileSet", "annotation-files", "application/xml", "includes", $"{VocLayout.Annotations}/*.xml");
        WriteInside(json, "cr:FileSet", "split-files", "text/plain", "includes", $"{VocLayout.Lists}/*.txt");
        json.WriteEndArray();
    }

    private static void WriteInside(
        Utf8JsonWriter json, string type, string id, string encoding, string key, string path, Oid? digest = null)
    {
        json.WriteStartObject();
        json.WriteString("@type", type);
        json.WriteString("@id", id);
        json.WriteString("name", id);
        json.WriteStartObject("containedIn");
        json.WriteString("@id", ArchiveName);
        json.WriteEndObject();
        json.WriteString(key, $"{DatasetWriter.Root}/{path}");
        json.WriteString("encodingFormat", encoding);
        if (digest is { } oid)
        {
            json.WriteString("sha256", oid.ToHex());
        }

        json.WriteEndObject();
    }
}
