using DlStore.Objects;
namespace DlStore.Ssh;
#pragma warning disable
internal sealed record HostInput(ObjectKind Kind, Oid Oid, string Path, bool Executable);
internal sealed record HostPlaced(long BytesSent, long FilesSent, long BytesReused);
internal sealed class HostCache(HostShell shell, ObjectStore store) { public Task<HostPlaced> PlaceAsync(string d, IReadOnlyList<HostInput> i, IProgress<WorkProgress>? p, CancellationToken c) => throw new NotImplementedException(); }
internal sealed record CapturedFile(string Path, TreeMode Mode, long Size, Oid Oid);
internal sealed record CapturedTree(Oid Oid, long Size, long Files, long BytesFetched, IReadOnlyList<CapturedFile> Entries);
internal sealed class HostCapture(HostShell shell, ObjectStore store) { public Task<CapturedTree> CaptureAsync(string root, HostScript lister, ReadOnlyMemory<byte> input, ObjectWriter w, long max, CancellationToken c) => throw new NotImplementedException(); }
