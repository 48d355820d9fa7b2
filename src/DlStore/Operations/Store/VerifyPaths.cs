using DlStore.Objects;
using DlStore.Operations.Words;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>Verifies what some paths name: every node and blob below them is in the store and hashes right.</summary>
internal static class VerifyPaths
{
    public static VerifyResult Run(Repo repo, VerifyOptions options, CancellationToken cancel)
    {
        List<DamagedObject> wrong = [];
        Dictionary<Oid, string> seen = [];
        long bytes = 0;
        long large = 0;
        foreach (CheckoutTarget target in PathWords.Resolve(repo, "verify", options.Paths, repo.ListPointers()))
        {
            Name(repo, target, seen, wrong);
        }

        Oid[] erased = [.. seen.Keys.Where(o => repo.Store.Erased.Contains(o) && !repo.Store.Contains(o))];
        foreach (Oid oid in erased)
        {
            seen.Remove(oid);
        }

        foreach ((Oid oid, string name) in seen)
        {
            cancel.ThrowIfCancellationRequested();
            bool isLarge = repo.Store.Find(oid) is null;
            large += isLarge && repo.Store.Large.Contains(oid) ? 1 : 0;
            if (Check(repo, oid, isLarge, ref bytes) is { } why)
            {
                wrong.Add(new DamagedObject(
                    oid.ToString(), isLarge ? repo.Store.Large.PathOf(oid) : repo.Store.Find(oid)!.Value.Pack.FilePath, why, [name])
                {
                    Oids = [oid],
                });
            }
        }

        return new VerifyResult(0, seen.Count - large, large, bytes, wrong) { Erased = erased.Length };
    }

    private static void Name(Repo repo, CheckoutTarget target, Dictionary<Oid, string> seen, List<DamagedObject> wrong)
    {
        string name = target.Path.Value;
        PathEntry entry = new TreeMerge(repo.Store.Read, (_, _) => { }).Find(Snapshot.EntryOf(target.Managed.Pointer), target.Scope);
        if (!entry.IsPresent)
        {
            throw new DlsException(ErrorKind.Usage, $"verify '{name}': the pointer does not name it",
                $"run `dls ls {repo.ToTyped(target.Managed.Path.Value)}` to see what it names");
        }

        TreeClosure closure = new(oid => repo.Store.Find(oid) is null ? null : repo.Store.Read(oid))
        {
            Node = oid => seen.TryAdd(oid, name),
            Blob = (oid, _) => seen.TryAdd(oid, name),
            MissingNode = oid => wrong.Add(
                new DamagedObject(oid.ToString(), "", "it is not in the local store", [name]) { Oids = [oid] }),
        };
        if (entry.IsDirectory)
        {
            closure.Walk(entry.Oid, null);
        }
        else
        {
            seen.TryAdd(entry.Oid, name);
        }
    }

    private static string? Check(Repo repo, Oid oid, bool isLarge, ref long bytes)
    {
        if (!isLarge)
        {
            PackedObject at = repo.Store.Find(oid)!.Value;
            bytes += at.Entry.Plain;
            return at.Pack.TryRead(at.Entry, new byte[at.Entry.Plain]);
        }

        if (!repo.Store.Large.Contains(oid))
        {
            return "it is not in the local store";
        }

        bytes += new FileInfo(repo.Store.Large.PathOf(oid)).Length;
        return PackFile.Hash(repo.Store.Large.PathOf(oid)) == oid ? null : "its bytes do not hash to its oid";
    }
}
