namespace DlStore.Git;

/// <summary>A regular file that a commit added or changed.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="At">Its committer time, seconds since 1970.</param>
/// <param name="Path">From the top of the work tree, <c>/</c> between names; bytes that are not UTF-8 are replaced, and no such path names
/// a record.</param>
/// <param name="BlobId">Name of the git blob with its content.</param>
internal readonly record struct ChangedFile(CommitId Commit, long At, string Path, string BlobId);
