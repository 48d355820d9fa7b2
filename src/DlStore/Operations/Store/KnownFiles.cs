using System.Text;
using DlStore.Data.Names;
using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>A file of a project: its oid is known from its bytes, or from the pointer if it was not pulled.</summary>
/// <param name="Path">From the top of the work tree.</param>
/// <param name="Oid">SHA-256 of its bytes.</param>
/// <param name="IsHere">Whether the bytes are in the work tree.</param>
internal sealed record KnownFile(string Path, Oid Oid, bool IsHere);

/// <summary>
/// Finds files that git or a pointer may hold: small masters stay in git, others are managed, and both must be known by their hash.
/// </summary>
internal static class KnownFiles
{
    /// <summary>The largest file that counts as a master or a corpus.</summary>
    public const int LengthMax = Words.TypedFile.LengthMax;

    /// <summary>Finds a file by its path.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="path">From the top of the work tree.</param>
    /// <returns>The file, or null if it is nowhere.</returns>
    public static KnownFile? Find(Repo repo, string path)
    {
        RequireRealParents(repo, path);
        return SmallFile.Find($"{repo.WorkTree}/{path}", path, LengthMax) is { } bytes ? new KnownFile(path, Oid.Of(bytes), true)
            : FindPointed(repo, RelPath.Parse(path)) is { } oid ? new KnownFile(path, oid, false)
            : null;
    }

    /// <summary>Finds a file or fails.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="path">From the top of the work tree.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <returns>The file.</returns>
    /// <exception cref="DlsException">Kind Failed: it is nowhere.</exception>
    public static KnownFile Get(Repo repo, string path, string what) =>
        Find(repo, path) ?? throw new DlsException(
            ErrorKind.Failed, $"use {what} '{path}': no such file", "restore it with git or `dls checkout`, or correct project.yaml");

    /// <summary>Reads a file that has to be here.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="file">The file.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="DlsException">Kind Missing: it was not pulled.</exception>
    public static byte[] Read(Repo repo, KnownFile file) => file.IsHere
        ? SmallFile.Read($"{repo.WorkTree}/{file.Path}", file.Path, LengthMax)
        : throw new DlsException(
            ErrorKind.Missing, $"read '{file.Path}': it was not pulled here", $"run `dls pull {ShellWord.Of(file.Path)}`");

    /// <summary>Refuses a path whose directories are symlinks: a repository could make dls read or write anywhere.</summary>
    public static void RequireRealParents(Repo repo, string path) => InsidePath.RequireRealParents(repo.WorkTree, path);

    private static Oid? FindPointed(Repo repo, RelPath path)
    {
        if (repo.FindManaged(path) is not { } managed)
        {
            return null;
        }

        if (managed.Path == path)
        {
            return managed.Pointer.Kind == ObjectKind.Blob ? managed.Pointer.Oid : null;
        }

        PathEntry entry = new(TreeMode.Directory, managed.Pointer.Oid, managed.Pointer.Size, managed.Pointer.Files);
        foreach (string name in managed.ScopeOf(path).Split('/'))
        {
            // A listing that was not fetched leaves the file unknown; what needs it says so.
            if (!entry.IsDirectory || !repo.Store.Contains(entry.Oid))
            {
                return null;
            }

            entry = TreeLookup.Find(repo.Store.Read, entry.Oid, Encoding.UTF8.GetBytes(name));
        }

        return entry.IsPresent && !entry.IsDirectory ? entry.Oid : null;
    }
}
