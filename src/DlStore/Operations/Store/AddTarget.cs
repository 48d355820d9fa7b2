using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Words;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>
/// One path to add: the managed path it belongs to, and what of it. A path inside a directory pointer is a scope below that pointer; everything else is its own
/// pointer.
/// </summary>
/// <param name="Root">The managed path whose pointer will be written.</param>
/// <param name="Scope">Names below <paramref name="Root"/>, empty for all of it.</param>
internal sealed record AddTarget(RelPath Root, string Scope)
{
    /// <summary>Gets the path that is read from disk.</summary>
    public RelPath Path => Scope.Length == 0 ? Root : RelPath.ParseInside($"{Root}/{Scope}");

    /// <summary>Sorts what was typed into targets and refuses what cannot be added, before anything is read.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="typed">Paths and globs, as typed.</param>
    /// <returns>The targets, each once.</returns>
    /// <exception cref="DlsException">Kind Usage or Failed: a path is outside, missing, a symlink, or git's own.</exception>
    public static IReadOnlyList<AddTarget> Resolve(Repo repo, IReadOnlyList<string> typed)
    {
        List<AddTarget> targets = [];
        WorkDir root = new(repo.WorkTree);
        PointerListing? listing = null;
        Git.GitIndexFile index = Git.GitIndexFile.Read(repo.Git);
        bool hasUnmerged = Git.UnmergedPointer.List(index).Count > 0;
        foreach (string text in typed.SelectMany(t => PathGlob.Expand(repo, t)))
        {
            RelPath path = repo.ToRelPath(text);
            ManagedPath? managed = repo.FindManaged(path);
            bool isThere = root.TryStat(path.Value, out FileStat stat);
            bool isInside = managed is not null && managed.Path != path;
            if (!isThere && managed is null)
            {
                throw new DlsException(ErrorKind.Usage, $"add '{path}': no such file or directory", "check the spelling; paths are relative to the current directory");
            }

            if (!isInside && path.HasControl)
            {
                throw new DlsException(ErrorKind.Failed, $"add '{path}': its name holds a control character, and pointers are named in files of lines", "rename it, or add the directory it lies in");
            }

            if (isThere && !isInside && !stat.IsFile && !stat.IsDirectory)
            {
                throw new DlsException(ErrorKind.Failed, $"add '{path}': it is a {stat.Describe()}", "add the file or directory itself; symlinks are stored only inside a directory");
            }

            if (hasUnmerged && (listing ??= repo.ListPointers()).Unreadable.FirstOrDefault(u => u.Clash is not null && (u.Path.IsAtOrBelow(path) || path.IsAtOrBelow(u.Path))) is { } unmerged)
            {
                throw unmerged.ToException();
            }

            if (managed is null && PathWords.WithoutPointer(repo, "add", path, listing ??= repo.ListPointers()) is { } gone)
            {
                throw gone;
            }

            if (managed is null)
            {
                RefuseInsideFile(repo, path);
            }

            AddTarget target = isInside ? new AddTarget(managed!.Path, managed.ScopeOf(path)) : new AddTarget(path, "");
            if (managed is null)
            {
                RefuseTracked(index, path);
            }

            if (!targets.Contains(target))
            {
                targets.Add(target);
            }
        }

        return [.. targets.Where(t => !targets.Any(o => o.Root == t.Root && o.Scope.Length == 0 && t.Scope.Length > 0))];
    }

    /// <summary>A managed file that has become a directory: a pointer inside it would lie inside a managed path.</summary>
    private static void RefuseInsideFile(Repo repo, RelPath path)
    {
        for (string above = path.Directory; above.Length > 0; above = RelPath.ParseInside(above).Directory)
        {
            if (!RelPath.ParseInside(above).HasControl && repo.FindPointer(RelPath.Parse(above)) is not null)
            {
                throw new DlsException(ErrorKind.Failed, $"add '{path}': '{above}' is managed as a file, and pointers do not nest", $"run `dls add {repo.ToTyped(above)}` to record that it is a directory now");
            }
        }
    }

    private static void RefuseTracked(Git.GitIndexFile index, RelPath path)
    {
        string[] submodules = [.. index.ListSubmodules().Where(s => s.StartsWith(path.Value + "/", StringComparison.Ordinal))];
        if (submodules.Length > 0)
        {
            throw new DlsException(ErrorKind.Failed, $"add '{path}': there is a submodule inside it, and what is there is that repository's own", "add the other paths one by one, and run dls inside the submodule for what is there")
            {
                Items = submodules,
            };
        }

        IReadOnlyList<string> tracked = index.FindTrackedBelow(path, 6);
        string[] pointers = [.. tracked.Where(t => t.EndsWith(Pointer.Suffix, StringComparison.Ordinal))];
        if (pointers.Length > 0)
        {
            throw new DlsException(ErrorKind.Failed, $"add '{path}': there is a pointer inside it, and pointers do not nest", $"run `dls rm --keep {pointers[0][..^Pointer.Suffix.Length]}` first, or add the other paths one by one")
            {
                Items = pointers,
            };
        }

        if (tracked.Count > 0)
        {
            throw new DlsException(ErrorKind.Failed, $"add '{path}': git itself tracks files there", $"run `git rm -r --cached -- '{path}'` first; the files stay on disk")
            {
                Items = tracked,
            };
        }
    }
}
