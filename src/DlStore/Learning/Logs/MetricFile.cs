using System.Buffers;
using System.Text.Json;

namespace DlStore.Learning.Logs;

/// <summary>The file <c>metrics.jsonl</c> (docs/formats/metrics.md): one JSON object a point, keys sorted, LF.</summary>
public static class MetricFile
{
    /// <summary>The committed file's name, beside the record of the attempt.</summary>
    public const string Name = "metrics.jsonl";

    private const int MetricLengthMax = 200;

    /// <summary>Gives the committed file: at most <see cref="MetricSeries.PointsMax"/> points.</summary>
    /// <param name="series">All points.</param>
    /// <returns>Its bytes, the same on every machine.</returns>
    public static byte[] ToBytes(MetricSeries series)
    {
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter writer = new(buffer);
        foreach (MetricLine point in series.Thin())
        {
            WriteLine(writer, buffer, point);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a file, thinned or full.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>Its points; unknown keys are passed over.</returns>
    /// <exception cref="DlsException">Kind Corrupt: a line is no such object; it is named.</exception>
    public static MetricSeries Parse(ReadOnlySpan<byte> bytes, string name)
    {
        MetricSeries series = new();
        for (int number = 1; !bytes.IsEmpty; number++)
        {
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? default : bytes[(end + 1)..];
            try
            {
                series.Add(ReadLine(line));
            }
            catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or DlsException)
            {
                throw DlsException.AtLine(ErrorKind.Corrupt, "read",
                    name, number, "it is no point of a metric", "`dls help metrics` describes the file; check it out of git again", e);
            }
        }

        return series;
    }

    private static MetricLine ReadLine(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader reader = new(line, new JsonReaderOptions { MaxDepth = 8 });
        long? number = null;
        long? step = null;
        string? metric = null;
        double? value = null;
        Require(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            switch (key)
            {
                case "line":
                    number = reader.GetInt64();
                    break;
                case "metric":
                    metric = reader.GetString();
                    break;
                case "step":
                    step = reader.GetInt64();
                    break;
                case "value":
                    value = ReadValue(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        Require(!reader.Read()
            && number >= 1 && metric is { Length: > 0 and <= MetricLengthMax } && value is not null && step is not long.MinValue);
        return new MetricLine(number!.Value, step, metric!, value!.Value);
    }

    private static double ReadValue(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Number
        ? reader.GetDouble() : reader.GetString() switch
        {
            "nan" => double.NaN,
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            _ => throw new JsonException("no number"),
        };

    private static void Require(bool isSo)
    {
        if (!isSo)
        {
            throw new JsonException("not the form");
        }
    }

    private static void WriteLine(Utf8JsonWriter writer, ArrayBufferWriter<byte> buffer, MetricLine point)
    {
        writer.WriteStartObject();
        writer.WriteNumber("line"u8, point.LineNumber);
        writer.WriteString("metric"u8, point.Metric);
        if (point.Step is { } step)
        {
            writer.WriteNumber("step"u8, step);
        }

        if (double.IsFinite(point.Value))
        {
            writer.WriteNumber("value"u8, point.Value);
        }
        else
        {
            // JSON has no such numbers.
            writer.WriteString("value"u8, double.IsNaN(point.Value) ? "nan" : point.Value > 0 ? "inf" : "-inf");
        }

        writer.WriteEndObject();
        writer.Flush();
        writer.Reset();
        buffer.Write("\n"u8);
    }
}
