using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>
/// Finds objects that the store held and holds no more: everything that was recorded or written out in this work tree came through the
/// store, and gc keeps it. A pack or a
/// large file that is gone leaves nothing behind that could be hashed, so without this look a verify of what is left would find it all
/// right. Where the base is lost too, what
/// the pointers of paths on disk name is looked for.
/// </summary>
internal static class VerifyLost
{
    private const int LostMax = 10_000;

    /// <summary>Walks what the base names.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Objects that are not in the store, each with a managed path that needs it; at most 10,000.</returns>
    public static IReadOnlyList<(Oid Oid, string Path)> List(Repo repo, CancellationToken cancel)
    {
        Dictionary<Oid, string> lost = [];
        string path = "";
        void Need(Oid oid)
        {
            if (lost.Count < LostMax && !repo.Store.Contains(oid))
            {
                lost.TryAdd(oid, path);
            }
        }

        TreeClosure closure = new(
            oid => repo.Store.Find(oid) is null ? null : repo.Store.Read(oid))
        { MissingNode = Need, Blob = (oid, _) => Need(oid) };
        Base wasOut = Base.Read(repo.StateDirectory);
        // Objects come before the base: what an add beside this one has just written is seen if the store is looked at after it.
        repo.Store.Refresh();
        foreach (string managed in wasOut.Paths)
        {
            cancel.ThrowIfCancellationRequested();
            path = managed;
            Walk(closure, wasOut.Find(Io.RelPath.Parse(managed))!.Value, Need);
        }

        foreach (ManagedPath managed in repo.ListPointers()
            .Managed.Where(m => wasOut.Find(m.Path) is null && Io.Sys.TryStat(repo.Absolute(m.Path), out _)))
        {
            path = managed.Path.Value;
            Need(managed.Pointer.Oid);
        }

        return [.. lost.Select(static l => (l.Key, l.Value))];
    }

    private static void Walk(TreeClosure closure, BaseEntry entry, Action<Oid> need)
    {
        if (entry.Kind == ObjectKind.Blob)
        {
            need(entry.Oid);
            return;
        }

        try
        {
            closure.Walk(entry.Oid, null);
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
        {
            // A damaged listing is found by the hashing of its pack.
        }
    }
}
