using System.Text;
using DlStore.Io;
using Microsoft.Win32.SafeHandles;

namespace DlStore.WorkTree;

/// <summary>
/// Moves something into another file system, where rename cannot: copy all of it, flush, and only then remove it. If the copy fails, what
/// was copied is removed again
/// and the source is whole. Symlinks are copied, not followed; modes and times of files are kept.
/// </summary>
internal static class MoveAcross
{
    private const int BufferLength = 1 << 20;

    /// <summary>Moves a name of one open directory to a name of another that nothing has.</summary>
    public static void Run(int from, byte[] name, int to, byte[] toName, string path)
    {
        try
        {
            Copy(from, name, to, toName, path);
            Sys.Sync(to, path);
        }
        catch
        {
            TreeRemoval.Run(to, toName);
            throw;
        }

        if (!TreeRemoval.Run(from, name))
        {
            throw Sys.Error("remove", path);
        }
    }

    private static void Copy(int from, byte[] name, int to, byte[] toName, string path)
    {
        if (!Sys.TryStatAt(from, name, out FileStat stat))
        {
            throw Sys.Error("read", path);
        }

        if (stat.IsSymlink)
        {
            byte[] link = Sys.ReadLinkAt(from, name) ?? throw Sys.Error("read link", path);
            _ = Sys.SymlinkAt(link, to, toName) ? true : throw Sys.Error("copy", path);
        }
        else if (stat.IsDirectory)
        {
            CopyDirectory(from, name, to, toName, path);
        }
        else if (stat.IsFile)
        {
            CopyFile(from, name, to, toName, stat, path);
        }
        else
        {
            throw new DlsException(ErrorKind.Failed,
                $"move '{path}': it is a {stat.Describe()}, and the trash is in another file system", "move it away by hand");
        }
    }

    private static void CopyDirectory(int from, byte[] name, int to, byte[] toName, string path)
    {
        if (!Sys.MakeDirectoryAt(to, toName))
        {
            throw Sys.Error("copy", path);
        }

        int source = -1;
        int target = -1;
        try
        {
            source = OpenDirectory(from, name, path);
            target = OpenDirectory(to, toName, path);
            DirectoryReader reader = new();
            reader.Read(source, path);
            for (int i = 0; i < reader.Count; i++)
            {
                byte[] child = reader.NameOf(i).ToArray();
                Copy(source, child, target, child, $"{path}/{Encoding.UTF8.GetString(child)}");
            }

            Sys.Sync(target, path);
        }
        finally
        {
            Sys.Close(source);
            Sys.Close(target);
        }
    }

    private static void CopyFile(int from, byte[] name, int to, byte[] toName, in FileStat stat, string path)
    {
        using SafeFileHandle source = OpenFile(from, name, Posix.ReadOnly | Posix.NoFollow | Posix.NonBlock, path);
        using SafeFileHandle target = OpenFile(to, toName, Posix.WriteOnly | Posix.Create | Posix.Exclusive | Posix.NoFollow, path);
        int fd = (int)target.DangerousGetHandle();
        byte[] buffer = new byte[BufferLength];
        for (int n; (n = Sys.ReadFully((int)source.DangerousGetHandle(), buffer, path)) > 0;)
        {
            Sys.WriteFully(fd, buffer.AsSpan(0, n), path);
        }

        _ = Sys.ChangeMode(fd, stat.Mode & Permissions.MaskAll);
        File.SetLastWriteTimeUtc(target, DateTime.UnixEpoch.AddTicks(stat.Mtime / 100));
        Sys.Sync(fd, path);
    }

    private static int OpenDirectory(int parent, byte[] name, string path)
    {
        int fd = Sys.OpenAt(parent, name, Posix.ReadOnly | Posix.Directory | Posix.NoFollow);
        return fd >= 0 ? fd : throw Sys.Error("open directory", path);
    }

    private static SafeFileHandle OpenFile(int parent, byte[] name, int flags, string path)
    {
        int fd = Sys.OpenAt(parent, name, flags, Permissions.Private);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw Sys.Error("copy", path);
    }
}
