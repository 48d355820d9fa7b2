using System.Buffers.Binary;

namespace DlStore.Learning.Weights;

/// <summary>
/// Reads what torch.save wrote before PyTorch 1.6, and still writes if asked: five pickles one behind the other (a magic number, the
/// version, facts of the machine, the value, the keys of its storages), then of each storage its count as int64 and its numbers.
/// </summary>
internal static class LegacyTorchFile
{
    private const int PickleMax = 64 << 20;
    private const int CountLength = 8;

    // The number 0x1950a86a20f9469cfc6c.
    private static ReadOnlySpan<byte> Magic => [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19];

    /// <summary>Tells whether a file begins like one.</summary>
    public static bool IsOne(ReadOnlySpan<byte> head) => head.Length >= 14 && head[0] == 0x80 && head[2..].StartsWith(Magic);

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged, with the end of a sentence.</exception>
    public static WeightFacts Read(Stream source)
    {
        byte[] bytes = new byte[Math.Min(source.Length, PickleMax)];
        ByteRange.Read(source, 0, bytes);
        PickleBytes pickles = new(bytes);
        _ = new Unpickler(pickles).Read();
        _ = new Unpickler(pickles).Read();
        if (new Unpickler(pickles).Read() is PickleDict machine
            && machine.Items.Any(static i => i is { Key: "little_endian", Value: false }))
        {
            throw new InvalidDataException("it was written on a big-endian machine");
        }

        Unpickler value = new(pickles);
        object? root = value.Read();
        if (new Unpickler(pickles).Read() is not PickleList keys)
        {
            throw new InvalidDataException("it has no list of its storages");
        }

        Dictionary<string, NumberPlace> places = Places(source, value, keys, pickles.At);
        return TorchFacts.Of(WeightFacts.TorchLegacy, source, root, value, s => places.GetValueOrDefault(s.Key), []);
    }

    /// <summary>The storages stand one behind the other in the order of their keys.</summary>
    private static Dictionary<string, NumberPlace> Places(Stream source, Unpickler value, PickleList keys, long at)
    {
        Dictionary<string, NumberPlace> places = new(StringComparer.Ordinal);
        Span<byte> head = stackalloc byte[CountLength];
        foreach (object? item in keys.Items)
        {
            string key = item as string ?? throw new InvalidDataException("a key of its storages is no text");
            TorchStorage storage = value.Storages.FirstOrDefault(s => s.Key == key)
                ?? throw new InvalidDataException("it has a storage that nothing names");
            NumberType type = NumberType.OfStorage(storage.Type)
                ?? throw new InvalidDataException("it holds numbers of a type that dls does not know");
            ByteRange.Read(source, at, head);
            long count = BinaryPrimitives.ReadInt64LittleEndian(head);
            if (count < 0 || count > source.Length / type.Size)
            {
                throw new InvalidDataException("it names bytes behind its own end; it was cut off or damaged");
            }

            at += CountLength;
            ByteRange.Require(source, at, count * type.Size);
            places[key] = new NumberPlace(at, count * type.Size);
            at += count * type.Size;
        }

        return places;
    }
}
