using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.WorkTree;

namespace DlStore.Operations.Projects;

/// <summary>
/// Writes files of projects without losing what was there, and records them where they are kept: git keeps texts, and what it tracks
/// already; the store keeps the rest.
/// </summary>
internal static class KeptFile
{
    /// <summary>Writes a file. What was there goes to the trash first, unless git or the store has those bytes.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="path">From the top of the work tree.</param>
    /// <param name="bytes">The new content.</param>
    /// <param name="why">The command, for the trash.</param>
    /// <returns>What went to the trash, or null.</returns>
    public static TrashEntry? Write(Repo repo, string path, ReadOnlySpan<byte> bytes, string why)
    {
        KnownFiles.RequireRealParents(repo, path);
        TrashEntry? trashed = null;
        if (SmallFile.Find($"{repo.WorkTree}/{path}", path, KnownFiles.LengthMax) is { } old
            && !old.AsSpan().SequenceEqual(bytes) && !IsKept(repo, path, old))
        {
            trashed = repo.Trash.Move(repo.WorkTree, [path], why);
        }

        repo.Files.Write(path, bytes);
        return trashed;
    }

    /// <summary>Records an image: in git if git tracks it, else behind a pointer.</summary>
    public static void RecordImage(Repo repo, string path)
    {
        if (IsTracked(repo, path))
        {
            repo.Git.Stage([path]);
        }
        else
        {
            Add.Run(repo, new AddOptions { Paths = [$"{repo.WorkTree}/{path}"] }, CancellationToken.None);
        }
    }

    private static bool IsTracked(
        Repo repo, string path) => GitIndexFile.Read(repo.Git).FindTrackedBelow(RelPath.Parse(path), 1) is [var found] && found == path;

    private static bool IsKept(Repo repo, string path, byte[] bytes)
    {
        if (repo.FindManaged(RelPath.Parse(path)) is not null)
        {
            return repo.Store.Contains(Oid.Of(bytes));
        }

        foreach (GitIndexEntry entry in GitIndexFile.Read(repo.Git).ListEntries())
        {
            if (entry.Path == path)
            {
                return repo.Git.CatFile.Read(entry.BlobId)?.Bytes is { } staged && staged.AsSpan().SequenceEqual(bytes);
            }
        }

        return false;
    }
}
