using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>A path to take a snapshot of.</summary>
/// <param name="Path">A managed path, one that is to be managed, or one inside a managed directory.</param>
/// <param name="Pointer">Its pointer; null if it has none, or is inside a managed directory.</param>
/// <param name="WasOut">Its base; null if it has none, or is inside a managed directory.</param>
internal sealed record SnapshotRequest(RelPath Path, Pointer? Pointer, BaseEntry? WasOut);
