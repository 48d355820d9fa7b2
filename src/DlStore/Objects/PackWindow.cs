namespace DlStore.Objects;

/// <summary>
/// Reads packed objects for one thread that mostly goes forward: neighbours come out of one large read, single objects out of small ones.
/// Every object is hashed.
/// </summary>
internal sealed class PackWindow
{
    private const int WindowLength = 1 << 20;
    private const int GapMax = 64 * 1024;
    private byte[] _buffer = new byte[WindowLength];
    private byte[] _plain = [];
    private PackReader? _pack;
    private long _start;
    private int _length;

    /// <summary>Reads an object.</summary>
    /// <param name="at">Where it lies.</param>
    /// <returns>Its plain bytes; valid until the next call.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the bytes are damaged.</exception>
    public ReadOnlySpan<byte> Read(in PackedObject at) => Read(at, null);

    /// <summary>Reads an object and appends its whole entry, as it is stored, to a hash before anything is checked.</summary>
    public ReadOnlySpan<byte> Read(in PackedObject at, System.Security.Cryptography.IncrementalHash? whole)
    {
        PackEntry entry = at.Entry;
        if (entry.Stored > PackFormat.EntryMax || entry.Plain > PackFormat.EntryMax)
        {
            throw at.Pack.Damaged(entry.Oid, "its length is out of range");
        }

        int need = PackFormat.EntryHeaderLength + (int)entry.Stored;
        if (!Fill(at.Pack, entry.Offset, need))
        {
            throw at.Pack.Damaged(entry.Oid, "the pack ends before it");
        }

        ReadOnlySpan<byte> bytes = _buffer.AsSpan((int)(entry.Offset - _start), need);
        whole?.AppendData(bytes);
        if (!PackFormat.TryReadEntryHeader(bytes, out byte encoding, out PackEntry found) || found with { Offset = entry.Offset } != entry)
        {
            throw at.Pack.Damaged(entry.Oid, "its header in the pack is not what the index says");
        }

        ReadOnlySpan<byte> plain = Decode(at, encoding, bytes[PackFormat.EntryHeaderLength..]);
        return Oid.Of(plain) == entry.Oid ? plain : throw at.Pack.Damaged(entry.Oid, "its bytes do not hash to its oid");
    }

    private ReadOnlySpan<byte> Decode(in PackedObject at, byte encoding, ReadOnlySpan<byte> stored)
    {
        if (encoding == Codec.Raw && stored.Length == at.Entry.Plain)
        {
            return stored;
        }

        if (_plain.Length < at.Entry.Plain)
        {
            _plain = new byte[at.Entry.Plain];
        }

        Span<byte> plain = _plain.AsSpan(0, (int)at.Entry.Plain);
        return Codec.TryDecode(encoding, stored, plain) ? plain : throw at.Pack.Damaged(at.Entry.Oid, "it cannot be decoded");
    }

    private bool Fill(PackReader pack, long offset, int need)
    {
        bool same = ReferenceEquals(pack, _pack);
        if (same && offset >= _start && offset + need <= _start + _length)
        {
            return true;
        }

        bool forward = same && offset >= _start && offset - (_start + _length) < GapMax;
        int want = forward ? Math.Max(need, WindowLength) : need;
        if (_buffer.Length < want)
        {
            _buffer = new byte[want];
        }

        _pack = pack;
        _start = offset;
        _length = pack.ReadRaw(_buffer.AsSpan(0, want), offset);
        return _length >= need;
    }
}
