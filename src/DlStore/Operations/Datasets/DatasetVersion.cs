using System.Text;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Datasets;

/// <summary>
/// One version of a data set: its lock, in the work tree (<c>NAME</c>), at a commit (<c>NAME@REV</c>), or found by the hash of its
/// directory or tree. Its items are read from the
/// store, so no version has to be checked out.
/// </summary>
internal sealed record DatasetVersion(string Label, PortableName Name, DatasetLock Lock)
{
    private const int PrefixMin = 8;

    /// <summary>Finds a version.</summary>
    /// <exception cref="DlsException">Kind Usage: there is none.</exception>
    public static DatasetVersion Get(Repo repo, string typed)
    {
        int at = typed.IndexOf('@', StringComparison.Ordinal);
        string bare = typed.Trim('/').Split('/')[^1];
        if (at > 0)
        {
            return AtCommit(repo, typed, PortableName.Parse(typed[..at], "data set"), typed[(at + 1)..]);
        }

        if (PortableName.TryParse(bare, out PortableName name) && File.Exists($"{repo.WorkTree}/{DatasetLock.FileOf(name)}"))
        {
            return new DatasetVersion(bare, name, DatasetLock.Find(repo.WorkTree, name)!);
        }

        return ByHash(repo, typed) ?? throw new DlsException(
            ErrorKind.Usage, $"find data set '{typed}': no data set here has that name or hash, and no commit had it",
            "`dls dataset list` shows the names; a version at a commit is NAME@REV");
    }

    /// <summary>Reads the items of a canvas from the store.</summary>
    /// <exception cref="DlsException">Kind Missing: the listing or the file was not fetched.</exception>
    public IReadOnlyList<DatasetItemLine> ReadItems(Repo repo, string canvas)
    {
        PathEntry entry = new(TreeMode.Directory, Lock.Tree, 0, 0);
        foreach (string part in (string[])[canvas, DatasetItemLine.FileName])
        {
            entry = entry.IsDirectory ? TreeLookup.Find(repo.Store.Read, entry.Oid, Encoding.UTF8.GetBytes(part)) : default;
        }

        return entry.IsPresent && !entry.IsDirectory
            ? DatasetItemLine.Parse(ReadBlob(repo, entry.Oid), $"{Name}/{canvas}/{DatasetItemLine.FileName}")
            : throw new DlsException(ErrorKind.Missing, $"read the items of data set '{Label}' for {canvas}: its tree does not list them");
    }

    private static byte[] ReadBlob(Repo repo, Oid oid)
    {
        if (!repo.Store.Large.Contains(oid))
        {
            return repo.Store.Read(oid);
        }

        byte[] bytes = File.ReadAllBytes(repo.Store.Large.PathOf(oid));
        return Oid.Of(bytes) == oid ? bytes : throw new DlsException(
            ErrorKind.Corrupt, $"read object '{oid}': its bytes do not hash to its oid", "run `dls verify`, then `dls pull`");
    }

    private static DatasetVersion AtCommit(Repo repo, string typed, PortableName name, string rev)
    {
        Git.CommitId commit = repo.Git.ResolveCommit(rev)
            ?? throw new DlsException(ErrorKind.Usage, $"find data set '{typed}': git knows no commit '{rev}'");
        string file = DatasetLock.FileOf(name);
        byte[] bytes = repo.Git.CatFile.Read($"{commit.Hex}:{file}")?.Bytes
            ?? throw new DlsException(ErrorKind.Usage, $"find data set '{typed}': '{file}' is not in that commit");
        return new DatasetVersion(typed, name, DatasetLock.Parse(bytes, $"{rev}:{file}"));
    }

    /// <summary>Looks through the locks of the work tree, then through those of all commits, newest first.</summary>
    private static DatasetVersion? ByHash(Repo repo, string typed)
    {
        string hex = typed.StartsWith("sha256:", StringComparison.Ordinal) ? typed["sha256:".Length..] : typed;
        if (hex.Length < PrefixMin || !hex.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        foreach (PortableName name in DatasetRecipe.List(repo.WorkTree))
        {
            if (DatasetLock.Find(repo.WorkTree, name) is { } found && Has(found, hex))
            {
                return new DatasetVersion(name.Value, name, found);
            }
        }

        string[] lines = repo.Git.Git.RunChecked(["log", "--all", "--format=%H", "--name-only", "--", $"{DatasetRecipe.Root}/*.lock"])
            .Lines().Where(static l => l.Length > 0).ToArray();
        string commit = "";
        foreach (string line in lines)
        {
            if (!line.Contains('/', StringComparison.Ordinal))
            {
                commit = line;
            }
            else if (PortableName.TryParse(Path.GetFileNameWithoutExtension(line), out PortableName name)
                && repo.Git.CatFile.Read($"{commit}:{line}") is { } file && DatasetLock.Parse(file.Bytes, line) is { } old && Has(old, hex))
            {
                return new DatasetVersion($"{name}@{commit[..12]}", name, old);
            }
        }

        return null;
    }

    private static bool Has(DatasetLock found, string hex) =>
        found.Canvases.Values.Select(
            static c => c.DirHash).Append(found.Tree).Any(o => o.ToHex().StartsWith(hex, StringComparison.Ordinal));
}
