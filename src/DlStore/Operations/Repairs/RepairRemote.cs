using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Operations.Transfers;
using DlStore.Remotes;

namespace DlStore.Operations.Repairs;

/// <summary>
/// Repairs a remote: what a verify finds there without a good place is brought here if it is not here, and a push sends it again. The push
/// notes nothing as mended before it is durable there, so a repair that was killed is finished by the next.
/// </summary>
internal sealed class RepairRemote(Repo repo, RepairOptions options, RepairSources sources)
{
    public async Task<RepairedStore> RunAsync(string name, CancellationToken cancel)
    {
        IRemote remote = repo.OpenRemote(name);
        RemoteFormat.RequireWritable(remote);
        VerifyResult found = await VerifyAsync(name, cancel);
        RepairedStore store = new()
        {
            Remote = name,
            Damaged = found.Lacking.Count,
            Files = found.Damaged.Count(static d => d.Oids.Count == 0),
        };
        if (found.Damaged.Count == 0)
        {
            return store;
        }

        Dictionary<string, long> from = new(StringComparer.Ordinal);
        HashSet<Oid> lacking = [.. found.Lacking.Where(o => !LocalCopies.IsWhole(repo, o, notes: !options.DryRun))];
        if (found.Lacking.Count > lacking.Count)
        {
            from[RepairSources.LocalStore] = found.Lacking.Count - lacking.Count;
        }

        await sources.TakeAsync(lacking, name, from, cancel);
        store = store with { Sources = [.. from.Select(static f => new RepairSource(f.Key, f.Value))] };
        const string wrong = "no good copy was found here or on another remote";
        if (options.DryRun)
        {
            return store with { Left = Repair.Describe(repo, lacking, wrong, cancel) };
        }

        _ = await Push.RunAsync(
            repo, new PushOptions { Remote = name, Repair = true, Jobs = options.Jobs, Progress = options.Progress }, cancel);
        return store with { Left = await LeftAsync(remote, found.Lacking, wrong, cancel) };
    }

    private Task<VerifyResult> VerifyAsync(string name, CancellationToken cancel) => Verify.RunAsync(repo, new VerifyOptions
    {
        Remote = name,
        Download = options.Download,
        Notes = !options.DryRun,
        Progress = options.Progress,
    }, cancel);

    /// <summary>Reads the indexes and pins there anew: what they say now is what is left.</summary>
    private async Task<IReadOnlyList<DamagedObject>> LeftAsync(
        IRemote remote, IReadOnlyCollection<Oid> were, string wrong, CancellationToken cancel)
    {
        RemoteCache cache = new(repo.RemoteCacheRoot, remote.Name, remote.Location);
        using RemoteIndex index = await RemoteIndex.SyncAsync(remote, cache, cancel, reads: true);
        HashSet<Oid> left = [.. were.Where(o => index.Find(o) is null)];
        PinCheck pins = new(repo, remote, index, new DamageNote("verify", repo.Clock.GetUtcNow()), cancel);
        IEnumerable<DamagedObject> others = (await pins.RunAsync()).Where(p => !p.Oids.Any(left.Contains)).Select(static p => p.Damaged);
        return
        [
            .. index.Problems.Select(static p => new DamagedObject(p.Name, p.Name, p.Wrong, [])),
            .. others,
            .. Repair.Describe(repo, left, wrong, cancel),
        ];
    }
}
