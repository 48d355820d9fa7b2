using System.Text;

namespace DlStore.Io;

/// <summary>Reads whole files that people write, with a limit on their size, so that a hostile file cannot fill the memory.</summary>
public static class SmallFile
{
    /// <summary>Reads a regular file.</summary>
    /// <param name="path">Absolute path; its last name is not followed if it is a symlink.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <param name="lengthMax">The most bytes it may have.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="DlsException">Kind Failed: not a regular file, larger, or unreadable.</exception>
    public static byte[] Read(string path, string name, int lengthMax) =>
        Find(path, name, lengthMax) ?? throw new DlsException(ErrorKind.Failed, $"read '{name}': no such file");

    /// <summary>Reads a regular file if it is there.</summary>
    /// <param name="path">Absolute path; its last name is not followed if it is a symlink.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <param name="lengthMax">The most bytes it may have.</param>
    /// <returns>Its bytes, or null if nothing is there.</returns>
    /// <exception cref="DlsException">Kind Failed: not a regular file, larger, or unreadable.</exception>
    public static byte[]? Find(string path, string name, int lengthMax)
    {
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly | Posix.NoFollow | Posix.NonBlock);
        if (fd < 0)
        {
            return Sys.Errno is Posix.ENoEnt or Posix.ENotDir ? null : throw Sys.Error("read", name);
        }

        try
        {
            FileStat stat = Sys.StatOpen(fd);
            if (!stat.IsFile || stat.Size > lengthMax)
            {
                throw new DlsException(ErrorKind.Failed, stat.IsFile
                    ? $"read '{name}': it is larger than {lengthMax} bytes" : $"read '{name}': it is a {stat.Describe()}");
            }

            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)stat.Size);
            int n = Sys.ReadFully(fd, bytes, name);
            return n == bytes.Length ? bytes : bytes[..n];
        }
        finally
        {
            Sys.Close(fd);
        }
    }
}
