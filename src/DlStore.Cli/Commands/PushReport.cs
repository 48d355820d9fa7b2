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

        if (result.Objects == 0 && result.Pinned.Count == 0 && result.Missing.Count == 0)
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
}
