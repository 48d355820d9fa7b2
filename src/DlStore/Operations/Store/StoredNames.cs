using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>Finds stored objects by the names that people have for them.</summary>
internal static class StoredNames
{
    /// <summary>Finds what the pointers say of a managed path or a path inside one; null for any other path.</summary>
    public static Oid? FindManaged(Repo repo, string what)
    {
        try
        {
            RelPath path = repo.ToRelPath(what);
            ManagedPath? managed = repo.FindManaged(path);
            if (managed is null)
            {
                return null;
            }

            string scope = managed.ScopeOf(path);
            PathEntry entry = new TreeMerge(repo.Store.Read, (_, _) => { }).Find(Snapshot.EntryOf(managed.Pointer), scope);
            return entry.IsPresent ? entry.Oid : null;
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Usage)
        {
            return null;
        }
    }

    /// <summary>
    /// Lists stored objects, and those that the work tree's pointers name, whose digest begins with some hex digits; one may come twice.
    /// </summary>
    public static IEnumerable<Oid> WithPrefix(Repo repo, string prefix)
    {
        foreach (PackTable table in repo.Store.OpenTables())
        {
            using (table)
            {
                for (int i = 0; i < table.Count; i++)
                {
                    if (table.Get(i).Oid is var oid && oid.ToHex().StartsWith(prefix, StringComparison.Ordinal))
                    {
                        yield return oid;
                    }
                }
            }
        }

        foreach (Oid oid in repo.Store.Large.ListAll().Where(o => o.ToHex().StartsWith(prefix, StringComparison.Ordinal)))
        {
            yield return oid;
        }

        foreach (ManagedPath managed in repo.ListManaged(
            _ => { }).Where(m => m.Pointer.Oid.ToHex().StartsWith(prefix, StringComparison.Ordinal)))
        {
            yield return managed.Pointer.Oid;
        }
    }
}
