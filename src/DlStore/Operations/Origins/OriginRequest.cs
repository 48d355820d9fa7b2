namespace DlStore.Operations.Origins;

/// <summary>What to take from another repository, or from a dls remote without one.</summary>
public sealed record OriginRequest
{
    /// <summary>Gets the git repository as git takes it, or the URL of a dls remote.</summary>
    public required string Source { get; init; }

    /// <summary>Gets the path there, from its top.</summary>
    public required string Path { get; init; }

    /// <summary>Gets a branch, a tag or a full commit id; null for what the repository's HEAD names.</summary>
    public string? Rev { get; init; }

    /// <summary>Gets a value indicating whether the source is a dls remote, without git: a commit's pin says what there is.</summary>
    public bool IsStore { get; init; }

    /// <summary>Gets the URL of the dls remote that has the bytes, if it is another than the repository's configuration says.</summary>
    public string? From { get; init; }

    /// <summary>Gets the absolute path that relative places are relative to.</summary>
    public string? Base { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}
