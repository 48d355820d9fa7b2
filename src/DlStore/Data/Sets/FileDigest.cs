using DlStore.Objects;

namespace DlStore.Data.Sets;

/// <summary>A file of a directory and the hash of its bytes.</summary>
/// <param name="Path">Relative to the directory, <c>/</c> between names.</param>
/// <param name="Oid">SHA-256 of its bytes.</param>
public readonly record struct FileDigest(string Path, Oid Oid);
