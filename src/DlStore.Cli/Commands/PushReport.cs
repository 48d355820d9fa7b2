using DlStore.Operations;

namespace DlStore.Cli.Commands;

/// <summary>Says what a push did; the pre-push hook uses it too.</summary>
internal static class PushReport
{
    private const int NamesMax = 5;

    public static void Print(Session session, PushResult result, bool dryRun)
    {
        if (result.AlreadyPinned is { } commit)
        {
            session.Terminal.Result($"nothing new: commit {commit[..12]} is pinned on {result.Remote}");
            return;
        }

        PrintUnreadable(session, result);
        if (result.Objects == 0 && result.Pinned.Count == 0 && result.Missing.Count + result.Unreadable.Count == 0)
        {
            session.Terminal.Result($"nothing to push to {result.Remote}: no commit changes a pointer");
            return;
        }

        string would = dryRun ? "would send" : "sent";
        session.Terminal.Result($"{would} {Format.Count(result.Objects, "object")}, {Format.Bytes(result.BytesSent)}{(dryRun ? "" : $" in {Format.Count(result.FilesSent, "file")}")}, to {result.Remote}");
        if (result.Pinned.Count > 0)
        {
            session.Terminal.Result($"{(dryRun ? "would pin" : "pinned")} {Format.Count(result.Pinned.Count, "commit")}, the newest {result.Pinned[^1][..12]}");
        }

        if (result.Missing.Count > 0)
        {
            session.Terminal.Warn($"{Format.Count(result.Missing.Count, "object")} are neither here nor on {result.Remote}; their commits were not pinned");
            foreach (string missing in result.Missing.Take(NamesMax))
            {
                session.Terminal.Detail("  missing: ", missing);
            }

            session.Terminal.Detail("hint: ", "run `dls fetch --all` from a remote that has them, or `dls push --tip` to pin the newest commit only");
        }
    }

    private static void PrintUnreadable(Session session, PushResult result)
    {
        if (result.Unreadable.Count == 0)
        {
            return;
        }

        session.Terminal.Warn($"{Format.Count(result.Unreadable.Count, "commit")} {(result.Unreadable.Count == 1 ? "has" : "have")} a pointer that cannot be read and {(result.Unreadable.Count == 1 ? "was" : "were")} not pinned; the rest was sent");
        foreach (string why in result.Unreadable.Take(NamesMax))
        {
            session.Terminal.Detail("  ", why);
        }

        if (result.Unreadable.Count > NamesMax)
        {
            session.Terminal.Detail("  ", $"and {Format.Count(result.Unreadable.Count - NamesMax)} more");
        }

        if (result.IsTipUnreadable)
        {
            session.Terminal.Detail("hint: ", "the newest commit is one of them: `dls status` says how to mend its pointer; then commit and push again");
        }
    }
}
