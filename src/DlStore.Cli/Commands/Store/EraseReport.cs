using DlStore.Operations.Erasing;

namespace DlStore.Cli.Commands.Store;

/// <summary>Says what an erase would do, or did.</summary>
internal static class EraseReport
{
    private const int ObjectsMax = 10;
    private const int NamesMax = 5;

    public static void Print(Session session, EraseResult result)
    {
        Terminal terminal = session.Terminal;
        long bytes = result.Objects.Sum(static o => o.Size ?? 0);
        string verb = result.IsApplied ? "erased" : "would erase";
        terminal.Result($"{verb} {Format.Count(result.Objects.Count, "object")}, {Format.Bytes(bytes)}");
        PrintObjects(session, result.Objects, "");
        if (result.Shared.Count > 0)
        {
            terminal.Result($"{Format.Count(result.Shared.Count, "object")} of the directory "
                + $"{(result.Shared.Count == 1 ? "stays" : "stay")}: something outside of it names the same bytes "
                + "(--shared erases them too)", Ink.Changed);
            PrintObjects(session, result.Shared, "  ");
        }

        if (result.OtherVersions > 0)
        {
            terminal.Result($"{Format.Count(result.OtherVersions, "other content")} that these paths had in other commits "
                + $"{(result.OtherVersions == 1 ? "stays" : "stay")} (--all-versions erases them too)", Ink.Changed);
        }

        foreach (string unknown in result.Unknown)
        {
            terminal.Warn($"not looked at: {unknown}");
        }

        PrintRemotes(session, result);
        PrintFiles(session, result);
        if (result.IsApplied)
        {
            PrintNext(session, result);
        }
    }

    /// <summary>Says what a revocation did.</summary>
    public static void PrintRevoked(Session session, EraseResult result)
    {
        foreach (EraseRemote remote in result.Remotes)
        {
            session.Terminal.Result(remote.Error is { } error ? $"{remote.Name}: {error}"
                : remote.IsReadOnly ? $"{remote.Name}: it can only be read and was passed over"
                : $"{remote.Name}: {Format.Count(remote.Listed, "tombstone")} taken away", remote.Error is null ? Ink.Plain : Ink.Bad);
        }

        session.Terminal.Note(result.IsComplete
            ? "the bytes do not come back by this: `dls add` stores them again, then `dls push --repair` sends them for commits of before"
            : "the tombstones here stay until every remote has lost its own: run it again");
    }

    private static void PrintObjects(Session session, IReadOnlyList<ErasedObject> objects, string indent)
    {
        foreach (ErasedObject o in objects.Take(ObjectsMax))
        {
            string size = o.Size is { } known ? Format.Bytes(known) : "size unknown";
            session.Terminal.Result($"{indent}{o.Oid}  {size}{(o.IsHere ? "" : ", not here")}");
            foreach (string name in o.NamedBy.Take(NamesMax))
            {
                session.Terminal.Result($"{indent}  named by {name}");
            }

            if (o.Names > NamesMax)
            {
                session.Terminal.Result($"{indent}  and {Format.Count(o.Names - NamesMax)} more, {Format.Count(o.Names)} in all");
            }

            if (o.Names == 0)
            {
                session.Terminal.Result($"{indent}  named by nothing that is known here");
            }
        }

        if (objects.Count > ObjectsMax)
        {
            string more = Format.Count(objects.Count - ObjectsMax, "more object");
            session.Terminal.Result($"{indent}and {more}; --json lists all");
        }
    }

    private static void PrintRemotes(Session session, EraseResult result)
    {
        foreach (EraseRemote remote in result.Remotes)
        {
            if (remote.Error is { } error)
            {
                session.Terminal.Result($"{remote.Name}: {error}", Ink.Bad);
                continue;
            }

            string held = remote.Held == 0 ? "no index there names them" : $"the bytes of {Format.Count(remote.Held)} lie there";
            string listed = remote.IsReadOnly ? "it can only be read and is passed over"
                : $"{Format.Count(remote.Listed)} of {Format.Count(result.Objects.Count, "tombstone")} there";
            session.Terminal.Result($"{remote.Name}: {listed}; {held}");
        }

        if (result.Remotes.Count == 0)
        {
            session.Terminal.Result("no remote is configured");
        }
    }

    private static void PrintFiles(Session session, EraseResult result)
    {
        Paths(session, result.FilesDeleted, "deleted from the work tree");
        Paths(session, result.Files, "left in the work tree (--work-tree deletes them)");
        if (result.TrashDeleted > 0)
        {
            session.Terminal.Result($"{Format.Count(result.TrashDeleted, "file")} deleted from the trash");
        }

        foreach (string pack in result.Held)
        {
            session.Terminal.Warn($"'{pack}' is damaged and still holds one of them, with others that cannot be copied out");
            session.Terminal.Detail("hint: ", "run `dls verify`, then `dls pull` to fetch the others again, then this again");
        }
    }

    private static void PrintNext(Session session, EraseResult result)
    {
        session.Terminal.Result($"freed {Format.Bytes(result.BytesFreed)} here");
        foreach (EraseRemote remote in result.Remotes.Where(static r => r is { Held: > 0, IsReadOnly: false, Error: null }))
        {
            session.Terminal.Note($"the bytes on {remote.Name} go with `dls gc --remote {remote.Name}`; until then they lie there");
        }

        foreach (EraseRemote remote in result.Remotes.Where(static r => r.Error is not null))
        {
            session.Terminal.Note($"{remote.Name} has not all tombstones: run this again when it can be reached");
        }

        if (result.Pointed.Count > 0)
        {
            string paths = string.Join(' ', result.Pointed.Take(NamesMax).Select(session.Repo.ToTyped));
            session.Terminal.Note($"the pointers here still name {Format.Count(result.Pointed.Count, "such file")}: `dls rm {paths}"
                + $"{(result.Pointed.Count > NamesMax ? " ..." : "")}` takes them out; then commit and push");
        }

        session.Terminal.Note("not touched: other clones, copies on hosts and targets, backups, and what git itself keeps");
    }

    private static void Paths(Session session, IReadOnlyList<string> paths, string what)
    {
        foreach (string path in paths.Take(ObjectsMax))
        {
            session.Terminal.Result($"{session.Terminal.Name(path)}  {what}");
        }

        if (paths.Count > ObjectsMax)
        {
            session.Terminal.Result($"and {Format.Count(paths.Count - ObjectsMax)} more {what}");
        }
    }
}
