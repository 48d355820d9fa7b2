using DlStore.Objects;

namespace DlStore.Operations.Repairs;

/// <summary>Looks at single objects of the local store.</summary>
internal static class LocalCopies
{
    /// <summary>
    /// Hashes the store's copy of an object. One that is wrong is noted, or set aside if it is a large blob: then lookups pass over it, and
    /// a good copy can take its place.
    /// </summary>
    /// <param name="repo">The repository.</param>
    /// <param name="oid">The object.</param>
    /// <param name="notes">False only looks.</param>
    /// <returns>True if a whole copy is here.</returns>
    public static bool IsWhole(Repo repo, Oid oid, bool notes)
    {
        while (repo.Store.Find(oid) is { } at)
        {
            if (at.Pack.TryRead(at.Entry, new byte[at.Entry.Plain]) is null)
            {
                return true;
            }

            if (!notes)
            {
                return false;
            }

            repo.Store.Damage.Replace([.. repo.Store.Damage.List(), (at.Pack.Id, oid)]);
        }

        if (!repo.Store.Large.Contains(oid))
        {
            return false;
        }

        string path = repo.Store.Large.PathOf(oid);
        bool isWhole = PackFile.Hash(path) == oid;
        if (!isWhole && notes)
        {
            repo.Store.Large.SetAside(oid, path);
        }

        return isWhole;
    }
}
