using DlStore.Targets;

namespace DlStore.Operations.Deploys;

/// <summary>
/// <c>dls deploy unlock</c>: takes away a lock whose holder cannot be seen (it ran on another host, or its process is hidden), and settles
/// what it left unfinished. A lock whose
/// holder is proven dead needs no such help.
/// </summary>
public static class DeployUnlock
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="target">The target.</param>
    /// <param name="dryRun">Say only what would be done.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What was done, a sentence each; empty if there was nothing to do.</returns>
    /// <exception cref="DlsException">Kind Locked: the holder is alive. Kind Failed: the target cannot be reached.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(Repo repo, string target, bool dryRun, CancellationToken cancel)
    {
        TargetVisit visit = await TargetVisit.OpenAsync(repo, target, "", cancel);
        List<string> done = [];
        if (visit.Journal.Lock == "alive")
        {
            visit.RequireUnlocked();
        }

        if (visit.Journal.Lock != "free")
        {
            done.Add($"target '{target}': {(dryRun ? "would take away" : "took away")} the lock of {visit.Journal.Holder}");
            if (!dryRun)
            {
                await visit.Target.UnlockAsync(cancel);
            }
        }

        if (visit.Journal.Open is { } open && dryRun)
        {
            done.Add($"target '{target}': would settle the unfinished {DeployActions.Name(open.Action)} {open.Seq:D4} by {open.By}");
        }
        else if (await visit.SettleAsync(Person.Name(repo), cancel) is { } settled)
        {
            done.Add(settled);
            List<string> notes = [.. visit.Notes];
            DeployCopies.Take(repo, visit.Journal, notes);
            done.AddRange(notes);
        }

        return done;
    }
}
