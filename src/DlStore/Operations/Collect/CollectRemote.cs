using System.Text;
using DlStore.Io;
using DlStore.Remotes;
using DlStore.Remotes.Leases;

namespace DlStore.Operations.Collect;

/// <summary>
/// <c>dls gc --remote</c>: the collection of docs/formats/remote-protocol.md, step by step. Every state is a file there, so a collection
/// that was
/// killed is gone on with, or begun anew, by the next.
/// </summary>
public sealed class CollectRemote
{
    private readonly Repo _repo;
    private readonly CollectOptions _options;
    private readonly IRemote _remote;
    private readonly RemoteCache _cache;
    private CollectResult _result;

    private CollectRemote(Repo repo, CollectOptions options)
    {
        _repo = repo;
        _options = options;
        _remote = repo.OpenRemote(options.Remote);
        _cache = new RemoteCache(repo.RemoteCacheRoot, _remote.Name, _remote.Location);
        _result = new CollectResult { Remote = _remote.Name };
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository: its pins are looked at like those of all others; its clone gives listings that are here.</param>
    /// <param name="options">What to collect.</param>
    /// <param name="cancel">Stops it; the next one goes on.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="DlsException">Kind Locked: somebody else collects. Kind Missing or Corrupt: what is pinned cannot be found out;
    /// nothing was
    /// condemned.</exception>
    public static Task<CollectResult> RunAsync(Repo repo, CollectOptions options, CancellationToken cancel) =>
        new CollectRemote(repo, options).RunAsync(cancel);

    private async Task<CollectResult> RunAsync(CancellationToken cancel)
    {
        RemoteFormat.RequireWritable(_remote);
        await RemoteFormat.RequireAsync("collect garbage on", _remote, _cache, cancel);
        if (_options.DryRun)
        {
            CollectPlan plan = await CollectPlan.MakeAsync(_repo, _remote, _cache, _options, null, cancel);
            return plan.Describe(_result);
        }

        _repo.NoteWrite();
        using FileLock held = _repo.LockPush(_remote.Name);
        await OwnLeases.Read(_cache).ClearAsync(_remote, cancel);
        _result = _result with { Dropped = await CollectLeases.DropAsync(_remote, _options.DropLeases, cancel) };
        await using GcLock gcLock = await GcLock.TakeAsync(_remote, _cache, _repo.Holder, _options.TakeLock, cancel);
        if (await NotBeforeAsync(gcLock, cancel) is { } since)
        {
            gcLock.IsClean = true;
            return _result with { NotBefore = since };
        }

        if (await BeginAsync(gcLock, cancel) is (var epoch, var condemned))
        {
            await CollectAsync(gcLock, epoch, condemned, cancel);
        }

        gcLock.IsClean = true;
        return _result;
    }

    /// <summary>A store that was made without leases waits until everybody who may not know them has ended.</summary>
    private async Task<DateTimeOffset?> NotBeforeAsync(GcLock gcLock, CancellationToken cancel)
    {
        if (await RemoteFormat.RequireLeasesAsync(_remote, mayWrite: true, cancel))
        {
            return null;
        }

        const string mark = "gc/leases";
        await _remote.PutAsync(mark, Encoding.UTF8.GetBytes("dls-leases 1\n"), replace: false, cancel);
        DateTimeOffset now = await gcLock.NowAsync(cancel);
        DateTimeOffset since = (await gcLock.CheckAsync(cancel)).Find(mark)?.Changed ?? now;
        return now - since >= GcLayout.DeadAfter ? null : since + GcLayout.DeadAfter;
    }

    /// <summary>Goes on with the collection that is under way, or begins one.</summary>
    /// <returns>Null if there is nothing to collect.</returns>
    private async Task<(int Epoch, CondemnedList Condemned)?> BeginAsync(GcLock gcLock, CancellationToken cancel)
    {
        while (true)
        {
            GcState state = await gcLock.CheckAsync(cancel);
            if (state.IsUnderWay && !gcLock.IsFromDead)
            {
                return (state.Epoch, await state.ReadCondemnedAsync(_remote, cancel));
            }

            CollectPlan plan = await CollectPlan.MakeAsync(_repo, _remote, _cache, _options, gcLock, cancel);
            _result = plan.Describe(_result);
            if (plan.Condemned.IsEmpty)
            {
                return null;
            }

            // What only a dead collector knows may still be moved by it: it stays condemned.
            CondemnedList before = await state.ReadCondemnedAsync(_remote, cancel);
            plan.Condemned.Packs.UnionWith(before.Packs);
            plan.Condemned.Blobs.UnionWith(before.Blobs);
            _ = await gcLock.CheckAsync(cancel);
            string name = GcLayout.Epoch(state.Epoch + 1);
            await _remote.PutAsync(name, plan.Condemned.ToBytes(CondemnedList.Epoch), replace: false, cancel);
            await _remote.FlushAsync(cancel);
            CrashPoint.Hit("gc.remote-condemned");
            byte[] there = await _remote.ReadAsync(name, CondemnedList.LengthMax, cancel) ?? [];
            CondemnedList written = CondemnedList.Parse(there, CondemnedList.Epoch, name, _remote);
            if (written.Id == plan.Condemned.Id)
            {
                _result = _result with { Collection = state.Epoch + 1 };
                return (state.Epoch + 1, written);
            }
        }
    }

    private async Task CollectAsync(GcLock gcLock, int epoch, CondemnedList condemned, CancellationToken cancel)
    {
        CollectLeases leases = new(_remote, gcLock, epoch, _repo.Clock);
        IReadOnlyList<string> waiting = await leases.WaitAsync(_options.Wait, cancel);
        _result = _result with { Collection = epoch, Packs = condemned.Packs.Count, Blobs = condemned.Blobs.Count, Waiting = waiting };
        CrashPoint.Hit("gc.remote-waited");
        if (waiting.Count == 0)
        {
            CollectDeletion deletion = new(_repo, _remote, _cache, gcLock, epoch);
            _result = await deletion.RunAsync(condemned, _result, cancel);
        }
    }
}
