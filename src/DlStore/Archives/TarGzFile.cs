namespace DlStore.Archives;

/// <summary>A file that goes into an archive.</summary>
/// <param name="Path">Relative to the archive's root directory, <c>/</c> between names.</param>
/// <param name="Source">Absolute path of a regular file.</param>
public sealed record TarGzFile(string Path, string Source);
