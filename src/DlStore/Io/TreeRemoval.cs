namespace DlStore.Io;

/// <summary>
/// Removes a whole directory by the bytes of its names, so that none is left for not being text. Symlinks are removed, not followed.
/// </summary>
internal static class TreeRemoval
{
    /// <summary>Removes a file or a whole directory.</summary>
    /// <param name="directory">The open directory that it lies in.</param>
    /// <param name="name">Its name there.</param>
    /// <returns>False if a part of it is left; what is not there is as good as removed.</returns>
    public static bool Run(int directory, byte[] name)
    {
        if (IsDirectory(directory, name, out FileStat? stat))
        {
            Each(directory, name, static (fd, child) => _ = Run(fd, child));
            return Sys.UnlinkAt(directory, name, isDirectory: true);
        }

        return stat is null || Sys.UnlinkAt(directory, name, isDirectory: false);
    }

    /// <summary>Counts what lies at or below a name, directories not included.</summary>
    /// <param name="directory">The open directory that it lies in.</param>
    /// <param name="name">Its name there; nothing need be there.</param>
    public static (long Files, long Bytes) Count(int directory, byte[] name)
    {
        if (!IsDirectory(directory, name, out FileStat? stat))
        {
            return stat is { } file ? (1, file.Size) : (0, 0);
        }

        (long files, long bytes) = (0, 0);
        Each(directory, name, (fd, child) =>
        {
            (long childFiles, long childBytes) = Count(fd, child);
            (files, bytes) = (files + childFiles, bytes + childBytes);
        });
        return (files, bytes);
    }

    private static bool IsDirectory(int directory, byte[] name, out FileStat? stat)
    {
        stat = Sys.TryStatAt(directory, name, out FileStat there) ? there : null;
        return stat is { IsDirectory: true };
    }

    private static void Each(int directory, byte[] name, Action<int, byte[]> child)
    {
        int fd = Sys.OpenAt(directory, name, Posix.ReadOnly | Posix.Directory | Posix.NoFollow);
        if (fd < 0)
        {
            return;
        }

        try
        {
            DirectoryReader reader = new();
            reader.Read(fd, "");
            for (int i = 0; i < reader.Count; i++)
            {
                child(fd, reader.NameOf(i).ToArray());
            }
        }
        finally
        {
            Sys.Close(fd);
        }
    }
}
