using DlStore.Io;
using DlStore.Objects;

namespace DlStore;

/// <summary>A path that a pointer in the work tree names.</summary>
/// <param name="Path">The managed path, without the suffix.</param>
/// <param name="Pointer">The pointer as it is in the work tree.</param>
public sealed record ManagedPath(RelPath Path, Pointer Pointer)
{
    /// <summary>Gets the pointer file's path.</summary>
    public string PointerFile => Path.Value + Pointer.Suffix;

    /// <summary>Gives what of this path another one is.</summary>
    /// <param name="path">This path, or one below it.</param>
    /// <returns>Names below this path, joined by <c>/</c>; empty for the path itself.</returns>
    public string ScopeOf(RelPath path) => path == Path ? "" : path.Value[(Path.Value.Length + 1)..];
}
