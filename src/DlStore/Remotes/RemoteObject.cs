using DlStore.Objects;

namespace DlStore.Remotes;

/// <summary>Decodes one entry of a remote's pack out of bytes that were read from it.</summary>
internal static class RemoteObject
{
    /// <summary>Reads a small object straight from a remote; it is hashed.</summary>
    /// <exception cref="DlsException">Kind Corrupt: the bytes there are damaged.</exception>
    public static async Task<byte[]> ReadAsync(IRemote remote, RemotePlace place, CancellationToken cancel)
    {
        string name = RemoteLayout.Pack(place.Pack.Id);
        byte[] entry = place.CanBe ? new byte[PackFormat.EntryHeaderLength + (int)place.Entry.Stored]
            : throw Damaged(remote, name, "an index claims a length that cannot be");
        await remote.ReadRangeAsync(name, place.Entry.Offset, entry, cancel);
        return Decode(entry, place.Entry, out _) ?? throw Damaged(remote, name, $"the object '{place.Entry.Oid}' in it is damaged");
    }

    /// <summary>Reads a small object from a remote; null if it is damaged or gone there.</summary>
    public static async Task<byte[]?> TryReadAsync(IRemote remote, RemotePlace place, CancellationToken cancel)
    {
        try
        {
            return await ReadAsync(remote, place, cancel);
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Corrupt or ErrorKind.Missing)
        {
            return null;
        }
    }

    /// <summary>Checks header, decoding and oid of an entry.</summary>
    /// <returns>The plain bytes, or null if anything is wrong.</returns>
    public static byte[]? Decode(ReadOnlySpan<byte> bytes, in PackEntry entry, out byte encoding)
    {
        if (entry.Plain > PackFormat.EntryMax)
        {
            encoding = 0;
            return null;
        }

        byte[] plain = new byte[entry.Plain];
        bool ok = PackFormat.TryReadEntryHeader(bytes, out encoding, out PackEntry found) && found with { Offset = entry.Offset } == entry
            && Codec.TryDecode(encoding, bytes[PackFormat.EntryHeaderLength..], plain) && Oid.Of(plain) == entry.Oid;
        return ok ? plain : null;
    }

    public static DlsException Damaged(IRemote remote, string name, string wrong) => new(
        ErrorKind.Corrupt,
            $"read '{name}' of remote '{remote.Name}': {wrong}", $"run `dls verify --remote {remote.Name}`; nothing of it was used");
}
