using System.Text;
using DlStore.Io;

namespace DlStore.Learning.Weights;

/// <summary>The numbers that one or more tensors are views of.</summary>
internal sealed class TensorStorage
{
    private readonly TorchStorage _storage;
    private readonly NumberType _type;
    private readonly long _offset;

    private TensorStorage(TorchStorage storage, NumberType type, long offset)
    {
        _storage = storage;
        _type = type;
        _offset = offset;
    }

    /// <summary>Gets its bytes.</summary>
    public long Length => _storage.Count * _type.Size;

    /// <summary>Finds the numbers of a storage, and makes sure that they have the announced length.</summary>
    /// <exception cref="InvalidDataException">They have not.</exception>
    public static TensorStorage Find(Func<TorchStorage, NumberPlace?> find, TorchStorage storage)
    {
        NumberType type = NumberType.OfStorage(storage.Type)
            ?? throw new InvalidDataException($"it holds numbers of a type that dls does not know ('{Show(storage.Type)}')");
        if (find(storage) is not { } place)
        {
            throw new InvalidDataException($"its storage '{Show(storage.Key)}' is missing");
        }

        return place.Size % type.Size == 0 && place.Size / type.Size == storage.Count
            ? new TensorStorage(storage, type, place.Offset)
            : throw new InvalidDataException($"its storage '{Show(storage.Key)}' has {place.Size} bytes, where "
                + $"{storage.Count} numbers of {type.Size} bytes are announced");
    }

    /// <summary>
    /// Looks at all tensors of the storage; the numbers are read once, however many views there are and however they overlap.
    /// </summary>
    /// <param name="source">The file.</param>
    /// <param name="members">The positions of its tensors.</param>
    /// <param name="tensors">All tensors of the file.</param>
    /// <param name="facts">Gets what is found, at the same positions.</param>
    public void Inspect(Stream source, IReadOnlyList<int> members, IReadOnlyList<NamedTensor> tensors, WeightTensor[] facts)
    {
        SortedSet<long> bounds = [];
        foreach (int member in members)
        {
            (long from, long to) = Span(tensors[member].Tensor);
            if (from < to)
            {
                bounds.Add(from);
                bounds.Add(to);
            }
        }

        List<long> edges = [.. bounds];
        NotFinite[] sums = _type.Float is { } bits ? Sums(FloatScan.Count(source, _offset, bits, edges)) : new NotFinite[edges.Count];
        foreach (int member in members)
        {
            NamedTensor tensor = tensors[member];
            (long from, long to) = Span(tensor.Tensor);
            NotFinite first = from < to ? sums[edges.BinarySearch(from)] : default;
            NotFinite last = from < to ? sums[edges.BinarySearch(to)] : default;
            facts[member] = new WeightTensor(
                tensor.Name, tensor.Tensor.Shape, _type.Name, WeightTensor.Product(tensor.Tensor.Shape),
                last.Nan - first.Nan, last.Infinity - first.Infinity)
            {
                IsRead = _type.IsRead,
            };
        }
    }

    /// <summary>The counts before each edge.</summary>
    private static NotFinite[] Sums(NotFinite[] counts)
    {
        NotFinite[] sums = new NotFinite[counts.Length + 1];
        for (int i = 0; i < counts.Length; i++)
        {
            sums[i + 1] = new NotFinite(sums[i].Nan + counts[i].Nan, sums[i].Infinity + counts[i].Infinity);
        }

        return sums;
    }

    /// <summary>The bytes from the first number of a view to its last; a view with gaps covers the gaps too.</summary>
    private (long From, long To) Span(TorchTensor tensor)
    {
        try
        {
            long last = tensor.Offset;
            for (int i = 0; i < tensor.Shape.Count; i++)
            {
                if (tensor.Shape[i] == 0)
                {
                    return (0, 0);
                }

                last = checked(last + ((tensor.Shape[i] - 1) * tensor.Stride[i]));
            }

            return last < _storage.Count ? (tensor.Offset * _type.Size, (last + 1) * _type.Size)
                : throw new InvalidDataException($"a tensor reaches beyond its storage '{Show(_storage.Key)}'");
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException($"a tensor reaches beyond its storage '{Show(_storage.Key)}'", e);
        }
    }

    private static string Show(string text) => EntryName.Show(Encoding.UTF8.GetBytes(text.Length > 200 ? text[..200] : text));
}
