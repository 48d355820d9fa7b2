namespace DlStore.Git;

/// <summary>A ref and the commit it leads to.</summary>
/// <param name="Name">Full name, such as <c>refs/heads/main</c>.</param>
/// <param name="Commit">The commit, through annotated tags.</param>
internal sealed record GitRef(string Name, CommitId Commit);
