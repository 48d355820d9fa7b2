using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>Tree nodes that are made and read again within one command: kept in memory until the writer has committed them.</summary>
/// <param name="store">Where committed nodes are read from.</param>
/// <param name="writer">Gives where new nodes go, asked at the first one; null for a dry run.</param>
internal sealed class NodeBuffer(ObjectStore store, Func<ObjectWriter>? writer = null)
{
    private readonly Dictionary<Oid, byte[]> _fresh = [];

    /// <summary>Initializes a new instance of the <see cref="NodeBuffer"/> class.</summary>
    /// <param name="store">Where committed nodes are read from.</param>
    /// <param name="writer">Where new nodes go; null for a dry run.</param>
    public NodeBuffer(ObjectStore store, ObjectWriter? writer)
        : this(store, writer is null ? null : () => writer)
    {
    }

    public byte[] Read(Oid oid) => _fresh.TryGetValue(oid, out byte[]? node) ? node : store.Read(oid);

    public void Put(Oid oid, ReadOnlySpan<byte> node)
    {
        if (store.Contains(oid))
        {
            return;
        }

        _fresh.TryAdd(oid, node.ToArray());
        writer?.Invoke().AppendNode(oid, node);
    }
}
