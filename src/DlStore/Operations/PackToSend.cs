using DlStore.Objects;

namespace DlStore.Operations;

/// <summary>A local pack and the entries of it that a remote lacks.</summary>
/// <param name="pack">The pack.</param>
internal sealed class PackToSend(PackReader pack)
{
    private const long WholeFrom = 8L << 20;
    private readonly List<PackEntry> _entries = [];

    public PackReader Pack => pack;

    public long WantedBytes { get; private set; }

    /// <summary>Gets a value indicating whether the pack goes as it is: at least 8 MiB, and at least 90 % of it wanted.</summary>
    public bool GoesWhole => new FileInfo(pack.FilePath).Length is var size && size >= WholeFrom && WantedBytes >= size * 0.9;

    public void Add(in PackEntry entry)
    {
        _entries.Add(entry);
        WantedBytes += 45 + entry.Stored + 44;
    }

    /// <summary>Gives the wanted entries in the order they lie in.</summary>
    public IReadOnlyList<PackEntry> InOrder()
    {
        _entries.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        return _entries;
    }
}
