using DlStore.Objects;

namespace DlStore.Operations.Views;

/// <summary>One version of a managed path, or of a path inside one.</summary>
/// <param name="Commit">The commit that made it.</param>
/// <param name="At">When that was committed.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="Subject">The first line of its message.</param>
/// <param name="Oid">What the path was from then on; null if it was gone.</param>
/// <param name="Files">Files then.</param>
/// <param name="Size">Bytes then.</param>
public sealed record PathVersion(
    string Commit, DateTimeOffset At, string Author, string Subject, Oid? Oid, long Files, long Size)
{
    /// <summary>Gets the files that came.</summary>
    public long Added { get; init; }

    /// <summary>Gets the files that went.</summary>
    public long Removed { get; init; }

    /// <summary>Gets the files with other bytes or another mode.</summary>
    public long Changed { get; init; }

    /// <summary>Gets the files with another name.</summary>
    public long Renamed { get; init; }

    /// <summary>Gets why the files were not compared with those before; null if they were.</summary>
    public string? Unknown { get; init; }
}
