using DlStore.Objects;
using DlStore.Remotes;
using DlStore.Remotes.Leases;

namespace DlStore.Operations.Collect;

/// <summary>
/// Removes what no collection needs any more: records of earlier ones, their rescues, and index files that were superseded long ago.
/// </summary>
internal sealed class CollectCleanup(IRemote remote, RemoteCache cache, GcLock gcLock, int epoch)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        HashSet<int> inQuarantine = [];
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, GcLayout.QuarantineDirectory, RemoteListing.FilesMax, cancel))
        {
            _ = file.Name.Split('/') is [_, var n, _] && inQuarantine.Add(GcLayout.Number(n));
        }

        DateTimeOffset now = await gcLock.NowAsync(cancel);
        GcState state = await gcLock.CheckAsync(cancel);
        foreach (RemoteFile file in state.Files)
        {
            // The stamp of gc/done says since when the quarantine of that collection waits.
            int n = GcLayout.Number(file.Name);
            bool isRecord = file.Name == GcLayout.Epoch(n) || file.Name == GcLayout.Deleting(n) || file.Name == GcLayout.Done(n);
            _ = isRecord && n < epoch && !inQuarantine.Any(q => q <= n) && await remote.RemoveAsync(file.Name, cancel);
        }

        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, GcLayout.Rescues, RemoteListing.FilesMax, cancel))
        {
            _ = file.Name.Split('/') is [_, var n, _] && GcLayout.Number(n) < epoch && await remote.RemoveAsync(file.Name, cancel);
        }

        await RemoveIndexesAsync(now, cancel);
    }

    private async Task RemoveIndexesAsync(DateTimeOffset now, CancellationToken cancel)
    {
        Dictionary<string, RemoteFile> there = new(StringComparer.Ordinal);
        await foreach (RemoteFile file in RemoteListing.ListAsync(
            remote, RemoteLayout.IndexDirectory, RemoteListing.IndexesMax, cancel))
        {
            there[file.Name] = file;
        }

        using RemoteIndex index = await RemoteIndex.SyncAsync(remote, cache, cancel);
        foreach (PackIndex old in index.Indexes)
        {
            bool isOld = there.TryGetValue(RemoteLayout.Index(old.Id), out RemoteFile file) && now - file.Changed >= GcLayout.Grace;
            foreach (Oid superseded in isOld ? old.Superseded : [])
            {
                string name = RemoteLayout.Index(superseded);
                _ = there.ContainsKey(name) && await remote.RemoveAsync(name, cancel);
            }
        }

        if (index.IsPublished)
        {
            await RemoteList.WriteAllAsync(remote, cancel);
        }
    }
}
