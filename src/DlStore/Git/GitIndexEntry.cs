namespace DlStore.Git;

/// <summary>One entry of git's index.</summary>
/// <param name="Path">From the top of the work tree, <c>/</c> between names; bytes that are not UTF-8 become U+FFFD.</param>
/// <param name="Mode">As in a tree: 0x81A4 (100644), 0x81ED (100755), 0xA000 (120000, symlink), 0xE000 (160000, submodule).</param>
/// <param name="BlobId">Name of the staged blob, lower-case hex.</param>
/// <param name="Stage">0, or 1 to 3 (base, ours, theirs) while a conflict is open.</param>
/// <param name="IsIntentToAdd">Added by <c>git add -N</c>: the path is known, the content is not. False for an index that only git can
/// read.</param>
internal readonly record struct GitIndexEntry(string Path, int Mode, string BlobId, int Stage, bool IsIntentToAdd)
{
    /// <summary>Gets a value indicating whether a sparse checkout leaves the path out of the work tree.</summary>
    public bool IsSkipWorktree { get; init; }

    /// <summary>Gets a value indicating whether this is a regular file, executable or not.</summary>
    public bool IsFile => (Mode & 0xF000) == 0x8000;

    /// <summary>Gets a value indicating whether this is the place of a submodule.</summary>
    public bool IsSubmodule => Mode == 0xE000;
}
