using DlStore.Objects;

namespace DlStore.Ssh;

/// <summary>Something of the local store that is to lie on a host.</summary>
/// <param name="Kind">A file's bytes, or a directory.</param>
/// <param name="Oid">The blob, or the tree's root node.</param>
/// <param name="Path">Where below the directory; <c>/</c> between names; empty for the directory itself, which only a tree can be.</param>
/// <param name="Executable">For a blob: its owner may execute it.</param>
internal sealed record HostInput(ObjectKind Kind, Oid Oid, string Path, bool Executable);

/// <summary>What it took to lay inputs out on a host.</summary>
/// <param name="BytesSent">Bytes of files that were sent.</param>
/// <param name="FilesSent">Files and symlinks that were sent.</param>
/// <param name="BytesReused">Bytes of files that the host had already.</param>
internal sealed record HostPlaced(long BytesSent, long FilesSent, long BytesReused);
