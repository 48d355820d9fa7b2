using DlStore.Objects;

namespace DlStore.Targets;

/// <summary>What a deployment put at a path, or found there.</summary>
public sealed record DeployedFile
{
    /// <summary>Gets what it is to its consumer.</summary>
    public required FileRole Role { get; init; }

    /// <summary>Gets where, relative to the target's home.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the sort of thing.</summary>
    public required FileSort What { get; init; }

    /// <summary>
    /// Gets the digest of a file's bytes or of a link's text; of a release's data the tree's; null for a directory that was found and for
    /// nothing.
    /// </summary>
    public Oid? Oid { get; init; }

    /// <summary>
    /// Gets the hash of the files below a directory or release's data, as docs/formats/dataset-lock.md computes it, or null.
    /// </summary>
    public Oid? DirHash { get; init; }

    /// <summary>Gets the release whose data a tree is, or null.</summary>
    public string? Release { get; init; }

    /// <summary>Gets the topmost parent directory that was missing where nothing was, or null.</summary>
    public string? Missing { get; init; }

    /// <summary>Gets the bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Gets the count of files below a directory; 1 for a file.</summary>
    public required long Files { get; init; }

    /// <summary>Gets the hash as the target's scripts have it: 64 hex digits, or <c>-</c> for nothing.</summary>
    internal string Hex => Hash?.ToHex() ?? "-";

    /// <summary>Gets what says whether a path is as it was recorded; null for nothing.</summary>
    internal Oid? Hash => What is FileSort.Tree or FileSort.Dir ? DirHash : Oid;

    /// <summary>Finds what makes it unusable.</summary>
    /// <returns>Fits after a colon; null if nothing does.</returns>
    internal string? FindFault() =>
        What is FileSort.Other or FileSort.Unreadable ? "a file is of no sort that is recorded"
        : !IsInside(Path) || (Missing is not null && !IsInside(Missing)) ? "a path leads outside of the home"
        : What != FileSort.Absent && Hash is null ? "a file has no digest"
        : What == FileSort.Tree && (Release is null || !Deployment.IsName(Release)) ? "a tree names no release"
        : null;

    /// <summary>Tells whether a path stays below the home and out of what is dls's own there.</summary>
    /// <param name="path">Any text.</param>
    /// <returns>True if it may be written.</returns>
    internal static bool IsInside(string? path) =>
        path is { Length: > 0 } && path[0] != '-' && !path.Any(char.IsControl)
            && path.Split('/') is var parts && parts[0] != ".dls" && !parts.Any(static p => p is "" or "." or "..");
}
