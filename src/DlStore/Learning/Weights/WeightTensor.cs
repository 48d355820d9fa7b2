using System.Text.Json;

namespace DlStore.Learning.Weights;

/// <summary>One array of a weight file.</summary>
/// <param name="Name">Its path through the dictionaries of the file, joined by dots; control characters as <c>\xNN</c>.</param>
/// <param name="Shape">Its sizes; empty for a single number.</param>
/// <param name="Type"><c>float32</c>, <c>int64</c>, …</param>
/// <param name="Numbers">The product of the sizes.</param>
/// <param name="Nan">How many of its numbers are NaN; 0 for whole numbers. A view with gaps covers the gaps.</param>
/// <param name="Infinity">How many of its numbers are infinite; some programs store that on purpose.</param>
public sealed record WeightTensor(string Name, IReadOnlyList<long> Shape, string Type, long Numbers, long Nan, long Infinity)
{
    /// <summary>Gets a value indicating whether its numbers were looked at; if not, nothing is known of NaN in it.</summary>
    public bool IsRead { get; init; } = true;

    /// <summary>Gets a value indicating whether one of its numbers is NaN.</summary>
    public bool HasNan => Nan > 0;

    /// <summary>Gets a value indicating whether one of its numbers is infinite.</summary>
    public bool HasInfinity => Infinity > 0;

    /// <summary>Counts the numbers of a shape.</summary>
    /// <exception cref="InvalidDataException">They cannot be counted.</exception>
    internal static long Product(IReadOnlyList<long> shape)
    {
        try
        {
            return shape.Aggregate(1L, static (product, size) => checked(product * size));
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException("a tensor has more numbers than can be counted", e);
        }
    }

    /// <summary>Counts the bytes of numbers.</summary>
    /// <exception cref="InvalidDataException">They are more than any file has.</exception>
    internal static long Bytes(long numbers, NumberType type) =>
        numbers <= long.MaxValue / type.Size
            ? numbers * type.Size : throw new InvalidDataException("a tensor has more numbers than can be counted");

    /// <summary>Looks at numbers that stand one behind the other.</summary>
    internal static WeightTensor Scan(Stream source, long offset, string name, IReadOnlyList<long> shape, NumberType type)
    {
        long numbers = Product(shape);
        NotFinite found = type.Float is { } bits && numbers > 0
            ? FloatScan.Count(source, offset, bits, [0, Bytes(numbers, type)])[0] : default;
        return new WeightTensor(name, shape, type.Name, numbers, found.Nan, found.Infinity);
    }

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (IsRead)
        {
            writer.WriteBoolean("infinity"u8, HasInfinity);
        }

        writer.WriteString("name"u8, Name);
        if (IsRead)
        {
            writer.WriteBoolean("nan"u8, HasNan);
        }

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
