using DlStore.Io;

namespace DlStore.Git;

/// <summary>A pointer file as git's index has it.</summary>
/// <param name="Path">What it stands for: the file's path without <c>.dls</c>.</param>
/// <param name="BlobId">Name of the git blob that holds the pointer's text.</param>
/// <param name="Stage">0, or 1 to 3 (base, ours, theirs) while a conflict is open.</param>
/// <param name="IsIntentToAdd">Added by <c>git add -N</c>: the blob is the empty one.</param>
internal sealed record StagedPointer(RelPath Path, string BlobId, int Stage, bool IsIntentToAdd);
