using DlStore.Objects;
using DlStore.Operations.Transfers;

namespace DlStore.Operations.Merges;

/// <summary>
/// Sees to the listings that a merge of pointers reads: those that are not here are fetched from the default remote, once; the files that
/// they name are not.
/// </summary>
internal static class MergeListings
{
    /// <summary>Runs something that reads tree nodes, and again if some had to be fetched.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="file">The pointer file that is merged, for messages.</param>
    /// <param name="sides">The pointers whose listings may be read.</param>
    /// <param name="work">Reads; may be run twice.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What the work gave.</returns>
    /// <exception cref="DlsException">Kind Missing: a listing is neither here nor on the remote, or no remote is configured. What else a
    /// fetch fails with.</exception>
    public static async Task<T> WithAsync<T>(
        Repo repo, string file, IEnumerable<Pointer?> sides, Func<T> work, CancellationToken cancel)
    {
        try
        {
            return work();
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Missing)
        {
            if (repo.Config.DefaultRemote is null)
            {
                throw new DlsException(ErrorKind.Missing,
                    $"merge '{file}': {e.Message}, and no remote is configured that might have it",
                    "run `dls remote add NAME URL --default`, then `dls resolve`", e);
            }
        }

        NamedObject[] trees = [.. sides.OfType<Pointer>().Where(static p => p.Kind == ObjectKind.Tree).DistinctBy(static p => p.Oid)
            .Select(p => new NamedObject(p.Oid, ObjectKind.Tree, file))];
        FetchResult fetched = await Fetch.RunAsync(repo, new FetchOptions { Objects = trees, Listings = true, Verb = "merge" }, cancel);
        return fetched.Missing.Count == 0 ? work() : throw new DlsException(
            ErrorKind.Missing, $"merge '{file}': {CountWords.Of(fetched.Missing.Count, "listing")} of its sides "
                + $"{(fetched.Missing.Count == 1 ? "is" : "are")} neither here nor on {fetched.Remote}",
            "push them from a clone that has them, then run `dls resolve`")
        {
            Items = fetched.Missing,
        };
    }
}
