using DlStore.Objects;

namespace DlStore.Operations.Lfs;

/// <summary>A file that a version for git-lfs has in place of a pointer of dls, or of a part of one.</summary>
/// <param name="Path">From the top, Latin-1, one character a byte.</param>
/// <param name="Mode">File, executable or symlink.</param>
/// <param name="Oid">Its bytes.</param>
/// <param name="Size">Their number.</param>
internal sealed record ExportedFile(string Path, TreeMode Mode, Oid Oid, long Size)
{
    /// <summary>
    /// Gets a value indicating whether git-lfs keeps it. It makes no pointer of an empty file; and git reads its own rules from the commit,
    /// where a pointer would be none.
    /// </summary>
    public bool IsLfs => Mode != TreeMode.Symlink && Size > 0
        && Path[(Path.LastIndexOf('/') + 1)..] is not (".gitattributes" or ".gitignore");
}
