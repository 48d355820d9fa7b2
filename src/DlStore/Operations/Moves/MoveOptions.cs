using DlStore.Io;

namespace DlStore.Operations.Moves;

/// <summary>What to move where.</summary>
public sealed record MoveOptions
{
    /// <summary>Gets managed paths, paths inside managed directories, or directories above managed paths, as typed.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Gets the new name, or a directory to move into, as typed.</summary>
    public required string Destination { get; init; }

    /// <summary>Gets a value indicating whether git's index is left alone.</summary>
    public bool NoGit { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }
}

/// <summary>One path that was moved.</summary>
/// <param name="From">Where it was.</param>
/// <param name="To">Where it is.</param>
/// <param name="Files">Files that the pointer names there.</param>
/// <param name="OnDisk">What happened on disk.</param>
public sealed record MovedPath(RelPath From, RelPath To, long Files, MoveOnDisk OnDisk);

/// <summary>What a move found on disk.</summary>
public enum MoveOnDisk
{
    /// <summary>Its files lay at the old place and were renamed.</summary>
    Renamed,
    /// <summary>Nothing was written out here: pointers alone moved.</summary>
    NotThere,
    /// <summary>The files lay at the new place already, moved by hand or by a command that was killed.</summary>
    MovedBefore,
}
