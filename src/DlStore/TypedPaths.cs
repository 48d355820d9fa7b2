using System.Text;
using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore;

/// <summary>What paths mean that a user typed: where they lie in the work tree, and whether they may be managed.</summary>
/// <param name="repo">The repository.</param>
internal sealed class TypedPaths(Repo repo)
{
    private readonly InnerRepos _inner = new(repo.Git);
    private string? _realWorkTree;

    /// <summary>Turns a path into one relative to the work tree.</summary>
    /// <param name="typed">Absolute, or relative to the start directory.</param>
    /// <param name="known">Remembers the directories of many paths, or null.</param>
    /// <returns>The path; a pointer file's name stands for what it names.</returns>
    /// <exception cref="DlsException">Kind Usage: outside the work tree, or unsafe.</exception>
    public RelPath ToRelPath(string typed, TypedDirectories? known)
    {
        string shown = EntryName.Show(Encoding.UTF8.GetBytes(typed));
        string relative = RelativeOf(typed, known);
        if (relative == "." || relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative))
        {
            throw new DlsException(
                ErrorKind.Usage, $"use path '{shown}': it is {(relative == "." ? "the work tree itself" : "outside the work tree")}",
                $"name a path below '{repo.WorkTree}'");
        }

        if (_inner.Find(relative, known?.Plain) is { } inner)
        {
            throw new DlsException(ErrorKind.Usage,
                $"use path '{shown}': it is in {inner.Describe()}, and what is there is that repository's own", inner.Hint);
        }

        bool isPointer = relative.EndsWith(Pointer.Suffix, StringComparison.Ordinal)
            && new PointerFiles(repo).ReadFile(relative) is not null;
        string managed = isPointer ? relative[..^Pointer.Suffix.Length] : relative;
        return RelPath.TryParseInside(managed, out RelPath path, out string? reason)
            ? path
            : throw new DlsException(ErrorKind.Usage, $"use path '{shown}': {reason}");
    }

    /// <summary>
    /// Gives where a typed path lies, from the top of the work tree. Symlinks in its directory part are followed, as every program does
    /// that opens it, so that a path through a link is the path it leads to; a link that is named itself stays what it is.
    /// </summary>
    public string RelativeOf(string typed, TypedDirectories? known)
    {
        _realWorkTree ??= RealPath.Of(repo.WorkTree);
        return Path.GetRelativePath(_realWorkTree, RealPath.OfDirectoryPart(Path.Combine(repo.StartDirectory, typed), known?.Real));
    }
}
