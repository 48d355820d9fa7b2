using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Lfs;

/// <summary>What to take over from git-lfs and how.</summary>
public sealed record ImportLfsOptions
{
    /// <summary>Gets files, directories and globs, as typed; none for all files of git-lfs.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Gets patterns in the form of ignore files, from the top of the work tree; none for all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Gets patterns of files that stay with git-lfs.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Gets directories, as typed, that become one pointer each.</summary>
    public IReadOnlyList<string> Directories { get; init; } = [];

    /// <summary>Gets a value indicating whether git-lfs is not asked for bytes that are not here.</summary>
    public bool NoFetch { get; init; }

    /// <summary>Gets a value indicating whether what was staged is committed.</summary>
    public bool Commit { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>A file that stays with git-lfs.</summary>
/// <param name="Path">From the top of the work tree.</param>
/// <param name="Reason">Why.</param>
/// <param name="Oid">What its pointer names; null if that cannot be read.</param>
public sealed record LeftLfsFile(string Path, string Reason, Oid? Oid)
{
    /// <summary>Gets the first commit that has it so, where a history was read; else null.</summary>
    public string? Commit { get; init; }
}

/// <summary>What the import did.</summary>
/// <param name="Paths">One entry a pointer that was written, by path.</param>
/// <param name="Left">Files that stay with git-lfs though they were to be taken over.</param>
public sealed record ImportLfsResult(IReadOnlyList<AddedPath> Paths, IReadOnlyList<LeftLfsFile> Left)
{
    /// <summary>Gets how many files git-lfs had to fetch, or would have to.</summary>
    public long Fetched { get; init; }

    /// <summary>Gets the attribute files of which lines were taken out.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>Gets files that the attributes send to git-lfs and that git holds as they are; they stay so.</summary>
    public IReadOnlyList<string> Plain { get; init; } = [];

    /// <summary>Gets the commit that was made, or null.</summary>
    public string? Commit { get; init; }

    /// <summary>Gets a value indicating whether something was staged and not committed.</summary>
    public bool IsStaged { get; init; }
}
