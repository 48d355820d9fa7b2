using DlStore.Io;

namespace DlStore.Git;

/// <summary>A pointer file as git has it.</summary>
/// <param name="Path">What it stands for: the file's path without <c>.dls</c>.</param>
/// <param name="BlobId">Name of the git blob that holds the pointer's text.</param>
internal sealed record CommittedPointer(RelPath Path, string BlobId);
