using DlStore.Objects;
using DlStore.Remotes;
using DlStore.Remotes.Leases;

namespace DlStore.Operations.Erasing;

/// <summary>The remotes of an erase: asks each what it has, writes tombstones, and takes them away again.</summary>
internal sealed class EraseRemotes
{
    private readonly Repo _repo;
    private readonly IReadOnlyList<IRemote> _remotes;
    private readonly Dictionary<Oid, PackKind?> _kinds = [];

    private EraseRemotes(Repo repo, IReadOnlyList<IRemote> remotes)
    {
        _repo = repo;
        _remotes = remotes;
    }

    /// <summary>Opens them.</summary>
    /// <exception cref="DlsException">Kind Usage: no such remote; kind Failed: one that was named can only be read.</exception>
    public static EraseRemotes Open(Repo repo, IReadOnlyList<string> names)
    {
        IRemote[] remotes = [.. (names.Count > 0 ? names.Distinct() : repo.Config.Remotes.Keys).Select(repo.OpenRemote)];
        return names.Count > 0 && remotes.FirstOrDefault(static r => r.IsReadOnly) is { } closed
            ? throw new DlsException(ErrorKind.Failed, $"erase on remote '{closed.Name}': '{closed.Location}' can only be read",
                "erase at the place that it serves, over ssh, S3 or a mount; `dls remote list` shows the remotes")
            : new EraseRemotes(repo, remotes);
    }

    /// <summary>Gives the kind of pack in which a remote has an object; null if none that was asked names it.</summary>
    public PackKind? KindOf(Oid oid) => _kinds.GetValueOrDefault(oid);

    /// <summary>Asks each what it has of some objects.</summary>
    public async Task<IReadOnlyList<EraseRemote>> AskAsync(IReadOnlyCollection<Oid> oids, CancellationToken cancel)
    {
        List<EraseRemote> asked = [];
        foreach (IRemote remote in _remotes)
        {
            EraseRemote of = new() { Name = remote.Name, IsReadOnly = remote.IsReadOnly };
            asked.Add(await TryAsync(of, () => AskAsync(remote, of, oids, cancel)));
        }

        return asked;
    }

    /// <summary>Writes the tombstones on each that can be written to and could be asked; what is there stays.</summary>
    public async Task<IReadOnlyList<EraseRemote>> WriteAsync(
        IReadOnlyList<EraseRemote> asked, IReadOnlyList<Tombstone> tombstones, CancellationToken cancel)
    {
        List<EraseRemote> done = [];
        for (int i = 0; i < asked.Count; i++)
        {
            IRemote remote = _remotes[i];
            done.Add(asked[i].IsReadOnly || asked[i].Error is not null ? asked[i]
                : await TryAsync(asked[i], () => WriteAsync(remote, asked[i], tombstones, cancel)));
            Io.CrashPoint.Hit("erase.remote");
        }

        return done;
    }

    /// <summary>Takes the tombstones of some objects away.</summary>
    public async Task<IReadOnlyList<EraseRemote>> RevokeAsync(IReadOnlyCollection<Oid> oids, CancellationToken cancel)
    {
        List<EraseRemote> done = [];
        foreach (IRemote remote in _remotes)
        {
            EraseRemote of = new() { Name = remote.Name, IsReadOnly = remote.IsReadOnly };
            done.Add(remote.IsReadOnly ? of : await TryAsync(of, async () =>
            {
                IReadOnlySet<Oid> there = await new RemoteTombstones(remote, _repo.Store.Erased).ListAsync(cancel);
                Oid[] listed = [.. oids.Where(there.Contains)];
                foreach (Oid oid in listed)
                {
                    _ = await remote.RemoveAsync(GcLayout.Erased(oid), cancel);
                }

                return of with { Listed = listed.Length };
            }));
        }

        return done;
    }

    private async Task<EraseRemote> AskAsync(IRemote remote, EraseRemote of, IReadOnlyCollection<Oid> oids, CancellationToken cancel)
    {
        RemoteCache cache = new(_repo.RemoteCacheRoot, remote.Name, remote.Location);
        await RemoteFormat.RequireAsync("erase on", remote, cache, cancel);
        IReadOnlySet<Oid> listed = await new RemoteTombstones(remote, _repo.Store.Erased).ListAsync(cancel);
        using RemoteIndex index = await RemoteIndex.SyncAsync(remote, cache, cancel);
        long held = 0;
        foreach (Oid oid in oids)
        {
            if (index.Find(oid, null) is { } place)
            {
                held++;
                _kinds[oid] = place.IsLarge ? PackKind.Data : place.Pack.Kind;
            }
        }

        return of with { Held = held, Listed = oids.Count(listed.Contains) };
    }

    private static async Task<EraseRemote> WriteAsync(
        IRemote remote, EraseRemote of, IReadOnlyList<Tombstone> tombstones, CancellationToken cancel)
    {
        await RemoteTombstones.SendAsync(remote, tombstones, cancel);
        return of with { Listed = tombstones.Count };
    }

    /// <summary>One remote that fails keeps no other from it; running the command again finishes.</summary>
    private static async Task<EraseRemote> TryAsync(EraseRemote of, Func<Task<EraseRemote>> work)
    {
        try
        {
            return await work();
        }
        catch (DlsException e)
        {
            return of with { Error = e.Message };
        }
    }
}
