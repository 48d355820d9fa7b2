namespace DlStore.Learning.Weights;

/// <summary>
/// Reads the zip format of torch.save: <c>NAME/data.pkl</c>, and one entry <c>NAME/data/KEY</c> a storage, little-endian, not compressed.
/// </summary>
internal static class TorchFile
{
    private const string PickleName = "/data.pkl";
    private const int PickleMax = 64 << 20;

    /// <summary>Where numbers lie: those of the value, and those that stand as constants in code.</summary>
    private static readonly string[] Folders = ["data", "constants"];

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is not such a file, with the end of a sentence.</exception>
    public static WeightFacts Read(Stream source)
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

        Unpickler pickle = new(ReadAll(source, places[pickles[0]], PickleMax));
        string[] stored = [.. Folders.SelectMany(f => places.Keys.Where(
            n => n.StartsWith($"{folder}/{f}/", StringComparison.Ordinal)).Select(n => n[(folder.Length + f.Length + 2)..]))];
        return TorchFacts.Of(
            WeightFacts.TorchZip, source, pickle.Read(), pickle, storage => Find(source, places, $"{folder}/data/{storage.Key}"), stored);
    }

    private static NumberPlace? Find(Stream source, IReadOnlyDictionary<string, ZipPlace> places, string name) =>
        places.TryGetValue(name, out ZipPlace? place) ? new NumberPlace(StoredZip.OffsetOf(source, place), place.Size) : null;

    private static byte[] ReadAll(Stream source, ZipPlace place, int lengthMax)
    {
        long offset = StoredZip.OffsetOf(source, place);
        byte[] bytes = place.Size <= lengthMax
            ? new byte[place.Size] : throw new InvalidDataException($"its data.pkl is larger than {lengthMax} bytes");
        ByteRange.Read(source, offset, bytes);
        return bytes;
    }
}
