using System.Text;
using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Lfs;

/// <summary>
/// A directory that becomes one pointer: everything that git tracks below it goes along, files of git-lfs and others, because what lies in
/// a managed directory is not git's. What git does not track would silently become part of it, so that is refused.
/// </summary>
/// <param name="Path">Its path.</param>
/// <param name="Files">Its files of git-lfs.</param>
/// <param name="Tracked">All that git tracks below it.</param>
/// <param name="Objections">Why it cannot be taken, each a sentence that begins with a path.</param>
internal sealed record LfsDirectory(
    RelPath Path, IReadOnlyList<LfsFile> Files, IReadOnlyList<string> Tracked, IReadOnlyList<string> Objections)
{
    private const int UntrackedShown = 5;

    /// <summary>Reads what was typed.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="index">Git's index.</param>
    /// <param name="typed">Directories.</param>
    /// <param name="scan">The files of git-lfs.</param>
    /// <exception cref="DlsException">Kind Usage: one has no files of git-lfs, or lies in another.</exception>
    public static IEnumerable<LfsDirectory> ReadAll(Repo repo, GitIndexFile index, IReadOnlyList<string> typed, LfsScan scan)
    {
        RelPath[] paths = [.. typed.Select(repo.ToRelPath)];
        for (int i = 0; i < paths.Length; i++)
        {
            if (paths.Where((p, other) => other != i && p.IsAtOrBelow(paths[i])).Any())
            {
                throw new DlsException(ErrorKind.Usage, $"import lfs --dir '{typed[i]}': another directory that is named lies in it",
                    "name one of the two; pointers do not nest");
            }

            yield return Read(repo, index, typed[i], paths[i], scan);
        }
    }

    private static LfsDirectory Read(Repo repo, GitIndexFile index, string typed, RelPath path, LfsScan scan)
    {
        LfsFile[] files = [.. scan.Files.Where(f => f.Path != path && f.Path.IsAtOrBelow(path))];
        bool isThere = repo.Files.TryStat(path.Value, out FileStat stat) && stat.IsDirectory;
        if (path.Value.Length == 0 || !isThere || (files.Length == 0 && repo.FindPointer(path) is null))
        {
            string why = path.Value.Length == 0 ? "it is the top of the work tree" : "no directory there has files of git-lfs";
            throw new DlsException(ErrorKind.Usage, $"import lfs --dir '{typed}': {why}", "run `git lfs ls-files` to see them");
        }

        GitIndexEntry[] entries = [.. index.ListEntries().Where(e => e.Path.StartsWith(path.Value + "/", StringComparison.Ordinal))];
        List<string> objections = [.. entries.Where(static e => e.IsSubmodule).Select(static e => $"{e.Path}: it is a submodule")];
        objections.AddRange(entries.Where(static e => e.Path.EndsWith(Pointer.Suffix, StringComparison.Ordinal))
            .Select(static e => $"{e.Path}: pointers do not nest"));
        objections.AddRange(scan.Odd.Where(o => o.Path.StartsWith(path.Value + "/", StringComparison.Ordinal))
            .Select(static o => $"{o.Path}: {o.Reason}"));
        objections.AddRange(Untracked(repo, path));
        return new LfsDirectory(path, files, [.. entries.Select(static e => e.Path)], objections);
    }

    private static IEnumerable<string> Untracked(Repo repo, RelPath path)
    {
        string[] others = Encoding.UTF8.GetString(repo.Git.Git.RunChecked(
            ["ls-files", "--others", "-z", "--", $":(literal,top){path.Value}"]).Output).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        foreach (string other in others.Take(UntrackedShown))
        {
            yield return $"{other}: git does not track it, and it would become part of '{path}'";
        }

        if (others.Length > UntrackedShown)
        {
            yield return $"{path}: git does not track {others.Length - UntrackedShown} more files in it";
        }
    }
}
