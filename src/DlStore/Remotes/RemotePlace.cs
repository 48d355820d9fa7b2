using DlStore.Objects;

namespace DlStore.Remotes;

/// <summary>Where a remote has an object.</summary>
/// <param name="Pack">The pack; its id is zero for a large blob.</param>
/// <param name="Entry">The entry in the pack; for a large blob only its oid is set.</param>
/// <param name="BlobSize">Bytes of a large blob.</param>
internal readonly record struct RemotePlace(IndexedPack Pack, PackEntry Entry, long BlobSize)
{
    public bool IsLarge => Pack.Id.IsZero;

    /// <summary>Gets the place as it is noted when it is damaged.</summary>
    public DamagedPlace Place => IsLarge
        ? new DamagedPlace(DamagedKind.Blob, default, Entry.Oid) : new DamagedPlace(DamagedKind.Object, Pack.Id, Entry.Oid);

    /// <summary>Gets a value indicating whether such an entry can be: an index may claim lengths that no pack has.</summary>
    public bool CanBe => IsLarge
        ? BlobSize >= 0
        : Entry.Stored <= PackFormat.EntryMax
            && Entry.Plain <= PackFormat.EntryMax && Entry.Offset + (long)PackFormat.EntryHeaderLength + Entry.Stored <= Pack.Size;

    public bool IsNoted(RemoteDamage damage) => IsLarge ? damage.HasBlob(Entry.Oid) : damage.Has(Pack.Id, Entry.Oid);
}
