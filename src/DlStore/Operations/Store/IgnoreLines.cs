using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Store;

/// <summary>
/// Keeps git away from what pointers name when the pointers themselves came or moved by git (<c>git mv</c>, a merge, a hand-made pointer): the ignore line follows. It is
/// written before the files are, and staged like add's, unless the ignore file has changes of the user's that are not staged: those are not taken along.
/// </summary>
internal static class IgnoreLines
{
    /// <summary>Adds a line for each managed path that git does not ignore by any rule. Where that cannot be, the line says so: the files are written all the same.</summary>
    /// <param name="repo">The repository; its work tree lock is held.</param>
    /// <param name="managed">Paths whose pointers are there.</param>
    /// <returns>What was done, each a line.</returns>
    public static IReadOnlyList<string> Add(Repo repo, IReadOnlyList<ManagedPath> managed)
    {
        List<string> done = [];
        foreach (ManagedPath path in FindMissing(repo, managed))
        {
            try
            {
                done.AddRange(Change(repo, path.Path, IgnoreFile.Add) ? [$"wrote {IgnoreFile.PathOf(path.Path)}: git ignores {path.Path}"] : []);
            }
            catch (DlsException e)
            {
                done.Add($"git does not ignore {path.Path}, so `git add` would take the bytes themselves: {e.Message}");
            }
        }

        return done;
    }

    /// <summary>Takes away the lines of paths whose pointers are gone and whose files are too.</summary>
    /// <param name="repo">The repository; its work tree lock is held.</param>
    /// <param name="gone">Paths that no pointer names any more.</param>
    /// <returns>What was done, each a line.</returns>
    public static IReadOnlyList<string> Remove(Repo repo, IReadOnlyList<RelPath> gone)
    {
        List<string> done = [];
        foreach (RelPath path in gone.Where(p => !Sys.TryStat(repo.Absolute(p), out _) && repo.FindPointer(p) is null && IgnoreFile.IsPlain(repo, p)))
        {
            done.AddRange(Change(repo, path, IgnoreFile.Remove) ? [$"removed the line for {path} from {IgnoreFile.PathOf(path)}"] : []);
        }

        return done;
    }

    /// <summary>Finds managed paths that git does not ignore. The line that add writes is looked for first; git is asked about the rest.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="managed">Managed paths.</param>
    /// <returns>Those that <c>git add -A</c> would take.</returns>
    public static IReadOnlyList<ManagedPath> FindMissing(Repo repo, IReadOnlyList<ManagedPath> managed)
    {
        ManagedPath[] open = [.. managed.GroupBy(static m => m.Path.Directory).SelectMany(g => IgnoreFile.WithoutLine(repo, [.. g]))];
        if (open.Length == 0)
        {
            return [];
        }

        // A slash says that it is a directory, also where nothing is on disk.
        string Asked(ManagedPath m) => m.Pointer.Kind == ObjectKind.Tree ? m.Path.Value + "/" : m.Path.Value;
        HashSet<string> ignored = repo.Git.FindIgnored([.. open.Select(Asked)]);
        return [.. open.Where(m => !ignored.Contains(Asked(m)))];
    }

    private static bool Change(Repo repo, RelPath path, Func<Repo, RelPath, bool> change)
    {
        string file = IgnoreFile.PathOf(path);
        bool isClean = repo.Git.IsUnchanged(file);
        if (!change(repo, path))
        {
            return false;
        }

        try
        {
            repo.Git.Stage(isClean ? [RelPath.Parse(file)] : Array.Empty<RelPath>());
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Locked)
        {
            // Git is at work (a hook of its own, an editor): the line counts without being staged.
        }

        return true;
    }
}
