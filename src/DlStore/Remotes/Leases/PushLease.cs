using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using DlStore.Objects;

namespace DlStore.Remotes.Leases;

/// <summary>
/// A push under way, as others see it (docs/formats/remote-protocol.md). Its lease is written before anything is read that the push
/// relies on.
/// From then on either gc waits for it, or it knows what gc condemns. Pins come out of <c>pending/</c>, so a push that was taken for dead
/// cannot
/// write one.
/// </summary>
internal sealed class PushLease : IAsyncDisposable
{
    private const int SmallFilesMax = 16;
    private static readonly TimeSpan BeatEvery = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan RescueWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RescuePoll = TimeSpan.FromMilliseconds(200);
    private readonly IRemote _remote;
    private readonly string _holder;
    private readonly TimeProvider _clock;
    private readonly OwnLeases _own;
    private readonly string _id = GcLayout.NewId();
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<string, bool> _pending = new(StringComparer.Ordinal);
    private Task _beats = Task.CompletedTask;
    private int _epoch;
    private int _renewed;
    private bool _mayBeMoving;
    private bool _released;

    private PushLease(IRemote remote, OwnLeases own, string holder, TimeProvider clock)
    {
        _remote = remote;
        _own = own;
        _holder = holder;
        _clock = clock;
    }

    /// <summary>Gets what the collection that is under way condemns: what holds only there counts as not there.</summary>
    public CondemnedList Condemned { get; private set; } = CondemnedList.None;

    /// <summary>Gets a value indicating whether a collection is under way: then no index may supersede another.</summary>
    public bool IsCollecting => _epoch > 0;

    /// <summary>
    /// Takes a lease; <see cref="LookAsync"/> comes next, and may run beside whatever else is read under it. Leases that killed pushes of
    /// this clone have left are given back.
    /// </summary>
    /// <param name="remote">The remote.</param>
    /// <param name="cache">Its cache; the caller holds the clone's lock of pushes to that remote.</param>
    /// <param name="holder">Who, for others to read.</param>
    /// <param name="clock">For the waits.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<PushLease> TakeAsync(
        IRemote remote, RemoteCache cache, string holder, TimeProvider clock, CancellationToken cancel)
    {
        OwnLeases own = OwnLeases.Read(cache);
        await own.ClearAsync(remote, cancel);
        PushLease lease = new(remote, own, holder, clock);
        own.NoteLease(lease._id);
        try
        {
            await remote.PutAsync(GcLayout.Lease(lease._id), lease.Text(), replace: true, cancel);
            lease._beats = lease.BeatUntilEndAsync();
            return lease;
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }
    }

    /// <summary>Looks whether a collection is under way, and what it condemns.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        GcState state = await GcState.ReadAsync(_remote, cancel);
        if (state.IsUnderWay)
        {
            Condemned = await state.ReadCondemnedAsync(_remote, cancel);
            _epoch = state.Epoch;
            await BeatAsync(cancel);
        }
    }

    /// <summary>
    /// Keeps a condemned blob: the rescue is written first, then it is looked whether gc has already said that the blob goes. Then the
    /// push waits
    /// until it is gone, and sends it again.
    /// </summary>
    /// <exception cref="DlsException">Kind Locked: a collection was broken off at that point.</exception>
    /// <exception cref="LeaseLostException">Another collection has taken its place.</exception>
    public async Task RescueAsync(Oid blob, CancellationToken cancel)
    {
        await _remote.PutAsync(
            GcLayout.Rescue(_epoch, blob), Encoding.UTF8.GetBytes($"dls-rescue 1\nid {_id}\n"), replace: false, cancel);
        long start = _clock.GetTimestamp();
        while (true)
        {
            GcState state = await GcState.ReadAsync(_remote, cancel);
            if (state.Epoch != _epoch)
            {
                throw new LeaseLostException();
            }

            if (!state.IsDeleting || !await IsGoingAsync(blob, cancel))
            {
                return;
            }

            if (_clock.GetElapsedTime(start) > RescueWait)
            {
                throw new DlsException(ErrorKind.Locked,
                    $"push to remote '{_remote.Name}': a collection there is about to move '{blob}' away and does not end",
                    $"run `dls gc --remote {_remote.Name}`, which goes on with it, then push again");
            }

            await Task.Delay(RescuePoll, _clock, cancel);
        }
    }

    /// <summary>Writes pins where nobody reads them yet.</summary>
    /// <param name="repoId">The repository.</param>
    /// <param name="pins">Commits and the bytes of their pins.</param>
    /// <param name="cancel">Stops it.</param>
    public Task PrepareAsync(string repoId, IReadOnlyList<(string Commit, byte[] Bytes)> pins, CancellationToken cancel)
    {
        // Small files wait for answers, not for the line: more are under way than of large ones.
        ParallelOptions many = new() { MaxDegreeOfParallelism = Math.Max(SmallFilesMax, _remote.ParallelMax), CancellationToken = cancel };
        return Parallel.ForEachAsync(pins, many, async (pin, token) =>
        {
            string name = GcLayout.PendingPin(_id, repoId, pin.Commit);
            _pending.TryAdd(name, true);
            await _remote.PutAsync(name, pin.Bytes, replace: true, token);
        });
    }

    /// <summary>Gives the pins that were written their names: all become visible only if the lease still lives.</summary>
    /// <param name="repoId">The repository.</param>
    /// <param name="pins">The same commits and bytes.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="LeaseLostException">The push was taken for dead.</exception>
    public async Task PinAsync(string repoId, IReadOnlyList<(string Commit, byte[] Bytes)> pins, CancellationToken cancel)
    {
        if (await _remote.FindSizeAsync(GcLayout.Lease(_id), cancel) is null)
        {
            throw new LeaseLostException();
        }

        _mayBeMoving = true;

        foreach ((string commit, byte[] bytes) in pins)
        {
            // One by one: who finds the pin of a commit does not look for those of its ancestors.
            await MoveAsync(repoId, commit, bytes, cancel);
        }

        _mayBeMoving = false;
    }

    /// <summary>Gives the lease back, unless a pin may still be on its way.</summary>
    public async ValueTask DisposeAsync()
    {
        await ReleaseAsync();
        _ended.Dispose();
    }

    /// <summary>Gives the lease back, unless a pin may still be on its way; nothing more may be done under it.</summary>
    public async Task ReleaseAsync()
    {
        await _ended.CancelAsync();
        try
        {
            await _beats;
            if (!_mayBeMoving && !_released)
            {
                _released = true;
                foreach (string pin in _pending.Keys)
                {
                    await _remote.RemoveAsync(pin, CancellationToken.None);
                }

                await _remote.RemoveAsync(GcLayout.Lease(_id), CancellationToken.None);
                _ = _renewed > 0 && await _remote.RemoveAsync(GcLayout.Beat(_id), CancellationToken.None);
                _own.ForgetLease(_id);
            }
        }
        catch (Exception e) when (e is DlsException or OperationCanceledException)
        {
            // The next push from here gives it back, or it dies by itself; what the push did or why it failed is what is told.
        }
    }

    private async Task MoveAsync(string repoId, string commit, byte[] bytes, CancellationToken cancel)
    {
        string pin = RemoteLayout.Pin(repoId, commit);
        string pending = GcLayout.PendingPin(_id, repoId, commit);
        if (!await _remote.MoveAsync(pending, pin, cancel)
            && (await _remote.ReadAsync(pin, Pin.LengthMax, cancel) is not { } there || !there.AsSpan().SequenceEqual(bytes)))
        {
            throw new LeaseLostException();
        }

        _pending.TryRemove(pending, out _);
        Io.CrashPoint.Hit("push.pin");
    }

    private async Task<bool> IsGoingAsync(Oid blob, CancellationToken cancel)
    {
        string name = GcLayout.Deleting(_epoch);
        return await _remote.ReadAsync(name, CondemnedList.LengthMax, cancel) is not { } bytes
            || CondemnedList.Parse(bytes, CondemnedList.Deleting, name, _remote).Blobs.Contains(blob);
    }

    private async Task BeatUntilEndAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(BeatEvery, _clock, _ended.Token);
                await BeatAsync(_ended.Token);
            }
            catch (Exception e) when (e is DlsException or OperationCanceledException)
            {
                // One that is missed is made up for by the next; if all are, the lease dies and the push begins anew.
            }
        }
    }

    private async Task BeatAsync(CancellationToken cancel)
    {
        _renewed++;
        await _remote.PutAsync(GcLayout.Beat(_id), Text(), replace: true, cancel);
    }

    private byte[] Text() => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"dls-lease 1\nepoch {_epoch}\nholder {_holder.ReplaceLineEndings(" ")}\nrenewed {_renewed}\n"));
}
