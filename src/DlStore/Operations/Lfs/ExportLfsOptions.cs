namespace DlStore.Operations.Lfs;

/// <summary>Where to write a version for git-lfs: one of the two is given.</summary>
public sealed record ExportLfsOptions
{
    /// <summary>Gets a directory, as typed, that becomes a repository; null for a branch.</summary>
    public string? Directory { get; init; }

    /// <summary>Gets the name of a new branch here; null for a directory.</summary>
    public string? Branch { get; init; }

    /// <summary>Gets a value indicating whether to read only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>What was written for git-lfs.</summary>
/// <param name="Branch">The branch with the new commit.</param>
/// <param name="Directory">Absolute path of the new repository; null where the branch is in this one.</param>
/// <param name="Commit">The commit; null where nothing was written.</param>
/// <param name="Files">Files that git-lfs keeps there.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Plain">Empty files, links and files of git's own rules, which git keeps as they are.</param>
/// <param name="Missing">Files whose bytes are not in the store, so that git-lfs has only their pointers.</param>
public sealed record ExportLfsResult(
    string Branch, string? Directory, string? Commit, long Files, long Bytes, long Plain, IReadOnlyList<LeftLfsFile> Missing)
{
    /// <summary>Gets a value indicating whether the work tree of the new repository holds bytes: git-lfs is installed here.</summary>
    public bool IsCheckedOut { get; init; }
}
