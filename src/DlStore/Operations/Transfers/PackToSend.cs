using DlStore.Objects;

namespace DlStore.Operations.Transfers;

/// <summary>
/// A local pack and which of its entries a remote lacks. Holds offsets only: a push of a million objects must not hold a million rows.
/// </summary>
/// <param name="pack">The pack.</param>
/// <param name="mayGoWhole">Its file is not known to be damaged here.</param>
internal sealed class PackToSend(PackReader pack, bool mayGoWhole)
{
    private const long WholeFrom = 8L << 20;
    private readonly HashSet<uint> _offsets = [];

    public PackReader Pack => pack;

    public int Count => _offsets.Count;

    public long WantedBytes { get; private set; }

    /// <summary>Gets a value indicating whether the pack goes as it is: at least 8 MiB, and at least 90 % of it wanted.</summary>
    public bool GoesWhole => mayGoWhole && new FileInfo(pack.FilePath).Length is var size && size >= WholeFrom && WantedBytes >= size * 0.9;

    public void Add(in PackEntry entry)
    {
        if (_offsets.Add(entry.Offset))
        {
            WantedBytes += 45 + entry.Stored + 44;
        }
    }

    /// <summary>Reads the wanted entries back from the pack's table, in the order they lie in.</summary>
    public IReadOnlyList<PackEntry> InOrder()
    {
        using PackTable table = PackTable.Open(pack.FilePath, pack.Id);
        List<PackEntry> entries = new(_offsets.Count);
        for (int i = 0; i < table.Count; i++)
        {
            PackEntry entry = table.Get(i);
            if (_offsets.Contains(entry.Offset))
            {
                entries.Add(entry);
            }
        }

        entries.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        return entries;
    }
}
