using DlStore.Lineage;
using DlStore.Objects;
using DlStore.Operations.Index;

namespace DlStore.Operations.Store;

/// <summary>Finds which paths at which commits need some objects, by walking every version of every tree that the index knows.</summary>
internal static class ObjectUsers
{
    private const int UsersMax = 20;

    public static Dictionary<Oid, List<string>> Find(Repo repo, HashSet<Oid> oids, CancellationToken cancel)
    {
        Dictionary<Oid, List<string>> users = [];
        IReadOnlyList<KnownPointer> uses = IndexCatchUp.Ask(repo, index => new LineageQuery(index, repo.StateDirectory).Pointers(), cancel);
        foreach (KnownPointer use in uses)
        {
            cancel.ThrowIfCancellationRequested();
            string commits = use.Commits > 1 ? $"commit {use.Commit![..12]} and {use.Commits - 1} more" : $"commit {use.Commit![..12]}";
            Note(users, oids, use.Oid, $"{use.Path} at {commits}");
            if (use.Kind == ObjectKind.Tree)
            {
                WalkTree(repo, use.Oid, use.Path, commits, oids, users, 0);
            }
        }

        foreach (ManagedPath managed in repo.ListManaged(_ => { }))
        {
            bool isCommitted = uses.Any(u => u.Path == managed.Path.Value && u.Oid == managed.Pointer.Oid);
            if (!isCommitted)
            {
                Note(users, oids, managed.Pointer.Oid, $"{managed.Path} in the work tree");
                if (managed.Pointer.Kind == ObjectKind.Tree)
                {
                    WalkTree(repo, managed.Pointer.Oid, managed.Path.Value, "the work tree's pointer", oids, users, 0);
                }
            }
        }

        return users;
    }

    private static void WalkTree(
        Repo repo, Oid tree, string path, string commits, HashSet<Oid> oids, Dictionary<Oid, List<string>> users, int depth)
    {
        Oid node = tree;
        TreeCursor cursor = new(oid => repo.Store.Read(node = oid), tree);
        try
        {
            while (depth <= 128 && cursor.Next())
            {
                if (oids.Contains(cursor.Oid))
                {
                    Note(users, oids, cursor.Oid, $"{path}/{Io.EntryName.Show(cursor.Name)} at {commits}");
                }

                if (cursor.Mode == TreeMode.Directory)
                {
                    WalkTree(repo, cursor.Oid, $"{path}/{Io.EntryName.Show(cursor.Name)}", commits, oids, users, depth + 1);
                }
            }
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            // The listing itself is damaged or not here: what it would name stays unknown, and the node is reported on its own.
            Note(users, oids, node, $"{path} (a listing) at {commits}");
        }
    }

    private static void Note(Dictionary<Oid, List<string>> users, HashSet<Oid> oids, Oid oid, string text)
    {
        if (!oids.Contains(oid))
        {
            return;
        }

        if (!users.TryGetValue(oid, out List<string>? list))
        {
            users[oid] = list = [];
        }

        if (list.Count < UsersMax && !list.Contains(text))
        {
            list.Add(text);
        }
    }
}
