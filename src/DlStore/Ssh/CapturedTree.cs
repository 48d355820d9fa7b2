using DlStore.Objects;

namespace DlStore.Ssh;

/// <summary>A file or symlink that was taken from a host.</summary>
/// <param name="Path">Its path below the root, <c>/</c> between names.</param>
/// <param name="Mode">File, executable or symlink.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Oid">Its bytes, or a symlink's target text.</param>
internal sealed record CapturedFile(string Path, TreeMode Mode, long Size, Oid Oid);

/// <summary>A symlink that leads out of the root and was therefore not taken.</summary>
/// <param name="Path">Its path below the root.</param>
/// <param name="Target">Where it leads; untrusted text.</param>
internal sealed record CapturedLink(string Path, string Target);

/// <summary>Files of a host as a tree of the store.</summary>
/// <param name="Oid">The tree's root node.</param>
/// <param name="Size">Sum of all sizes, bytes.</param>
/// <param name="Files">Files and symlinks.</param>
/// <param name="Entries">What is in it, in tree order.</param>
/// <param name="LeftOut">Symlinks that lead outside, by path.</param>
internal sealed record CapturedTree(
    Oid Oid, long Size, long Files, IReadOnlyList<CapturedFile> Entries, IReadOnlyList<CapturedLink> LeftOut);
