using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Lfs;

/// <summary>What the work tree has at the path of a file of git-lfs.</summary>
internal enum LfsDiskState
{
    /// <summary>The bytes that its pointer names.</summary>
    Bytes,
    /// <summary>The pointer itself: git-lfs never brought the bytes.</summary>
    Pointer,
    /// <summary>Something else: the user changed it, or it is gone.</summary>
    Changed,
    /// <summary>A file that extensions of git-lfs made something else of, and that is not here.</summary>
    NotDecoded,
}

/// <summary>
/// Compares the work tree with what git has. A file that git knows to be as it was checked out, by its times, is not read for that: the
/// store hashes it anyway, before a pointer is written.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="touched">Paths whose times git finds changed.</param>
internal sealed class LfsDisk(Repo repo, HashSet<string> touched)
{
    /// <summary>Says what is there.</summary>
    /// <param name="file">The file.</param>
    /// <param name="why">In words, for a file that is changed.</param>
    public LfsDiskState Look(LfsFile file, out string why)
    {
        why = "";
        if (!repo.Files.TryStat(file.Path.Value, out FileStat stat) || !stat.IsFile)
        {
            why = stat.Mode != 0 ? $"it is a {stat.Describe()} in the work tree"
                : file.Entry.IsSkipWorktree ? "a sparse checkout leaves it out of the work tree" : "it is not in the work tree";
            return LfsDiskState.Changed;
        }

        string absolute = repo.Absolute(file.Path);
        if (stat.Size <= LfsPointer.LengthMax && SmallFile.Find(absolute, file.Path.Value, LfsPointer.LengthMax) is { } text
            && LfsPointer.Find(text) == file.Pointer)
        {
            return file.Pointer.Original is null ? LfsDiskState.Pointer : LfsDiskState.NotDecoded;
        }

        if (file.Pointer.Original is null && stat.Size == file.Pointer.Size && !touched.Contains(file.Path.Value))
        {
            return LfsDiskState.Bytes;
        }

        why = "its bytes are not those that its pointer names";
        bool same = (file.Pointer.Original is not null || stat.Size == file.Pointer.Size)
            && HashOf(absolute) == (file.Pointer.Original ?? file.Pointer.Oid);
        return same ? LfsDiskState.Bytes : LfsDiskState.Changed;
    }

    private static Oid HashOf(string absolute)
    {
        int fd = Sys.OpenAt(Posix.AtFdCwd, System.Text.Encoding.UTF8.GetBytes(absolute), Posix.ReadOnly | Posix.NoFollow);
        if (fd < 0)
        {
            throw Sys.Error("read", absolute);
        }

        try
        {
            return LargeBlobs.Hash(fd, absolute, null, CancellationToken.None).Oid;
        }
        finally
        {
            Sys.Close(fd);
        }
    }
}
