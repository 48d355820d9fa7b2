using DlStore.Objects;

namespace DlStore.Operations.Transfers;

/// <summary>A file or listing that is whole neither here nor on the remote, and whom to ask.</summary>
/// <param name="Remote">The remote's name.</param>
/// <param name="Path">The path that needs it, relative to the work tree; ends in <c>/</c> if it is a listing.</param>
/// <param name="Oid">The object.</param>
/// <param name="Reason">What is wrong, fits after a colon.</param>
/// <param name="Commit">The commit that last changed the pointer, or null if none has.</param>
/// <param name="Author">That commit's author, or null.</param>
public sealed record LostPath(string Remote, string Path, Oid Oid, string Reason, string? Commit, string? Author);
