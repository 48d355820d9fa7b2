namespace DlStore.Remotes;

/// <summary>Checks names of files on a remote.</summary>
internal static class RemoteName
{
    /// <summary>Tells whether a listing's entry can be a file or directory of a remote.</summary>
    /// <param name="entry">One part of a name.</param>
    public static bool CanBeEntry(string entry) =>
        entry.Length > 0 && entry[0] != '.' && !entry.Contains('/', StringComparison.Ordinal) && !entry.Any(char.IsControl);

    /// <summary>Requires a relative name without parts that lead elsewhere.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The same name.</returns>
    /// <exception cref="DlsException">Kind Corrupt: it could lead out of the remote.</exception>
    public static string Require(string name)
    {
        bool safe = name.Length > 0 && !name.StartsWith('/') && !name.Contains('\0', StringComparison.Ordinal)
            && !name.Split('/').Any(static p => p is "" or "." or "..");
        return safe ? name : throw new DlsException(ErrorKind.Corrupt, $"refuse remote file name '{name}'");
    }
}
