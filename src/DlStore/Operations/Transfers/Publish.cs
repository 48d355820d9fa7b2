using DlStore.Remotes;

namespace DlStore.Operations.Transfers;

/// <summary>What a publication wrote.</summary>
/// <param name="Remote">The remote's name.</param>
/// <param name="Repositories">How many repositories have pins there; each got a list.</param>
/// <param name="WasPublished">Whether there were lists before.</param>
public sealed record PublishResult(string Remote, long Repositories, bool WasPublished);

/// <summary>
/// <c>dls remote publish</c>: writes lists of the index files and pins onto a remote, for readers who reach it by a web server that
/// shows no directories. From then on every push keeps them.
/// </summary>
public static class Publish
{
    /// <summary>Runs the command; a second time it makes the lists anew.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The remote's name, or null for the default one.</param>
    /// <param name="dryRun">Look only.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What was done.</returns>
    public static async Task<PublishResult> RunAsync(Repo repo, string? name, bool dryRun, CancellationToken cancel)
    {
        IRemote remote = repo.OpenRemote(name);
        RemoteFormat.RequireWritable(remote);
        RemoteCache cache = new(repo.RemoteCacheRoot, remote.Name, remote.Location);
        await RemoteFormat.RequireAsync("publish", remote, cache, cancel);
        using RemoteIndex index = await RemoteIndex.SyncAsync(remote, cache, cancel);
        IReadOnlyCollection<string> repoIds = await RemoteList.RepositoriesAsync(remote, cancel);
        if (!dryRun)
        {
            await PublishedLists.WriteAsync(remote, repoIds, cancel);
        }

        return new PublishResult(remote.Name, repoIds.Count, index.IsPublished);
    }
}
