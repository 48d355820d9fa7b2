using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Dvc;

/// <summary>
/// Puts files in the place of symlinks into DVC's cache: each is written beside the link from the stored bytes, flushed, and takes its name
/// in one step. A kill leaves the link or the file.
/// </summary>
internal static class DvcLinks
{
    /// <summary>Replaces one link. The bytes are in the store, durably.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="path">From the top of the work tree.</param>
    /// <param name="oid">What it leads to.</param>
    /// <param name="isExecutable">Whether the file may be run.</param>
    public static void Replace(Repo repo, string path, Oid oid, bool isExecutable)
    {
        (string directory, byte[] name) = WorkTree.WorkDir.Split(path);
        int at = repo.Files.Open(directory);
        byte[] temp = Encoding.UTF8.GetBytes($".dls-tmp-{Fnv1a.Hex(Encoding.UTF8.GetString(name))}");
        int fd = -1;
        try
        {
            // What a killed import left of this very file.
            _ = Sys.UnlinkAt(at, temp, isDirectory: false);
            fd = Sys.OpenAt(at, temp, Posix.ReadWrite | Posix.Create | Posix.Exclusive | Posix.NoFollow,
                isExecutable ? Permissions.Mask : Permissions.UserFile);
            if (fd < 0)
            {
                throw Sys.Error("write", path);
            }

            if (repo.Store.Large.Contains(oid))
            {
                repo.Store.Large.Export(oid, fd, path);
            }
            else
            {
                Sys.WriteFully(fd, repo.Store.Read(oid), path);
            }

            Sys.Sync(fd, path);
            if (!Sys.RenameAt(at, temp, at, name, replace: true))
            {
                throw Sys.Error("write", path);
            }

            Sys.Sync(at, path);
        }
        finally
        {
            Sys.Close(fd);
            Sys.Close(at);
        }
    }
}
