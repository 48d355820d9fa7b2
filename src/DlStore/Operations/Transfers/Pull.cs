using DlStore.Operations.Store;

namespace DlStore.Operations.Transfers;

/// <summary>What pull did.</summary>
/// <param name="Fetched">What came from the remote.</param>
/// <param name="CheckedOut">What was written to disk.</param>
public sealed record PullResult(FetchResult Fetched, CheckoutResult CheckedOut);

/// <summary>
/// <c>dls pull</c>: fetch, then checkout of the same paths. In a fresh clone it needs no init. What is lost is told, and everything else is
/// written.
/// </summary>
public static class Pull
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="fetch">What to fetch.</param>
    /// <param name="force">Local bytes that the store does not hold go to the trash.</param>
    /// <param name="cancel">Stops it; a rerun finishes.</param>
    /// <returns>What was done.</returns>
    public static async Task<PullResult> RunAsync(Repo repo, FetchOptions fetch, bool force, CancellationToken cancel)
    {
        FetchResult fetched = await Fetch.RunAsync(repo, fetch, cancel);
        CheckoutResult done = fetch.DryRun
            ? new CheckoutResult([], null, fetched.Skipped)
            : Checkout.Run(repo, new CheckoutOptions
            {
                Paths = fetch.Paths,
                Force = force,
                Progress = fetch.Progress,
                FromPull = true,
                WritesWhatIsWhole = fetched.Missing.Count > 0
            }, cancel);
        return new PullResult(fetched, done);
    }
}
