using System.Globalization;

namespace DlStore.Learning.Weights;

/// <summary>Looks at the numbers of what a pickle of PyTorch stands for, and says what of it was not looked at.</summary>
internal static class TorchFacts
{
    /// <summary>Makes the facts.</summary>
    /// <param name="format">The form of the file.</param>
    /// <param name="source">The file.</param>
    /// <param name="root">What the pickle stands for.</param>
    /// <param name="pickle">What read it.</param>
    /// <param name="find">Finds the numbers of a storage; null if they are missing.</param>
    /// <param name="stored">The keys of all storages that the file has, if it has a list of them.</param>
    /// <exception cref="InvalidDataException">A storage is missing or too short, with the end of a sentence.</exception>
    public static WeightFacts Of(string format, Stream source, object? root, Unpickler pickle, Func<TorchStorage, NumberPlace?> find,
        IEnumerable<string> stored)
    {
        TensorNames names = TensorNames.Walk(root);
        IReadOnlyList<NamedTensor> tensors = names.Tensors;
        WeightTensor[] facts = new WeightTensor[tensors.Count];
        HashSet<string> seen = new(StringComparer.Ordinal);
        long bytes = 0;
        foreach (IGrouping<TorchStorage, int> group in Enumerable.Range(0, facts.Length).GroupBy(i => tensors[i].Tensor.Storage))
        {
            TensorStorage storage = TensorStorage.Find(find, group.Key);
            bytes += storage.Length;
            if (bytes > source.Length)
            {
                // Entries that overlap would have the same bytes read thousands of times.
                throw new InvalidDataException("its storages come to more bytes than the file has");
            }

            storage.Inspect(source, [.. group], tensors, facts);
            seen.Add(group.Key.Key);
        }

        int unseen = pickle.Storages.Select(static s => s.Key).Concat(stored)
            .Distinct(StringComparer.Ordinal).Count(k => !seen.Contains(k));
        return new WeightFacts(format, facts, null, null, null) { Unread = Describe(facts, names.Arrays, unseen + pickle.Views) };
    }

    private static string? Describe(WeightTensor[] facts, int arrays, int storages)
    {
        int unread = facts.Count(static t => !t.IsRead);
        List<string> parts = [];
        void Add(int count, string one, string many)
        {
            if (count > 0)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}"));
            }
        }

        Add(unread, "quantized tensor", "quantized tensors");
        Add(arrays, "array of numpy", "arrays of numpy");
        Add(storages, "storage that no known tensor views", "storages that no known tensor views");
        return parts.Count == 0 ? null : string.Join(", ", parts);
    }
}
