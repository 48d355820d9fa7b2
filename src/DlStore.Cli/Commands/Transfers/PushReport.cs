using DlStore.Operations.Transfers;

namespace DlStore.Cli.Commands.Transfers;

/// <summary>Says what a push did; the pre-push hook uses it too.</summary>
internal static class PushReport
{
    private const int NamesMax = 5;

    /// <summary>Says what came of one of several remotes.</summary>
    public static void Print(Session session, PushOutcome outcome, bool dryRun)
    {
        if (outcome.Result is { } result)
        {
            Print(session, result, dryRun);
        }
        else if (outcome.IsSkipped)
        {
            session.Terminal.Note($"{outcome.Remote} can only be read and was passed over");
        }
        else
        {
            session.Terminal.Error(outcome.Error ?? "");
            if (outcome.Hint is { } hint)
            {
                session.Terminal.Detail("hint: ", hint);
            }
        }
    }

    public static void Print(Session session, PushResult result, bool dryRun)
    {
        foreach (string problem in result.Problems)
        {
            session.Terminal.Warn($"{result.Remote}: {problem}; what only that file names counts as not there");
        }

        if (result.AlreadyPinned is { } commit)
        {
            session.Terminal.Result($"nothing new: commit {commit[..12]} is pinned on {result.Remote}");
            return;
        }

        PrintUnreadable(session, result);
        if (result.Objects == 0 && result.Pinned.Count == 0 && result.Repaired == 0 && result.Unreadable.Count == 0
            && result.Erased.Count == 0 && result.IsComplete)
        {
            session.Terminal.Result(result.IsRepair ? $"nothing to repair on {result.Remote}"
                : result.IsOfPaths
                    ? $"nothing to send: {result.Remote} has what these paths name; `dls push` without a path pins their commits"
                    : $"nothing to push to {result.Remote}: no commit changes a pointer");
            return;
        }

        PrintSent(session.Terminal, result, dryRun);
        Names(session, result.Erased, "erased on purpose and not sent; the commits that name them are pinned all the same", "erased",
            "`dls rm PATH` takes them out of the pointers that name them; `dls erase OID` erases what is still here of them");
        PrintDurability(session.Terminal, result);
        Names(session, result.Missing, $"neither here nor on {result.Remote}; their commits were not pinned",
            "missing", "run `dls fetch --all` from a remote that has them, or `dls push --tip` to pin the newest commit only");
        Names(session, result.Unrepaired,
            $"damaged or gone on {result.Remote}, and not whole here", "unrepaired", "run `dls push --repair` in a clone that has them");
    }

    private static void PrintSent(Terminal terminal, PushResult result, bool dryRun)
    {
        string would = dryRun ? "would send" : "sent";
        terminal.Result($"{would} {Format.Count(result.Objects, "object")}, {Format.Bytes(result.BytesSent)}"
            + $"{(dryRun ? "" : $" in {Format.Count(result.FilesSent, "file")}")}, to {result.Remote}");
        if (result.Repaired > 0)
        {
            terminal.Result($"{(dryRun ? "would repair" : "repaired")} {Format.Count(result.Repaired, "place")} on "
                + $"{result.Remote} that {(result.Repaired == 1 ? "was" : "were")} damaged or gone");
        }

        if (result.Pinned.Count > 0)
        {
            terminal.Result(
                $"{(dryRun ? "would pin" : "pinned")} {Format.Count(result.Pinned.Count, "commit")}, the newest {result.Pinned[^1][..12]}");
        }
    }

    private static void PrintDurability(Terminal terminal, PushResult result)
    {
        if (!result.IsDurable)
        {
            terminal.Warn($"not confirmed durable: {result.Remote} offers neither fsync nor a shell to run sync in; "
                + "a loss of power there within the next minute could lose what was sent");
        }
    }

    private static void Names(Session session, IReadOnlyList<string> names, string what, string label, string hint)
    {
        if (names.Count == 0)
        {
            return;
        }

        session.Terminal.Warn($"{Format.Count(names.Count, "object")} {(names.Count == 1 ? "is" : "are")} {what}");
        foreach (string name in names.Take(NamesMax))
        {
            session.Terminal.Detail($"  {label}: ", name);
        }

        if (names.Count > NamesMax)
        {
            session.Terminal.Detail("  ", $"and {Format.Count(names.Count - NamesMax)} more; --json lists all");
        }

        session.Terminal.Detail("hint: ", hint);
    }

    private static void PrintUnreadable(Session session, PushResult result)
    {
        if (result.Unreadable.Count == 0)
        {
            return;
        }

        session.Terminal.Warn(
            $"{Format.Count(result.Unreadable.Count, "commit")} {(result.Unreadable.Count == 1 ? "has" : "have")} a pointer "
            + $"that cannot be read and {(result.Unreadable.Count == 1 ? "was" : "were")} not pinned; the rest was sent");
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
            session.Terminal.Detail(
                "hint: ", "the newest commit is one of them: `dls status` says how to mend its pointer; then commit and push again");
        }
    }
}
