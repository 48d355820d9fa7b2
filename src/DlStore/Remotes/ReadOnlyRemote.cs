using DlStore.Objects;

namespace DlStore.Remotes;

/// <summary>A remote that the configuration says is only to be read (<c>remote.NAME.readonly</c>): every call that would write
/// fails.</summary>
/// <param name="inner">The remote inside.</param>
internal sealed class ReadOnlyRemote(IRemote inner) : WrappedRemote(inner)
{
    /// <inheritdoc/>
    public override bool IsReadOnly => true;

    /// <inheritdoc/>
    internal override bool IsMarkedReadOnly => true;

    /// <inheritdoc/>
    public override Task<PutResult> PutFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel) =>
        throw Refused();

    /// <inheritdoc/>
    public override Task<PutResult> ReplaceFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel) =>
        throw Refused();

    /// <inheritdoc/>
    public override Task<PutResult> PutAsync(string name, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancel) =>
        throw Refused();

    /// <inheritdoc/>
    public override Task<bool> MoveAsync(string name, string newName, CancellationToken cancel) => throw Refused();

    /// <inheritdoc/>
    public override Task<bool> RemoveAsync(string name, CancellationToken cancel) => throw Refused();

    private DlsException Refused() => new(ErrorKind.Failed, $"write to remote '{Name}': it is configured as one that is only read",
        $"`dls config` says where remote.{Name}.readonly is set");
}
