using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Data.Recipes;

/// <summary>One object in a built image.</summary>
/// <param name="Label">Its class.</param>
/// <param name="Box">xmin, ymin, xmax, ymax, counted as VOC does.</param>
public sealed record BuiltObject(string Label, IReadOnlyList<int> Box);

/// <summary>One image of a build and how it was made.</summary>
public sealed record BuiltImage
{
    /// <summary>Gets the file name without extension: <c>PROJECT_n</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the digest of the JPEG file.</summary>
    public required Oid Oid { get; init; }

    /// <summary>Gets the bytes of the JPEG file.</summary>
    public required long Size { get; init; }

    /// <summary>Gets the columns.</summary>
    public required int Width { get; init; }

    /// <summary>Gets the rows.</summary>
    public required int Height { get; init; }

    /// <summary>Gets the colour channels of the file.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Gets the master, relative to the project; the character of a glyph; empty for a program without a master.</summary>
    public required string Source { get; init; }

    /// <summary>Gets the placement on a larger canvas, or null.</summary>
    public string? Placement { get; init; }

    /// <summary>Gets the step of the recipe, or null for a program.</summary>
    public string? Step { get; init; }

    /// <summary>Gets the parameters in the form of docs/formats/augmentation.md, or null for a program.</summary>
    public string? Parameters { get; init; }

    /// <summary>Gets how much of the objects' area was cut off, 1/1000.</summary>
    public int Cut { get; init; }

    /// <summary>Gets what is in it.</summary>
    public IReadOnlyList<BuiltObject> Objects { get; init; } = [];
}

/// <summary>The first line of a build record.</summary>
/// <param name="Format">1.</param>
/// <param name="Key">The digest of everything the build was made from.</param>
/// <param name="Project">The project.</param>
/// <param name="Canvas">The canvas.</param>
/// <param name="Engine">The engine's fingerprint, or the digest of the program.</param>
/// <param name="Recipe">The recipe's digest.</param>
/// <param name="Images">How many image lines follow.</param>
/// <param name="Copies">How many images have the same parameters as an earlier one, because the recipe allows no more different
/// ones.</param>
public sealed record BuildHeader(int Format, Oid Key, string Project, string Canvas, string Engine, Oid Recipe, int Images, int Copies);

/// <summary>
/// What a build came to: a header and a line of JSON for each image, in the order of their numbers. It lies inside the build's directory,
/// so the two are swapped in as one.
/// docs/formats/build-record.md.
/// </summary>
/// <param name="Header">The first line.</param>
/// <param name="Images">The others.</param>
public sealed record BuildRecord(BuildHeader Header, IReadOnlyList<BuiltImage> Images)
{
    /// <summary>The file name of a record.</summary>
    public const string FileName = "build.jsonl";

    private const int LengthMax = 1 << 30;

    /// <summary>Reads the record of a build.</summary>
    /// <param name="directory">Absolute path of the build's directory.</param>
    /// <param name="name">The directory as messages name it.</param>
    /// <returns>The record, or null if there is none or it is of another format.</returns>
    public static BuildRecord? Find(string directory, string name)
    {
        byte[]? bytes = SmallFile.Find($"{directory}/{FileName}", $"{name}/{FileName}", LengthMax);
        if (bytes is null)
        {
            return null;
        }

        try
        {
            ReadOnlySpan<byte> rest = bytes;
            BuildHeader? header = JsonSerializer.Deserialize(Line(ref rest), BuildJson.Default.BuildHeader);
            if (header is not { Format: 1 })
            {
                return null;
            }

            List<BuiltImage> images = new(Math.Min(header.Images, 1_000_000));
            while (!rest.IsEmpty)
            {
                images.Add(JsonSerializer.Deserialize(Line(ref rest), BuildJson.Default.BuiltImage) ?? throw new JsonException());
            }

            return images.Count == header.Images && images.TrueForAll(i => IsPlausible(header, i)) ? new BuildRecord(header, images) : null;
        }
        catch (JsonException)
        {
            // A build is derived data: one that cannot be read is one that has to be made again.
            return null;
        }
    }

    /// <summary>A record may come with a hostile clone: its names become paths.</summary>
    private static bool IsPlausible(BuildHeader header, BuiltImage image) =>
        header is { Project: not null, Canvas: not null, Engine: not null }
            && image.Id.StartsWith(header.Project + "_", StringComparison.Ordinal)
        && image.Id[(header.Project.Length + 1)..] is { Length: > 0 } number && number.All(char.IsAsciiDigit)
        && image.Objects.All(static o => o is { Label: not null, Box.Count: 4 });

    /// <summary>Reads the header alone.</summary>
    /// <param name="directory">Absolute path of the build's directory.</param>
    /// <returns>The header, or null if there is none or it is of another format.</returns>
    public static BuildHeader? FindHeader(string directory)
    {
        const int HeaderMax = 4096;
        string path = $"{directory}/{FileName}";
        if (!File.Exists(path))
        {
            return null;
        }

        using FileStream file = File.OpenRead(path);
        byte[] start = new byte[HeaderMax];
        ReadOnlySpan<byte> rest = start.AsSpan(0, file.ReadAtLeast(start, HeaderMax, throwOnEndOfStream: false));
        try
        {
            return JsonSerializer.Deserialize(Line(ref rest), BuildJson.Default.BuildHeader) is { Format: 1 } header ? header : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Gives the bytes of the file.</summary>
    /// <returns>UTF-8, one JSON object a line.</returns>
    public ReadOnlyMemory<byte> ToBytes()
    {
        ArrayBufferWriter<byte> buffer = new(256 * (Images.Count + 1));
        using Utf8JsonWriter writer = new(
            buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        JsonSerializer.Serialize(writer, Header, BuildJson.Default.BuildHeader);
        foreach (BuiltImage image in Images)
        {
            EndLine(writer, buffer);
            JsonSerializer.Serialize(writer, image, BuildJson.Default.BuiltImage);
        }

        EndLine(writer, buffer);
        return buffer.WrittenMemory;
    }

    private static void EndLine(Utf8JsonWriter writer, ArrayBufferWriter<byte> buffer)
    {
        writer.Flush();
        writer.Reset();
        buffer.Write("\n"u8);
    }

    private static ReadOnlySpan<byte> Line(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return line;
    }
}

/// <summary>How build records are written.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BuildHeader))]
[JsonSerializable(typeof(BuiltImage))]
internal sealed partial class BuildJson : JsonSerializerContext;
