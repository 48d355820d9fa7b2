using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore;

/// <summary>
/// Finds pointers of a work tree for a command that looks many paths up and changes none meanwhile: neighbours share an open directory,
/// and what lies around a directory is found
/// out once. One thread at a time.
/// </summary>
/// <param name="repo">The repository.</param>
internal sealed class PointerLookup(Repo repo) : IDisposable
{
    private readonly PointerFiles _files = new(repo);
    private readonly DirectoryCursor _at = new(repo.Files);
    private readonly DirectoryCursor _above = new(repo.Files);
    private readonly Dictionary<string, Pointer?> _ofDirectories = new(StringComparer.Ordinal);

    /// <summary>Reads the pointer of a managed path; null if there is none.</summary>
    /// <exception cref="DlsException">Kind Corrupt: the file is there and is not a valid pointer. Kind Failed: git has not merged
    /// it.</exception>
    public Pointer? Find(RelPath path) => _files.Find(path, _at);

    /// <summary>Finds the managed path that a path is or lies in.</summary>
    /// <param name="path">Any path below the work tree.</param>
    /// <returns>The managed path, or null; the path's rest below it is its own business.</returns>
    public ManagedPath? FindManaged(RelPath path)
    {
        if (!path.HasControl && Find(path) is { } own)
        {
            return new ManagedPath(path, own);
        }

        for (string at = path.Directory; at.Length > 0; at = Above(at))
        {
            if (OfDirectory(at) is { Kind: ObjectKind.Tree } around)
            {
                return new ManagedPath(RelPath.ParseInside(at), around);
            }
        }

        return null;
    }

    /// <summary>Finds the managed file in whose place a directory above a path lies.</summary>
    /// <param name="path">Any path below the work tree.</param>
    /// <returns>The directory, or null.</returns>
    public string? FindFileAbove(RelPath path)
    {
        for (string at = path.Directory; at.Length > 0; at = Above(at))
        {
            if (OfDirectory(at) is not null)
            {
                return at;
            }
        }

        return null;
    }

    /// <summary>Stats a path; false if it or a parent is not there, or a parent is a symlink.</summary>
    public bool TryStat(RelPath path, out FileStat stat) => _at.TryStat(path.Value, out stat);

    /// <inheritdoc/>
    public void Dispose()
    {
        _at.Dispose();
        _above.Dispose();
    }

    private Pointer? OfDirectory(string directory)
    {
        if (!_ofDirectories.TryGetValue(directory, out Pointer? pointer))
        {
            RelPath path = RelPath.ParseInside(directory);
            pointer = path.HasControl ? null : _files.Find(path, _above);
            _ofDirectories[directory] = pointer;
        }

        return pointer;
    }

    private static string Above(string path) => path.LastIndexOf('/') is var slash and > 0 ? path[..slash] : "";
}
