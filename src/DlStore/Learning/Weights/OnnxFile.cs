using DlStore.Io;

namespace DlStore.Learning.Weights;

/// <summary>
/// Reads the tensors of an ONNX model: those of its graph, of constants in its nodes, and of the graphs in these. Field numbers
/// are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
/// </summary>
internal sealed class OnnxFile
{
    private const int DepthMax = 16;
    private const int TensorsMax = 65_536;
    private const int NameMax = 1024;

    private readonly Stream _source;
    private readonly ProtoReader _reader;
    private readonly List<WeightTensor> _tensors = [];

    private OnnxFile(Stream source)
    {
        _source = source;
        _reader = new ProtoReader(source);
    }

    /// <summary>Tells whether a file looks like one: fields of a model up to its end, a graph among them. It has no magic.</summary>
    public static bool IsOne(ReadOnlySpan<byte> head, Stream source)
    {
        if (head.Length < 2 || head[0] != 0x08)
        {
            return false;
        }

        try
        {
            int[] fields = [.. new ProtoReader(source).Fields(0, source.Length).Take(1000).Select(static f => f.Number)];
            return fields.Contains(7) && fields.All(static n => n is (>= 1 and <= 8) or 14 or 20 or 25 or 26);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged, with the end of a sentence.</exception>
    public static WeightFacts Read(Stream source)
    {
        OnnxFile file = new(source);
        foreach (ProtoField field in file._reader.Fields(0, source.Length))
        {
            switch (field.Number)
            {
                case 7:
                    file.Graph(field, 0);
                    break;
                case 20:
                    file.Each(field, 0, (1, file.Graph), (2, file.Graph));
                    break;
                case 25:
                    file.Each(field, 0, (7, file.Node));
                    break;
            }
        }

        int unread = file._tensors.Count(static t => !t.IsRead);
        return new WeightFacts(WeightFacts.Onnx, file._tensors, null, null, null)
        {
            Unread = unread == 0
                ? null : $"{unread} of {file._tensors.Count} tensors lie in other files, or are of a type that dls does not look into",
        };
    }

    private void Each(in ProtoField message, int depth, params ReadOnlySpan<(int Number, Action<ProtoField, int> Take)> known)
    {
        if (depth > DepthMax)
        {
            throw new InvalidDataException($"its graphs are nested deeper than {DepthMax}");
        }

        foreach (ProtoField field in _reader.Fields(message.At, message.At + message.Length))
        {
            foreach ((int number, Action<ProtoField, int> take) in known)
            {
                if (field.Number == number && field.IsBytes)
                {
                    take(field, depth + 1);
                }
            }
        }
    }

    private void Graph(ProtoField graph, int depth) => Each(graph, depth, (1, Node), (5, Tensor), (15, Sparse));

    private void Node(ProtoField node, int depth) => Each(node, depth, (5, Attribute));

    private void Attribute(ProtoField attribute, int depth) =>
        Each(attribute, depth, (5, Tensor), (6, Graph), (10, Tensor), (11, Graph), (22, Sparse), (23, Sparse));

    private void Sparse(ProtoField sparse, int depth) => Each(sparse, depth, (1, Tensor), (2, Tensor));

    private void Tensor(ProtoField message, int depth)
    {
        List<long> shape = [];
        (int type, string name, bool isElsewhere) = (0, "", false);
        List<ProtoField> data = [];
        foreach (ProtoField field in _reader.Fields(message.At, message.At + message.Length))
        {
            switch (field.Number)
            {
                case 1:
                    shape.AddRange(field.IsBytes
                        ? _reader.Varints(field.At, field.At + field.Length).Select(static n => (long)n) : [(long)field.Value]);
                    break;
                case 2:
                    type = (int)Math.Min(field.Value, int.MaxValue);
                    break;
                case 8:
                    name = EntryName.Show(_reader.Bytes(field, NameMax));
                    break;
                case 13 or 14:
                    isElsewhere |= field.Number == 13 || field.Value == 1;
                    break;
                case 4 or 5 or 6 or 7 or 9 or 10 or 11:
                    data.Add(field);
                    break;
            }
        }

        _tensors.Add(_tensors.Count < TensorsMax && shape.TrueForAll(static s => s >= 0)
            ? Read(name.Length > 0 ? name : "constant", shape, type, isElsewhere, data)
            : throw new InvalidDataException($"it has more than {TensorsMax} tensors, or one of a negative size"));
    }

    private WeightTensor Read(string name, List<long> shape, int code, bool isElsewhere, List<ProtoField> data)
    {
        NumberType? type = NumberType.OfOnnx(code);
        long numbers = WeightTensor.Product(shape);
        WeightTensor bare = new(name, shape, type?.Name ?? $"type {code}", numbers, 0, 0);
        if (type is null || isElsewhere)
        {
            return bare with { IsRead = numbers == 0 };
        }

        // Raw bytes, or floats (4) and doubles (10) as they are; halves that stand in a list of whole numbers are not looked into.
        ProtoField[] plain = [.. data.Where(f => f.Number == 9
            || (f.Number == 4 && type.Float?.Size == 4) || (f.Number == 10 && type.Float?.Size == 8))];
        long bytes = plain.Sum(static f => f.Length);
        if (type.Float is null)
        {
            return bare with { IsRead = data.Count > 0 || numbers == 0 };
        }

        if (bytes != WeightTensor.Bytes(numbers, type))
        {
            return bytes == 0 ? bare with { IsRead = false }
                : throw new InvalidDataException($"tensor '{name}' has {bytes} bytes for {numbers} numbers of {type.Size}");
        }

        return plain.Select(f => WeightTensor.Scan(_source, f.At, name, [f.Length / type.Size], type)).Aggregate(bare, static (all, one) =>
            all with { Nan = all.Nan + one.Nan, Infinity = all.Infinity + one.Infinity });
    }
}
