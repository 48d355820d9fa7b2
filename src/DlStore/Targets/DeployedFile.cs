using DlStore.Objects;

namespace DlStore.Targets;

/// <summary>What a deployment put at a path, or found there.</summary>
public sealed record DeployedFile
{
    /// <summary>Gets the role: <c>classes</c>, <c>data</c> or <c>weight</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Gets where, relative to the target's home.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the sort of thing: <c>file</c>, <c>tree</c> (a link to the data of a release), <c>dir</c> (a real directory), <c>link</c>, or <c>absent</c>.</summary>
    public required string What { get; init; }

    /// <summary>Gets the digest of a file's bytes or of a link's text; of a release's data the tree's; null for a directory that was found and for nothing.</summary>
    public Oid? Oid { get; init; }

    /// <summary>Gets the hash of the files below a directory or release's data, as docs/formats/dataset-lock.md computes it, or null.</summary>
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
    internal Oid? Hash => What is "tree" or "dir" ? DirHash : Oid;

    /// <summary>Finds what makes it unusable.</summary>
    /// <returns>Fits after a colon; null if nothing does.</returns>
    internal string? FindFault() =>
        Role is not ("classes" or "data" or "weight") ? "a file has no known role"
        : What is not ("file" or "tree" or "dir" or "link" or "absent") ? "a file is of no known sort"
        : !IsInside(Path) || (Missing is not null && !IsInside(Missing)) ? "a path leads outside of the home"
        : What != "absent" && Hash is null ? "a file has no digest"
        : What == "tree" && (Release is null || !Deployment.IsName(Release)) ? "a tree names no release"
        : null;

    /// <summary>Tells whether a path stays below the home and out of what is dls's own there.</summary>
    /// <param name="path">Any text.</param>
    /// <returns>True if it may be written.</returns>
    internal static bool IsInside(string? path) =>
        path is { Length: > 0 } && path[0] != '-' && !path.Any(char.IsControl) && path.Split('/') is var parts && parts[0] != ".dls" && !parts.Any(static p => p is "" or "." or "..");
}
