using DlStore.Io;

namespace DlStore.Operations.Words;

/// <summary>Files that the user names on the command line, inside or outside the work tree.</summary>
internal static class TypedFile
{
    /// <summary>The largest file that is read whole.</summary>
    public const int LengthMax = 256 << 20;

    /// <summary>Gives the absolute path of what was typed.</summary>
    public static string At(Repo repo, string typed) => Path.GetFullPath(Path.Combine(repo.StartDirectory, typed));

    /// <summary>Reads a file that must be there.</summary>
    /// <param name="repo">The repository, for the directory that typed paths are relative to.</param>
    /// <param name="typed">The path as typed.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="DlsException">Kind Usage: there is none. Kind Failed: it is no regular file.</exception>
    public static byte[] Read(Repo repo, string typed) => SmallFile.Find(At(repo, typed), typed, LengthMax)
        ?? throw new DlsException(
            ErrorKind.Usage, $"read '{typed}': no such file", "check the spelling; paths are relative to the current directory");
}
