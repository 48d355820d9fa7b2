using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>A master that some project has.</summary>
/// <param name="Project">The project's name.</param>
/// <param name="Path">From the top of the work tree.</param>
internal sealed record KnownMaster(string Project, string Path);

/// <summary>
/// Every master image of every project by the digest of its bytes, whether git holds it or a pointer names it, and whether or not the
/// project is whole. Labelling aids do
/// not count: they are made of masters.
/// </summary>
internal sealed class KnownMasters
{
    private readonly Dictionary<Oid, List<KnownMaster>> _masters = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);

    private KnownMasters()
    {
    }

    /// <summary>Gets the masters by digest.</summary>
    public IReadOnlyDictionary<Oid, List<KnownMaster>> ByOid => _masters;

    /// <summary>Reads and hashes the masters of a work tree, and asks git for those that are staged but not in it.</summary>
    public static KnownMasters Read(Repo repo)
    {
        KnownMasters known = new();
        string root = $"{repo.WorkTree}/{Project.Root}";
        KnownFiles.RequireRealParents(repo, $"{Project.Root}/x");
        foreach (string directory in Directory.Exists(root) ? Directory.EnumerateDirectories(root) : [])
        {
            if (PortableName.TryParse(Path.GetFileName(directory), out PortableName name))
            {
                known.TakeProject(repo, name);
            }
        }

        known.TakeStaged(repo);
        return known;
    }

    /// <summary>Finds who has an image already.</summary>
    public KnownMaster? Find(Oid oid) => _masters.TryGetValue(oid, out List<KnownMaster>? found) ? found[0] : null;

    /// <summary>Takes a master in; the first that is taken is the one that is found.</summary>
    public void Take(Oid oid, KnownMaster master)
    {
        if (_paths.Add(master.Path))
        {
            _masters.TryAdd(oid, []);
            _masters[oid].Add(master);
        }
    }

    private void TakeProject(Repo repo, PortableName name)
    {
        SortedSet<string> files = new(StringComparer.Ordinal);
        string master = $"{repo.WorkTree}/{Project.Root}/{name}/master";
        // A symlink leads to bytes that are not the project's; lint names it.
        foreach (string file in Sys.TryStat(master, out FileStat stat) && stat.IsDirectory ? Directory.EnumerateFiles(master) : [])
        {
            string plain = Path.GetFileName(file);
            plain = plain.EndsWith(Pointer.Suffix, StringComparison.Ordinal) ? plain[..^Pointer.Suffix.Length] : plain;
            if (Master.IsName(plain))
            {
                files.Add($"{Project.Root}/{name}/master/{plain}");
            }
        }

        foreach (Master declared in Declared(repo, name))
        {
            files.Add($"{Project.Root}/{name}/{declared.Image}");
        }

        foreach (string file in files)
        {
            if (FindOrNull(repo, file) is { } found)
            {
                Take(found.Oid, new KnownMaster(name.Value, file));
            }
        }
    }

    /// <summary>A file that cannot be read is lint's business; here it only means that its bytes are not known.</summary>
    private static KnownFile? FindOrNull(Repo repo, string path)
    {
        try
        {
            return KnownFiles.Find(repo, path);
        }
        catch (DlsException)
        {
            return null;
        }
    }

    private static IReadOnlyList<Master> Declared(Repo repo, PortableName name)
    {
        try
        {
            return ProjectReader.Read(repo.WorkTree, name).Masters;
        }
        catch (DlsException)
        {
            // A project.yaml that cannot be read is lint's business; the files in master/ are known all the same.
            return [];
        }
    }

    private void TakeStaged(Repo repo)
    {
        foreach (GitIndexEntry entry in GitIndexFile.Read(repo.Git).ListEntries())
        {
            string[] names = entry.Path.Split('/');
            bool isPointer = entry.Path.EndsWith(Pointer.Suffix, StringComparison.Ordinal);
            string file = isPointer ? entry.Path[..^Pointer.Suffix.Length] : entry.Path;
            if (!entry.IsFile
                || names is not [Project.Root, _, "master", _] || _paths.Contains(file) || !Master.IsName(Path.GetFileName(file)))
            {
                continue;
            }

            if (repo.Git.CatFile.Read(entry.BlobId)?.Bytes is { } bytes && OidOf(bytes, isPointer, entry.Path) is { } oid)
            {
                Take(oid, new KnownMaster(names[1], file));
            }
        }
    }

    private static Oid? OidOf(byte[] bytes, bool isPointer, string path) =>
        !isPointer ? Oid.Of(bytes)
        : Pointer.LooksLike(bytes) && Pointer.Parse(bytes, path) is { Kind: ObjectKind.Blob } pointer ? pointer.Oid
        : null;
}
