namespace DlStore.Learning.Weights;

/// <summary>
/// Reads the zip format of torch.save: <c>NAME/data.pkl</c>, and one entry <c>NAME/data/KEY</c> a storage, little-endian, not compressed.
/// </summary>
internal static class TorchFile
{
    private const string PickleName = "/data.pkl";
    private const int PickleMax = 64 << 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is not such a file, with the end of a sentence.</exception>
    public static IReadOnlyList<WeightTensor> Read(Stream source)
    {
        IReadOnlyDictionary<string, ZipPlace> places = StoredZip.Read(source);
        string[] pickles = [.. places.Keys.Where(static n => n.EndsWith(PickleName, StringComparison.Ordinal)
            && n.IndexOf('/', StringComparison.Ordinal) == n.Length - PickleName.Length)];
        if (pickles.Length != 1)
        {
            throw new InvalidDataException("it is a zip file without data.pkl, so none of torch.save");
        }

        string folder = pickles[0][..^PickleName.Length];
        if (places.TryGetValue(folder + "/byteorder", out ZipPlace? order)
            && !ReadAll(source, order, 16).AsSpan().SequenceEqual("little"u8))
        {
            throw new InvalidDataException("it was written on a big-endian machine");
        }

        object? root = new Unpickler(ReadAll(source, places[pickles[0]], PickleMax)).Read();
        IReadOnlyList<NamedTensor> tensors = TensorNames.List(root);
        WeightTensor[] facts = new WeightTensor[tensors.Count];
        long bytes = 0;
        foreach (IGrouping<TorchStorage, int> group in Enumerable.Range(0, facts.Length).GroupBy(i => tensors[i].Tensor.Storage))
        {
            TensorStorage storage = TensorStorage.Find(source, places, folder, group.Key);
            bytes += storage.Length;
            if (bytes > source.Length)
            {
                // Entries that overlap would have the same bytes read thousands of times.
                throw new InvalidDataException("its storages come to more bytes than the file has");
            }

            storage.Inspect(source, [.. group], tensors, facts);
        }

        return facts;
    }

    private static byte[] ReadAll(Stream source, ZipPlace place, int lengthMax)
    {
        long offset = StoredZip.OffsetOf(source, place);
        byte[] bytes = place.Size <= lengthMax
            ? new byte[place.Size] : throw new InvalidDataException($"its data.pkl is larger than {lengthMax} bytes");
        ByteRange.Read(source, offset, bytes);
        return bytes;
    }
}
