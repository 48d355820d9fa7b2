using System.Text.Encodings.Web;
using System.Text.Json;
using DlStore.Data.Annotations;
using DlStore.Data.Layouts;

namespace DlStore.Operations.Datasets;

/// <summary>
/// The records of a data set as Croissant describes them: classes, splits, images and boxes. Croissant reads no XML, so what annotations
/// and lists say stands in the description itself.
/// </summary>
/// <param name="json">Within the data set.</param>
/// <param name="set">The data set.</param>
internal sealed class CroissantRecords(Utf8JsonWriter json, LabelledSet set)
{
    private const string Classes = "classes";
    private const string Splits = "splits";
    private const string Images = "images";
    private const string Facts = "image_facts";
    private const string Boxes = "boxes";

    private static readonly (SplitSide Side, string Url)[] Sides = [(SplitSide.Train, "cr:TrainingSplit"),
        (SplitSide.Val, "cr:ValidationSplit"), (SplitSide.Test, "cr:TestSplit")];

    public void Write()
    {
        json.WriteStartArray("recordSet");
        if (set.Classes.Count > 0)
        {
            WriteClasses();
        }

        WriteSplits();
        if (set.Images.Count > 0)
        {
            WriteImages();
            // Beside the images, not in them: readers join files with tables, and not with what stands in the description.
            WriteFacts();
        }

        if (set.Images.Any(static i => i.Objects.Count > 0))
        {
            WriteBoxes();
        }

        json.WriteEndArray();
    }

    private void WriteClasses()
    {
        Begin(Classes, "The classes; the id is the position in the class list.", $"{Classes}/name");
        json.WriteString("dataType", "sc:Enumeration");
        json.WriteStartArray("field");
        Field($"{Classes}/id", "sc:Integer");
        Field($"{Classes}/name", "sc:Text");
        json.WriteEndArray();
        Data(set.Classes.Select((name, id) => Row(row =>
        {
            row.WriteNumber($"{Classes}/id", id);
            row.WriteString($"{Classes}/name", name);
        })));
    }

    private void WriteSplits()
    {
        Begin(Splits, "What images are for.", $"{Splits}/name");
        json.WriteString("dataType", "cr:Split");
        json.WriteStartArray("field");
        Field($"{Splits}/name", "sc:Text");
        // The type alone is the one of the specification; its own checker wants one of data, too.
        Field($"{Splits}/url", ["cr:Split", "sc:Text"], null);
        json.WriteEndArray();
        Data(Sides.Select(static side => Row(row =>
        {
            row.WriteString($"{Splits}/name", SetCounts.NameOf(side.Side));
            row.WriteString($"{Splits}/url", side.Url);
        })));
    }

    private void WriteFacts()
    {
        Begin(Facts, "What the lists and the files say of each image; an image of no list has no split.", $"{Facts}/name");
        json.WriteStartArray("field");
        Field($"{Facts}/name", "sc:Text", $"{Images}/name");
        Field($"{Facts}/split", "sc:Text", $"{Splits}/name");
        Field($"{Facts}/width", "sc:Integer");
        Field($"{Facts}/height", "sc:Integer");
        json.WriteEndArray();
        Data(set.Images.Select(static image => Row(row =>
        {
            row.WriteString($"{Facts}/name", image.Id + ".jpg");
            row.WriteString($"{Facts}/split", image.Side == SplitSide.None ? null : SetCounts.NameOf(image.Side));
            row.WriteNumber($"{Facts}/width", image.Width);
            row.WriteNumber($"{Facts}/height", image.Height);
        })));
    }

    private void WriteImages()
    {
        Begin(Images, "The images, by their file names.", $"{Images}/name");
        json.WriteStartArray("field");
        FileField($"{Images}/name", "sc:Text", "filename");
        FileField($"{Images}/content", "sc:ImageObject", "content");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteBoxes()
    {
        Begin(Boxes, "The labelled objects; an image may have none or several.", null);
        json.WriteStartArray("field");
        Field($"{Boxes}/image", "sc:Text", $"{Images}/name");
        Field($"{Boxes}/label", ["sc:Text", "cr:Label"], $"{Classes}/name");
        Field($"{Boxes}/bbox", ["cr:BoundingBox"], null, "Pixels from 0: left, top, width and height (XYWH).");
        Field($"{Boxes}/difficult", "sc:Boolean");
        Field($"{Boxes}/truncated", "sc:Boolean");
        json.WriteEndArray();
        Data(set.Images.SelectMany(static image => image.Objects.Select(item => Row(row =>
        {
            row.WriteString($"{Boxes}/image", image.Id + ".jpg");
            row.WriteString($"{Boxes}/label", item.Label);
            row.WriteStartArray($"{Boxes}/bbox");
            // As in COCO: the box of VOC counts pixels from 1.
            row.WriteNumberValue(item.Box.XMin - 1);
            row.WriteNumberValue(item.Box.YMin - 1);
            row.WriteNumberValue(item.Box.Width);
            row.WriteNumberValue(item.Box.Height);
            row.WriteEndArray();
            row.WriteBoolean($"{Boxes}/difficult", item.Difficult);
            row.WriteBoolean($"{Boxes}/truncated", item.Truncated);
        }))));
    }

    private void Begin(string id, string description, string? key)
    {
        json.WriteStartObject();
        json.WriteString("@type", "cr:RecordSet");
        json.WriteString("@id", id);
        json.WriteString("name", id);
        json.WriteString("description", description);
        if (key is not null)
        {
            json.WriteStartObject("key");
            json.WriteString("@id", key);
            json.WriteEndObject();
        }
    }

    private void Field(string id, string type, string? references = null) => Field(id, [type], references, null);

    private void Field(string id, string[] types, string? references, string? description = null)
    {
        json.WriteStartObject();
        WriteHead(id, types);
        if (description is not null)
        {
            json.WriteString("description", description);
        }

        WriteReference(references);
        json.WriteEndObject();
    }

    private void FileField(string id, string type, string property)
    {
        json.WriteStartObject();
        WriteHead(id, type);
        json.WriteStartObject("source");
        json.WriteStartObject("fileSet");
        json.WriteString("@id", "image-files");
        json.WriteEndObject();
        json.WriteStartObject("extract");
        json.WriteString("fileProperty", property);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteHead(string id, params string[] types)
    {
        json.WriteString("@type", "cr:Field");
        json.WriteString("@id", id);
        json.WriteString("name", id);
        if (types is [var type])
        {
            json.WriteString("dataType", type);
            return;
        }

        json.WriteStartArray("dataType");
        foreach (string one in types)
        {
            json.WriteStringValue(one);
        }

        json.WriteEndArray();
    }

    private void WriteReference(string? field)
    {
        if (field is not null)
        {
            json.WriteStartObject("references");
            json.WriteStartObject("field");
            json.WriteString("@id", field);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    /// <summary>Writes rows, one a line, and ends the record set.</summary>
    private void Data(IEnumerable<byte[]> rows)
    {
        json.WriteStartArray("data");
        foreach (byte[] row in rows)
        {
            json.WriteRawValue(row, skipInputValidation: true);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static byte[] Row(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter row = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            row.WriteStartObject();
            write(row);
            row.WriteEndObject();
        }

        return stream.ToArray();
    }
}
