using DlStore.Operations.Store;
using DlStore.Operations.Words;

namespace DlStore.Cli.Commands.Store;

/// <summary>Says what a checkout did; pull uses it too.</summary>
internal static class CheckoutReport
{
    private const int NamesMax = 5;

    public static void Print(Session session, CheckoutResult result, bool dryRun, bool isPull = false)
    {
        foreach (CheckedOutPath path in result.Paths)
        {
            PrintPath(session, path, dryRun, isPull);
        }

        PrintLinks(session, result);
        foreach (string line in result.IgnoreFiles)
        {
            session.Terminal.Note(line);
        }

        if (result.Trashed is { } trash)
        {
            session.Terminal.Result($"moved {Format.Count(trash.Paths.Count)} local files to the trash as {trash.Id}");
            session.Terminal.Note($"`dls trash restore {trash.Id} --to DIR` gives them back, beside what is there now");
        }

        foreach (Io.RelPath absent in result.Absent)
        {
            session.Terminal.Warn($"left alone: the pointer file of '{absent}' is gone from the work tree");
            session.Terminal.Detail("hint: ", PathWords.AbsentHint(session.Repo, absent));
        }

        UnreadableReport.Print(session, result.Unreadable);
        if (result.Skipped.Count > 0)
        {
            session.Terminal.Note($"{Format.Count(result.Skipped.Count, "pointer")} are on demand and were "
                + $"left out: {string.Join(", ", result.Skipped.Take(NamesMax))}");
        }
    }

    private static void PrintLinks(Session session, CheckoutResult result)
    {
        if (result.Linked > 0)
        {
            session.Terminal.Note($"{Format.Count(result.Linked, "file is a read-only link", "files are read-only links")} into the store; "
                + "`dls checkout --copy PATH` makes one that may be written to");
        }

        foreach (IGrouping<string, WorkTree.RefusedPath> why in result.NotLinked.GroupBy(static n => n.Reason, StringComparer.Ordinal))
        {
            session.Terminal.Note($"{Format.Count(why.Count(), "file is a copy", "files are copies")} and no link: {why.Key}");
        }
    }

    private static void PrintPath(Session session, CheckedOutPath path, bool dryRun, bool isPull)
    {
        string would = dryRun ? "would be " : "";
        bool nothing = path.Written + path.Deleted + path.ModesSet == 0;
        int left = path.Kept.Count + path.KeptDeleted.Count + path.NotHere.Count + path.Erased.Count;
        string what = nothing ? left == 0 ? "up to date" : "nothing to write"
            : $"{would}{Format.Count(path.Written)} written ({Format.Bytes(path.Bytes)}), {Format.Count(path.Deleted)}"
            + $" deleted{(path.ModesSet > 0 ? $", {Format.Count(path.ModesSet, "mode")} set" : "")}";
        session.Terminal.Result($"{session.Terminal.Name(path.Path)}  {what}");
        string typed = session.Repo.ToTyped(path.Path.Value);
        Names(session, path.Kept, "local changes stay",
            $"`dls add {typed}` records them, `dls checkout --force {typed}` undoes them and moves them to the trash");
        bool isItself = path.KeptDeleted is [var only] && only == path.Path.Value;
        Names(session, path.KeptDeleted, "deleted here and left so", isItself
            ? $"`dls checkout {typed}` brings it back, `dls rm {typed}` stops managing it"
            : $"`dls checkout {typed}` brings them back, `dls add {typed}` records that they are gone");
        Names(session, [.. path.Erased.Select(static e => $"{e.Path} ({e.Reason})")], "erased on purpose and not written",
            isPull ? null : "`dls rm PATH` takes such a file out of its pointer");
        Names(session, path.NotHere, "files are not in the store", isPull ? null : $"`dls pull {typed}` fetches them");
    }

    private static void Names(Session session, IReadOnlyList<string> names, string what, string? hint)
    {
        if (names.Count > 0)
        {
            string more = names.Count > NamesMax ? $" and {Format.Count(names.Count - NamesMax)} more" : "";
            session.Terminal.Result(
                $"  {Format.Count(names.Count)} {what}: {string.Join(", ", names.Take(NamesMax).Select(session.Terminal.Name))}{more}",
                Ink.Changed);
            if (hint is not null)
            {
                session.Terminal.Note($"  {hint}");
            }
        }
    }
}
