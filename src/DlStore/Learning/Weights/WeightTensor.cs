using System.Text.Json;

namespace DlStore.Learning.Weights;

/// <summary>One array of a weight file.</summary>
/// <param name="Name">Its path through the dictionaries of the file, joined by dots; control characters as <c>\xNN</c>.</param>
/// <param name="Shape">Its sizes; empty for a single number.</param>
/// <param name="Type"><c>float32</c>, <c>int64</c>, …</param>
/// <param name="Numbers">The product of the sizes.</param>
/// <param name="HasNan">Whether one of its numbers is NaN; false for whole numbers.</param>
/// <param name="HasInfinity">Whether one of its numbers is infinite; some programs store that on purpose.</param>
public sealed record WeightTensor(string Name, IReadOnlyList<long> Shape, string Type, long Numbers, bool HasNan, bool HasInfinity)
{
    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("infinity"u8, HasInfinity);
        writer.WriteString("name"u8, Name);
        writer.WriteBoolean("nan"u8, HasNan);
        writer.WriteNumber("numbers"u8, Numbers);
        writer.WriteStartArray("shape"u8);
        foreach (long size in Shape)
        {
            writer.WriteNumberValue(size);
        }

        writer.WriteEndArray();
        writer.WriteString("type"u8, Type);
        writer.WriteEndObject();
    }
}
