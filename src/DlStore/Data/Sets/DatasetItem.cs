using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using DlStore.Data.Annotations;
using DlStore.Objects;

namespace DlStore.Data.Sets;

/// <summary>One image of a data set with all that is known of it.</summary>
public sealed record DatasetItem
{
    private readonly string? _file;

    /// <summary>Gets its file name without extension in the data set; unique there.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// Gets the directory of the build that holds its bytes, absolute, or null for a file elsewhere: a data set has 100,000 images, and one
    /// text serves all of a build.
    /// </summary>
    public string? Directory { get; init; }

    /// <summary>Gets the file that holds its bytes now, absolute.</summary>
    public string File
    {
        get => _file ?? $"{Directory}/{SourceId}.jpg";
        init => _file = value;
    }

    /// <summary>Gets the digest of its bytes.</summary>
    public required Oid Oid { get; init; }

    /// <summary>Gets the columns.</summary>
    public required int Width { get; init; }

    /// <summary>Gets the rows.</summary>
    public required int Height { get; init; }

    /// <summary>Gets the colour channels of the file.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>
    /// Gets a value indicating whether <see cref="File"/> is no JPEG: its bytes are those of the JPEG that is made of it.
    /// </summary>
    public bool IsOtherKind { get; init; }

    /// <summary>Gets what is in it, in classes of the data set.</summary>
    public required IReadOnlyList<LabelledObject> Objects { get; init; }

    /// <summary>Gets the project or the set of real images it is from.</summary>
    public required string Source { get; init; }

    /// <summary>Gets a value indicating whether it is a real image, not one that a recipe made.</summary>
    public bool IsReal { get; init; }

    /// <summary>Gets the part of the data set that is split by itself: the project, or one character of a generator.</summary>
    public required string Unit { get; init; }

    /// <summary>Gets what must stay on one side with it, within the unit; null: images of equal bytes.</summary>
    public string? Group { get; init; }

    /// <summary>Gets the name it has in its source.</summary>
    public required string SourceId { get; init; }

    /// <summary>Gets the master within the project, or null.</summary>
    public string? Master { get; init; }

    /// <summary>Gets the placement, or null.</summary>
    public string? Placement { get; init; }

    /// <summary>Gets the recipe's step, or null.</summary>
    public string? Step { get; init; }

    /// <summary>Gets the parameters, or null.</summary>
    public string? Parameters { get; init; }

    /// <summary>Gets the side it came with, which it keeps.</summary>
    public SplitSide Given { get; init; }

    /// <summary>Gets the side it has.</summary>
    public SplitSide Side { get; init; }
}

/// <summary>One line of <c>items.jsonl</c>, in the order of the ids. docs/formats/dataset-lock.md.</summary>
public sealed record DatasetItemLine
{
    /// <summary>The file name, beside <c>data_set/</c>.</summary>
    public const string FileName = "items.jsonl";

    /// <summary>Gets the name that the files have.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the digest of the image.</summary>
    public required Oid Oid { get; init; }

    /// <summary>Gets the side: <c>train</c>, <c>val</c> or <c>test</c>.</summary>
    public required string Side { get; init; }

    /// <summary>Gets the project or the set of real images.</summary>
    public required string From { get; init; }

    /// <summary>Gets a value indicating whether it is a real image.</summary>
    public required bool Real { get; init; }

    /// <summary>Gets its name there.</summary>
    public required string SourceId { get; init; }

    /// <summary>Gets the master within the project, or null.</summary>
    public string? Master { get; init; }

    /// <summary>Gets the placement, or null.</summary>
    public string? Placement { get; init; }

    /// <summary>Gets the recipe's step, or null.</summary>
    public string? Step { get; init; }

    /// <summary>Gets the parameters, or null.</summary>
    public string? Parameters { get; init; }

    /// <summary>Gets what is in it, sorted.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Gives the line of an item.</summary>
    /// <param name="item">The item.</param>
    /// <returns>Its line.</returns>
    public static DatasetItemLine Of(DatasetItem item) => new()
    {
        Id = item.Id,
        Oid = item.Oid,
        Side = SideText(item.Side),
        From = item.Source,
        Real = item.IsReal,
        SourceId = item.SourceId,
        Master = item.Master,
        Placement = item.Placement,
        Step = item.Step,
        Parameters = item.Parameters,
        Labels = [.. item.Objects.Select(static o => o.Label).Distinct().Order(StringComparer.Ordinal)],
    };

    /// <summary>Gives a side's text.</summary>
    /// <param name="side">The side.</param>
    /// <returns><c>train</c>, <c>val</c>, <c>test</c> or <c>none</c>.</returns>
    public static string SideText(SplitSide side) => side switch
    {
        SplitSide.None => "none",
        SplitSide.Train => "train",
        SplitSide.Val => "val",
        SplitSide.Test => "test",
        _ => throw new ArgumentOutOfRangeException(nameof(side)),
    };

    /// <summary>Gives the bytes of a whole file.</summary>
    /// <param name="items">Sorted by id.</param>
    /// <returns>UTF-8, one JSON object a line.</returns>
    public static ReadOnlyMemory<byte> ToBytes(IEnumerable<DatasetItem> items)
    {
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter writer = new(
            buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        foreach (DatasetItem item in items)
        {
            JsonSerializer.Serialize(writer, Of(item), DatasetItemJson.Default.DatasetItemLine);
            writer.Flush();
            writer.Reset();
            buffer.Write("\n"u8);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>Its lines.</returns>
    /// <exception cref="DlsException">Kind Corrupt: a line is damaged.</exception>
    public static IReadOnlyList<DatasetItemLine> Parse(ReadOnlySpan<byte> bytes, string name)
    {
        List<DatasetItemLine> lines = [];
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? default : bytes[(end + 1)..];
            try
            {
                lines.Add(JsonSerializer.Deserialize(line, DatasetItemJson.Default.DatasetItemLine) ?? throw new JsonException());
            }
            catch (JsonException e)
            {
                throw DlsException.AtLine(
                    ErrorKind.Corrupt, "read", name, lines.Count + 1, "it is damaged", "run `dls checkout` on the data set", e);
            }
        }

        return lines;
    }
}

/// <summary>How item lines are written.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DatasetItemLine))]
internal sealed partial class DatasetItemJson : JsonSerializerContext;
