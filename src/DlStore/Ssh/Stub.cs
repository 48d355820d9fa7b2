using DlStore.Objects;
namespace DlStore.Ssh;
#pragma warning disable
internal sealed record CapturedFile(string Path, TreeMode Mode, long Size, Oid Oid);
internal sealed record CapturedTree(Oid Oid, long Size, long Files, long BytesFetched, IReadOnlyList<CapturedFile> Entries);
internal sealed class HostCapture(HostShell shell, ObjectStore store) { public Task<CapturedTree> CaptureAsync(string root, HostScript lister, ReadOnlyMemory<byte> input, ObjectWriter w, long max, CancellationToken c) => throw new NotImplementedException(); }
