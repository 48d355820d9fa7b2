namespace DlStore.Objects;

/// <summary>Where one object lies in a pack.</summary>
/// <param name="Oid">The object.</param>
/// <param name="Offset">Offset of the entry's magic in the pack.</param>
/// <param name="Stored">Bytes stored after the entry's header.</param>
/// <param name="Plain">Bytes of the object itself.</param>
public readonly record struct PackEntry(Oid Oid, uint Offset, uint Stored, uint Plain);
