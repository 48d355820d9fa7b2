using DlStore.Operations.Store;

namespace DlStore.Operations.Commits;

/// <summary>
/// What the hooks after a checkout, merge or rebase do: bring the files to where git brought the pointers, if that touches nothing of the
/// user's, else say so in one line. Git goes on in any case.
/// </summary>
public static class FollowGit
{
    /// <summary>Runs the hook.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="isEnd">Git is done: not so at a checkout in the middle of a rebase, where pointers go on moving.</param>
    /// <param name="progress">Told about progress.</param>
    /// <param name="cancel">Stops it; the next checkout finishes.</param>
    /// <returns>Lines to tell; none if there was nothing to do.</returns>
    public static IReadOnlyList<string> Run(Repo repo, bool isEnd, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        try
        {
            return Follow(repo, isEnd, progress, cancel);
        }
        catch (DlsException e)
        {
            // Git takes the exit code of its hook for its own, and its work is done.
            return [$"dls: the files stay as they were: {e.Message}; `dls status` says more"];
        }
    }

    private static IReadOnlyList<string> Follow(Repo repo, bool isEnd, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        WorkTreeState state = WorkTreeState.Read(repo);
        PointerListing listing = repo.ListPointers(state);
        if (!HasMoved(state, listing))
        {
            return [];
        }

        if (listing.Unmerged.Count > 0)
        {
            return ["dls: pointers are not merged; `dls status` says how to go on"];
        }

        // The hook at its end comes to them.
        if (!isEnd && Directory.Exists(repo.Git.GitDir + "/rebase-merge"))
        {
            return [];
        }

        return Tell(Checkout.Run(repo, new CheckoutOptions { Progress = progress, WritesWhatIsWhole = true }, cancel));
    }

    /// <summary>Tells whether a pointer names something else than was last written out; no file is looked at.</summary>
    private static bool HasMoved(WorkTreeState state, PointerListing listing) =>
        listing.Gone.Count + listing.Unmerged.Count > 0 || !state.Journal.IsEmpty
        || listing.Managed.Any(m => !m.Pointer.Demand && state.Base.Find(m.Path)?.Oid != m.Pointer.Oid);

    private static IReadOnlyList<string> Tell(CheckoutResult result)
    {
        List<string> lines = [];
        long written = result.Paths.Sum(static p => p.Written);
        long deleted = result.Paths.Sum(static p => p.Deleted);
        string[] absent = [.. result.Paths.Where(static p => p.NotHere.Count > 0).Select(static p => p.Path.Value)];
        if (written + deleted > 0)
        {
            lines.Add($"dls: wrote {CountWords.Of(written, "file")}, deleted {deleted}");
        }

        if (absent.Length > 0)
        {
            lines.Add($"dls: some bytes of {string.Join(", ", absent.Take(3))}{(absent.Length > 3 ? " and others" : "")} are not here; "
                + "`dls pull` brings them");
        }

        long kept = result.Paths.Sum(static p => (long)p.Kept.Count);
        if (kept > 0)
        {
            lines.Add(
                $"dls: {CountWords.Of(kept, "file that was changed here stays", "files that were changed here stay")}; `dls status` names "
                + (kept == 1 ? "it" : "them"));
        }

        return lines;
    }
}
