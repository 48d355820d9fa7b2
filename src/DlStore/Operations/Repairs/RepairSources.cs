using DlStore.Objects;
using DlStore.Operations.Transfers;
using DlStore.Remotes;

namespace DlStore.Operations.Repairs;

/// <summary>
/// Where good copies come from: the work tree first, then one remote after another, the default one first. Every byte is hashed before it
/// counts. A remote that cannot be asked keeps none of the others from being asked.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="options">What is repaired.</param>
internal sealed class RepairSources(Repo repo, RepairOptions options)
{
    /// <summary>The word for the work tree among the sources.</summary>
    public const string WorkTree = "the work tree";

    /// <summary>The word for the local store among the sources.</summary>
    public const string LocalStore = "the local store";

    private readonly Dictionary<string, string> _unasked = new(StringComparer.Ordinal);

    /// <summary>Gets remotes that could not be asked, and why.</summary>
    public IReadOnlyList<string> Unasked => [.. _unasked.Select(static u => $"{u.Key}: {u.Value}")];

    /// <summary>Brings objects into the local store; a plan only says where they would come from.</summary>
    /// <param name="need">The objects; those that were found are taken out.</param>
    /// <param name="except">A remote that is not asked, or null.</param>
    /// <param name="from">Counts what each source had.</param>
    /// <param name="cancel">Stops it; what has come stays.</param>
    public async Task TakeAsync(HashSet<Oid> need, string? except, Dictionary<string, long> from, CancellationToken cancel)
    {
        if (need.Count > 0)
        {
            Count(from, WorkTree, TakeFromWorkTree(need, cancel));
        }

        foreach (string name in Remotes().Where(n => n != except))
        {
            if (need.Count == 0)
            {
                return;
            }

            try
            {
                Count(from, name, options.DryRun ? await FindAsync(name, need, cancel) : await FetchAsync(name, need, cancel));
            }
            catch (DlsException e) when (e.Kind is not ErrorKind.Usage)
            {
                _unasked[name] = e.Message;

                // What came before the line was lost has been stored.
                Count(from, name, options.DryRun ? 0 : need.RemoveWhere(repo.Store.Contains));
            }
        }
    }

    private long TakeFromWorkTree(HashSet<Oid> need, CancellationToken cancel)
    {
        using ObjectWriter? writer = options.DryRun ? null : repo.BeginWrite();
        IReadOnlyCollection<Oid> found = new WorkTreeCopies(repo, writer, cancel).Take(need);
        need.ExceptWith(found);
        return found.Count;
    }

    private async Task<long> FetchAsync(string name, HashSet<Oid> need, CancellationToken cancel)
    {
        _ = await Fetch.RunAsync(repo, new FetchOptions
        {
            Remote = name,
            Objects = [.. need.Select(static o => new NamedObject(o, ObjectKind.Blob, "damaged or missing here"))],
            Jobs = options.Jobs,
            Verb = "repair",
            Progress = options.Progress,
        }, cancel);
        return need.RemoveWhere(repo.Store.Contains);
    }

    /// <summary>Asks only what the remote's index files name, in places that are not noted as damaged.</summary>
    private async Task<long> FindAsync(string name, HashSet<Oid> need, CancellationToken cancel)
    {
        IRemote remote = repo.OpenRemote(name);
        RemoteCache cache = new(repo.RemoteCacheRoot, remote.Name, remote.Location);
        await RemoteFormat.RequireAsync("read", remote, cache, cancel);
        using RemoteIndex index = await RemoteIndex.SyncAsync(remote, cache, cancel);
        return need.RemoveWhere(o => index.Find(o) is not null);
    }

    private IEnumerable<string> Remotes() =>
        repo.Config.Remotes.Keys.OrderBy(n => n == repo.Config.DefaultRemote ? 0 : 1).ThenBy(static n => n, StringComparer.Ordinal);

    private static void Count(Dictionary<string, long> from, string source, long objects)
    {
        if (objects > 0)
        {
            from[source] = from.GetValueOrDefault(source) + objects;
        }
    }
}
