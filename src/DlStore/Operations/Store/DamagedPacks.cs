using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Store;

/// <summary>
/// Heals the store after a verify: what it found damaged is fetched with the next fetch, and once every lost object of a pack is there
/// again elsewhere, the whole entries of
/// that pack are copied into a new one and the damaged file is moved to <c>set-aside/</c>. Nothing is deleted.
/// </summary>
internal static class DamagedPacks
{
    /// <summary>Lists objects that verify found damaged and that no other place of the store has.</summary>
    public static IReadOnlyList<Oid> ListLost(Repo repo) =>
        [.. repo.Store.Damage.List()
            .Select(p => p.Oid).Concat(repo.Store.Large.ListSetAside()).Distinct().Where(o => !repo.Store.Contains(o))];

    /// <summary>Replaces packs whose damaged objects are all there again.</summary>
    public static void Retire(Repo repo, ObjectWriter writer)
    {
        if (repo.Store.Damage.IsEmpty)
        {
            return;
        }

        List<(Oid Pack, Oid Oid)> left = [];
        foreach (IGrouping<Oid, (Oid Pack, Oid Oid)> pack in repo.Store.Damage.List().GroupBy(p => p.Pack))
        {
            if (!File.Exists(repo.Store.PackPath(pack.Key)))
            {
                continue;
            }

            if (pack.All(p => repo.Store.Contains(p.Oid)))
            {
                Replace(repo, writer, pack.Key, [.. pack.Select(p => p.Oid)]);
            }
            else
            {
                left.AddRange(pack);
            }
        }

        repo.Store.Refresh();
        repo.Store.Damage.Replace(left);
    }

    /// <summary>
    /// Copies the whole entries of a pack into a new one and sets the file aside: its bytes are not those of its name, or its table is
    /// damaged.
    /// </summary>
    public static void Rewrite(Repo repo, ObjectWriter writer, Oid pack)
    {
        using (PackTable table = PackTable.Open(repo.Store.PackPath(pack), pack))
        {
            HashSet<Oid> damaged = [.. PackCheck.ListWrong(table, out _).Select(static w => w.Oid)];
            Replace(repo, writer, pack, damaged);
        }

        repo.Store.Refresh();
    }

    private static void Replace(Repo repo, ObjectWriter writer, Oid id, HashSet<Oid> damaged)
    {
        string path = repo.Store.PackPath(id);
        using (PackTable table = PackTable.Open(path, id))
        {
            PackEntry[] whole = [
                .. Enumerable.Range(0, table.Count).Select(table.Get).Where(e => !damaged.Contains(e.Oid)).OrderBy(e => e.Offset)];
            Repacker repacker = new(repo.Store.TempDirectory);
            repacker.Copy(table.Pack, table.Kind, whole, [.. whole.Select(e => e.Oid)]);
            foreach ((string made, Oid newId) in repacker.Finish())
            {
                writer.Adopt(made, newId, "the damaged pack");
            }
        }

        writer.Commit();
        string aside = Path.Combine(repo.Store.Root, "set-aside");
        AtomicFile.MakeDirectory(aside);
        AtomicFile.Rename(path, Path.Combine(aside, Path.GetFileName(path)), replace: true);
        AtomicFile.FlushDirectory(repo.Store.PackDirectory);
    }
}
