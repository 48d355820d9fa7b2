using DlStore.Io;

namespace DlStore.Operations.Dvc;

/// <summary>What lies where a recorded file belongs.</summary>
/// <param name="Stat">All zero if nothing is there.</param>
/// <param name="File">Absolute path of the file whose bytes count: itself, or the file of the cache that a symlink leads to; null if there
/// is none.</param>
/// <param name="Why">What keeps it from being that file; null if it is one, or nothing is there.</param>
internal readonly record struct DvcOnDisk(FileStat Stat, string? File, string? Why)
{
    /// <summary>Gets a value indicating whether something is there.</summary>
    public bool IsThere => File is not null || Why is not null;

    /// <summary>Gets a value indicating whether it is a symlink into DVC's cache.</summary>
    public bool IsLink => Stat.IsSymlink && File is not null;
}
