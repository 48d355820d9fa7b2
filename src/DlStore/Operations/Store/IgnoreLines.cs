using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Store;

/// <summary>
/// Keeps git away from what pointers name when the pointers themselves came or moved by git (<c>git mv</c>, a merge, a hand-made pointer):
/// the ignore line follows. It is
/// written before the files are, and staged like add's, unless the ignore file has changes of the user's that are not staged: those are not
/// taken along.
/// </summary>
internal static class IgnoreLines
{
    /// <summary>
    /// Adds a line for each managed path that git does not ignore by any rule. Where that cannot be, the line says so: the files are
    /// written all the same.
    /// </summary>
    /// <param name="repo">The repository; its work tree lock is held.</param>
    /// <param name="state">The work tree's state.</param>
    /// <param name="managed">Paths whose pointers are there.</param>
    /// <returns>What was done, each a line.</returns>
    public static IReadOnlyList<string> Add(Repo repo, WorkTreeState state, IReadOnlyList<ManagedPath> managed)
    {
        IReadOnlyList<ManagedPath> missing = FindMissing(repo, managed, () => state.Index);
        LineChange how = new(
            static (edits, path) => edits.Add(path),
            static path => $"wrote {IgnoreEdits.PathOf(path)}: git ignores {path}",
            static (path, why) => $"git does not ignore {path}, so `git add` would take the bytes themselves: {why.Message}");
        return Change(repo, state, [.. missing.Select(static m => m.Path)], how);
    }

    /// <summary>Takes away the lines of paths whose pointers are gone and whose files are too.</summary>
    /// <param name="repo">The repository; its work tree lock is held.</param>
    /// <param name="state">The work tree's state.</param>
    /// <param name="gone">Paths that no pointer names any more.</param>
    /// <returns>What was done, each a line.</returns>
    public static IReadOnlyList<string> Remove(Repo repo, WorkTreeState state, IReadOnlyList<RelPath> gone)
    {
        bool IsFree(RelPath path) => !Sys.TryStat(repo.Absolute(path), out _)
            && repo.FindPointer(path) is null
            && IgnoreEdits.IsPlain(repo, path);
        LineChange how = new(
            static (edits, path) => edits.Remove(path),
            static path => $"removed the line for {path} from {IgnoreEdits.PathOf(path)}",
            static (_, why) => throw why);
        return Change(repo, state, [.. gone.Where(IsFree)], how);
    }

    /// <summary>
    /// Finds managed paths that git does not ignore. The line that add writes is looked for first; git is asked about the rest.
    /// </summary>
    /// <param name="repo">The repository.</param>
    /// <param name="managed">Managed paths.</param>
    /// <param name="index">Gives git's index.</param>
    /// <returns>Those that <c>git add -A</c> would take.</returns>
    public static IReadOnlyList<ManagedPath> FindMissing(Repo repo, IReadOnlyList<ManagedPath> managed, Func<GitIndexFile> index)
    {
        ManagedPath[] open = [.. managed.GroupBy(static m => m.Path.Directory).SelectMany(g => WithoutLine(repo, [.. g], index))];
        if (open.Length == 0)
        {
            return [];
        }

        // A slash says that it is a directory, also where nothing is on disk.
        string Asked(ManagedPath m) => m.Pointer.Kind == ObjectKind.Tree ? m.Path.Value + "/" : m.Path.Value;
        HashSet<string> ignored = repo.Git.FindIgnored([.. open.Select(Asked)]);
        return [.. open.Where(m => !ignored.Contains(Asked(m)))];
    }

    /// <summary>Finds those of one directory's paths for which its ignore file has no line of add's.</summary>
    private static IEnumerable<ManagedPath> WithoutLine(Repo repo, IReadOnlyList<ManagedPath> managed, Func<GitIndexFile> index)
    {
        string text = IgnoreEdits.IsPlain(repo, managed[0].Path)
            ? IgnoreEdits.Read(repo, IgnoreEdits.PathOf(managed[0].Path), index) ?? ""
            : "";
        HashSet<string> lines = [.. text.Split('\n').Select(static l => l.TrimEnd('\r'))];
        return managed.Where(m => !lines.Contains(IgnoreEdits.LineOf(m.Path)));
    }

    private static List<string> Change(Repo repo, WorkTreeState state, IReadOnlyList<RelPath> paths, LineChange how)
    {
        List<string> done = [];
        if (paths.Count == 0)
        {
            return done;
        }

        // Asked before they are written: what the user changed there and did not stage is not taken along.
        HashSet<string> clean = repo.Git.FindUnchanged([.. paths.Select(IgnoreEdits.PathOf).Distinct()], state.Index);
        IReadOnlyList<RelPath> changed;
        try
        {
            changed = Write(repo, state, paths, how);
        }
        catch (DlsException)
        {
            // One of the files cannot be written: the others are, all the same.
            changed = WriteEach(repo, state, paths, how, done);
        }

        Stage(repo, state, [.. changed.Select(IgnoreEdits.PathOf).Distinct().Where(clean.Contains)]);
        return [.. changed.Select(how.Tell), .. done];
    }

    private static List<RelPath> WriteEach(
        Repo repo, WorkTreeState state, IReadOnlyList<RelPath> paths, LineChange how, List<string> failed)
    {
        List<RelPath> changed = [];
        foreach (IGrouping<string, RelPath> file in paths.GroupBy(IgnoreEdits.PathOf, StringComparer.Ordinal))
        {
            try
            {
                changed.AddRange(Write(repo, state, [.. file], how));
            }
            catch (DlsException e)
            {
                failed.AddRange(file.Select(p => how.Fail(p, e)));
            }
        }

        return changed;
    }

    private static RelPath[] Write(Repo repo, WorkTreeState state, IReadOnlyList<RelPath> paths, LineChange how)
    {
        IgnoreEdits edits = new(repo, () => state.Index);
        RelPath[] changed = [.. paths.Where(p => how.Make(edits, p))];
        edits.Write("change.ignored", "change.unignored");
        return changed;
    }

    private static void Stage(Repo repo, WorkTreeState state, IReadOnlyList<string> files)
    {
        try
        {
            repo.Git.Stage(files);
            state.ForgetIndex();
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Locked)
        {
            // Git is at work (a hook of its own, an editor): the lines count without being staged.
        }
    }

    /// <summary>How lines are changed, and what is said of it.</summary>
    private sealed record LineChange(
        Func<IgnoreEdits, RelPath, bool> Make, Func<RelPath, string> Tell, Func<RelPath, DlsException, string> Fail);
}
