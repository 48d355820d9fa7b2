using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Words;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>One line of a listing.</summary>
/// <param name="Path">Relative to the work tree.</param>
/// <param name="Mode">File, executable, symlink or directory.</param>
/// <param name="Oid">The blob, or the directory's tree.</param>
/// <param name="Size">Bytes at or below.</param>
/// <param name="Files">Files at or below.</param>
/// <param name="IsHere">The bytes (or the listing) are in the local store.</param>
public sealed record ListedEntry(string Path, TreeMode Mode, Oid Oid, long Size, long Files, bool IsHere)
{
    /// <summary>Gets who erased it and why, if it is not here for that; else null.</summary>
    public string? Erased { get; init; }
}

/// <summary><c>dls ls</c>: what pointers name, from tree nodes alone; nothing has to be on disk.</summary>
public static class Ls
{
    /// <summary>Lists pointers, or what is below one.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="typed">A managed path, a path inside one, or a directory above some; null for all pointers.</param>
    /// <param name="rev">A commit, or null for the work tree's pointers.</param>
    /// <param name="recursive">Go down into directories.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="verb">The command's word, for errors.</param>
    /// <returns>The entries, in path order.</returns>
    public static IEnumerable<ListedEntry> Run(
        Repo repo, string? typed, string? rev, bool recursive, CancellationToken cancel, string verb = "ls")
    {
        IReadOnlyList<ManagedPath> all = rev is null ? Readable(repo, typed) : PointersOf(repo, rev);
        if (typed is null)
        {
            return all.SelectMany(m => Expand(repo, m.Path.Value, Snapshot.EntryOf(m.Pointer), recursive, cancel));
        }

        RelPath path = repo.ToRelPath(typed);
        ManagedPath? around = all.FirstOrDefault(m => path.IsAtOrBelow(m.Path));
        if (around is null)
        {
            ManagedPath[] below = [.. all.Where(m => m.Path.IsAtOrBelow(path))];
            return below.Length > 0 ? below.SelectMany(m => Expand(repo, m.Path.Value, Snapshot.EntryOf(m.Pointer), recursive, cancel))
                : throw UnknownWord.Error(repo, verb, typed);
        }

        string scope = around.ScopeOf(path);
        PathEntry entry = new TreeMerge(repo.Store.Read, (_, _) => { }).Find(Snapshot.EntryOf(around.Pointer), scope);
        if (!entry.IsPresent)
        {
            throw new DlsException(ErrorKind.Usage, $"list '{path}': the pointer '{around.PointerFile}' does not name it",
                $"run `dls ls {repo.ToTyped(around.Path.Value)}` to see what it names");
        }

        return entry.IsDirectory ? Below(repo, path.Value, entry, recursive, 0, cancel) : [ToLine(repo, path.Value, entry)];
    }

    /// <summary>The work tree's pointers; one that cannot be read stops a listing of what it names.</summary>
    private static IReadOnlyList<ManagedPath> Readable(Repo repo, string? typed)
    {
        PointerListing listing = repo.ListPointers();
        if (typed is null)
        {
            // What is left out is told by whoever prints the listing.
            return listing.Managed;
        }

        RelPath path = repo.ToRelPath(typed);
        UnreadablePointer? unreadable = listing.Unreadable.FirstOrDefault(u => u.Path.IsAtOrBelow(path) || path.IsAtOrBelow(u.Path));
        return unreadable is null ? listing.Managed : throw unreadable.ToException();
    }

    internal static IReadOnlyList<ManagedPath> PointersOf(Repo repo, string rev)
    {
        CommitId commit = repo.Git.ResolveCommit(rev)
            ?? throw new DlsException(
                ErrorKind.Usage, $"use commit '{rev}': git knows no such commit", "run `git log` or `git tag` to find one");
        return new CommitReader(repo).ReadManaged(commit);
    }

    private static IEnumerable<ListedEntry> Expand(Repo repo, string path, PathEntry entry, bool recursive, CancellationToken cancel) =>
        recursive && entry.IsDirectory ? Below(repo, path, entry, true, 0, cancel) : [ToLine(repo, path, entry)];

    private static IEnumerable<ListedEntry> Below(
        Repo repo, string path, PathEntry directory, bool recursive, int depth, CancellationToken cancel)
    {
        TreeNode.RequireDepth(depth, path);
        TreeCursor cursor = new(repo.Store.Read, directory.Oid);
        while (cursor.Next())
        {
            cancel.ThrowIfCancellationRequested();
            string child = $"{path}/{System.Text.Encoding.UTF8.GetString(cursor.Name)}";
            PathEntry entry = new(cursor.Mode, cursor.Oid, cursor.Size, cursor.Files);
            if (!recursive || !entry.IsDirectory || entry.Files == 0)
            {
                yield return ToLine(repo, child, entry);
                continue;
            }

            foreach (ListedEntry line in Below(repo, child, entry, true, depth + 1, cancel))
            {
                yield return line;
            }
        }
    }

    private static ListedEntry ToLine(Repo repo, string path, in PathEntry entry) =>
        repo.Store.Contains(entry.Oid) ? new(path, entry.Mode, entry.Oid, entry.Size, entry.Files, true)
            : new(path, entry.Mode, entry.Oid, entry.Size, entry.Files, false) { Erased = repo.Store.Erased.Find(entry.Oid)?.Sentence };
}
