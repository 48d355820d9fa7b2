using DlStore.Io;

namespace DlStore.Operations.Dvc;

/// <summary>One file of a directory that DVC recorded.</summary>
/// <param name="Path">Below the directory; <c>/</c> between names, none of which leads out.</param>
/// <param name="Md5">32 lower-case hex digits.</param>
/// <param name="IsExecutable">The record says that it is executable.</param>
internal readonly record struct DvcEntry(string Path, string Md5, bool IsExecutable);

/// <summary>One out of a <c>.dvc</c> file or of a <c>dvc.lock</c>, as it stands there; docs/formats/dvc-files.md.</summary>
internal sealed record DvcOut
{
    /// <summary>Gets the file it stands in, from the top of the work tree.</summary>
    public required string Record { get; init; }

    /// <summary>Gets its line in that file, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Gets the path as it is written there.</summary>
    public required string Written { get; init; }

    /// <summary>Gets the path from the top of the work tree; the root if <see cref="Wrong"/> or <see cref="Outside"/> is set.</summary>
    public RelPath Path { get; init; }

    /// <summary>Gets why the path is not one of the work tree, or null.</summary>
    public string? Outside { get; init; }

    /// <summary>Gets why the out cannot be read, or null.</summary>
    public string? Wrong { get; init; }

    /// <summary>Gets the recorded MD5, 32 lower-case hex digits; null if there is none.</summary>
    public string? Md5 { get; init; }

    /// <summary>Gets a value indicating whether it is a directory.</summary>
    public bool IsDirectory { get; init; }

    /// <summary>Gets a value indicating whether DVC 2's rule of hashing holds: line ends of texts do not count.</summary>
    public bool IsLegacy { get; init; }

    /// <summary>Gets a value indicating whether the record says that the file is executable.</summary>
    public bool IsExecutable { get; init; }

    /// <summary>Gets a value indicating whether DVC keeps the bytes; git does where not.</summary>
    public bool IsCached { get; init; } = true;

    /// <summary>Gets the DVC remote that has the bytes, or null for the default one.</summary>
    public string? Remote { get; init; }

    /// <summary>Gets the files of the directory where the record itself lists them; null where a listing does.</summary>
    public IReadOnlyList<DvcEntry>? Files { get; init; }

    /// <summary>Gets where it was imported from, as a pointer's origin; null if it was made here.</summary>
    public string? Origin { get; init; }

    /// <summary>Gets the name of its file in a cache: the digits, and <c>.dir</c> for a directory.</summary>
    public string CacheName => IsDirectory ? Md5 + DvcListing.Suffix : Md5 ?? "";
}
