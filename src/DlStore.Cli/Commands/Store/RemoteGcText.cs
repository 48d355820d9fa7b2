using DlStore.Operations.Collect;

namespace DlStore.Cli.Commands.Store;

/// <summary>What <c>dls gc --remote</c> says.</summary>
internal static class RemoteGcText
{
    /// <summary>Says what a collection did, or would do.</summary>
    public static int Write(Session session, CollectResult result, bool dryRun)
    {
        if (result.NotBefore is { } since)
        {
            session.Terminal.Result($"nothing was collected: '{result.Remote}' was made by a dls that takes no leases");
            session.Terminal.Note($"from now on such a dls is refused there; the store can be collected from {since.UtcDateTime:u} on");
            return ExitCode.Partial;
        }

        foreach (string lease in result.Dropped)
        {
            session.Terminal.Result($"dropped the push of {lease}: if it lives all the same, it begins anew");
        }

        foreach (string commit in result.Released)
        {
            session.Terminal.Result($"{(dryRun ? "would release" : "released")} the pin of commit {commit}");
        }

        string what = $"{Format.Count(result.Packs, "pack")} and {Format.Count(result.Blobs, "large file")} that nothing pinned needs";
        string kept = $"{Format.Count(result.Live, "object")} of {Format.Count(result.Pins, "pin")} stay";
        if (result.Waiting.Count > 0)
        {
            session.Terminal.Result($"condemned {what} on '{result.Remote}'; {kept}");
            foreach (string push in result.Waiting)
            {
                session.Terminal.Result($"waiting for a push of {push}");
            }

            session.Terminal.Note($"run `dls gc --remote {result.Remote}` again when they have ended; it goes on from here. "
                + $"Of one that was killed, `dls gc --remote {result.Remote} --drop-lease ID` takes the lease away");
            return ExitCode.Partial;
        }

        WriteDone(session, result, dryRun, what, kept);
        return result.IsComplete ? ExitCode.Done : ExitCode.Partial;
    }

    private static void WriteDone(Session session, CollectResult result, bool dryRun, string what, string kept)
    {
        session.Terminal.Result(result.Packs + result.Blobs == 0
            ? $"nothing to collect on '{result.Remote}': {kept}"
            : $"{(dryRun ? "would move" : "moved")} {Format.Bytes(result.BytesMoved)} to quarantine on '{result.Remote}': {what}; {kept}");
        if (result.PacksRewritten > 0)
        {
            session.Terminal.Result(
                $"{Format.Count(result.PacksRewritten, "pack")} {(dryRun ? "would be" : "were")} written anew without what is dead");
        }

        if (result.BytesFreed > 0)
        {
            session.Terminal.Result($"freed {Format.Bytes(result.BytesFreed)} that lay in quarantine for 7 days or was erased");
        }

        if (result.Restored > 0)
        {
            session.Terminal.Result($"{Format.Count(result.Restored, "file")} moved back out of quarantine");
        }

        if (result.ErasedHeld > 0)
        {
            session.Terminal.Warn($"{Format.Count(result.ErasedHeld, "damaged pack")} on '{result.Remote}' still "
                + $"{(result.ErasedHeld == 1 ? "holds" : "hold")} what was erased, with other objects that cannot be copied out");
            session.Terminal.Detail("hint: ", $"run `dls verify --remote {result.Remote}`, then `dls repair --remote "
                + $"{result.Remote}`, then this again");
        }
    }

    /// <summary>Says what keeps an object.</summary>
    public static int Write(Session session, ExplainResult result)
    {
        foreach (string line in result.KeptBy)
        {
            session.Terminal.Result(line);
        }

        if (result.KeptBy.Count == 0)
        {
            session.Terminal.Result($"nothing keeps '{result.Oid}' on '{result.Remote}'");
        }
        else if (result.Pins > result.KeptBy.Count)
        {
            session.Terminal.Result($"{Format.Count(result.Pins, "pin")} in all name it");
        }

        foreach (string place in result.Places)
        {
            session.Terminal.Result($"it lies in '{place}'");
        }

        return ExitCode.Done;
    }
}
