using DlStore.Objects;

namespace DlStore.Operations.Dvc;

/// <summary>What became of one out.</summary>
public enum DvcOutcome
{
    /// <summary>It is a pointer now.</summary>
    Imported,
    /// <summary>It was a pointer before.</summary>
    AlreadyThere,
    /// <summary>Git keeps it (<c>cache: false</c>), and goes on to.</summary>
    LeftToGit,
    /// <summary>It lies outside of the repository and stays DVC's.</summary>
    Outside,
    /// <summary>Bytes of it are nowhere; it stays DVC's.</summary>
    Missing,
    /// <summary>Bytes of it were found and are not those that DVC recorded; it stays DVC's.</summary>
    Damaged,
    /// <summary>It cannot be a pointer; it stays DVC's.</summary>
    Refused,
    /// <summary>It could be a pointer, but its record names another out that cannot; it stays DVC's.</summary>
    Held,
}

/// <summary>One out and what became of it.</summary>
/// <param name="Path">From the top of the work tree, or as written where it lies outside.</param>
/// <param name="Record">The file that names it.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">Why, where it is no pointer now; else null.</param>
public sealed record DvcImportedOut(string Path, string Record, DvcOutcome Outcome, string? Reason)
{
    /// <summary>Gets the pointer; null in a dry run, and where there is none.</summary>
    public Pointer? Pointer { get; init; }

    /// <summary>Gets the files.</summary>
    public long Files { get; init; }

    /// <summary>Gets their bytes.</summary>
    public long Size { get; init; }

    /// <summary>Gets where the bytes were read, each with the number of files.</summary>
    public IReadOnlyDictionary<string, long> From { get; init; } = new SortedDictionary<string, long>(StringComparer.Ordinal);

    /// <summary>Gets what is missing or damaged: path, MD5 and where it was looked for.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>Gets how many files of the work tree differ from the record and were kept.</summary>
    public long Modified { get; init; }

    /// <summary>Gets how many files lie there that the record does not name.</summary>
    public long Unrecorded { get; init; }

    /// <summary>Gets how many symlinks into DVC's cache became files.</summary>
    public long Unlinked { get; init; }
}

/// <summary>A remote of DVC's.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Place">Its URL there, without a password.</param>
/// <param name="Command">What makes a dls remote beside it; null where dls cannot write.</param>
public sealed record DvcRemoteHint(string Name, string Place, string? Command);

/// <summary>What <c>dls import dvc</c> did.</summary>
/// <param name="Outs">One entry an out, by path.</param>
public sealed record DvcImportResult(IReadOnlyList<DvcImportedOut> Outs)
{
    /// <summary>Gets the <c>.dvc</c> files that were removed.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>Gets the files of pipelines, which stay: <c>dvc.yaml</c>, <c>dvc.lock</c>, <c>.dvc</c> files with a command.</summary>
    public IReadOnlyList<string> Pipelines { get; init; } = [];

    /// <summary>Gets the <c>.dlsignore</c> files that got the lines of a <c>.dvcignore</c>.</summary>
    public IReadOnlyList<string> IgnoreFiles { get; init; } = [];

    /// <summary>Gets the directories <c>.dvc</c> that nothing needs any more.</summary>
    public IReadOnlyList<string> Unneeded { get; init; } = [];

    /// <summary>Gets the remotes of DVC's.</summary>
    public IReadOnlyList<DvcRemoteHint> Remotes { get; init; } = [];

    /// <summary>Gets the bytes that were read.</summary>
    public long BytesRead { get; init; }

    /// <summary>Gets a value indicating whether something stays DVC's that is not git's.</summary>
    public bool IsPartial => Outs.Any(static o =>
        o.Outcome is not (DvcOutcome.Imported or DvcOutcome.AlreadyThere or DvcOutcome.LeftToGit));
}
