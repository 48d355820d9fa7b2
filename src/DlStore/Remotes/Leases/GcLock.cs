using System.Globalization;
using System.Text;

namespace DlStore.Remotes.Leases;

/// <summary>
/// The lock of collections (docs/formats/remote-protocol.md): the highest number counts, so who sleeps longer than his lock finds a
/// higher one
/// when he wakes up.
/// </summary>
internal sealed class GcLock : IAsyncDisposable
{
    private const int LengthMax = 64 * 1024;
    private readonly IRemote _remote;
    private readonly string _holder;
    private readonly OwnLeases _own;
    private readonly string _id = GcLayout.NewId();
    private int _renewed;
    private bool _isDropped;

    private GcLock(IRemote remote, OwnLeases own, string holder, int number)
    {
        _remote = remote;
        _own = own;
        _holder = holder;
        Number = number;
    }

    /// <summary>Gets the lock's number.</summary>
    public int Number { get; }

    /// <summary>Gets a value indicating whether it was taken from a collector that may only sleep: what it began is begun anew.</summary>
    public bool IsFromDead { get; private init; }

    /// <summary>Gets or sets a value indicating whether all that was begun is in a state that the next one may go on from.</summary>
    public bool IsClean { get; set; }

    /// <summary>Takes the lock. One that a killed collection of this clone has left counts as dead.</summary>
    /// <param name="remote">The remote.</param>
    /// <param name="cache">Its cache; the caller holds the clone's lock of pushes to that remote.</param>
    /// <param name="holder">Who, for others to read.</param>
    /// <param name="take">The number of a lock that is taken for dead whatever its age, or null.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="DlsException">Kind Locked: somebody else collects. Kind Failed: the remote has no exclusive create. Kind Usage:
    /// nobody holds the lock of that number.</exception>
    public static async Task<GcLock> TakeAsync(IRemote remote, RemoteCache cache, string holder, int? take, CancellationToken cancel)
    {
        OwnLeases own = OwnLeases.Read(cache);
        await RequireExclusiveCreateAsync(remote, cancel);
        for (int round = 0; round < 10; round++)
        {
            GcState state = await GcState.ReadAsync(remote, cancel);
            bool isDead = state.Lock > 0 && await IsDeadAsync(remote, own, state, take, cancel);
            if (take is { } wanted && (round == 0 ? wanted != state.Lock || !isDead : wanted < state.Lock - 1))
            {
                throw new DlsException(ErrorKind.Usage, $"take lock '{wanted}' of remote '{remote.Name}': nobody holds it",
                    $"run `dls gc --remote {remote.Name}`, which says who holds what");
            }

            GcLock mine = new(remote, own, holder, state.Lock + 1) { IsFromDead = isDead };
            own.NoteLock(mine._id);
            await remote.PutAsync(GcLayout.Lock(mine.Number), mine.Text("held"), replace: false, cancel);
            byte[] there = await remote.ReadAsync(GcLayout.Lock(mine.Number), LengthMax, cancel) ?? [];
            if (Encoding.UTF8.GetString(there).Contains($"\nid {mine._id}\n", StringComparison.Ordinal))
            {
                await mine.RemoveOlderAsync(state, cancel);
                own.KeepLock(mine._id);
                return mine;
            }

            own.ForgetLock(mine._id);
        }

        throw new DlsException(ErrorKind.Locked, $"collect garbage on remote '{remote.Name}': others take the lock again and again");
    }

    /// <summary>Tells whether the newest lock was not set free by an owner who is done: what he began is begun anew then.</summary>
    /// <exception cref="DlsException">Kind Locked: the owner may be at work.</exception>
    private static async Task<bool> IsDeadAsync(IRemote remote, OwnLeases own, GcState state, int? take, CancellationToken cancel)
    {
        (string word, string who, string id) = await ReadAsync(remote, state.Lock, cancel);
        if (word != "held" || own.HasLock(id) || take == state.Lock)
        {
            return word != "free";
        }

        TimeSpan age = await AgeAsync(remote, state, cancel);
        return age >= GcLayout.DeadAfter ? true : throw new DlsException(
            ErrorKind.Locked, $"collect garbage on remote '{remote.Name}': {who} does so already "
                + $"(lock {state.Lock}, last renewed {Ago(age)})",
            $"wait until that has ended; if it was killed, `dls gc --remote {remote.Name} --take-lock {state.Lock}` goes on in its place, "
            + $"and without it the lock dies after {GcLayout.DeadAfter.TotalHours:0} hours");
    }

    /// <summary>Says how long ago something was, for people.</summary>
    public static string Ago(TimeSpan age) => string.Create(CultureInfo.InvariantCulture,
        $"{(age.TotalHours >= 1 ? $"{(int)age.TotalHours} h {age.Minutes} min"
            : age.TotalMinutes >= 1 ? $"{age.Minutes} min" : $"{Math.Max(0, age.Seconds)} s")} ago");

    /// <summary>Renews the lock and looks whether it is still the highest; gives what lies in <c>gc/</c>.</summary>
    /// <exception cref="DlsException">Kind Locked: it was taken over.</exception>
    public async Task<GcState> CheckAsync(CancellationToken cancel)
    {
        GcState state = await GcState.ReadAsync(_remote, cancel);
        return state.Lock <= Number ? state : throw Lost();
    }

    /// <summary>Writes the lock again, and gives the time by the remote's clock.</summary>
    public async Task<DateTimeOffset> NowAsync(CancellationToken cancel)
    {
        _ = await CheckAsync(cancel);
        _renewed++;
        await _remote.PutAsync(GcLayout.Lock(Number), Text("held"), replace: true, cancel);
        return (await CheckAsync(cancel)).Find(GcLayout.Lock(Number))?.Changed ?? throw Lost();
    }

    /// <summary>Tells whether the lock is still the highest.</summary>
    public async Task<bool> IsMineAsync(CancellationToken cancel) => (await GcState.ReadAsync(_remote, cancel)).Lock <= Number;

    /// <summary>Sets the lock free; if something went wrong in between, the next one begins anew.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_isDropped && await IsMineAsync(CancellationToken.None))
            {
                _isDropped = true;
                await _remote.PutAsync(GcLayout.Lock(Number), Text(IsClean ? "free" : "dropped"), replace: true, CancellationToken.None);
            }

            _own.ForgetLock(_id);
        }
        catch (DlsException)
        {
            // It dies by itself; why the collection failed is what is told.
        }
    }

    private DlsException Lost() => new(ErrorKind.Locked,
        $"collect garbage on remote '{_remote.Name}': this collection was taken for dead, and another one took over; it is whole",
        $"run `dls gc --remote {_remote.Name}` when that one has ended");

    private async Task RemoveOlderAsync(GcState state, CancellationToken cancel)
    {
        foreach (RemoteFile file in state.Files.Where(f => f.Name.StartsWith(GcLayout.Locks + "/", StringComparison.Ordinal)))
        {
            _ = GcLayout.Number(file.Name) < Number && await _remote.RemoveAsync(file.Name, cancel);
        }
    }

    /// <summary>How old the newest lock is: against the stamp of a file that is written now.</summary>
    private static async Task<TimeSpan> AgeAsync(IRemote remote, GcState state, CancellationToken cancel)
    {
        string probe = $"gc/now-{GcLayout.NewId()}";
        await remote.PutAsync(probe, new byte[] { 1 }, replace: true, cancel);
        GcState later = await GcState.ReadAsync(remote, cancel);
        await remote.RemoveAsync(probe, cancel);
        return later.Find(probe) is { } now && later.Find(GcLayout.Lock(state.Lock)) is { } held
            ? now.Changed - held.Changed : TimeSpan.Zero;
    }

    private static async Task<(string Word, string Who, string Id)> ReadAsync(IRemote remote, int number, CancellationToken cancel)
    {
        string[] lines = Encoding.UTF8.GetString(await remote.ReadAsync(GcLayout.Lock(number), LengthMax, cancel) ?? []).Split('\n');
        string Value(string key) => lines.FirstOrDefault(l => l.StartsWith(key + " ", StringComparison.Ordinal))?[(key.Length + 1)..] ?? "";
        return (Value("state") is "free" or "dropped" ? Value("state") : "held", Value("holder"), Value("id"));
    }

    /// <summary>Two puts of one name: who comes second must be told, and the first bytes must stay.</summary>
    private static async Task RequireExclusiveCreateAsync(IRemote remote, CancellationToken cancel)
    {
        string probe = $"gc/probe-{GcLayout.NewId()}";
        await remote.PutAsync(probe, new byte[] { 1 }, replace: false, cancel);
        PutResult second = await remote.PutAsync(probe, new byte[] { 2 }, replace: false, cancel);
        byte[]? there = await remote.ReadAsync(probe, LengthMax, cancel);
        await remote.RemoveAsync(probe, cancel);
        if (second != PutResult.AlreadyThere || there is not [1])
        {
            throw new DlsException(ErrorKind.Failed,
                $"collect garbage on remote '{remote.Name}': it replaces files that it was told to leave, "
                + "so two collections could not see each other",
                "use a remote with conditional puts; push and fetch work there all the same");
        }
    }

    private byte[] Text(string state) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"dls-gc-lock 1\nid {_id}\nholder {_holder.ReplaceLineEndings(" ")}\nstate {state}\nrenewed {_renewed}\n"));
}
