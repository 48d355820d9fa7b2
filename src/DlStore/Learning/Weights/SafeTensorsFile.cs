using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using DlStore.Io;

namespace DlStore.Learning.Weights;

/// <summary>
/// Reads safetensors: the length of a JSON text as uint64, that text (<c>{"name": {"dtype", "shape", "data_offsets"}}</c>), then the
/// numbers, little-endian. Source: https://github.com/huggingface/safetensors#format.
/// </summary>
internal static class SafeTensorsFile
{
    private const int HeadLength = 8;
    private const int HeaderMax = 100_000_000;
    private const int TensorsMax = 65_536;
    private const string Metadata = "__metadata__";

    /// <summary>Tells whether a file begins like one.</summary>
    public static bool IsOne(ReadOnlySpan<byte> head, long length) => head.Length > HeadLength && head[HeadLength] == '{'
        && BinaryPrimitives.ReadUInt64LittleEndian(head) is >= 2 and <= HeaderMax and var header && (long)header <= length - HeadLength;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged, with the end of a sentence.</exception>
    public static WeightFacts Read(Stream source)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        ByteRange.Read(source, 0, head);
        byte[] header = new byte[BinaryPrimitives.ReadInt64LittleEndian(head)];
        ByteRange.Read(source, HeadLength, header);
        try
        {
            using JsonDocument document = JsonDocument.Parse(header);
            List<WeightTensor> tensors = [];
            long bytes = 0;
            foreach (JsonProperty one in document.RootElement.EnumerateObject().Where(static p => p.Name != Metadata))
            {
                bytes += one.Value.GetProperty("data_offsets")[1].GetInt64() - one.Value.GetProperty("data_offsets")[0].GetInt64();
                tensors.Add(tensors.Count < TensorsMax && bytes <= source.Length
                    ? Tensor(source, one, HeadLength + header.Length)
                    : throw new InvalidDataException("its header names more numbers than the file has"));
            }

            int unread = tensors.Count(static t => !t.IsRead);
            return new WeightFacts(WeightFacts.SafeTensors, tensors, null, null, null)
            {
                Unread = unread == 0 ? null : $"{unread} of {tensors.Count} tensors are of a type that dls does not look into",
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException
            or IndexOutOfRangeException)
        {
            throw new InvalidDataException("its header is damaged", e);
        }
    }

    private static WeightTensor Tensor(Stream source, JsonProperty one, long start)
    {
        long[] shape = [.. one.Value.GetProperty("shape").EnumerateArray().Select(static s => s.GetInt64())];
        JsonElement offsets = one.Value.GetProperty("data_offsets");
        long from = offsets[0].GetInt64();
        long length = offsets[1].GetInt64() - from;
        string dtype = one.Value.GetProperty("dtype").GetString() ?? "";
        string name = EntryName.Show(Encoding.UTF8.GetBytes(one.Name));
        ByteRange.Require(source, start + from, length);
        long numbers = WeightTensor.Product(shape);
        NumberType? type = NumberType.OfSafeTensors(dtype);
        if (type is null)
        {
            return new WeightTensor(name, shape, dtype.ToLowerInvariant(), numbers, 0, 0) { IsRead = false };
        }

        return from >= 0 && length == WeightTensor.Bytes(numbers, type)
            ? WeightTensor.Scan(source, start + from, name, shape, type)
            : throw new InvalidDataException($"tensor '{name}' has {length} bytes for {numbers} numbers of {type.Size}");
    }
}
