namespace DlStore.Io;

/// <summary>The clock by which a file system stamps files; a server's is not this machine's.</summary>
internal static class FileSystemClock
{
    /// <summary>Reads it, by making a file.</summary>
    /// <param name="directory">Absolute path of a directory of dls's own; it is made if it is not there.</param>
    /// <returns>Nanoseconds, or 0: nothing can be written there.</returns>
    public static long Now(string directory)
    {
        string probe = $"{directory}/.clock-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}";
        try
        {
            Directory.CreateDirectory(directory);
            File.Create(probe).Dispose();
            bool ok = Sys.TryStat(probe, out FileStat stat);
            File.Delete(probe);
            return ok ? stat.Mtime : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A read-only repository: nothing is trusted, so nothing can be wrong.
            return 0;
        }
    }
}
