using System.Buffers;
using System.Text.Json;

namespace DlStore.Learning.Weights;

/// <summary>What the bytes of a weight file say (docs/formats/weights-facts.md).</summary>
/// <param name="Format"><c>torch-zip</c>, <c>darknet</c> or <c>unknown</c>.</param>
/// <param name="Tensors">In the order of the file; empty if the format is unknown.</param>
/// <param name="Darknet">The header of a darknet file, else null.</param>
/// <param name="Seen">How many images a darknet file says were trained on, else null.</param>
/// <param name="Reason">Why the format is unknown, as the end of a sentence; else null.</param>
public sealed record WeightFacts(string Format, IReadOnlyList<WeightTensor> Tensors, DarknetHeader? Darknet, long? Seen, string? Reason)
{
    /// <summary>The format of PyTorch since 1.6: a zip file of a pickle and one entry a storage.</summary>
    public const string TorchZip = "torch-zip";

    /// <summary>The format of PyTorch before 1.6: pickles and numbers one behind the other.</summary>
    public const string TorchLegacy = "torch-legacy";

    /// <summary>The format of safetensors: a JSON text and numbers.</summary>
    public const string SafeTensors = "safetensors";

    /// <summary>The format of ONNX: a message of protocol buffers.</summary>
    public const string Onnx = "onnx";

    /// <summary>HDF5, the format of Keras' <c>.h5</c>: told, and not looked into.</summary>
    public const string Hdf5 = "hdf5";

    /// <summary>The format of darknet: a header and 32-bit floats.</summary>
    public const string DarknetFloats = "darknet";

    /// <summary>Anything else.</summary>
    public const string Unknown = "unknown";

    /// <summary>Gets what was not looked into, as the end of a sentence; null if everything was.</summary>
    public string? Unread { get => Reason ?? field; init; }

    /// <summary>
    /// Gets what the file begins like, although it could not be read as that; null if it begins like nothing that dls knows.
    /// </summary>
    public string? Begins { get; init; }

    /// <summary>Gets the numbers of all tensors.</summary>
    public long Numbers => Tensors.Sum(static t => t.Numbers);

    /// <summary>Gets a value indicating whether any tensor holds a NaN.</summary>
    public bool HasNan => Tensors.Any(static t => t.HasNan);

    /// <summary>Gets a value indicating whether any tensor holds an infinity.</summary>
    public bool HasInfinity => Tensors.Any(static t => t.HasInfinity);

    /// <summary>Gives the facts as JSON: keys sorted, one line.</summary>
    /// <returns>UTF-8 with a line end.</returns>
    public byte[] ToBytes()
    {
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter writer = new(buffer);
        writer.WriteStartObject();
        WriteText(writer, "begins", Begins);
        WriteText(writer, "darknet", Darknet is { } header ? $"{header.Major}.{header.Minor}.{header.Revision}" : null);
        WriteText(writer, "format", Format);
        writer.WriteNumber("numbers"u8, Numbers);
        WriteText(writer, "reason", Reason);

        if (Seen is { } seen)
        {
            writer.WriteNumber("seen"u8, seen);
        }

        writer.WriteStartArray("tensors"u8);
        foreach (WeightTensor tensor in Tensors)
        {
            tensor.WriteTo(writer);
        }

        writer.WriteEndArray();
        WriteText(writer, "unread", Reason is null ? Unread : null);
        writer.WriteEndObject();
        writer.Flush();
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteText(Utf8JsonWriter writer, string key, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(key, value);
        }
    }
}
