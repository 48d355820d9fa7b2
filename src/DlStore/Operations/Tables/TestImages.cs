using DlStore.Data.Sets;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Tables;

/// <summary>Finds the pictures that a test speaks of among the files that were sent to it.</summary>
public static class TestImages
{
    private static readonly string[] Endings = [".jpg", ".jpeg", ".png", ".bmp"];

    /// <summary>Looks for pictures by the names that a test program printed.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="trees">The trees of test set and data, the most telling first; what is not here is passed over.</param>
    /// <param name="names">As printed: a path or a file's name, with or without ending.</param>
    /// <returns>The picture's bytes for the names of which exactly one file of a tree is meant.</returns>
    public static IReadOnlyDictionary<string, Oid> Find(Repo repo, IEnumerable<Oid> trees, IReadOnlyCollection<string> names)
    {
        Dictionary<string, Oid> found = new(StringComparer.Ordinal);
        foreach (Oid tree in trees.Where(repo.Store.Contains))
        {
            ILookup<string, FileDigest> files;
            try
            {
                files = TreeFiles.List(repo, tree).Where(static f => Endings.Contains(Path.GetExtension(f.Path).ToLowerInvariant()))
                    .ToLookup(static f => Path.GetFileNameWithoutExtension(f.Path), StringComparer.Ordinal);
            }
            catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
            {
                continue;
            }

            foreach (string name in names.Where(n => !found.ContainsKey(n)))
            {
                Oid[] same = [.. files[Path.GetFileNameWithoutExtension(name)].Select(static f => f.Oid).Distinct()];
                if (same.Length == 1 && repo.Store.Contains(same[0]))
                {
                    found[name] = same[0];
                }
            }
        }

        return found;
    }
}
